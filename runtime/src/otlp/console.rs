//! Traces as trees that a person reads, on standard output.

use super::groups::Groups;
use crate::span::{Attribute, SpanData, SpanId, Status, Value};
use std::{
    collections::{HashMap, HashSet},
    fmt::Write as _,
    io::Write,
};
use tokio::time::Instant;

/// Deeper spans stand below one another.
const DEEPEST: usize = 40;

/// What every call's span says and nobody wants to read in a tree.
const PLAIN: [&str; 5] =
    ["code.function.name", "code.file.path", "code.line.number", "observe.outcome", "error.type"];

/// Writes traces once their root in this process has ended.
pub(super) struct Console {
    traces: Groups,
    out: Box<dyn Write + Send>,
    colours: bool,
}

impl Console {
    pub(super) fn new(out: Box<dyn Write + Send>, colours: bool) -> Self {
        Self { traces: Groups::default(), out, colours }
    }

    /// Spans that wait.
    pub(super) fn len(&self) -> usize {
        self.traces.len()
    }

    pub(super) fn add(&mut self, span: SpanData, now: Instant) {
        self.traces.add(span, now);
    }

    /// Writes what is whole, or not waited for any longer. How many spans that were.
    pub(super) fn write_ended(&mut self, now: Instant) -> usize {
        let mut traces = self.traces.take_ended();
        traces.extend(self.traces.take_late(now));
        self.write(traces)
    }

    /// Writes everything.
    pub(super) fn write_all(&mut self) -> usize {
        let traces = self.traces.take_all();
        self.write(traces)
    }

    /// Makes room: writes the trace that has waited longest.
    pub(super) fn write_oldest(&mut self) -> usize {
        let oldest = self.traces.take_oldest();
        self.write(oldest.into_iter().collect())
    }

    fn write(&mut self, traces: Vec<Vec<SpanData>>) -> usize {
        let mut written = 0;
        for spans in traces {
            let text = tree(&spans, self.colours);
            // One write a trace, so that none stands within another. Nobody may be reading.
            let _ = self.out.write_all(text.as_bytes());
            let _ = self.out.flush();
            written += spans.len();
        }
        written
    }
}

/// The spans of one trace as lines.
pub(super) fn tree(spans: &[SpanData], colours: bool) -> String {
    let Some(first) = spans.first() else { return String::new() };
    let known: HashSet<SpanId> = spans.iter().map(|span| span.span_id).collect();
    let mut roots = Vec::new();
    let mut children: HashMap<SpanId, Vec<&SpanData>> = HashMap::new();
    for span in spans {
        match span.parent_span_id {
            Some(parent) if known.contains(&parent) && parent != span.span_id => {
                children.entry(parent).or_default().push(span);
            }
            _ => roots.push(span),
        }
    }
    roots.sort_by_key(|span| span.start_unix_nanos);
    for siblings in children.values_mut() {
        siblings.sort_by_key(|span| span.start_unix_nanos);
    }
    let began = spans.iter().map(|span| span.start_unix_nanos).min().unwrap_or_default();
    let ended = spans.iter().map(|span| span.end_unix_nanos).max().unwrap_or_default();
    let mut tree = Tree { out: String::new(), colours, began, children };
    let Paint { bold, plain, .. } = tree.paint();
    let whole = duration(ended - began);
    let _ = writeln!(tree.out, "{bold}trace {}{plain}  {whole}", first.trace_id);
    tree.siblings(&roots);
    tree.out
}

struct Tree<'a> {
    out: String,
    colours: bool,
    /// When the first span began.
    began: u64,
    children: HashMap<SpanId, Vec<&'a SpanData>>,
}

/// ANSI escapes, or nothing.
struct Paint {
    bold: &'static str,
    dim: &'static str,
    green: &'static str,
    red: &'static str,
    plain: &'static str,
}

impl<'a> Tree<'a> {
    fn paint(&self) -> Paint {
        if self.colours {
            Paint {
                bold: "\x1b[1m",
                dim: "\x1b[2m",
                green: "\x1b[32m",
                red: "\x1b[31m",
                plain: "\x1b[0m",
            }
        } else {
            Paint { bold: "", dim: "", green: "", red: "", plain: "" }
        }
    }

