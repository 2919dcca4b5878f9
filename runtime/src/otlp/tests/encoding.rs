//! What we write, the official types read back equal.

use super::super::encode::{Resource, span::request};
use crate::span::{
    Attribute, Event, Link, SpanContext, SpanData, SpanId, SpanKind, Status, TraceId, Value,
};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{AnyValue, KeyValue, any_value},
    trace::v1::{Span, status::StatusCode},
};
use proptest::prelude::*;
use prost::Message as _;
use std::borrow::Cow;

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::I64),
        proptest::num::f64::NORMAL.prop_map(Value::F64),
        ".{0,200}".prop_map(|text| Value::Text(text.into())),
        proptest::collection::vec(".{0,5}".prop_map(Cow::Owned), 0..4).prop_map(Value::Texts),
    ]
}

fn attributes() -> impl Strategy<Value = Vec<Attribute>> {
    let pair = (".{0,20}", value()).prop_map(|(key, value)| Attribute { key: key.into(), value });
    proptest::collection::vec(pair, 0..5)
}

fn context() -> impl Strategy<Value = SpanContext> {
    (1_u128.., 1_u64.., 0_u8..4, any::<bool>(), proptest::option::of("[a-z]{1,9}=[a-z]{1,9}"))
        .prop_map(|(trace, span, flags, remote, state)| {
            let (trace, span) = (TraceId::new(trace).unwrap(), SpanId::new(span).unwrap());
            let make = if remote { SpanContext::remote } else { SpanContext::local };
            make(trace, span, flags, state.map(Into::into))
        })
}

fn event() -> impl Strategy<Value = Event> {
    (".{0,20}", any::<u64>(), attributes()).prop_map(|(name, unix_nanos, attributes)| Event {
        name: name.into(),
        unix_nanos,
        attributes,
    })
}

fn link() -> impl Strategy<Value = Link> {
    (context(), attributes()).prop_map(|(context, attributes)| Link { context, attributes })
}

fn status() -> impl Strategy<Value = Status> {
    prop_oneof![
        Just(Status::Unset),
        Just(Status::Ok),
        ".{0,9}".prop_map(|text| Status::Error(text.into())),
    ]
}

fn kind() -> impl Strategy<Value = SpanKind> {
    prop_oneof![
        Just(SpanKind::Internal),
        Just(SpanKind::Server),
        Just(SpanKind::Client),
        Just(SpanKind::Producer),
        Just(SpanKind::Consumer),
    ]
}

prop_compose! {
    fn span()(
        context in context(),
        parent in proptest::option::of(1_u64..),
        remote: bool,
        name in ".{0,40}",
        (kind, status) in (kind(), status()),
        (start, end) in any::<(u64, u64)>(),
        attributes in attributes(),
        events in proptest::collection::vec(event(), 0..3),
        links in proptest::collection::vec(link(), 0..3),
        dropped in any::<(u32, u32, u32)>(),
        scope in prop_oneof![Just("observant"), Just("hyper"), Just("shop::cart")],
    ) -> SpanData {
        SpanData {
            trace_id: context.trace_id(),
            span_id: context.span_id(),
            parent_span_id: parent.and_then(SpanId::new),
            parent_is_remote: remote,
            flags: context.flags(),
            trace_state: context.trace_state().map(Into::into),
            name: name.into(),
            kind,
            start_unix_nanos: start,
            end_unix_nanos: end,
            status,
            attributes,
            dropped_attributes: dropped.0,
            events,
            dropped_events: dropped.1,
            links,
            dropped_links: dropped.2,
            scope: scope.into(),
        }
    }
}

fn any_value(value: &Value) -> AnyValue {
    let text = |text: &str| any_value::Value::StringValue(text.to_owned());
    let value = match value {
        Value::Bool(value) => any_value::Value::BoolValue(*value),
        Value::I64(number) => any_value::Value::IntValue(*number),
        Value::F64(number) => any_value::Value::DoubleValue(*number),
        Value::Text(value) => text(value),
        Value::Texts(texts) => {
            any_value::Value::ArrayValue(opentelemetry_proto::tonic::common::v1::ArrayValue {
                values: texts.iter().map(|each| AnyValue { value: Some(text(each)) }).collect(),
            })
        }
    };
    AnyValue { value: Some(value) }
}

