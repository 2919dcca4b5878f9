//! Finished spans, and snapshots of metrics, to an OpenTelemetry collector and to the console.
//!
//! A worker thread of ours, with a runtime of its own, takes spans from the rings of `span` and visits
//! `registry`; it encodes both and sends them. The program never waits for it, but where it asks to: a
//! flush, and the end, each with a deadline. This room uses `error`, `clock`, `background`, `wire`,
//! `snapshot`, `registry` and `span`, and is told what to do by `setup`.
//!
//! | file | what lives there |
//! |---|---|
//! | `settings` | what to export, where to and when |
//! | `worker`, `mailbox` | the thread, the handle, and what the one tells the other |
//! | `spans` | the way of spans: rings, tail rule, queue, batches |
//! | `groups`, `tail`, `console` | traces that are not whole yet; the rule that keeps some; trees for people |
//! | `metrics`, `delta` | the push of a snapshot; differences to the last one |
//! | `encode/` | bytes of requests |
//! | `delivery` | one request until it is delivered or given up |
//! | `transport/` | one attempt, over HTTP or gRPC |
//! | `state` | what was exported, dropped and refused, and why |

mod console;
mod delivery;
mod delta;
mod encode;
mod groups;
mod mailbox;
mod metrics;
mod settings;
mod spans;
mod state;
mod tail;
#[cfg(test)]
mod tests;
mod transport;
mod worker;

pub(crate) use settings::{Metrics, Protocol, Settings, Spans, Target, Tls};
pub(crate) use state::{Reason, Signal, State, discarded, dropped, exported, failures, timed_out};
pub(crate) use worker::{Exporter, Flusher, start};

/// Tells people something, once.
pub(crate) type Tell = std::sync::Arc<dyn Fn(&str) + Send + Sync>;
