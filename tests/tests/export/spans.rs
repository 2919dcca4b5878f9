//! Spans of observed functions in a collector.

use super::{apart_from_twins, exporting, program};
use opentelemetry_proto::tonic::{common::v1::any_value::Value, trace::v1::status::StatusCode};

fn text(span: &opentelemetry_proto::tonic::trace::v1::Span, key: &str) -> Option<String> {
    let found = span.attributes.iter().find(|pair| pair.key == key)?;
    match found.value.clone()?.value? {
        Value::StringValue(text) => Some(text),
        other => panic!("{other:?}"),
    }
}

#[test]
fn calls_are_spans_with_their_place_and_outcome() {
    for protocol in ["http/protobuf", "grpc"] {
        let (receiver, mut program) = exporting(&[("OTEL_EXPORTER_OTLP_PROTOCOL", protocol)]);
        program.init("");
        program.tell("call plain fallible");
        assert_eq!(program.tell("flush"), true);
        let spans = receiver.spans();
        assert_eq!(spans.len(), 2);
        let plain = spans.iter().find(|span| span.name == "plain").unwrap();
        let place = text(plain, "code.function.name").unwrap();
        assert_eq!(place, "observant_fixture_program::functions::plain");
        assert!(plain.end_time_unix_nano >= plain.start_time_unix_nano);
        assert!(plain.start_time_unix_nano > 1_700_000_000_000_000_000);
        assert_eq!((plain.trace_id.len(), plain.span_id.len()), (16, 8));
        assert!(plain.parent_span_id.is_empty());
        assert_eq!(text(plain, "observe.outcome").as_deref(), Some("ok"));
        let failed = spans.iter().find(|span| span.name == "fallible").unwrap();
        assert_eq!(failed.status.clone().unwrap().code(), StatusCode::Error);
        assert!(text(failed, "error.type").is_some());
        let scrape = program.get("/metrics").text().to_owned();
        assert!(scrape.contains("observant_spans_exported_total 2\n"));
        assert_eq!(program.status()["export"]["traces"]["exported"], 2);
        assert_eq!(apart_from_twins(&program.end()), "");
    }
}

#[test]
fn a_call_within_a_call_is_its_child() {
    let (receiver, mut program) = exporting(&[]);
    program.init("");
    program.tell("work");
    program.end();
    let spans = receiver.spans();
    let both = spans.iter().find(|span| span.name == "Store::load_both").unwrap();
    let inner = spans.iter().filter(|span| span.parent_span_id == both.span_id);
    let mut names: Vec<_> = inner.map(|span| span.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names, ["Store::load", "custom"]);
}

#[test]
fn nothing_is_recorded_that_was_not_chosen_and_the_tail_rule_keeps_errors() {
    let off = ("OTEL_TRACES_SAMPLER", "always_off");
    let (receiver, mut program) = exporting(&[off]);
    program.init("");
    program.tell("call plain fallible");
    program.end();
    assert_eq!(receiver.spans().len(), 0);
    let (receiver, mut program) = exporting(&[off, ("OBSERVANT_TAIL", "1m")]);
    program.init("");
    program.tell("call plain fallible plain");
    assert_eq!(program.tell("flush"), true);
    let names: Vec<_> = receiver.spans().into_iter().map(|span| span.name).collect();
    assert_eq!(names, ["fallible"]);
    let traces = program.status()["export"]["traces"].clone();
    assert_eq!((&traces["exported"], &traces["discarded_by_tail_rule"]), (&1.into(), &2.into()));
    program.end();
    assert_eq!(receiver.spans().len(), 1);
}

#[test]
fn the_console_shows_a_tree() {
    let mut program = program(&[("OTEL_TRACES_EXPORTER", "console")]);
    program.init("");
    program.tell("work");
    assert_eq!(program.tell("flush"), true);
    program.tell("call plain");
    let said = program.said().to_owned();
    assert!(said.contains("\n└─ Store::load_both  "), "{said}");
    assert!(said.contains("\n   ├─ custom  ") && said.contains("\n   └─ Store::load  "), "{said}");
    assert!(said.contains("error "), "{said}");
    assert!(!said.contains('\u{1b}'), "no colours where no terminal is");
    assert_eq!(apart_from_twins(&program.end()), "");
}
