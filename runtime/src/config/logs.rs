//! How events of `tracing` are shown where the program has set no subscriber. Pure parsing.

use std::fmt;

/// What [`init`](crate::init) does with events and spans of `tracing` in a program that has set no subscriber.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Logs {
    /// Writes events to standard error, a line for people each.
    #[default]
    Text,
    /// Writes events to standard error, a JSON object a line.
    Json,
    /// Sets no subscriber.
    Off,
}

impl Logs {
    /// What `OBSERVANT_LOGS` takes.
    pub(crate) const ALLOWED: &str = "`text`, `json` or `off`";

    /// Parses [`ALLOWED`](Self::ALLOWED).
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        [Self::Text, Self::Json, Self::Off]
            .into_iter()
            .find(|logs| text.eq_ignore_ascii_case(&logs.to_string()))
            .ok_or_else(|| "it is none of them".to_owned())
    }
}

impl fmt::Display for Logs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Off => "off",
        })
    }
}
