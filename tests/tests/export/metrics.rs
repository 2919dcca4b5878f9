//! Pushed metrics: the numbers of the scrape.

use super::{apart_from_twins, exporting};
use observant_tests::{
    otlp::Receiver,
    parse::{self, Dialect},
};
use opentelemetry_proto::tonic::{
    common::v1::{KeyValue, any_value::Value},
    metrics::v1::{Metric, metric::Data, number_data_point},
};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// Name and labels, as a scrape writes them.
type Key = (String, Vec<(String, String)>);

fn labels(attributes: &[KeyValue]) -> Vec<(String, String)> {
    let text = |pair: &KeyValue| match pair.value.clone().and_then(|value| value.value) {
        Some(Value::StringValue(text)) => text,
        other => panic!("{other:?}"),
    };
    attributes.iter().map(|pair| (pair.key.clone(), text(pair))).collect()
}

#[allow(clippy::cast_precision_loss)] // Small numbers.
fn number(value: Option<number_data_point::Value>) -> f64 {
    match value.expect("a number") {
        number_data_point::Value::AsInt(number) => number as f64,
        number_data_point::Value::AsDouble(number) => number,
    }
}

/// Pushed metrics as samples of a scrape, those about the scrapes themselves left out.
#[allow(clippy::cast_precision_loss)] // Small numbers.
fn samples(metrics: &[Metric]) -> BTreeMap<Key, f64> {
    let mut samples = BTreeMap::new();
    for metric in metrics.iter().filter(|metric| metric.name.starts_with("observe_")) {
        let name = &metric.name;
        match metric.data.as_ref().expect("data") {
            Data::Gauge(gauge) => samples.extend(
                gauge
                    .data_points
                    .iter()
                    .map(|point| ((name.clone(), labels(&point.attributes)), number(point.value))),
            ),
            Data::Sum(sum) => samples.extend(
                sum.data_points
                    .iter()
                    .map(|point| ((name.clone(), labels(&point.attributes)), number(point.value))),
            ),
            Data::Histogram(histogram) => {
                for point in &histogram.data_points {
                    let labels = labels(&point.attributes);
                    samples.insert((format!("{name}_count"), labels.clone()), point.count as f64);
                    samples
                        .insert((format!("{name}_sum"), labels.clone()), point.sum.expect("a sum"));
                    let bounds = point.explicit_bounds.iter().copied().chain([f64::INFINITY]);
                    let mut cumulative = 0;
                    for (bound, count) in bounds.zip(&point.bucket_counts) {
                        cumulative += count;
                        let le = ("le".to_owned(), observant::snapshot::canonical(bound));
                        let labels = labels.iter().cloned().chain([le]).collect();
                        samples.insert((format!("{name}_bucket"), labels), cumulative as f64);
                    }
                }
            }
            other => panic!("{other:?}"),
        }
    }
    samples
}

fn scraped(text: &str) -> BTreeMap<Key, f64> {
    let families = parse::parse(text, Dialect::Text).expect("a scrape");
    let samples = families.into_iter().flat_map(|family| family.samples);
    let ours = samples.filter(|sample| sample.name.starts_with("observe_"));
    ours.map(|sample| ((sample.name.clone(), sample.labels.clone()), sample.value())).collect()
}

#[test]
fn a_short_lived_program_loses_nothing_and_pushes_what_a_scrape_shows() {
    for protocol in ["http/protobuf", "grpc"] {
        // A check that runs would count on from the scrape to the push.
        let quiet = ("OBSERVANT_WATCHDOG", "off");
        let (receiver, mut program) =
            exporting(&[("OTEL_EXPORTER_OTLP_PROTOCOL", protocol), quiet]);
        program.tell("work");
        program.init("");
        program.tell("work");
        let mut shown = scraped(program.get("/metrics").text());
        let told = program.end();
        assert_eq!(apart_from_twins(&told), "");
        let pushed = samples(&receiver.metrics());
        assert!(shown.len() > 100, "{}", shown.len());
        // At the end it takes no work any more.
        let ready = shown.iter_mut().find(|((name, labels), _)| {
            name == "observe_health_probe" && labels.iter().any(|(_, probe)| probe == "ready")
        });
        assert!(std::mem::replace(ready.expect("it is shown").1, 0.0) > 0.5);
        for (key, value) in &shown {
            assert_eq!(pushed.get(key), Some(value), "{key:?}");
        }
        assert_eq!(pushed.len(), shown.len());
        let requests = receiver.requests().into_iter();
        let count = requests.filter(|request| request.metrics.is_some()).count();
        assert_eq!(count, 1, "one push, at the end");
    }
}

