//! The requests real scrapers send, and the exact content type each gets.

use super::program;
use observant_tests::{
    http::Client,
    parse::{Dialect, parse},
};

const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8; escaping=";
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=";
const DRAFT: &str = "application/openmetrics-text; version=0.0.1; charset=utf-8; escaping=";

/// Accept headers of Prometheus' `scrape.go`, by release, and of whoever else scrapes.
const REAL: [(&str, &str, &str, &str); 6] = [
    (
        "Prometheus 3",
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,\
         text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        OPEN_METRICS,
        "allow-utf-8",
    ),
    (
        "Prometheus 2.4x",
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,\
         text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        OPEN_METRICS,
        "underscores",
    ),
    (
        "Prometheus 2.30",
        "application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        DRAFT,
        "underscores",
    ),
    ("curl", "*/*", TEXT, "underscores"),
    (
        "a browser",
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
        TEXT,
        "underscores",
    ),
    ("somebody who wants something else", "application/json", TEXT, "underscores"),
];

/// What Prometheus 3 and 2.4x send for native histograms.
const NATIVE: [&str; 2] = [
    "Accept: application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,\
     application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,\
     text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
    "Accept: application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,\
     application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,\
     text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
];

#[test]
fn who_wants_native_histograms_gets_protobuf() {
    let program = program();
    let mut client = Client::connect(program.address());
    for accept in NATIVE {
        let response = client.get("/metrics", &[accept]);
        assert_eq!(
            response.header("content-type"),
            Some(
                "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
            )
        );
        assert!(response.body.windows(19).any(|window| window == b"observe_calls_total"));
    }
}

#[test]
fn every_scraper_gets_what_it_can_read() {
    let mut program = program();
    program.tell("work");
    let mut client = Client::connect(program.address());
    for (name, accept, media, escaping) in REAL {
        let accept = format!("Accept: {accept}");
        let rest = ["User-Agent: Prometheus/3.0.0", "X-Prometheus-Scrape-Timeout-Seconds: 10"];
        let response = client.get("/metrics", &[&*accept, rest[0], rest[1]]);
        assert_eq!(response.status, 200, "{name}");
        let content_type = response.header("content-type");
        assert_eq!(content_type, Some(&*format!("{media}{escaping}")), "{name}");
        let dialect = if media == TEXT { Dialect::Text } else { Dialect::OpenMetrics };
        let families =
            parse(response.text(), dialect).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(families.len() > 10, "{name}");
        assert_eq!(response.header("vary"), Some("Accept, Accept-Encoding"), "{name}");
    }
    let plain = client.get("/metrics", &[]);
    assert_eq!(plain.header("content-type"), Some(&*format!("{TEXT}underscores")));
}

#[test]
fn head_is_get_without_a_body_and_nothing_else_is_allowed() {
    let program = program();
    let mut client = Client::connect(program.address());
    let head = client.request("HEAD", "/metrics", &[super::OPEN_METRICS]);
    assert_eq!(head.header("content-type"), Some(&*format!("{OPEN_METRICS}underscores")));
    let post = client.request("POST", "/metrics", &[]);
    assert_eq!((post.status, post.header("allow")), (405, Some("GET, HEAD")));
    assert_eq!(client.get("/metrics/", &[]).status, 404);
}
