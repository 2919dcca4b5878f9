//! Negotiation against the headers real clients send, and against junk.

use proptest::prelude::*;

use crate::expose::negotiate::{Format, negotiate, quality};

const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";
const OPEN_METRICS: &str =
    "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores";
const DRAFT: &str =
    "application/openmetrics-text; version=0.0.1; charset=utf-8; escaping=underscores";

fn answer(accept: &str) -> &'static str {
    negotiate(Some(accept)).content_type()
}

#[test]
fn prometheus_3_gets_open_metrics() {
    assert_eq!(
        answer(
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
             application/openmetrics-text;version=0.0.1;q=0.5,\
             text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,\
             text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
        ),
        "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8"
    );
}

#[test]
fn prometheus_3_with_native_histograms_gets_protobuf() {
    assert_eq!(
        answer(
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,\
             application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,\
             application/openmetrics-text;version=0.0.1;q=0.4,\
             text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,\
             text/plain;version=0.0.4;q=0.2,*/*;q=0.1"
        ),
        PROTOBUF
    );
}

const PROTOBUF: &str =
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

#[test]
fn prometheus_2_with_native_histograms_gets_protobuf() {
    assert_eq!(
        answer(
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,\
             application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,\
             text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
        ),
        PROTOBUF
    );
}

#[test]
fn protobuf_is_for_those_who_ask_for_exactly_this() {
    for accept in [
        "application/vnd.google.protobuf",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=compact-text",
        "application/vnd.google.protobuf;proto=another.Message;encoding=delimited",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0",
    ] {
        assert_eq!(answer(accept), TEXT, "{accept}");
    }
}

#[test]
fn prometheus_2_40_gets_open_metrics() {
    assert_eq!(
        answer(
            "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,\
             text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
        ),
        OPEN_METRICS
    );
}

#[test]
fn prometheus_2_30_gets_the_draft_it_asks_for() {
    assert_eq!(
        answer(
            "application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
        ),
        DRAFT
    );
}

#[test]
fn nobody_in_particular_gets_text() {
    assert_eq!(negotiate(None).content_type(), TEXT);
    for accept in [
        "",
        "*/*",
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
        "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2",
        "application/json",
        "application/openmetrics-text;version=2.0.0",
        "text/plain",
        "text/*",
        "text/plain;version=1.0.0;escaping=dots",
    ] {
        assert_eq!(answer(accept), TEXT, "{accept}");
    }
}

#[test]
fn quality_decides_and_zero_refuses() {
    for (accept, expected) in [
        (
            "text/plain;version=0.0.4;q=0.2,application/openmetrics-text;version=1.0.0;q=0.9",
            OPEN_METRICS,
        ),
        ("text/plain;version=0.0.4;q=0.9,application/openmetrics-text;version=1.0.0;q=0.2", TEXT),
        ("application/openmetrics-text; version=1.0.0; q=0.901, text/plain; q=0.9", OPEN_METRICS),
        ("application/openmetrics-text;version=1.0.0;q=0,text/plain;q=0.1", TEXT),
        ("text/plain;q=0,*/*;q=0.5", OPEN_METRICS),
        ("application/*", OPEN_METRICS),
        ("application/*;q=0, */*", TEXT),
        ("application/openmetrics-text", DRAFT),
        (
            "application/openmetrics-text;q=0.5,application/openmetrics-text;version=1.0.0;q=0.4",
            DRAFT,
        ),
        ("APPLICATION/OpenMetrics-Text ; Version=\"1.0.0\" ; Q=1", OPEN_METRICS),
        // Of equals, the one named first.
        ("text/plain;version=0.0.4,application/openmetrics-text;version=1.0.0", TEXT),
        ("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4", OPEN_METRICS),
        // Of equals, the one named more precisely.
        ("*/*,application/openmetrics-text;version=1.0.0", OPEN_METRICS),
    ] {
        assert_eq!(answer(accept), expected, "{accept}");
    }
}

#[test]
fn escaping_schemes_are_echoed_where_our_names_are_the_same_under_them() {
    for (scheme, echoed) in [
        ("allow-utf-8", "allow-utf-8"),
        ("values", "values"),
        ("underscores", "underscores"),
        ("dots", "underscores"),
        ("rot13", "underscores"),
    ] {
        let accept = format!("text/plain;version=0.0.4;escaping={scheme}");
        let expected = format!("text/plain; version=0.0.4; charset=utf-8; escaping={echoed}");
        assert_eq!(answer(&accept), expected);
    }
}

#[test]
fn junk_is_left_out_and_the_rest_still_counts() {
    for accept in [
        "application/openmetrics-text;version=1.0.0;q=0.5, text/plain;q=high",
        "application/openmetrics-text;version=1.0.0;q=0.5, text/plain;q=",
        "application/openmetrics-text;version=1.0.0;q=0.5, text/plain;q=1.5",
        "application/openmetrics-text;version=1.0.0;q=0.5, text/plain;q=-1",
        ",,;;=,application/openmetrics-text;;version=1.0.0;=;q=0.5,;q=1",
    ] {
        assert_eq!(answer(accept), OPEN_METRICS, "{accept}");
    }
}

/// A range past the caps is not read: neither one that follows 2 KiB of others, nor the one the cap cuts.
#[test]
fn an_endless_header_costs_no_more_than_its_beginning() {
    let far = format!(
        "text/plain;q=0.1,x/{}/y,application/openmetrics-text;version=1.0.0",
        "x".repeat(2048)
    );
    assert_eq!(answer(&far), TEXT);
    let many =
        format!("text/plain;q=0.1,{}application/openmetrics-text;version=1.0.0", "a/b,".repeat(31));
    assert_eq!(answer(&many), TEXT);
    let cut = format!("{},text/plain;q=0.1,text/plain;q=0.1é", "x".repeat(2018));
    assert_eq!(answer(&cut), TEXT);
}

#[test]
fn q_values() {
    for (text, thousandths) in [
        ("0", Some(0)),
        ("0.", Some(0)),
        ("0.0", Some(0)),
        ("0.5", Some(500)),
        (".5", Some(500)),
        ("0.123", Some(123)),
        ("0.3333", Some(333)),
        ("1", Some(1000)),
        ("1.000", Some(1000)),
        ("1.001", None),
        ("", None),
        (".", None),
        ("2", None),
        ("01", None),
        ("-0", None),
        ("0.5x", None),
        ("0.5.5", None),
        ("NaN", None),
        ("1e0", None),
    ] {
        assert_eq!(quality(text), thousandths, "{text}");
    }
}

proptest! {
    #[test]
    fn no_header_confuses_it(accept in "\\PC{0,200}") {
        negotiate(Some(&accept));
    }

    /// Pieces of real headers in any order: the answer is always one of ours.
    #[test]
    fn shuffled_headers_get_one_of_our_formats(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "application/openmetrics-text", "text/plain", "*/*", "text/*", ";version=1.0.0", ";version=0.0.4",
                ";q=0", ";q=0.5", ";q=1", ",", ";", "=", "\"", " ", ";escaping=dots", ";escaping=allow-utf-8", "é",
            ]),
            0..40,
        ),
    ) {
        let format: Format = negotiate(Some(&pieces.concat()));
        prop_assert!(format.content_type().contains("; charset=utf-8; escaping="));
    }
}
