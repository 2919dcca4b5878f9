//! What travels: the rules of W3C Trace Context case by case, and all formats there and back.

use super::{
    super::{RANDOM, SAMPLED, SpanId, TraceId},
    *,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, HashMap};

const TRACE: &str = "12345678901234567890123456789012";
const SPAN: &str = "1234567890123456";

type Headers = Vec<(String, String)>;

fn default(headers: &[(&str, &str)]) -> Propagated {
    let propagators = [Propagator::TraceContext, Propagator::Baggage];
    Propagated::extract_by(propagators, &headers.to_vec())
}

/// The `traceparent` and the `tracestate` that would be sent on, if the headers are taken up.
fn taken_up(headers: &[(&str, &str)]) -> Option<(String, Option<String>)> {
    let span = default(headers).span?;
    Some((span.traceparent(), span.trace_state().map(str::to_owned)))
}

fn parent(flags: &str) -> String {
    format!("00-{TRACE}-{SPAN}-{flags}")
}

/// What the public test suite of W3C Trace Context sends as `traceparent`.
#[test]
fn a_traceparent_is_taken_up_or_ignored_as_a_whole() {
    let good = parent("01");
    let taken = |headers: &[(&str, &str)]| taken_up(headers).map(|(parent, _)| parent);
    for headers in [
        vec![("traceparent", good.clone())],
        vec![("TraceParent", good.clone())],
        vec![("TrAcEpArEnT", good.clone())],
        vec![("TRACEPARENT", good.clone())],
        vec![("traceparent", format!(" {good}"))],
        vec![("traceparent", format!("\t{good}"))],
        vec![("traceparent", format!("{good} "))],
        vec![("traceparent", format!("\t {good} \t"))],
        vec![("traceparent", format!("cc{}", &good[2..]))],
        vec![("traceparent", format!("cc{}-what-the-future-will-be-like", &good[2..]))],
    ] {
        let headers: Vec<_> = headers.iter().map(|(key, value)| (*key, value.as_str())).collect();
        assert_eq!(taken(&headers).as_deref(), Some(good.as_str()), "{headers:?}");
    }
    let ids = |version: &str, trace: &str, span: &str, flags: &str| {
        format!("{version}-{trace}-{span}-{flags}")
    };
    for text in [
        format!("{good}."),
        format!("{good}-what-the-future-will-be-like"),
        format!("cc{}.what-the-future-will-be-like", &good[2..]),
        ids("ff", TRACE, SPAN, "01"),
        ids(".0", TRACE, SPAN, "01"),
        ids("0.", TRACE, SPAN, "01"),
        ids("000", TRACE, SPAN, "01"),
        ids("0000", TRACE, SPAN, "01"),
        ids("0", TRACE, SPAN, "01"),
        ids("00", &"0".repeat(32), SPAN, "01"),
        ids("00", ".2345678901234567890123456789012", SPAN, "01"),
        ids("00", "1234567890123456789012345678901.", SPAN, "01"),
        ids("00", "123456789012345678901234567890123", SPAN, "01"),
        ids("00", "1234567890123456789012345678901", SPAN, "01"),
        ids("00", TRACE, &"0".repeat(16), "01"),
        ids("00", TRACE, ".234567890123456", "01"),
        ids("00", TRACE, "123456789012345.", "01"),
        ids("00", TRACE, "12345678901234567", "01"),
        ids("00", TRACE, "123456789012345", "01"),
        ids("00", TRACE, SPAN, ".0"),
        ids("00", TRACE, SPAN, "0."),
        ids("00", TRACE, SPAN, "001"),
        ids("00", TRACE, SPAN, "1"),
    ] {
        assert_eq!(taken(&[("traceparent", &text)]), None, "{text}");
    }
    assert_eq!(taken(&[]), None);
    assert_eq!(taken(&[("trace-parent", &good)]), None);
    assert_eq!(taken(&[("trace.parent", &good)]), None);
    // Two are none, even if they agree.
    assert_eq!(taken(&[("traceparent", &good), ("traceparent", &good)]), None);
    let other = good.replace('9', "8");
    assert_eq!(taken(&[("traceparent", &good), ("Traceparent", &other)]), None);
}

