//! Small value types of settings: origin, accepted hosts, the token, durations.
//!
//! Parsers here take text and answer with a value or the reason it is none; who said it and what
//! happens next is decided by `settings`. Uses nothing else of the crate.

use std::{fmt, time::Duration};

use super::{listen, quote::quoted};

/// Where an effective value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Nobody asked for anything else.
    Default,
    /// The environment variable of this name, or the names of two that make up one value.
    Env(&'static str),
    /// The program, through its builder.
    Code,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Env(name) => write!(f, "env {name}"),
            Self::Code => f.write_str("code"),
        }
    }
}

/// A value and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sourced<T> {
    /// What holds.
    pub(crate) value: T,
    /// Who said so.
    pub(crate) origin: Origin,
}

impl<T> Sourced<T> {
    /// The first value somebody asked for, in the order of precedence, else the default.
    pub(crate) fn first(code: Option<T>, env: Option<(T, &'static str)>, default: T) -> Self {
        match (code, env) {
            (Some(value), _) => Self { value, origin: Origin::Code },
            (None, Some((value, name))) => Self { value, origin: Origin::Env(name) },
            (None, None) => Self { value: default, origin: Origin::Default },
        }
    }
}

/// Host names a request may carry besides loopback names, IP literals and the machine's own name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hosts {
    /// `*` was given: every name is accepted.
    pub(crate) any: bool,
    /// Lower-case names without port and without the final dot, in the order given.
    pub(crate) names: Vec<String>,
}

impl Hosts {
    /// Parses a comma list. An entry that is no host is left out and its reason returned.
    pub(crate) fn parse(text: &str) -> (Self, Vec<String>) {
        let mut hosts = Self::default();
        let mut reasons = Vec::new();
        for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            if let Err(reason) = hosts.add(entry) {
                reasons.push(reason);
            }
        }
        (hosts, reasons)
    }

    /// Adds one host name or `*`.
    pub(crate) fn add(&mut self, entry: &str) -> Result<(), String> {
        if entry == "*" {
            self.any = true;
            return Ok(());
        }
        let name = listen::host(entry).map_err(|reason| {
            let name_and_port = entry.rsplit_once(':').is_some_and(|(name, port)| {
                listen::host(name).is_ok() && port.bytes().all(|byte| byte.is_ascii_digit())
            });
            let hint = if name_and_port { "; leave the port out" } else { "" };
            format!("{} {reason}{hint}", quoted(entry))
        })?;
        let name = name.strip_suffix('.').unwrap_or(&name).to_ascii_lowercase();
        if !self.names.contains(&name) {
            self.names.push(name);
        }
        Ok(())
    }
}

impl fmt::Display for Hosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.any {
            return f.write_str("*");
        }
        f.write_str(&self.names.join(","))
    }
}

/// The bearer token that opens details to clients off loopback. It never prints itself.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Token(String);

/// How a secret is shown. Its length says nothing about the secret's.
pub(crate) const MASK: &str = "******";

impl Token {
    /// Takes what can stand behind `Authorization: Bearer`: visible ASCII (RFC 9110 section 5.5
    /// allows no more in a header without ambiguity), so no space, no line end from a file.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("it is empty".to_owned());
        }
        match text.bytes().find(|byte| !byte.is_ascii_graphic()) {
            None => Ok(Self(text.to_owned())),
            Some(byte) if byte.is_ascii_whitespace() => Err("it contains white space".to_owned()),
            Some(byte) if byte.is_ascii_control() => {
                Err("it contains a control character".to_owned())
            }
            Some(_) => Err("it contains a character outside ASCII".to_owned()),
        }
    }

    /// The secret itself, for the comparison with a request's.
    pub(crate) fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({MASK})")
    }
}

/// The longest drain accepted. Longer than any orchestrator's grace period, and far from where
/// adding it to a point in time could overflow.
pub(crate) const DRAIN_MAX: Duration = Duration::from_secs(60 * 60);

/// Parses `5s`, `500ms`, `2m` or `0`. A bare number other than 0 is refused: OpenTelemetry's
/// variables mean milliseconds by it and people mean seconds.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    if number.is_empty() {
        return Err("it does not begin with a whole number".to_owned());
    }
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "" if number.bytes().all(|digit| digit == b'0') => 1,
        "" => return Err("it has no unit".to_owned()),
        _ => return Err(format!("{} is not a known unit", quoted(unit))),
    };
    let parsed = number.parse::<u64>().ok().and_then(|number| number.checked_mul(milliseconds));
    parsed.map(Duration::from_millis).ok_or_else(too_long).and_then(drain)
}

/// Refuses what is beyond [`DRAIN_MAX`].
pub(crate) fn drain(duration: Duration) -> Result<Duration, String> {
    if duration <= DRAIN_MAX { Ok(duration) } else { Err(too_long()) }
}

fn too_long() -> String {
    "it is longer than an hour".to_owned()
}

pub(crate) const MILLISECONDS_ALLOWED: &str = "a whole number of milliseconds";

/// No time limit that a program would notice; far from where adding it could overflow.
const UNLIMITED: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// OpenTelemetry's durations: whole numbers of milliseconds.
pub(crate) fn milliseconds(text: &str) -> Result<Duration, String> {
    let number = text.trim().parse().map(Duration::from_millis);
    number.map(|time| time.min(UNLIMITED)).map_err(|_| "it is no such number".to_owned())
}

/// The same for a timeout, of which 0 is none ("Environment Variable Specification", "Timeout").
pub(crate) fn timeout(text: &str) -> Result<Duration, String> {
    milliseconds(text).map(|time| if time.is_zero() { UNLIMITED } else { time })
}