fn same(ours: &[Attribute], theirs: &[KeyValue]) {
    let ours: Vec<_> =
        ours.iter().map(|each| (each.key.to_string(), Some(any_value(&each.value)))).collect();
    let theirs: Vec<_> = theirs.iter().map(|each| (each.key.clone(), each.value.clone())).collect();
    assert_eq!(ours, theirs);
}

fn is_same(ours: &SpanData, theirs: &Span) {
    assert_eq!(theirs.trace_id, ours.trace_id.to_bytes());
    assert_eq!(theirs.span_id, ours.span_id.to_bytes());
    assert_eq!(theirs.trace_state, ours.trace_state.as_deref().unwrap_or_default());
    let parent = ours.parent_span_id.map(|id| id.to_bytes().to_vec()).unwrap_or_default();
    assert_eq!(theirs.parent_span_id, parent);
    assert_eq!(theirs.name, ours.name);
    assert_eq!(theirs.kind().as_str_name(), format!("SPAN_KIND_{:?}", ours.kind).to_uppercase());
    assert_eq!(theirs.start_time_unix_nano, ours.start_unix_nanos);
    assert_eq!(theirs.end_time_unix_nano, ours.end_unix_nanos);
    same(&ours.attributes, &theirs.attributes);
    let remote = if ours.parent_is_remote { 0x300 } else { 0x100 };
    assert_eq!(theirs.flags, remote | u32::from(ours.flags));
    let dropped =
        (theirs.dropped_attributes_count, theirs.dropped_events_count, theirs.dropped_links_count);
    assert_eq!(dropped, (ours.dropped_attributes, ours.dropped_events, ours.dropped_links));
    let status = theirs.status.clone().unwrap_or_default();
    let expected = match &ours.status {
        Status::Unset => (StatusCode::Unset, ""),
        Status::Ok => (StatusCode::Ok, ""),
        Status::Error(text) => (StatusCode::Error, text.as_ref()),
    };
    assert_eq!((status.code(), status.message.as_str()), expected);
    assert_eq!(theirs.events.len(), ours.events.len());
    for (ours, theirs) in ours.events.iter().zip(&theirs.events) {
        assert_eq!(
            (theirs.name.as_str(), theirs.time_unix_nano),
            (ours.name.as_ref(), ours.unix_nanos)
        );
        same(&ours.attributes, &theirs.attributes);
    }
    assert_eq!(theirs.links.len(), ours.links.len());
    for (ours, theirs) in ours.links.iter().zip(&theirs.links) {
        let context = &ours.context;
        assert_eq!(theirs.trace_id, context.trace_id().to_bytes());
        assert_eq!(theirs.span_id, context.span_id().to_bytes());
        assert_eq!(theirs.trace_state, context.trace_state().unwrap_or_default());
        let remote = if context.is_remote() { 0x300 } else { 0x100 };
        assert_eq!(theirs.flags, remote | u32::from(context.flags()));
        same(&ours.attributes, &theirs.attributes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn spans_are_read_back_equal(
        spans in proptest::collection::vec(span(), 1..8),
        resource in attributes(),
    ) {
        let bytes = request(&Resource::new(&resource), &spans);
        let read = ExportTraceServiceRequest::decode(&*bytes).unwrap();
        prop_assert_eq!(read.resource_spans.len(), 1);
        let read = &read.resource_spans[0];
        same(&resource, &read.resource.as_ref().unwrap().attributes);
        for scope in &read.scope_spans {
            let name = &scope.scope.as_ref().unwrap().name;
            let ours: Vec<_> = spans.iter().filter(|span| span.scope == *name).collect();
            prop_assert_eq!(ours.len(), scope.spans.len());
            ours.iter().zip(&scope.spans).for_each(|(ours, theirs)| is_same(ours, theirs));
        }
        let all: usize = read.scope_spans.iter().map(|scope| scope.spans.len()).sum();
        prop_assert_eq!(all, spans.len());
    }
}