#[test]
fn flags_that_nobody_has_defined_are_not_passed_on() {
    for (came, goes) in
        [("00", "00"), ("01", "01"), ("02", "02"), ("03", "03"), ("ff", "03"), ("fc", "00")]
    {
        let taken = taken_up(&[("traceparent", &parent(came))]);
        assert_eq!(taken, Some((parent(goes), None)));
    }
}

/// What the public test suite of W3C Trace Context sends as `tracestate`; the keys as level 2 has them.
#[test]
fn a_tracestate_is_taken_up_or_dropped_as_a_whole() {
    let with = |states: &[(&str, &str)]| {
        let parent = parent("00");
        let headers = [&[("traceparent", parent.as_str())], states].concat();
        let (sent, state) = taken_up(&headers).expect("its faults are not those of `traceparent`");
        assert_eq!(sent, parent);
        state
    };
    let one = |state: &str| with(&[("tracestate", state)]);
    assert_eq!(one("foo=1,bar=2").as_deref(), Some("foo=1,bar=2"));
    assert_eq!(with(&[("TrAcEsTaTe", "foo=1")]).as_deref(), Some("foo=1"));
    assert_eq!(with(&[("trace-state", "foo=1")]), None);
    assert_eq!(with(&[("trace.state", "foo=1")]), None);
    assert_eq!(one(""), None);
    for states in [["foo=1", ""], ["", "foo=1"]] {
        let found = with(&states.map(|state| ("tracestate", state)));
        assert_eq!(found.as_deref(), Some("foo=1"));
    }
    let several = ["foo=1,bar=2", "rojo=1,congo=2", "baz=3"];
    let found = with(&several.map(|state| ("tracestate", state)));
    assert_eq!(found.as_deref(), Some("foo=1,bar=2,rojo=1,congo=2,baz=3"));
    for twice in [["foo=1", "foo=1"], ["foo=1", "foo=2"]] {
        assert_eq!(with(&twice.map(|state| ("tracestate", state))), None);
        assert_eq!(one(&twice.join(",")), None);
    }
    let list = |from: u32, to: u32| {
        (from..=to).map(|n| format!("bar{n:02}={n:02}")).collect::<Vec<_>>().join(",")
    };
    let (first, rest, more) = (list(1, 10), list(11, 32), list(11, 33));
    let full = with(&[("tracestate", &first), ("tracestate", &rest)]);
    assert_eq!(full, Some(list(1, 32)));
    assert_eq!(with(&[("tracestate", &first), ("tracestate", &more)]), None);
    assert!(one(&format!("foo=1,{}=1", "z".repeat(256))).is_some());
    assert!(one(&format!("foo=1,{}@{}=1", "t".repeat(241), "v".repeat(14))).is_some());
    assert_eq!(one(&format!("foo=1,{}=1", "z".repeat(257))), None);
    for fault in ["foo =1", "FOO=1", "foo.bar=1", "@foo=1,bar=2", "foo=bar=baz", "foo=,bar=3"] {
        assert_eq!(one(fault), None, "{fault}");
    }
}

#[test]
fn a_tracestate_without_a_traceparent_is_ignored() {
    assert_eq!(default(&[("tracestate", "foo=1")]), Propagated::default());
    assert_eq!(
        default(&[("traceparent", "nonsense"), ("tracestate", "foo=1")]),
        Propagated::default()
    );
}

#[test]
fn a_tracestate_is_passed_on_whatever_its_length() {
    let state = (0..32).map(|n| format!("k{n}={}", "v".repeat(200))).collect::<Vec<_>>().join(",");
    let found = default(&[("traceparent", &parent("01")), ("tracestate", &state)]);
    let mut sent = BTreeMap::new();
    found.inject(&mut sent);
    assert_eq!(sent["tracestate"], state);
}

