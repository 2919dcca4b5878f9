//! Figures and durations as sentences about them have them.

use std::time::Duration;

/// A ratio with four decimals at most, never below what it is: what is beyond a limit must not seem to be at it.
pub(super) fn ratio(ratio: f64) -> String {
    format!("{}", (ratio * 10_000.0).ceil() / 10_000.0)
}

/// `42 s`, `5 min`, `1 h 30 min`; below a second `250 ms`.
pub(super) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds == 0 {
        return format!("{} ms", duration.as_millis());
    }
    let parts = [
        (seconds / 86_400, "d"),
        (seconds / 3_600 % 24, "h"),
        (seconds / 60 % 60, "min"),
        (seconds % 60, "s"),
    ];
    let written = parts.iter().skip_while(|(count, _)| *count == 0).take(2);
    let written: Vec<String> = written
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!("{count} {unit}"))
        .collect();
    written.join(" ")
}

/// `1 call`, `120 calls`.
pub(super) fn calls(count: u64) -> String {
    if count == 1 { "1 call".to_owned() } else { format!("{count} calls") }
}
