//! What stands in a column: names without what would move a terminal's cursor, times with three digits, shares.

use super::width;
use std::time::Duration;

/// Names that take more columns than this are cut short.
const LONGEST: usize = 48;

/// A name as a terminal may have it: text of a program can hold anything.
pub(super) fn name(name: &str) -> String {
    let plain: Vec<char> = name.chars().map(plain).collect();
    match cut(plain.iter().copied()) {
        None => plain.into_iter().collect(),
        Some(left) => plain[..left].iter().copied().chain(['…']).collect(),
    }
}

/// A module and a name in it, of which the end says most: the beginning is what is cut.
pub(super) fn path(path: &str) -> String {
    let plain: Vec<char> = path.chars().map(plain).collect();
    match cut(plain.iter().rev().copied()) {
        None => plain.into_iter().collect(),
        Some(left) => {
            // A mark whose character is gone would stand on the sign that it is.
            let end = plain[plain.len() - left..].iter().copied();
            ['…'].into_iter().chain(end.skip_while(|char| width::of(*char) == 0)).collect()
        }
    }
}

/// How many of `chars` there is room for beside a sign that some are missing; `None` if there is room for all.
fn cut(chars: impl Iterator<Item = char>) -> Option<usize> {
    let (mut taken, mut left) = (0, 0);
    for char in chars {
        taken += width::of(char);
        if taken < LONGEST {
            left += 1;
        }
    }
    (taken > LONGEST).then_some(left)
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
    match dollars {
        0.0 => "-".to_owned(),
        _ if dollars < 5e-7 => "<0.000001".to_owned(),
        _ => format!("{dollars:.6}"),
    }
}

/// A number and its unit: `41.0µs`, `1.3ms`, `12.3s`, from 1,000 s on two units: `20m34s`, `3h25m`, `2d4h`. A dash where
/// there is none.
pub(super) fn time(seconds: Option<f64>) -> String {
    let Some(seconds) = seconds else { return "-".to_owned() };
    let time = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
    // What is written as 1000.0 is one of those.
    if seconds < 999.95 {
        return format!("{time:.1?}");
    }
    let whole = time.as_secs() + u64::from(time.subsec_nanos() >= 500_000_000);
    let (minutes, hours, days) = (whole / 60, whole / 3_600, whole / 86_400);
    match (hours, days) {
        (0, _) => format!("{minutes}m{}s", whole % 60),
        (_, 0) => format!("{hours}h{}m", minutes % 60),
        _ => format!("{days}d{}h", hours % 24),
    }
}

/// Parts of a whole in percent; a dash where there is no whole.
pub(super) fn share(part: f64, whole: f64) -> String {
    if whole > 0.0 { format!("{:.0} %", 100.0 * part / whole) } else { "-".to_owned() }
}