#[test]
fn baggage_comes_in_several_headers_and_without_a_trace() {
    let found = default(&[("baggage", "a=1,b=2"), ("Baggage", "c=3")]);
    assert_eq!(found.span, None);
    assert_eq!(found.baggage.to_string(), "a=1,b=2,c=3");
}

#[test]
fn an_old_tracestate_does_not_stay_with_a_new_traceparent() {
    let found = default(&[("traceparent", &parent("01"))]);
    let mut headers = Headers::from([
        ("TraceState".to_owned(), "old=1".to_owned()),
        ("x".to_owned(), "y".to_owned()),
    ]);
    found.inject(&mut headers);
    let expected = [("x", "y".to_owned()), ("traceparent", parent("01"))];
    assert_eq!(headers, expected.map(|(key, value)| (key.to_owned(), value)));
    let before = headers.clone();
    Propagated::default().inject(&mut headers);
    assert_eq!(headers, before);
}

#[test]
fn the_later_of_two_formats_counts() {
    use Propagator::{B3, B3Multi, Baggage, TraceContext};
    let single = format!("{}-{SPAN}-d", "a".repeat(32));
    let parent = parent("01");
    let headers = vec![("traceparent", parent.as_str()), ("b3", single.as_str())];
    let by = |propagators: &[Propagator]| {
        let found = Propagated::extract_by(propagators.iter().copied(), &headers);
        (found.span.map(|span| span.trace_id().to_string()), found.debug)
    };
    assert_eq!(by(&[TraceContext, B3]), (Some("a".repeat(32)), true));
    assert_eq!(by(&[B3Multi, TraceContext]), (Some(TRACE.to_owned()), false));
    assert_eq!(by(&[TraceContext]), (Some(TRACE.to_owned()), false));
    assert_eq!(by(&[Baggage]), (None, false));
    assert_eq!(by(&[]), (None, false));
}

#[test]
fn carriers_of_every_kind_are_read_and_written() {
    let found =
        default(&[("traceparent", &parent("01")), ("tracestate", "foo=1"), ("baggage", "a=1")]);
    let mut hash = HashMap::from([("TRACEPARENT".to_owned(), "old".to_owned())]);
    let mut tree = BTreeMap::from([("Baggage".to_owned(), "old".to_owned())]);
    let mut list = Headers::from([("traceState".to_owned(), "old".to_owned())]);
    found.inject(&mut hash);
    found.inject(&mut tree);
    found.inject(&mut list);
    assert_eq!([hash.len(), tree.len(), list.len()], [3; 3]);
    let pairs = [
        ("traceparent", hash["traceparent"].as_str()),
        ("tracestate", "foo=1"),
        ("baggage", "a=1"),
    ];
    for read in [
        Propagated::extract(&hash),
        Propagated::extract(&tree),
        Propagated::extract(&list),
        Propagated::extract(&pairs),
        Propagated::extract(
            &tree.iter().map(|(key, value)| (key.to_uppercase(), value)).collect::<HashMap<_, _>>(),
        ),
        Propagated::extract(
            &tree
                .iter()
                .map(|(key, value)| (key.to_uppercase(), value))
                .collect::<BTreeMap<_, _>>(),
        ),
    ] {
        assert_eq!(read, found);
    }
}

