//! Formatters for the layer `fmt` of `tracing-subscriber`, whose lines say which trace and span they belong to.

use super::super::{SpanContext, shown};
use serde_json::{Map, Value};
use std::{cell::RefCell, error::Error, fmt};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    fmt::{
        FmtContext, FormatEvent, FormatFields,
        format::Writer,
        time::{FormatTime, SystemTime},
    },
    registry::LookupSpan,
};

thread_local! {
    /// The span of an event that names its parent, while it is told.
    static NAMED: RefCell<Option<SpanContext>> = const { RefCell::new(None) };
}

/// Tells `tell` of an event whose parent is `context`.
pub(super) fn with_parent<R>(context: Option<SpanContext>, tell: impl FnOnce() -> R) -> R {
    struct Restored(Option<SpanContext>);
    impl Drop for Restored {
        fn drop(&mut self) {
            NAMED.set(self.0.take());
        }
    }
    let _restored = Restored(NAMED.replace(context));
    tell()
}

/// The span an event belongs to.
fn context_of(event: &Event<'_>) -> Option<SpanContext> {
    if event.is_contextual() { super::super::current() } else { NAMED.with_borrow(Clone::clone) }
}

/// One JSON object a line: `timestamp`, `level`, `target`, `message`, `fields`, the names of the `spans`
/// around it, and under [`subscriber()`](crate::subscriber()) or [`layer()`](crate::layer())
/// `trace_id` and `span_id`.
///
/// # Example
///
/// ```
/// use tracing_subscriber::{fmt, layer::SubscriberExt as _};
///
/// let stack = tracing_subscriber::registry().with(fmt::layer().event_format(observant::JsonFormat::default()));
/// let stack = observant::subscriber(stack);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct JsonFormat {}

/// A line for people: time, level, the names of the spans around it, target, message and fields, and under
/// [`subscriber()`](crate::subscriber()) or [`layer()`](crate::layer()) `trace_id` and `span_id`.
///
/// # Example
///
/// ```
/// use tracing_subscriber::{fmt, layer::SubscriberExt as _};
///
/// let stack = tracing_subscriber::registry().with(fmt::layer().event_format(observant::TextFormat::default()));
/// let stack = observant::subscriber(stack);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct TextFormat {}

fn spans<S, N>(context: &FmtContext<'_, S, N>, event: &Event<'_>) -> Vec<&'static str>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    let scope = context.parent_span().filter(|_| event.is_contextual());
    let scope = scope.or_else(|| context.span(event.parent()?));
    scope.map(|span| span.scope().from_root().map(|span| span.name()).collect()).unwrap_or_default()
}

fn now() -> String {
    let mut time = String::new();
    // A clock that cannot be read leaves the place empty.
    let _ = SystemTime.format_time(&mut Writer::new(&mut time));
    time
}

impl<S, N> FormatEvent<S, N> for JsonFormat
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let metadata = event.metadata();
        let mut fields = Fields::default();
        event.record(&mut fields);
        let mut line = Map::new();
        let mut put = |key: &str, value: Value| line.insert(key.to_owned(), value);
        put("timestamp", now().into());
        put("level", metadata.level().as_str().into());
        put("target", metadata.target().into());
        put("message", fields.message.into());
        if !fields.others.is_empty() {
            put("fields", fields.others.into());
        }
        let spans = spans(context, event);
        if !spans.is_empty() {
            put("spans", spans.into());
        }
        if let Some(span) = context_of(event) {
            put("trace_id", span.trace_id().to_string().into());
            put("span_id", span.span_id().to_string().into());
        }
        writeln!(writer, "{}", Value::Object(line))
    }
}

impl<S, N> FormatEvent<S, N> for TextFormat
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let metadata = event.metadata();
        let mut fields = Fields::default();
        event.record(&mut fields);
        write!(writer, "{} {:>5} ", now(), metadata.level())?;
        for name in spans(context, event) {
            write!(writer, "{name}:")?;
        }
        write!(writer, " {}: {}", metadata.target(), one_line(&fields.message))?;
        for (key, value) in &fields.others {
            match value {
                Value::String(text) => write!(writer, " {key}={}", one_line(text))?,
                other => write!(writer, " {key}={other}")?,
            }
        }
        if let Some(span) = context_of(event) {
            write!(writer, " trace_id={} span_id={}", span.trace_id(), span.span_id())?;
        }
        writeln!(writer)
    }
}

/// A text without control characters, which could pretend to be lines of their own or steer a terminal.
fn one_line(text: &str) -> String {
    let shown = |character: char| -> String {
        if character.is_control() {
            character.escape_default().to_string()
        } else {
            character.to_string()
        }
    };
    text.chars().map(shown).collect()
}

#[derive(Default)]
struct Fields {
    message: String,
    others: Map<String, Value>,
}

impl Fields {
    fn put(&mut self, field: &Field, value: impl Into<Value>) {
        self.others.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Fields {
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
            value.clone_into(&mut self.message);
        } else {
            self.put(field, value);
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.put(field, shown(format_args!("{value}")));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &shown(format_args!("{value:?}")));
    }
}
