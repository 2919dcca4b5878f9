//! One request to a collector and what became of it: over HTTP or gRPC, with or without TLS.
//!
//! Knows no spans: requests come encoded. Nothing that happens here reaches the program's subscriber.

mod connect;
mod grpc;
mod http;
mod quiet;
mod retry;

pub(super) use quiet::quietly;
pub(super) use retry::Backoff;

use super::{
    settings::{Protocol, Target},
    state::Signal,
};
use bytes::Bytes;
use quiet::Quiet;
use std::time::Duration;

/// Largest answer that is read (OTLP 1.x, "OTLP/HTTP Response": 4 MiB).
const ANSWER_MAX: usize = 4 * 1024 * 1024;

/// Longest text of an answer that is shown.
const TEXT_MAX: usize = 300;

/// The collector took the request, but for some of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Accepted {
    /// Spans or data points it did not want.
    pub(super) rejected: usize,
    /// Why; or, when it took all, what it thinks of it.
    pub(super) message: String,
}

/// The collector did not take the request.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) kind: Kind,
    /// For people; secrets are not in it.
    pub(super) text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It was not reached.
    Unreachable,
    /// It was reached, and may take it later; perhaps it says when.
    Busy { after: Option<Duration> },
    /// It does not answer.
    Late,
    /// It does not want it, now or later.
    Refused,
}

impl Failure {
    fn new(kind: Kind, text: impl AsRef<str>) -> Self {
        Self { kind, text: printable(text.as_ref()) }
    }

    pub(super) fn late(after: Duration) -> Self {
        Self::new(Kind::Late, format!("no answer within {after:?}"))
    }
}

/// A collector, ready to be sent to.
pub(super) struct Client {
    /// Always there, until it is dropped.
    wire: Option<Wire>,
}

enum Wire {
    Http(http::Http),
    Grpc(grpc::Grpc),
}

impl Client {
    /// Connects to nothing yet.
    ///
    /// # Errors
    ///
    /// When certificates cannot be read, or a part of the target makes no request; with the reason.
    pub(super) fn new(target: &Target, signal: Signal) -> Result<Self, String> {
        let wire = match target.protocol {
            Protocol::Http => Wire::Http(http::Http::new(target)?),
            Protocol::Grpc => Wire::Grpc(grpc::Grpc::new(target, signal)?),
        };
        Ok(Self { wire: Some(wire) })
    }

    /// Sends a request, once.
    pub(super) async fn send(&self, request: Bytes) -> Result<Accepted, Failure> {
        match &self.wire {
            Some(Wire::Http(http)) => Quiet::new(http.send(request)).await,
            Some(Wire::Grpc(grpc)) => Quiet::new(grpc.send(request)).await,
            None => Err(Failure::new(Kind::Refused, "it is closed")),
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        quietly(|| drop(self.wire.take()));
    }
}

/// What an exporter calls itself (OTLP exporter specification, "User Agent").
const USER_AGENT: &str = concat!(
    "observant/",
    env!("CARGO_PKG_VERSION"),
    " OTel-OTLP-Exporter-Rust/",
    env!("CARGO_PKG_VERSION")
);

/// `partial_success` of an export response of any signal: what it rejected, and why.
fn accepted(response: &[u8]) -> Accepted {
    use crate::wire::{Field, fields};
    let mut accepted = Accepted::default();
    for (number, field) in fields(response) {
        let (1, Field::Bytes(partial)) = (number, field) else { continue };
        for (number, field) in fields(partial) {
            match (number, field) {
                (1, Field::Number(rejected)) => {
                    // It is signed; nothing can be rejected less than not at all.
                    accepted.rejected = usize::try_from(rejected.cast_signed()).unwrap_or(0);
                }
                (2, Field::Bytes(text)) => {
                    accepted.message = printable(&String::from_utf8_lossy(text));
                }
                _ => {}
            }
        }
    }
    accepted
}

/// A text from elsewhere, fit for a log line.
fn printable(text: &str) -> String {
    let mut characters = text.trim().chars();
    let mut shown: String =
        characters.by_ref().take(TEXT_MAX).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}

/// An error and all that it came from: the last one says what really happened.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}