    /// A walk with a stack of its own: a trace may be deeper than a thread's.
    fn siblings(&mut self, roots: &[&'a SpanData]) {
        let ranked = |siblings: &[&'a SpanData], prefix: &str, depth: usize| {
            let last = siblings.len().saturating_sub(1);
            let each = siblings.iter().enumerate();
            let each = each.map(|(at, span)| (*span, prefix.to_owned(), at == last, depth));
            each.rev().collect::<Vec<_>>()
        };
        let mut waiting = ranked(roots, "", 0);
        while let Some((span, prefix, last, depth)) = waiting.pop() {
            let (branch, below) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            let inner = if depth < DEEPEST { format!("{prefix}{below}") } else { prefix.clone() };
            // Removed, so that a loop of parents ends.
            let below = self.children.remove(&span.span_id).unwrap_or_default();
            self.span(span, &format!("{prefix}{branch}"));
            let bar = if below.is_empty() { "   " } else { "│  " };
            self.events(span, &format!("{inner}{bar}"));
            waiting.extend(ranked(&below, &inner, depth + 1));
        }
    }

    fn span(&mut self, span: &SpanData, prefix: &str) {
        let Paint { bold, dim, green, red, plain } = self.paint();
        let took = duration(span.end_unix_nanos.saturating_sub(span.start_unix_nanos));
        let name = shown(&span.name);
        let _ = write!(self.out, "{dim}{prefix}{plain}{bold}{name}{plain}  {took}");
        let outcome = text_of(span, "observe.outcome");
        match (&span.status, outcome) {
            (Status::Error(text), outcome) => {
                let outcome = outcome.unwrap_or("error");
                let error = text_of(span, "error.type").unwrap_or(text);
                let more =
                    if error == outcome { String::new() } else { format!(" {}", shown(error)) };
                let _ = write!(self.out, "  {red}{outcome}{more}{plain}");
            }
            (_, Some("ok")) | (Status::Ok, None) => {
                let _ = write!(self.out, "  {green}ok{plain}");
            }
            (_, Some(other)) => {
                let _ = write!(self.out, "  {red}{}{plain}", shown(other));
            }
            (Status::Unset, None) => {}
        }
        let told = span.attributes.iter().filter(|each| !PLAIN.contains(&each.key.as_ref()));
        for attribute in told {
            let _ = write!(self.out, "  {dim}{}{plain}", pair(attribute));
        }
        self.out.push('\n');
    }

    fn events(&mut self, span: &SpanData, prefix: &str) {
        let Paint { dim, plain, .. } = self.paint();
        for event in &span.events {
            let after = duration(event.unix_nanos.saturating_sub(self.began));
            let _ = write!(self.out, "{dim}{prefix}· {} +{after}", shown(&event.name));
            for attribute in &event.attributes {
                let _ = write!(self.out, "  {}", pair(attribute));
            }
            let _ = writeln!(self.out, "{plain}");
        }
    }
}

fn text_of<'a>(span: &'a SpanData, key: &str) -> Option<&'a str> {
    span.attributes.iter().find(|attribute| attribute.key == key).and_then(|attribute| {
        match &attribute.value {
            Value::Text(text) => Some(text.as_ref()),
            _ => None,
        }
    })
}

fn pair(attribute: &Attribute) -> String {
    let value = match &attribute.value {
        Value::Bool(value) => value.to_string(),
        Value::I64(number) => number.to_string(),
        Value::F64(number) => number.to_string(),
        Value::Text(text) if text.contains([' ', '"']) => quoted(text),
        Value::Text(text) => shown(text),
        Value::Texts(texts) => {
            format!("[{}]", texts.iter().map(|text| shown(text)).collect::<Vec<_>>().join(", "))
        }
    };
    format!("{}={value}", shown(&attribute.key))
}

/// Without what a terminal would obey.
fn shown(text: &str) -> String {
    if text.chars().any(char::is_control) {
        text.escape_debug().to_string()
    } else {
        text.to_owned()
    }
}

/// Between quotes, so that one sees where it ends.
fn quoted(text: &str) -> String {
    if text.chars().any(char::is_control) {
        format!("\"{}\"", text.escape_debug())
    } else {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

/// Three digits and a unit.
#[allow(clippy::cast_precision_loss)] // Three digits are shown.
fn duration(nanoseconds: u64) -> String {
    let number = nanoseconds as f64;
    let (value, unit) = match nanoseconds {
        0..1_000 => return format!("{nanoseconds} ns"),
        1_000..999_500 => (number / 1e3, "µs"),
        999_500..999_500_000 => (number / 1e6, "ms"),
        _ => (number / 1e9, "s"),
    };
    if value < 9.995 {
        format!("{value:.2} {unit}")
    } else if value < 99.95 {
        format!("{value:.1} {unit}")
    } else {
        format!("{value:.0} {unit}")
    }
}
