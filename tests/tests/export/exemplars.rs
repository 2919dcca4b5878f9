//! Exemplars: from a bucket to the trace that shows one of its calls.

use super::exporting;
use observant_tests::{http::Client, program::Program, prometheus::Prometheus};
use opentelemetry_proto::tonic::{
    metrics::v1::{exemplar, metric::Data},
    trace::v1::Span,
};

const OPEN_METRICS: &str = "Accept: application/openmetrics-text;version=1.0.0";

fn hex(bytes: &[u8]) -> String {
    let number = bytes.iter().fold(0, |number: u128, byte| number << 8 | u128::from(*byte));
    format!("{number:0width$x}", width = 2 * bytes.len())
}

/// The lines with an exemplar of one function: bound, count, and what follows.
fn lines(program: &Program, function: &str) -> Vec<String> {
    let mut client = Client::connect(program.address());
    let answer = client.get("/metrics", &[OPEN_METRICS]);
    let of_function = format!("function=\"{function}\"");
    let lines =
        answer.text().lines().filter(|line| line.contains(" # {") && line.contains(&of_function));
    lines.map(str::to_owned).collect()
}

/// Whether the exemplar of a line is this span, its value within the bucket.
fn assert_is_of(line: &str, span: &Span) {
    let (sample, exemplar) = line.split_once(" # ").unwrap();
    let (labels, rest) = exemplar.split_once("} ").unwrap();
    let (trace_id, span_id) = (hex(&span.trace_id), hex(&span.span_id));
    assert_eq!(labels, format!("{{trace_id=\"{trace_id}\",span_id=\"{span_id}\""));
    let (value, time) = rest.split_once(' ').unwrap();
    let (value, time): (f64, f64) = (value.parse().unwrap(), time.parse().unwrap());
    let upper = sample.split_once(",le=\"").unwrap().1.split_once('"').unwrap().0;
    let upper: f64 = if upper == "+Inf" { f64::INFINITY } else { upper.parse().unwrap() };
    assert!(value > 0.0 && value <= upper, "{line}");
    #[allow(clippy::cast_precision_loss)]
    let ended = span.end_time_unix_nano as f64 / 1e9;
    assert!((ended - time).abs() < 0.002, "{ended} {line}");
}

#[test]
fn a_bucket_names_the_last_sampled_call_in_it() {
    let (receiver, mut program) = exporting(&[]);
    program.init("");
    program.tell("call custom");
    assert_eq!(program.tell("flush"), true);
    let first = receiver.spans().remove(0);
    let found = lines(&program, "custom");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_is_of(&found[0], &first);
    assert!(!program.get("/metrics").text().contains(" # {"), "0.0.4 knows none");
    // Into the same bucket: its bounds lie far apart.
    program.tell("call custom");
    assert_eq!(program.tell("flush"), true);
    let last = receiver.spans().pop().unwrap();
    assert_ne!(last.trace_id, first.trace_id);
    let found = lines(&program, "custom");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_is_of(&found[0], &last);
}

#[test]
fn a_call_that_is_not_sampled_is_no_exemplar() {
    let (_receiver, mut program) =
        exporting(&[("OTEL_TRACES_SAMPLER", "always_off"), ("OBSERVANT_TAIL", "1ns")]);
    program.init("");
    program.tell("call custom");
    assert_eq!(program.tell("flush"), true);
    assert_eq!(lines(&program, "custom"), [""; 0]);
}

#[test]
fn prometheus_keeps_them_from_text_and_from_protobuf() {
    for scraping in [Prometheus::scraping, Prometheus::scraping_native] {
        let (receiver, mut program) = exporting(&[]);
        program.init("");
        program.tell("call custom");
        assert_eq!(program.tell("flush"), true);
        let Some(prometheus) = scraping(&[program.address()]) else { return };
        prometheus.scraped();
        // Those of a native histogram belong to the whole of it.
        let found = prometheus.exemplars(
            "{__name__=~\"observe_call_duration_seconds(_bucket)?\",function=\"custom\"}",
        );
        let span = receiver.spans().remove(0);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0]["labels"]["trace_id"], hex(&span.trace_id));
        assert_eq!(found[0]["labels"]["span_id"], hex(&span.span_id));
        assert!(found[0]["value"].as_str().unwrap().parse::<f64>().unwrap() > 0.0);
    }
}

/// Of each push of metrics, the trace ids of all exemplars.
fn pushed(receiver: &observant_tests::otlp::Receiver) -> Vec<Vec<String>> {
    let requests = receiver.requests().into_iter().filter(|request| request.metrics.is_some());
    let ids = requests.map(|request| {
        let mut ids = Vec::new();
        for metric in request.metrics() {
            let exemplars: Vec<_> = match metric.data.as_ref().unwrap() {
                Data::Histogram(histogram) => {
                    histogram.data_points.iter().flat_map(|point| &point.exemplars).collect()
                }
                Data::ExponentialHistogram(histogram) => {
                    histogram.data_points.iter().flat_map(|point| &point.exemplars).collect()
                }
                _ => Vec::new(),
            };
            for exemplar in exemplars {
                assert!(
                    matches!(exemplar.value, Some(exemplar::Value::AsDouble(value)) if value > 0.0)
                );
                ids.push(hex(&exemplar.trace_id));
            }
        }
        ids
    });
    ids.collect()
}

#[test]
fn pushed_histograms_have_those_of_their_time() {
    for kind in ["explicit_bucket_histogram", "base2_exponential_bucket_histogram"] {
        let (receiver, mut program) = exporting(&[
            ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "delta"),
            ("OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION", kind),
        ]);
        program.init("");
        program.tell("call custom");
        for _ in 0..3 {
            assert_eq!(program.tell("flush"), true);
        }
        let trace_id = hex(&receiver.spans().remove(0).trace_id);
        let found: Vec<_> = pushed(&receiver).concat();
        assert_eq!(found, [trace_id], "{kind}: told once");
        assert!(pushed(&receiver).len() >= 3);
    }
}
