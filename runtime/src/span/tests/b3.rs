//! B3 in both of its forms.

use super::{super::Sampler, *};
use proptest::prelude::*;

const TRACE: &str = "80f198ee56343ba864fe8b2a57d3eff7";
const SPAN: &str = "e457b5a2e4d86bd1";

type Headers = Vec<(String, String)>;

/// Trace id, span id, sampled, debug.
fn read(headers: &[(&str, &str)]) -> Option<(String, String, bool, bool)> {
    let Found { span, debug } = extract(&headers.to_vec())?;
    assert!(span.is_remote());
    Some((span.trace_id().to_string(), span.span_id().to_string(), span.is_sampled(), debug))
}

#[track_caller]
fn check(headers: &[(&str, &str)], sampled: bool, debug: bool) {
    let expected = Some((TRACE.to_owned(), SPAN.to_owned(), sampled, debug));
    assert_eq!(read(headers), expected, "{headers:?}");
}

#[test]
fn the_single_header_is_read() {
    let with = |rest: &str| format!("{TRACE}-{SPAN}{rest}");
    check(&[("b3", &with("-1"))], true, false);
    check(&[("b3", &with("-0"))], false, false);
    check(&[("b3", &with("-d"))], true, true);
    check(&[("B3", &with("-1-05e3ac9a4f6e3b90"))], true, false);
    check(&[("b3", &format!(" {}\t", with("-1")))], true, false);
}

#[test]
fn what_nobody_decided_our_sampler_does() {
    let single = format!("{TRACE}-{SPAN}");
    let several = [("x-b3-traceid", TRACE), ("x-b3-spanid", SPAN)];
    for (sampler, sampled) in [(Sampler::always_on(), true), (Sampler::always_off(), false)] {
        sampler::tests::with(Sampler::parent_based(sampler), None, || {
            check(&[("b3", &single)], sampled, false);
            check(&several, sampled, false);
        });
    }
}

#[test]
fn the_several_headers_are_read() {
    let ids =
        [("X-B3-TraceId", TRACE), ("x-b3-spanid", SPAN), ("X-B3-ParentSpanId", "05e3ac9a4f6e3b90")];
    let with = |more: &[(&'static str, &'static str)]| [&ids[..], more].concat();
    check(&with(&[("X-B3-Sampled", "1")]), true, false);
    check(&with(&[("X-B3-Sampled", "0")]), false, false);
    check(&with(&[("X-B3-Sampled", "true")]), true, false);
    check(&with(&[("X-B3-Sampled", "false")]), false, false);
    check(&with(&[("X-B3-Flags", "1")]), true, true);
    check(&with(&[("X-B3-Flags", "1"), ("X-B3-Sampled", "0")]), true, true);
    check(&with(&[("X-B3-Flags", "0"), ("X-B3-Sampled", "0")]), false, false);
    assert_eq!(read(&with(&[("X-B3-Sampled", "yes")])), None);
    assert_eq!(read(&ids[..1]), None);
    assert_eq!(read(&ids[1..]), None);
}

#[test]
fn the_single_header_counts_before_the_several() {
    let several = [("x-b3-traceid", "1234567890123456"), ("x-b3-spanid", SPAN)];
    let good = format!("{TRACE}-{SPAN}-0");
    check(&[&several[..], &[("b3", &good)]].concat(), false, false);
    let found = read(&[&several[..], &[("b3", "nonsense")]].concat()).unwrap();
    assert_eq!(found.0, "00000000000000001234567890123456");
}

#[test]
fn what_is_no_b3_is_refused() {
    let zero = "0".repeat(32);
    for text in [
        "",
        "0",
        "d",
        TRACE,
        &format!("{TRACE}-{SPAN}-2"),
        &format!("{TRACE}-{SPAN}-"),
        &format!("{TRACE}-{SPAN}-1-x"),
        &format!("{TRACE}-{SPAN}-1-{SPAN}-"),
        &format!("{zero}-{SPAN}-1"),
        &format!("{TRACE}-{}-1", &zero[..16]),
        &format!("{}-{SPAN}-1", &TRACE[1..]),
        &format!("{TRACE}-{}-1", &SPAN[1..]),
        &format!("{TRACE}0-{SPAN}-1"),
        &format!("{}-{SPAN}-1", TRACE.to_uppercase()),
        &format!("{}g-{SPAN}-1", &TRACE[1..]),
    ] {
        assert_eq!(read(&[("b3", text)]), None, "{text:?}");
    }
}

#[test]
fn what_was_left_in_the_carrier_is_replaced() {
    let mut headers: Headers =
        [("X-B3-ParentSpanId", "p"), ("X-B3-Flags", "1"), ("X-B3-Sampled", "x")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into();
    let span = extract(&vec![("b3", format!("{TRACE}-{SPAN}-0"))]).unwrap().span;
    inject_several(&span, false, &mut headers);
    let keys: Vec<_> = headers.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(keys, [(TRACE_ID, TRACE), (SPAN_ID, SPAN), (STATE, "0")]);
    inject_several(&span, true, &mut headers);
    let keys: Vec<_> = headers.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(keys, [(TRACE_ID, TRACE), (SPAN_ID, SPAN), (DEBUG, "1")]);
}

proptest! {
    #[test]
    fn what_is_written_is_read_back_equal(
        trace_id in 1_u128.., span_id in 1_u64.., sampled: bool, debug: bool, one: bool,
    ) {
        let (trace_id, span_id) = (TraceId::new(trace_id).unwrap(), SpanId::new(span_id).unwrap());
        let flags = if sampled || debug { SAMPLED } else { 0 };
        let span = SpanContext::remote(trace_id, span_id, flags, None);
        let mut headers = Headers::new();
        if one { inject_single(&span, debug, &mut headers) } else { inject_several(&span, debug, &mut headers) }
        prop_assert_eq!(extract(&headers), Some(Found { span, debug }));
    }

    #[test]
    fn nothing_panics(text in any::<String>()) {
        extract(&vec![("b3", &text), ("x-b3-traceid", &text), ("x-b3-spanid", &text)]);
    }
}
