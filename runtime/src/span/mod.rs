//! Spans as plain data: ids, contexts, sampling, finished records and the buffers they wait in.
//!
//! Knows callsites by their names and the clock; knows nothing of calls, of export or of wires. Calls
//! write records (`observe`), an exporter drains them (`otlp`). Without an exporter in the program
//! nothing is recorded.

mod b3;
mod baggage;
#[cfg(feature = "subscriber")]
mod bridge;
#[cfg(not(feature = "subscriber"))]
#[path = "unbridged.rs"]
mod bridge;
#[cfg(feature = "otlp")]
mod buffer;
#[cfg(not(feature = "otlp"))]
#[path = "unrecorded.rs"]
mod buffer;
#[cfg(feature = "testing")]
mod captured;
mod carrier;
mod context;
mod data;
mod fields;
#[cfg(feature = "otlp")]
mod handed_out;
mod id;
mod kept;
pub(crate) mod limits;
mod live;
mod mode;
mod propagation;
mod record;
mod sampler;
mod stack;
mod told;
mod trace_state;
mod value;

pub use baggage::{Baggage, InvalidBaggage};
#[cfg(feature = "subscriber")]
pub(crate) use bridge::is_bridged;
#[cfg(feature = "otlp")]
pub(crate) use bridge::refused;
#[cfg(feature = "subscriber")]
pub use bridge::{JsonFormat, ObserveLayer, ObserveSubscriber, TextFormat, layer, subscriber};
pub(crate) use buffer::forget_exporter;
#[cfg(feature = "otlp")]
pub(crate) use buffer::{discard, drain, dropped, install, pending, quiet, uninstall};
#[cfg(feature = "testing")]
pub(crate) use captured::Captured;
pub use carrier::{Extractor, Injector};
pub use context::{InvalidTraceparent, SpanContext};
pub(crate) use context::{RANDOM, SAMPLED};
pub use data::{Attribute, Event, Link, SpanData, SpanKind, Status};
pub(crate) use fields::FieldValue;
#[cfg(feature = "otlp")]
pub(crate) use handed_out::went_out;
pub use id::{SpanId, TraceId};
pub(crate) use id::{forked, random};
pub(crate) use kept::{Rider, rider, with_call};
pub(crate) use live::{Ending, Fields, Span, current, is_wanted, wants_fields};
#[cfg(feature = "tower")]
pub(crate) use mode::get as mode;
pub(crate) use mode::set_record_all;
pub use propagation::Propagator;
pub(crate) use propagation::{Propagated, set_propagators};
pub(crate) use record::{Extra, Measured, Owner, Record};
#[cfg(feature = "tower")]
pub(crate) use sampler::Decision;
pub use sampler::Sampler;
#[cfg(test)]
pub(crate) use sampler::tests::{turn, with as with_sampler};
pub(crate) use sampler::{decide_root, set_sampler};
pub(crate) use stack::{Carried, Node, Place};
pub(crate) use told::Told;
pub use value::Value;
pub(crate) use value::shown;

/// Hands a finished span over to whoever takes it.
pub(crate) fn push(record: Record) {
    #[cfg(feature = "testing")]
    let Some(record) = captured::keep(record) else { return };
    buffer::push(record);
}
