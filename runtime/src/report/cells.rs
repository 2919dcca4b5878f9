//! What stands in a column: names without what would move a terminal's cursor, times with three digits, shares.

use std::time::Duration;

/// Names beyond this many characters are cut short.
const LONGEST: usize = 48;

/// A name as a terminal may have it: text of a program can hold anything.
pub(super) fn name(name: &str) -> String {
    let plain = name.chars().map(plain);
    let mut shown: String = plain.clone().take(LONGEST).collect();
    if plain.count() > LONGEST {
        shown.pop();
        shown.push('…');
    }
    shown
}

/// A module and a name in it, of which the end says most: the beginning is what is cut.
pub(super) fn path(path: &str) -> String {
    let plain: Vec<char> = path.chars().map(plain).collect();
    match plain.len().checked_sub(LONGEST) {
        None | Some(0) => plain.into_iter().collect(),
        Some(over) => std::iter::once('…').chain(plain.into_iter().skip(over + 1)).collect(),
    }
}

/// Without what moves the cursor, ends a line or turns the direction of writing: control characters, Unicode's separators
/// of lines and paragraphs, and the characters with its property `Bidi_Control`.
fn plain(char: char) -> char {
    let turns = matches!(
        char,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    let ends = matches!(char, '\u{2028}' | '\u{2029}');
    if char.is_control() || turns || ends { '\u{fffd}' } else { char }
}

/// Dollars; a dash where there are none.
pub(super) fn dollars(dollars: f64) -> String {
    if dollars == 0.0 { "-".to_owned() } else { format!("{dollars:.6}") }
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
