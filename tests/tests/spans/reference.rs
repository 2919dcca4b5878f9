//! A plain layer that knows nothing of us: what `tracing` itself says of spans that are all made at once.

use crate::tree::Seen;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::{LookupSpan, SpanRef};

/// Notes down every span.
#[derive(Clone, Default)]
pub(crate) struct Reference(Arc<Mutex<Vec<Seen>>>);

/// Ids of `tracing` come back; these do not. By the layer that gave them.
#[derive(Default)]
struct Numbers(HashMap<usize, u64>);

impl Reference {
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.0.lock().unwrap().clone()
    }

    fn key(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    /// `None` for a span that this layer was not told of.
    fn number(&self, span: &SpanRef<'_, impl for<'a> LookupSpan<'a>>) -> Option<u64> {
        span.extensions().get::<Numbers>()?.0.get(&self.key()).copied()
    }

    fn note(&self, number: u64, note: String) {
        let mut seen = self.0.lock().unwrap();
        let span = seen.iter_mut().find(|span| span.id == number).unwrap();
        span.notes.push(note);
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Reference {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        let parent = span.parent().and_then(|parent| self.number(&parent));
        let mut seen = self.0.lock().unwrap();
        let number = seen.len() as u64 + 1;
        let mut extensions = span.extensions_mut();
        let mut numbers = extensions.remove::<Numbers>().unwrap_or_default();
        numbers.0.insert(self.key(), number);
        extensions.insert(numbers);
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let notes = fields.field.map(|field| format!("field {field}")).into_iter().collect();
        let name = span.name().to_owned();
        seen.push(Seen { id: number, parent, name, notes, links: Vec::new() });
    }

    fn on_record(&self, id: &Id, record: &Record<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        record.record(&mut fields);
        let number = self.number(&context.span(id).unwrap()).unwrap();
        if let Some(late) = fields.late {
            self.note(number, format!("late {late}"));
        }
        match fields.outcome.as_deref() {
            Some("error") => self.note(number, format!("error {}", fields.error_type.unwrap())),
            Some("panic") => self.note(number, "error panic".to_owned()),
            _ => {}
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        if let Some(span) = context.event_span(event) {
            let number = self.number(&span).unwrap();
            self.note(number, format!("event {}", fields.message.unwrap()));
        }
    }

    fn on_follows_from(&self, id: &Id, other: &Id, context: Context<'_, S>) {
        let number = |id| self.number(&context.span(id).unwrap()).unwrap();
        let (number, other) = (number(id), number(other));
        let mut seen = self.0.lock().unwrap();
        seen.iter_mut().find(|span| span.id == number).unwrap().links.push(other);
    }
}

#[derive(Default)]
struct Fields {
    message: Option<String>,
    field: Option<String>,
    late: Option<String>,
    outcome: Option<String>,
    error_type: Option<String>,
}

impl Visit for Fields {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.keep(field, format!("I64({value})"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.keep(field, format!("I64({value})"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "observe.outcome" => self.outcome = Some(value.to_owned()),
            "error.type" => self.error_type = Some(value.to_owned()),
            _ => self.keep(field, format!("Text({value:?})")),
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.message = Some(format!("{value:?}"));
        } else {
            self.keep(field, format!("Text({:?})", format!("{value:?}")));
        }
    }
}

impl Fields {
    fn keep(&mut self, field: &Field, value: String) {
        match field.name() {
            "field" => self.field = Some(value),
            "late" => self.late = Some(value),
            _ => {}
        }
    }
}
