//! Lines of logs that say which span they belong to.

use observant::testing::{self, SpanData};
use observant::{JsonFormat, TextFormat, observe};
use serde_json::Value;
use std::fmt::{Display, Formatter};
use std::io::Write;
use std::sync::{Arc, Mutex};
use tracing::{Dispatch, info, info_span, warn};
use tracing_subscriber::fmt::{self, MakeWriter};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

#[observe]
fn work() {
    info!(count = 3, ok = true, "in the call\nwith a line of its own");
    let span = info_span!("block");
    span.in_scope(|| warn!(share = 0.5, "in a block"));
    info!(parent: &span, "told to the block");
}

fn run(dispatch: &Dispatch) -> Vec<SpanData> {
    let capture = testing::capture();
    tracing::dispatcher::with_default(dispatch, || {
        info!("outside");
        work();
    });
    capture.spans()
}

fn id_of(spans: &[SpanData], name: &str) -> String {
    spans.iter().find(|span| span.name == name).unwrap().span_id.to_string()
}

#[test]
fn json_lines_carry_the_ids_of_their_span() {
    let lines = Lines::default();
    let layer = fmt::layer().event_format(JsonFormat::default()).with_writer(lines.clone());
    let spans = run(&Dispatch::new(observant::subscriber(registry().with(layer))));
    let parsed: Vec<Value> =
        lines.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(parsed.len(), 4, "a newline in a message is no new line");
    let [_, call, block, told] = &parsed[..] else { unreachable!() };
    assert_eq!(call["message"], "in the call\nwith a line of its own");
    assert_eq!(call["fields"]["count"], 3);
    assert_eq!(call["fields"]["ok"], true);
    assert_eq!(call["level"], "INFO");
    assert_eq!(call["spans"], serde_json::json!(["work"]));
    assert_eq!(call["span_id"], id_of(&spans, "work"));
    assert_eq!(call["trace_id"], spans[0].trace_id.to_string());
    assert_eq!(block["fields"]["share"], 0.5);
    assert_eq!(block["spans"], serde_json::json!(["work", "block"]));
    assert_eq!(block["span_id"], id_of(&spans, "block"));
    assert_eq!(told["span_id"], id_of(&spans, "block"));
    assert!(call["timestamp"].as_str().unwrap().ends_with('Z'));
}

#[test]
fn lines_for_people_carry_them_too() {
    let lines = Lines::default();
    let layer = fmt::layer().event_format(TextFormat::default()).with_writer(lines.clone());
    let spans = run(&Dispatch::new(registry().with(observant::layer()).with(layer)));
    let text = lines.text();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 4, "{text}");
    let ids =
        |name: &str| format!("trace_id={} span_id={}", spans[0].trace_id, id_of(&spans, name));
    let head = " INFO work: spans::formats: in the call\\nwith a line of its own count=3 ok=true";
    assert!(lines[1].contains(head), "{text}");
    assert!(lines[1].ends_with(&ids("work")), "{text}");
    assert!(lines[2].contains(" WARN work:block: "), "{text}");
    assert!(lines[2].ends_with(&ids("block")), "{text}");
}

/// As a date with a wrong pattern: its formatting fails half way.
#[derive(Clone, Copy)]
struct Half;

impl Display for Half {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("half")?;
        Err(std::fmt::Error)
    }
}

#[observe(fields(date = %date))]
fn dated(date: Half) {
    info!(date = %date, "dated");
}

#[observe(tool = tool)]
fn called(tool: Half) -> u8 {
    let _ = tool;
    1
}

#[test]
fn what_cannot_show_itself_shows_what_it_can() {
    let lines = Lines::default();
    let layer = fmt::layer().event_format(JsonFormat::default()).with_writer(lines.clone());
    let dispatch = Dispatch::new(observant::subscriber(registry().with(layer)));
    let capture = testing::capture();
    tracing::dispatcher::with_default(&dispatch, || {
        dated(Half);
        assert_eq!(called(Half), 1);
    });
    // The layer that writes lines would panic by itself, of a span of `tracing`.
    tracing::dispatcher::with_default(&Dispatch::new(observant::subscriber(registry())), || {
        info_span!("block", date = %Half).in_scope(|| ());
    });
    let line: Value = serde_json::from_str(lines.text().trim()).unwrap();
    assert_eq!(line["fields"]["date"], "half");
    let spans = capture.spans();
    for name in ["dated", "block"] {
        let span = spans.iter().find(|span| span.name == name).expect(name);
        let date = span.attributes.iter().find(|attribute| attribute.key == "date").expect(name);
        assert_eq!(date.value, testing::Value::Text("half".into()), "{name}");
    }
    assert!(spans.iter().any(|span| span.name == "execute_tool half"), "{spans:?}");
}