#[cfg(feature = "headers")]
#[test]
fn headers_of_http_are_read_and_written() {
    use ::http::{HeaderMap, HeaderValue};
    let mut headers = HeaderMap::new();
    headers.append("TraceParent", parent("01").parse().unwrap());
    for state in ["foo=1", "", "bar= 2 "] {
        headers.append("tracestate", HeaderValue::from_str(state).unwrap());
    }
    headers.append("baggage", "a=1".parse().unwrap());
    headers.append("baggage", "b=%C3%A4".parse().unwrap());
    let found = Propagated::extract(&headers);
    let span = found.span.as_ref().unwrap();
    assert_eq!((span.traceparent(), span.trace_state()), (parent("01"), Some("foo=1,bar= 2")));
    assert_eq!(found.baggage.get("b"), Some("ä"));
    found.inject(&mut headers);
    assert_eq!(headers.len(), 3);
    assert_eq!(Propagated::extract(&headers), found);
    // What is not ASCII is a fault like any other.
    headers.append("tracestate", HeaderValue::from_bytes(b"c=\xff").unwrap());
    headers.append("baggage", HeaderValue::from_bytes(b"c=\xff").unwrap());
    let found = Propagated::extract(&headers);
    assert_eq!(found.span.unwrap().trace_state(), None);
    assert_eq!(found.baggage.to_string(), "a=1,b=%C3%A4");
    headers.append("traceparent", HeaderValue::from_bytes(b"\xff").unwrap());
    assert_eq!(Propagated::extract(&headers).span, None);
}

#[cfg(feature = "json")]
#[test]
fn the_meta_of_mcp_is_read_and_written() {
    use serde_json::{Value, json};
    let mut request = json!({ "method": "tools/call", "params": { "name": "search" } });
    let found =
        default(&[("traceparent", &parent("01")), ("tracestate", "foo=1"), ("baggage", "a=1")]);
    let meta = &mut request["params"]["_meta"];
    found.inject(meta);
    let expected = json!({ "traceparent": parent("01"), "tracestate": "foo=1", "baggage": "a=1" });
    assert_eq!(*meta, expected);
    assert_eq!(Propagated::extract(meta), found);
    assert_eq!(Propagated::extract(meta.as_object().unwrap()), found);
    default(&[("traceparent", &parent("00"))]).inject(meta.as_object_mut().unwrap());
    assert_eq!(*meta, json!({ "traceparent": parent("00"), "baggage": "a=1" }));
    for other in [
        Value::Null,
        json!("text"),
        json!({ "traceparent": 1, "baggage": null, "TraceState": "a=1" }),
    ] {
        assert_eq!(Propagated::extract(&other), Propagated::default());
    }
    let mut text = json!("text");
    found.inject(&mut text);
    assert_eq!(text, "text");
}

#[test]
fn propagators_have_the_names_of_opentelemetry() {
    for (propagator, name) in
        Propagator::ALL.into_iter().zip(["tracecontext", "baggage", "b3", "b3multi"])
    {
        assert_eq!(propagator.to_string(), name);
        assert_eq!(Propagator::of_name(name), Some(propagator));
    }
    assert_eq!(Propagator::of_name("jaeger"), None);
}

fn any_span() -> impl Strategy<Value = SpanContext> {
    let state =
        proptest::option::of("[a-z0-9][a-z0-9@_*/-]{0,8}=[!-+.-<>-~][ -+.-<>-~]{0,5}[!-+.-<>-~]");
    (1_u128.., 1_u64.., 0_u8..4, state).prop_map(|(trace, span, flags, state)| {
        let (trace, span) = (TraceId::new(trace).unwrap(), SpanId::new(span).unwrap());
        SpanContext::remote(trace, span, flags & (SAMPLED | RANDOM), state.map(Into::into))
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back_equal(
        span in proptest::option::of(any_span()),
        members in proptest::collection::vec(("[a-z.-]{1,8}", any::<String>()), 0..5),
    ) {
        let mut baggage = Baggage::new();
        for (key, value) in members {
            let _ = baggage.insert(key, value);
        }
        let sent = Propagated { span, baggage, debug: false };
        let mut headers = Headers::new();
        sent.inject(&mut headers);
        prop_assert_eq!(Propagated::extract(&headers), sent);
        let sendable = |text: &str| text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        prop_assert!(headers.iter().all(|(_, value)| sendable(value)));
    }

    #[test]
    fn nothing_panics(parent in any::<String>(), state in any::<String>()) {
        default(&[("traceparent", &parent), ("tracestate", &state), ("baggage", &state)]);
    }
}
