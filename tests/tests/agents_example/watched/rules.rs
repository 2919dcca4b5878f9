//! Rules in a hurry, and what each of their conditions looks at.

/// What is a duration in a file of rules, or in a query, and what it becomes. Nothing else does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// `[5m]`.
    Range,
    /// `[1d:15m]`, the second of them.
    Step,
    /// `offset 1d`.
    Offset,
    /// `for: 5m`.
    For,
    /// `interval: 30s`.
    Interval,
}

/// What stands before a duration.
const BEFORE: [(&str, Place); 4] = [
    ("[", Place::Range),
    ("offset ", Place::Offset),
    (" for: ", Place::For),
    (" interval: ", Place::Interval),
];

/// Minutes are seconds, so to speak: with a scrape a second, ranges are a sixtieth, of 5 s to 20 s; what is compared with is
/// 5 s ago, an alert waits for 1 s, and rules are evaluated each second, as are queries within queries.
pub(super) fn shortened(text: &str) -> String {
    with_durations(text, |place, seconds| match place {
        Place::Range => format!("{}s", (seconds / 60).clamp(5, 20)),
        Place::Offset => "5s".to_owned(),
        Place::Step | Place::For | Place::Interval => "1s".to_owned(),
    })
}

/// A query with what it compares with 5 s ago, and else as it is; what was there before and is left out for it, stays.
pub(super) fn with_recent_past(expr: &str) -> String {
    if expr.contains("unless ") {
        return expr.to_owned();
    }
    with_durations(expr, |place, seconds| match place {
        Place::Offset => "5s".to_owned(),
        // All of it is shorter than the half a minute between two looks.
        Place::Step => "1s".to_owned(),
        _ => format!("{seconds}s"),
    })
}

fn with_durations(text: &str, write: impl Fn(Place, u64) -> String) -> String {
    let mut written = String::new();
    let mut rest = text;
    loop {
        let found = BEFORE.iter().filter_map(|(before, place)| {
            let at = rest.find(before)? + before.len();
            Some((at, *place))
        });
        let Some((at, place)) = found.min_by_key(|(at, _)| *at) else { break };
        written.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some((seconds, length)) = duration(rest) else { continue };
        written.push_str(&write(place, seconds));
        rest = &rest[length..];
        if let (Place::Range, Some(after)) = (place, rest.strip_prefix(':')) {
            let Some((seconds, length)) = duration(after) else { continue };
            written = format!("{written}:{}", write(Place::Step, seconds));
            rest = &after[length..];
        }
    }
    written + rest
}

/// The seconds of a duration at the beginning of a text (`1h30m`), and how long it is there; `None` where there is none.
fn duration(text: &str) -> Option<(u64, usize)> {
    let (mut seconds, mut length) = (0, 0);
    loop {
        let rest = &text[length..];
        let digits = rest.find(|it: char| !it.is_ascii_digit()).unwrap_or(rest.len());
        let unit = match rest.as_bytes().get(digits) {
            Some(b's') => 1,
            Some(b'm') => 60,
            Some(b'h') => 3_600,
            Some(b'd') => 86_400,
            _ => 0,
        };
        if digits == 0 || unit == 0 {
            return (length > 0).then_some((seconds, length));
        }
        seconds += rest[..digits].parse::<u64>().ok()? * unit;
        length += digits + 1;
    }
}

/// What is compared and combined in a condition: each part by itself, and with what a comparison would leave out.
pub(super) fn legs(expr: &str) -> Vec<String> {
    let words: Vec<_> = expr.split_whitespace().collect();
    let (mut legs, mut leg, mut depth) = (Vec::new(), Vec::new(), 0_usize);
    for word in words {
        if depth == 0 && matches!(word, "and" | "or" | "unless") {
            legs.push(std::mem::take(&mut leg).join(" "));
            continue;
        }
        let brackets = |of: &[char]| word.chars().filter(|it| of.contains(it)).count();
        depth = depth + brackets(&['(', '{']) - brackets(&[')', '}']);
        leg.push(word.to_owned());
        if matches!(word, ">" | "<" | ">=" | "<=" | "==" | "!=") {
            leg.push("bool".to_owned());
        }
    }
    legs.push(leg.join(" "));
    legs
}

#[test]
fn only_durations_are_shortened() {
    let text = "  interval: 30s\n  expr: a[1h] offset 1d > 3 and b:rate5m[10m] and c[1d:15m]\n  for: 15m\n  text: within 5 min\n";
    assert_eq!(
        shortened(text),
        "  interval: 1s\n  expr: a[20s] offset 5s > 3 and b:rate5m[10s] and c[20s:1s]\n  for: 1s\n  text: within 5 min\n"
    );
    assert_eq!(with_recent_past("a[1h30m] offset 1d"), "a[5400s] offset 5s");
}

#[test]
fn conditions_are_taken_apart() {
    assert_eq!(
        legs("sum by (a) (b{c=\"d\"} > 0)\n  / (e >= 10) > 0.2\nunless f and (g or h) < 3"),
        ["sum by (a) (b{c=\"d\"} > bool 0) / (e >= bool 10) > bool 0.2", "f", "(g or h) < bool 3"]
    );
}
