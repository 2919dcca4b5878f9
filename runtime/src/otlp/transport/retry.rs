//! When to try again. Knows how servers say it; the clock comes from outside.

use crate::{
    span,
    wire::{Field, fields},
};
use std::time::{Duration, SystemTime};

/// The first pause, about.
const FIRST: Duration = Duration::from_secs(1);
/// The longest pause, about: a collector that is back is noticed soon.
const LONGEST: Duration = Duration::from_secs(5);
/// The longest pause a server may ask for.
const ASKED_MAX: Duration = Duration::from_secs(10 * 60);

/// Pauses that grow by half, each between 80 % and 120 % of that: so that those who lost a collector at
/// one time do not come back at one time.
#[derive(Debug)]
pub(in crate::otlp) struct Backoff(Duration);

impl Backoff {
    pub(in crate::otlp) fn new() -> Self {
        Self(FIRST)
    }

    pub(in crate::otlp) fn next(&mut self) -> Duration {
        let pause = self.0;
        self.0 = (pause * 3 / 2).min(LONGEST);
        let share = u32::try_from(span::random() % 401).unwrap_or(0);
        pause * (800 + share) / 1_000
    }
}

/// `Retry-After` (RFC 9110 section 10.2.3): whole seconds, or a date.
pub(super) fn retry_after(header: &str, now: SystemTime) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse::<u64>() {
        return Some(Duration::from_secs(seconds).min(ASKED_MAX));
    }
    let date = httpdate::parse_http_date(header).ok()?;
    Some(date.duration_since(now).unwrap_or_default().min(ASKED_MAX))
}

/// `google.rpc.RetryInfo` among the details of a gRPC status.
pub(super) fn retry_info(status: &[u8]) -> Option<Duration> {
    const TYPE: &[u8] = b"type.googleapis.com/google.rpc.RetryInfo";
    let message = |bytes, wanted| {
        fields(bytes).find_map(|(number, field)| match field {
            Field::Bytes(inner) if number == wanted => Some(inner),
            _ => None,
        })
    };
    let details = fields(status).filter_map(|(number, field)| match field {
        Field::Bytes(any) if number == 3 => Some(any),
        _ => None,
    });
    let info = details
        .filter(|any| message(any, 1) == Some(TYPE))
        .find_map(|any| message(any, 2).or(Some(&[])))?;
    // Without a delay: at once, that is, as soon as the back-off says.
    let delay = message(info, 1).unwrap_or_default();
    let number = |wanted| {
        let found = fields(delay).find_map(|(number, field)| match field {
            Field::Number(value) if number == wanted => Some(value.cast_signed()),
            _ => None,
        });
        found.and_then(|value| u64::try_from(value).ok()).unwrap_or(0)
    };
    let delay = Duration::from_secs(number(1).min(ASKED_MAX.as_secs()));
    Some((delay + Duration::from_nanos(number(2).min(999_999_999))).min(ASKED_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{put_message, put_text, put_varint};

    #[test]
    fn pauses_grow_to_a_limit_and_differ() {
        let mut backoff = Backoff::new();
        let pauses: Vec<_> = (0..20).map(|_| backoff.next().as_secs_f64()).collect();
        assert!((0.8..=1.2).contains(&pauses[0]), "{pauses:?}");
        assert!((1.2..=1.8).contains(&pauses[1]), "{pauses:?}");
        assert!(pauses[10..].iter().all(|pause| (4.0..=6.0).contains(pause)), "{pauses:?}");
        assert!(pauses[10..].iter().any(|pause| (pause - pauses[10]).abs() > 1e-6), "{pauses:?}");
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        let after = |header| retry_after(header, now).map(|after| after.as_secs());
        assert_eq!(after("120"), Some(120));
        assert_eq!(after(" 0 "), Some(0));
        assert_eq!(after("Sun, 06 Nov 1994 08:49:47 GMT"), Some(10));
        assert_eq!(after("Sun, 06 Nov 1994 08:49:27 GMT"), Some(0), "in the past");
        assert_eq!(after("99999999999"), Some(600), "no server silences us for good");
        assert_eq!(after("-1"), None);
        assert_eq!(after("soon"), None);
    }

    #[test]
    fn retry_info_is_found_among_details() {
        let status = |type_url: &str, delay: Option<(u64, u64)>| {
            let mut out = Vec::new();
            put_varint(&mut out, 1, 8);
            put_text(&mut out, 2, "busy");
            put_message(&mut out, 3, |out| put_text(out, 1, "type.googleapis.com/google.rpc.Help"));
            put_message(&mut out, 3, |out| {
                put_text(out, 1, type_url);
                put_message(out, 2, |out| {
                    if let Some((seconds, nanos)) = delay {
                        put_message(out, 1, |out| {
                            put_varint(out, 1, seconds);
                            put_varint(out, 2, nanos);
                        });
                    }
                });
            });
            out
        };
        let info = "type.googleapis.com/google.rpc.RetryInfo";
        let read = |bytes: Vec<u8>| retry_info(&bytes);
        assert_eq!(read(status(info, Some((3, 500_000_000)))), Some(Duration::from_millis(3_500)));
        assert_eq!(read(status(info, None)), Some(Duration::ZERO));
        assert_eq!(read(status(info, Some((u64::MAX, 0)))), Some(Duration::ZERO), "negative");
        assert_eq!(read(status("type.googleapis.com/google.rpc.Other", Some((3, 0)))), None);
        assert_eq!(read(Vec::new()), None);
        assert_eq!(read(vec![0xff; 40]), None);
    }
}
