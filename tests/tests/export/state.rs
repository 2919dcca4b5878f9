//! What `/status`, `/metrics` and warnings tell of the export.

use super::{apart_from_twins, exporting, program};
use observant_tests::{
    absent::Absent,
    otlp::{Receiver, Reply},
};
use serde_json::json;

#[test]
fn nothing_is_tried_unless_an_endpoint_is_set() {
    let mut program = program(&[]);
    program.init("");
    program.tell("work");
    assert_eq!(program.status()["export"], json!({}));
    assert_eq!(program.tell("flush"), true);
    let threads = program.tell("threads").to_string();
    assert!(!threads.contains("observant-otlp"), "{threads}");
    assert_eq!(apart_from_twins(&program.end()), "");
    for otherwise in [("OTEL_SDK_DISABLED", "true"), ("OTEL_METRICS_EXPORTER", "none")] {
        let (receiver, mut program) = exporting(&[otherwise, ("OTEL_TRACES_EXPORTER", "none")]);
        program.init("");
        program.tell("work");
        assert_eq!(program.status()["export"], json!({}), "{otherwise:?}");
        program.end();
        assert_eq!(receiver.connections(), 0, "{otherwise:?}");
    }
}

#[test]
fn status_shows_where_it_goes_and_how_it_went_without_secrets() {
    let receiver = Receiver::start();
    let endpoint = format!("{}/v1/metrics?key=hush", receiver.url());
    let mut program = program(&[
        ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", &*endpoint),
        ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=hush"),
    ]);
    program.init("");
    assert_eq!(program.tell("flush"), true);
    let status = program.status();
    assert!(!status.to_string().contains("hush"), "{status}");
    let metrics = &status["export"]["metrics"];
    assert_eq!(metrics["endpoint"], format!("{}/v1/metrics?******", receiver.url()));
    assert_eq!(metrics["protocol"], "http/protobuf");
    assert_eq!((&metrics["requests"], &metrics["failures"]), (&json!(1), &json!(0)));
    assert!(metrics["last_success_unix_seconds"].as_f64().unwrap() > 1.7e9);
    assert!(metrics["last_error"].is_null());
    let settings = status["settings"].as_array().unwrap();
    let headers = settings.iter().find(|it| it["name"] == "otlp.metrics.headers").unwrap();
    assert_eq!(headers["value"], "api-key=******");
    assert_eq!(headers["origin"], "env OTEL_EXPORTER_OTLP_HEADERS");
    receiver.then([Reply::Status(401, None)]);
    assert_eq!(program.tell("flush"), false);
    let metrics = program.status()["export"]["metrics"].clone();
    assert!(metrics["last_error"]["text"].as_str().unwrap().contains("401"), "{metrics}");
    let scrape = program.get("/metrics").text().to_owned();
    assert!(scrape.contains("observant_export_failures_total{signal=\"metrics\"} 1\n"), "{scrape}");
    assert!(scrape.contains("observant_export_failures_total{signal=\"traces\"} 0\n"));
    for reason in ["open", "queue", "rejected", "shutdown", "tail", "timeout", "unreachable"] {
        let line = format!("observant_spans_dropped_total{{reason=\"{reason}\"}} 0\n");
        assert!(scrape.contains(&line), "{line}");
    }
    assert!(scrape.contains("observant_spans_exported_total 0\n"));
    assert!(!program.end().contains("hush"));
}

#[test]
fn a_collector_that_is_absent_is_one_warning_and_no_harm() {
    let nobody = Absent::bind();
    let url = nobody.url();
    let mut program = program(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*url),
        ("OTEL_METRIC_EXPORT_INTERVAL", "20"),
        ("OTEL_METRIC_EXPORT_TIMEOUT", "50"),
    ]);
    program.init("");
    program.tell("work");
    let failures = || {
        let metrics = program.get("/metrics").text().to_owned();
        let after = "observant_export_failures_total{signal=\"metrics\"} ";
        metrics.split(after).nth(1).unwrap().lines().next().unwrap().parse::<u64>().unwrap()
    };
    let start = std::time::Instant::now();
    while failures() < 5 {
        assert!(start.elapsed().as_secs() < 60, "never fails");
        std::thread::yield_now();
    }
    assert_eq!(program.get("/ready").status, 200, "export is no reason not to be ready");
    let told = program.end();
    assert_eq!(told.matches("can be exported").count(), 1, "{told}");
    assert!(told.contains(&url), "{told}");
}

#[test]
fn an_https_endpoint_without_the_feature_says_what_is_missing() {
    let mut program = program(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "https://localhost:1")]);
    program.init("");
    let told = program.end();
    assert_eq!(told.matches("otlp-tls").count(), 2, "for each signal: {told}");
}
