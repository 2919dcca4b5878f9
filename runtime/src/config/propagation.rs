//! How contexts travel between processes: the formats, and how far flags from elsewhere are trusted.
//!
//! Pure parsing; of the crate it uses `span`, which knows the formats.

use std::fmt;

use super::quote::quoted;
use crate::span::Propagator;

/// Formats in order, each once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Propagators(pub(crate) Vec<Propagator>);

impl Default for Propagators {
    fn default() -> Self {
        Self(vec![Propagator::TraceContext, Propagator::Baggage])
    }
}

impl Propagators {
    /// What `OTEL_PROPAGATORS` takes.
    pub(crate) const ALLOWED: &str =
        "`tracecontext`, `baggage`, `b3`, `b3multi` with commas between them, or `none`";

    /// Parses [`ALLOWED`](Self::ALLOWED). An unknown name is left out and its reason returned; where no name
    /// is known, the default holds.
    pub(crate) fn parse(text: &str) -> (Self, Vec<String>) {
        let names: Vec<_> =
            text.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
        if names == ["none"] {
            return (Self(Vec::new()), Vec::new());
        }
        let mut found = Vec::new();
        let mut reasons = Vec::new();
        for name in names {
            match Propagator::of_name(name) {
                Some(propagator) => found.push(propagator),
                None if name == "none" => reasons.push("`none` stands beside others".to_owned()),
                None => reasons.push(format!("{} is not supported", quoted(name))),
            }
        }
        let propagators = if found.is_empty() { Self::default() } else { Self::of(found) };
        (propagators, reasons)
    }

    /// These, each once.
    pub(crate) fn of(propagators: impl IntoIterator<Item = Propagator>) -> Self {
        let mut once = Vec::new();
        for propagator in propagators {
            if !once.contains(&propagator) {
                once.push(propagator);
            }
        }
        Self(once)
    }
}

impl fmt::Display for Propagators {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("none");
        }
        let names: Vec<_> = self.0.iter().map(Propagator::to_string).collect();
        f.write_str(&names.join(","))
    }
}

/// Recorded traces that flags from elsewhere may force in a second; `None` is without a limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ForcedTraces(pub(crate) Option<u32>);

impl ForcedTraces {
    /// What `OBSERVANT_FORCED_TRACES` takes.
    pub(crate) const ALLOWED: &str = "a whole number of traces a second, or `unlimited`";

    /// Parses [`ALLOWED`](Self::ALLOWED).
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("unlimited") {
            return Ok(Self(None));
        }
        match text.parse() {
            Ok(number) => Ok(Self(Some(number))),
            Err(_) => Err("it is neither".to_owned()),
        }
    }
}

impl fmt::Display for ForcedTraces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(number) => write!(f, "{number}"),
            None => f.write_str("unlimited"),
        }
    }
}