#[test]
fn metrics_say_who_makes_them() {
    let (receiver, mut program) = exporting(&[
        ("OTEL_SERVICE_NAME", "shop"),
        ("OTEL_RESOURCE_ATTRIBUTES", "service.version=7.1,deployment.environment.name=test"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20secret"),
    ]);
    program.init("");
    assert_eq!(program.tell("flush"), true);
    let requests = receiver.requests();
    let request = requests.into_iter().find(|request| request.metrics.is_some()).unwrap();
    assert_eq!(request.path, "/v1/metrics");
    assert_eq!(request.headers["authorization"], "Bearer secret");
    assert_eq!(request.headers["content-encoding"], "gzip");
    let body = request.metrics.unwrap();
    let resource = body.resource_metrics[0].resource.clone().unwrap();
    let told: BTreeMap<_, _> = resource
        .attributes
        .iter()
        .map(|pair| (pair.key.as_str(), pair.value.clone().unwrap().value.unwrap()))
        .collect();
    let text = |key: &str| match &told[key] {
        Value::StringValue(text) => text.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(text("service.name"), "shop");
    assert_eq!(text("service.version"), "7.1");
    assert_eq!(text("deployment.environment.name"), "test");
    assert_eq!(text("telemetry.sdk.name"), "observant");
    assert_eq!(text("telemetry.sdk.language"), "rust");
    assert_eq!(text("telemetry.sdk.version"), env!("CARGO_PKG_VERSION"));
    assert_eq!(text("process.executable.name"), "observant-fixture-program");
    assert!(matches!(told["process.pid"], Value::IntValue(pid) if pid > 0));
    let instance = text("service.instance.id");
    assert_eq!(instance.len(), 36, "{instance}");
    assert_eq!(&instance[14..15], "4", "{instance}");
    assert!(!told.keys().any(|key| key.contains("command")), "arguments may be secrets");
    assert_eq!(resource.attributes.len(), told.len(), "each once");
    let scope = body.resource_metrics[0].scope_metrics[0].scope.clone().unwrap();
    assert_eq!(
        (scope.name.as_str(), scope.version.as_str()),
        ("observant", env!("CARGO_PKG_VERSION"))
    );
    // Another process is another instance.
    let (other, mut program) = exporting(&[]);
    program.init("");
    program.end();
    assert!(!format!("{:?}", other.requests()).contains(&instance));
}

/// The calls of `plain`, push by push.
fn calls(receiver: &Receiver) -> Vec<f64> {
    let ok = ("outcome".to_owned(), "ok".to_owned());
    let plain = ("function".to_owned(), "plain".to_owned());
    let of_plain = |requests: &observant_tests::otlp::Request| {
        let metrics: Vec<_> = requests.metrics().cloned().collect();
        let samples = samples(&metrics);
        let mut found = samples.iter().filter(|((name, labels), _)| {
            name == "observe_calls_total" && labels.contains(&plain) && labels.contains(&ok)
        });
        *found.next().expect("it is there").1
    };
    receiver.requests().iter().filter(|it| it.metrics.is_some()).map(of_plain).collect()
}

#[test]
fn temporality_is_what_was_asked_for() {
    for (preference, expected) in
        [("", [3.0, 5.0, 5.0]), ("delta", [3.0, 2.0, 0.0]), ("lowmemory", [3.0, 2.0, 0.0])]
    {
        let variable = ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", preference);
        let (receiver, mut program) = exporting(&[variable]);
        program.init("");
        program.tell("call plain plain plain");
        program.tell("flush");
        program.tell("call plain plain");
        program.tell("flush");
        program.end();
        assert_eq!(calls(&receiver), expected, "{preference}");
    }
}

#[test]
fn pushes_are_regular() {
    let (receiver, mut program) = exporting(&[("OTEL_METRIC_EXPORT_INTERVAL", "50")]);
    // One that is late brings the next nearer, but none comes before its time.
    let started = Instant::now();
    program.init("");
    receiver.wait_for(|requests| requests.len() >= 3);
    let times: Vec<_> = receiver.requests().iter().map(|request| request.at - started).collect();
    assert!(times[2] >= Duration::from_millis(150), "{times:?}");
}

#[test]
fn exponential_histograms_where_they_are_asked_for() {
    let variable = "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION";
    let (receiver, mut program) = exporting(&[(variable, "base2_exponential_bucket_histogram")]);
    program.init("");
    program.tell("call plain plain plain");
    program.end();
    let metrics = receiver.metrics();
    let durations = metrics.iter().find(|it| it.name == "observe_call_duration_seconds").unwrap();
    let Some(Data::ExponentialHistogram(histogram)) = &durations.data else {
        panic!("{durations:?}")
    };
    let plain =
        |point: &&opentelemetry_proto::tonic::metrics::v1::ExponentialHistogramDataPoint| {
            labels(&point.attributes).contains(&("function".to_owned(), "plain".to_owned()))
                && point.count > 0
        };
    let point = histogram.data_points.iter().find(plain).unwrap();
    let positive = point.positive.clone().unwrap();
    assert_eq!((point.count, point.scale), (3, 3));
    assert_eq!(point.zero_count + positive.bucket_counts.iter().sum::<u64>(), 3);
    // Three calls of nanoseconds to milliseconds: their mean lies within the buckets.
    let lowest = 2_f64.powf(f64::from(positive.offset) / 8.0);
    let buckets = f64::from(u32::try_from(positive.bucket_counts.len()).unwrap());
    let highest = lowest * 2_f64.powf(buckets / 8.0);
    let lowest = if point.zero_count > 0 { 0.0 } else { lowest };
    let mean = point.sum.unwrap() / 3.0;
    assert!((lowest..=highest).contains(&mean), "{mean} in {lowest} to {highest}");
}
