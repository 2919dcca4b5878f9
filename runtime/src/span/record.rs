//! A finished span as calls leave it: small, its times still those of the clock, its name its callsite's.

use super::{
    Attribute, Event, Link, SAMPLED, SpanData, SpanId, SpanKind, Status, TraceId,
    fields::FieldValue, limits,
};
use crate::{
    callsite::{Callsite, Outcome},
    cell::CellSet,
    clock::{self, Stamp},
    metric::Histogram,
    snapshot::Exemplar,
};
use std::{
    borrow::Cow,
    sync::{Arc, Mutex, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

/// Whose span it is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Owner {
    /// An observed function's call, with the cells it was counted in, which know its labels.
    Call { callsite: &'static Callsite, cells: &'static CellSet },
    /// A span that was opened by hand and says everything itself.
    Manual,
    /// A span that `tracing` code of others made.
    Foreign(&'static tracing::Metadata<'static>),
}

/// A finished span that was recorded.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) owner: Owner,
    pub(crate) trace_id: TraceId,
    pub(crate) span_id: SpanId,
    pub(crate) parent: Option<SpanId>,
    pub(crate) parent_is_remote: bool,
    pub(crate) flags: u8,
    pub(crate) outcome: Outcome,
    /// Of an error, its type.
    pub(crate) error_type: Option<&'static str>,
    pub(crate) start: Stamp,
    /// In units of the clock.
    pub(crate) duration: u64,
    /// What only some spans have.
    pub(crate) extra: Option<Box<Extra>>,
}

/// What only some spans have: all that is said of them beyond their call.
#[derive(Debug, Default)]
pub(crate) struct Extra {
    pub(crate) name: Option<Cow<'static, str>>,
    pub(crate) kind: SpanKind,
    pub(crate) status: Status,
    /// Of a call, the fields that its annotation names.
    pub(crate) fields: Vec<FieldValue>,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) dropped_attributes: u32,
    pub(crate) events: Vec<Event>,
    pub(crate) dropped_events: u32,
    pub(crate) links: Vec<Link>,
    pub(crate) dropped_links: u32,
    pub(crate) trace_state: Option<Arc<str>>,
    /// What was recorded of it besides the duration of its call.
    pub(crate) measured: Measured,
}

/// Observations in histograms, which the span of their call shows.
pub(crate) type Measured = [Option<(Histogram, f64)>; 3];

impl Extra {
    /// Sets an attribute; the last value of a key counts.
    pub(crate) fn set(&mut self, attribute: Attribute) {
        let Attribute { key, value } = attribute;
        let value = limits::shortened(value);
        if let Some(known) = self.attributes.iter_mut().find(|known| known.key == key) {
            known.value = value;
        } else if self.attributes.len() < limits::attributes() {
            self.attributes.push(Attribute { key, value });
        } else {
            self.dropped_attributes += 1;
        }
    }

    /// Adds what was said elsewhere, later.
    pub(super) fn absorb(&mut self, later: Self) {
        later.attributes.into_iter().for_each(|attribute| self.set(attribute));
        later.events.into_iter().for_each(|event| self.happened(event));
        later.links.into_iter().for_each(|link| self.linked(link));
        self.dropped_attributes += later.dropped_attributes;
        self.dropped_events += later.dropped_events;
        self.dropped_links += later.dropped_links;
        if later.name.is_some() {
            self.name = later.name;
        }
        if later.kind != SpanKind::default() {
            self.kind = later.kind;
        }
        if later.status != Status::Unset {
            self.status = later.status;
        }
    }

    /// Adds an event.
    pub(crate) fn happened(&mut self, event: Event) {
        if self.events.len() < limits::events() {
            self.events.push(event);
        } else {
            self.dropped_events += 1;
        }
    }

    /// Adds a link.
    pub(crate) fn linked(&mut self, mut link: Link) {
        link.attributes.truncate(limits::link_attributes());
        if self.links.len() < limits::links() {
            self.links.push(link);
        } else {
            self.dropped_links += 1;
        }
    }
}

/// A moment on the clock of calls and on the wall: what turns the one's stamps into the other's times.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Anchor {
    stamp: Stamp,
    unix_nanos: u64,
}

/// An anchor further than this off the wall clock is given up: somebody set the wall clock.
const OFF: u64 = 1_000_000;

impl Anchor {
    /// The anchor of this process. It stays while it is right, so that spans of one trace that are
    /// drained at different times stand in the right order.
    pub(crate) fn now() -> Self {
        static ANCHOR: Mutex<Option<Anchor>> = Mutex::new(None);
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let stamp = clock::now();
        let unix_nanos = u64::try_from(wall.as_nanos()).unwrap_or(u64::MAX);
        let mut anchor = ANCHOR.lock().unwrap_or_else(PoisonError::into_inner);
        match &*anchor {
            Some(known) if known.unix_nanos_of(stamp).abs_diff(unix_nanos) < OFF => *known,
            _ => *anchor.insert(Self { stamp, unix_nanos }),
        }
    }

    /// When a stamp was taken, in nanoseconds since 1970.
    pub(crate) fn unix_nanos_of(&self, stamp: Stamp) -> u64 {
        let after = clock::nanoseconds_of(clock::between(self.stamp, stamp));
        let before = clock::nanoseconds_of(clock::between(stamp, self.stamp));
        self.unix_nanos.saturating_add(after).saturating_sub(before)
    }
}

