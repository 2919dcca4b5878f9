//! A finished span, as plain data that exporters read.

use super::{SpanContext, SpanId, TraceId, value::Value};
use std::{borrow::Cow, sync::Arc};

/// A key and a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// Its name, such as `error.type`.
    pub key: Cow<'static, str>,
    /// Its value.
    pub value: Value,
}

impl Attribute {
    /// An attribute.
    pub fn new(key: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        Self { key: key.into(), value: value.into() }
    }
}

/// Something that happened within a span.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// What happened.
    pub name: Cow<'static, str>,
    /// When, in nanoseconds since 1970.
    pub unix_nanos: u64,
    /// What else is known of it.
    pub attributes: Vec<Attribute>,
}

/// Another span that this one has to do with, and is no child of.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The other span.
    pub context: SpanContext,
    /// What else is known of the link.
    pub attributes: Vec<Attribute>,
}

/// Which side of a call a span is (OpenTelemetry trace API, "`SpanKind`").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SpanKind {
    /// Within the process.
    #[default]
    Internal,
    /// Answers a request from elsewhere.
    Server,
    /// Asks elsewhere and waits for the answer.
    Client,
    /// Starts work elsewhere and does not wait.
    Producer,
    /// Does work that was started elsewhere.
    Consumer,
}

/// How a span ended (OpenTelemetry trace API, "Set Status").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// Nothing went wrong that anybody told.
    #[default]
    Unset,
    /// Somebody said that all is well.
    Ok,
    /// It went wrong; the text is a type, never an error's message.
    Error(Cow<'static, str>),
}

/// A finished span.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SpanData {
    /// The trace it is a part of.
    pub trace_id: TraceId,
    /// Its own id.
    pub span_id: SpanId,
    /// The span it is a part of; `None` for the root of a trace.
    pub parent_span_id: Option<SpanId>,
    /// That span is in another process.
    pub parent_is_remote: bool,
    /// The flags of its trace (W3C Trace Context level 2, section 3.2.2.5).
    pub flags: u8,
    /// What `tracestate` came with the trace.
    pub trace_state: Option<Arc<str>>,
    /// Its name.
    pub name: Cow<'static, str>,
    /// Which side of a call it is.
    pub kind: SpanKind,
    /// When it began, in nanoseconds since 1970.
    pub start_unix_nanos: u64,
    /// When it ended, in nanoseconds since 1970; not before its start.
    pub end_unix_nanos: u64,
    /// How it ended.
    pub status: Status,
    /// What is known of it.
    pub attributes: Vec<Attribute>,
    /// Attributes that were past the bound.
    pub dropped_attributes: u32,
    /// What happened within it, in order.
    pub events: Vec<Event>,
    /// Events that were past the bound.
    pub dropped_events: u32,
    /// What else it has to do with.
    pub links: Vec<Link>,
    /// Links that were past the bound.
    pub dropped_links: u32,
    /// Who made it: `observant`, or the target of a foreign `tracing` span.
    pub scope: Cow<'static, str>,
}
