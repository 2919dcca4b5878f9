//! Fields of foreign spans and events as attributes.

use super::super::{Attribute, Event, Extra, SpanKind, Status, Value, record::Anchor, shown};
use crate::clock;
use std::{borrow::Cow, error::Error, fmt};
use tracing::{
    Metadata,
    field::{Field, Visit},
};

/// What the fields of a foreign span say.
#[derive(Default)]
pub(super) struct Visitor {
    attributes: Vec<Attribute>,
    name: Option<String>,
    kind: Option<SpanKind>,
    status: Option<Status>,
    message: Option<String>,
}

impl Visitor {
    fn put(&mut self, field: &Field, value: impl Into<Value>) {
        self.attributes.push(Attribute::new(field.name(), value));
    }

    /// Fields that `tracing` users know from its OpenTelemetry layer, and that are no attributes.
    fn special(&mut self, field: &Field, value: &str) -> bool {
        match field.name() {
            "otel.name" => self.name = Some(value.to_owned()),
            "otel.kind" => self.kind = kind(value),
            "otel.status_code" => self.status = status(value),
            "otel.status_message" | "otel.status_description" => {}
            _ => return false,
        }
        true
    }

    /// Tells a span what its fields say.
    pub(super) fn tell(self, extra: &mut Extra) {
        if let Some(name) = self.name {
            extra.name = Some(Cow::Owned(name));
        }
        if let Some(kind) = self.kind {
            extra.kind = kind;
        }
        if let Some(status) = self.status {
            extra.status = status;
        }
        let message = self.message.map(|message| Attribute::new("message", message));
        self.attributes.into_iter().chain(message).for_each(|attribute| extra.set(attribute));
    }

    /// What happened, from the fields of an event.
    pub(super) fn into_event(self, metadata: &'static Metadata<'static>) -> Event {
        let mut attributes = self.attributes;
        attributes.push(Attribute::new("level", metadata.level().as_str()));
        attributes.push(Attribute::new("target", metadata.target()));
        attributes.truncate(super::super::limits::event_attributes());
        Event {
            name: self.message.map_or(Cow::Borrowed(metadata.name()), Cow::Owned),
            unix_nanos: Anchor::now().unix_nanos_of(clock::now()),
            attributes,
        }
    }
}

fn kind(text: &str) -> Option<SpanKind> {
    let kinds = [
        ("internal", SpanKind::Internal),
        ("server", SpanKind::Server),
        ("client", SpanKind::Client),
        ("producer", SpanKind::Producer),
        ("consumer", SpanKind::Consumer),
    ];
    kinds.iter().find(|(name, _)| text.eq_ignore_ascii_case(name)).map(|(_, kind)| *kind)
}

fn status(text: &str) -> Option<Status> {
    if text.eq_ignore_ascii_case("ok") {
        Some(Status::Ok)
    } else if text.eq_ignore_ascii_case("error") {
        Some(Status::Error(Cow::Borrowed("")))
    } else {
        None
    }
}

impl Visit for Visitor {
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            self.message = Some(value.to_owned());
        } else if !self.special(field, value) {
            self.put(field, value.to_owned());
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.put(field, shown(format_args!("{value}")));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &shown(format_args!("{value:?}")));
    }
}
