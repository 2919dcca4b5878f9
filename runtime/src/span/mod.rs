//! Spans as plain data: ids, contexts, sampling, finished records and the buffers they wait in.
//!
//! Knows callsites by their names and the clock; knows nothing of calls, of export or of wires. Calls
//! write records (`observe`), an exporter drains them (`otlp`). Without an exporter in the program
//! nothing is recorded.

#[cfg(feature = "otlp")]
mod buffer;
mod context;
mod data;
mod id;
pub(crate) mod limits;
mod record;
mod sampler;
#[cfg(not(feature = "otlp"))]
mod unrecorded;
mod value;

#[cfg(feature = "otlp")]
pub(crate) use buffer::{drain, dropped, install, is_on, pending, push, uninstall};
pub use context::SpanContext;
pub(crate) use context::{RANDOM, SAMPLED};
pub use data::{Attribute, Event, Link, SpanData, SpanKind, Status};
pub use id::{SpanId, TraceId};
pub(crate) use id::{forked, random};
pub(crate) use record::{Anchor, Extra, Owner, Record};
pub use sampler::Sampler;
pub(crate) use sampler::{Decision, decide_root, set_sampler};
#[cfg(not(feature = "otlp"))]
pub(crate) use unrecorded::{is_on, push};
pub use value::Value;
