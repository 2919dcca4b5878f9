//! After which time without a sign of life something counts as wedged. Pure parsing.

use super::value;
use std::{fmt, time::Duration};

/// After which time without a sign of life the program's async runtime, or a thread of ours, counts as wedged, so that
/// `/live` fails.
///
/// # Example
///
/// ```
/// use observant::Watchdog;
/// use std::time::Duration;
///
/// let builder = observant::builder().watchdog(Watchdog::After(Duration::from_secs(30)));
/// # let _ = builder;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Watchdog {
    /// After this long, from 100 ms to an hour.
    After(Duration),
    /// Nobody looks.
    Off,
}

impl Default for Watchdog {
    /// After 10 s.
    fn default() -> Self {
        Self::After(Duration::from_secs(10))
    }
}

/// Below, a busy machine would seem to be wedged.
const SHORTEST: Duration = Duration::from_millis(100);

impl Watchdog {
    /// What `OBSERVANT_WATCHDOG` takes.
    pub(crate) const ALLOWED: &str =
        "`off`, or a whole number with `ms`, `s` or `m` from `100ms` to `60m`, such as `10s`";

    /// Parses [`ALLOWED`](Self::ALLOWED).
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("off") {
            return Ok(Self::Off);
        }
        value::duration(text).and_then(|after| Self::After(after).judged())
    }

    /// Itself, unless it is out of range.
    pub(super) fn judged(self) -> Result<Self, String> {
        match self {
            Self::After(after) if after < SHORTEST => Err("it is shorter than 100 ms".to_owned()),
            Self::After(after) => value::drain(after).map(|_| self),
            Self::Off => Ok(self),
        }
    }
}

impl fmt::Display for Watchdog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::After(after) => write!(f, "{after:?}"),
            Self::Off => f.write_str("off"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_unit_and_bounds() {
        let after = |text: &str| Watchdog::parse(text).map(|watchdog| watchdog.to_string());
        assert_eq!(after("10s"), Ok("10s".to_owned()));
        assert_eq!(after(" 250ms "), Ok("250ms".to_owned()));
        assert_eq!(after("OFF"), Ok("off".to_owned()));
        for refused in ["0", "10", "99ms", "61m", "soon", "", "-1s"] {
            assert!(after(refused).is_err(), "{refused}");
        }
        assert_eq!(Watchdog::default().to_string(), "10s");
    }
}