impl Record {
    /// Everything about it, for export. A sampled call is the exemplar of its bucket from now on, as now its
    /// trace is on its way to where it can be looked up.
    pub(crate) fn resolve(self, anchor: &Anchor) -> SpanData {
        let extra = self.extra.map(|extra| *extra).unwrap_or_default();
        let start_unix_nanos = anchor.unix_nanos_of(self.start);
        let lasted = clock::nanoseconds_of(self.duration);
        let mut span = SpanData {
            trace_id: self.trace_id,
            span_id: self.span_id,
            parent_span_id: self.parent,
            parent_is_remote: self.parent_is_remote,
            flags: self.flags,
            trace_state: extra.trace_state,
            name: extra.name.unwrap_or_else(|| self.owner.name().into()),
            kind: extra.kind,
            start_unix_nanos,
            end_unix_nanos: start_unix_nanos.saturating_add(lasted),
            status: extra.status,
            attributes: extra.attributes,
            dropped_attributes: extra.dropped_attributes,
            events: extra.events,
            dropped_events: extra.dropped_events,
            links: extra.links,
            dropped_links: extra.dropped_links,
            scope: "observant".into(),
        };
        match self.owner {
            Owner::Call { callsite, cells } => {
                if self.flags & SAMPLED != 0 {
                    let exemplar = Exemplar {
                        trace_id: self.trace_id.number(),
                        span_id: self.span_id.number(),
                        #[allow(clippy::cast_precision_loss)] // As sums of durations are.
                        value: clock::seconds(self.duration as f64),
                        unix_nanos: span.end_unix_nanos,
                    };
                    cells.exemplify(self.outcome as usize, self.duration, exemplar);
                    for (histogram, value) in extra.measured.into_iter().flatten() {
                        histogram.exemplify(Exemplar { value, ..exemplar });
                    }
                }
                add_fields(&mut span, callsite, &extra.fields);
                describe_call(&mut span, callsite, cells, self.outcome, self.error_type);
            }
            Owner::Manual => {}
            Owner::Foreign(metadata) => describe_foreign(&mut span, metadata),
        }
        span
    }
}

impl Owner {
    fn name(&self) -> &'static str {
        match self {
            Self::Call { callsite, .. } => callsite.metadata().function,
            Self::Manual => "unnamed",
            Self::Foreign(metadata) => metadata.name(),
        }
    }
}

/// The fields of its annotation; what was said of one since then counts.
fn add_fields(span: &mut SpanData, callsite: &'static Callsite, values: &[FieldValue]) {
    for (name, value) in callsite.spans().fields.iter().zip(values) {
        let later = span.attributes.iter().any(|attribute| attribute.key == *name);
        if let (false, Some(value)) = (later, value.to_value()) {
            span.attributes.push(Attribute::new(*name, limits::shortened(value)));
        }
    }
}

/// Attributes that a call's span has by itself, besides its labels.
const MOST_OWN: usize = 5;

/// What every call's span says: where its code is (semantic conventions 1.41, "Source Code Attributes"),
/// its labels, and how it ended.
fn describe_call(
    span: &mut SpanData,
    callsite: &'static Callsite,
    cells: &'static CellSet,
    outcome: Outcome,
    error_type: Option<&'static str>,
) {
    let meta = callsite.metadata();
    span.attributes.reserve(MOST_OWN + meta.labels.len());
    span.attributes.push(Attribute::new("code.function.name", callsite.path()));
    span.attributes.push(Attribute::new("code.file.path", meta.module.file));
    span.attributes.push(Attribute::new("code.line.number", meta.line));
    let labels = callsite.labels_of(cells);
    span.attributes.extend(labels.into_iter().map(|(name, value)| Attribute::new(name, value)));
    span.attributes.push(Attribute::new("observe.outcome", outcome.text()));
    let error_type = match outcome {
        Outcome::Ok => return,
        Outcome::Error => error_type.unwrap_or("_OTHER"),
        // What ended it is what is known of the error (semantic conventions, `error.type`).
        Outcome::Panic | Outcome::Cancelled => outcome.text(),
    };
    span.attributes.push(Attribute::new("error.type", error_type));
    if span.status == Status::Unset && outcome != Outcome::Cancelled {
        span.status = Status::Error(error_type.into());
    }
}

fn describe_foreign(span: &mut SpanData, metadata: &'static tracing::Metadata<'static>) {
    span.scope = metadata.target().into();
    if let Some(file) = metadata.file() {
        span.attributes.push(Attribute::new("code.file.path", file));
    }
    if let Some(line) = metadata.line() {
        span.attributes.push(Attribute::new("code.line.number", line));
    }
}

#[cfg(test)]
mod tests {
    use super::{Attribute, Extra, SpanKind, Status};

    #[test]
    fn what_is_said_later_counts() {
        let mut extra = Extra::default();
        extra.set(Attribute::new("a", "before"));
        let mut later = Extra { kind: SpanKind::Client, status: Status::Ok, ..Extra::default() };
        later.name = Some("named".into());
        later.set(Attribute::new("a", "after"));
        extra.absorb(later);
        assert_eq!((extra.kind, extra.status.clone()), (SpanKind::Client, Status::Ok));
        assert_eq!(extra.name.as_deref(), Some("named"));
        assert_eq!(extra.attributes, [Attribute::new("a", "after")]);
        extra.absorb(Extra::default());
        assert_eq!((extra.kind, extra.status), (SpanKind::Client, Status::Ok));
    }
}
