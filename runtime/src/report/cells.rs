//! What stands in a column: names without what would move a terminal's cursor, times with three digits, shares.

use std::time::Duration;

/// Names beyond this many characters are cut short.
const LONGEST: usize = 48;

/// A name as a terminal may have it: text of a program can hold anything.
pub(super) fn name(name: &str) -> String {
    let plain = name.chars().map(|each| if each.is_control() { '\u{fffd}' } else { each });
    let mut shown: String = plain.clone().take(LONGEST).collect();
    if plain.count() > LONGEST {
        shown.pop();
        shown.push('…');
    }
    shown
}

/// A number and its unit: `41.0µs`, `1.3ms`, `12.3s`. A dash where there is none.
pub(super) fn time(seconds: Option<f64>) -> String {
    let Some(seconds) = seconds else { return "-".to_owned() };
    format!("{:.1?}", Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
}

/// Parts of a whole in percent; a dash where there is no whole.
pub(super) fn share(part: f64, whole: f64) -> String {
    if whole > 0.0 { format!("{:.0} %", 100.0 * part / whole) } else { "-".to_owned() }
}
