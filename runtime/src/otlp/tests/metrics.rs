//! The push of metrics: the same numbers as the scrape, whichever way they are asked for.

use super::{
    super::{
        Metrics,
        delta::Baselines,
        encode::{Resource, metric::MetricEncoder},
    },
    PATIENCE, Protocol, Running, Settings,
    receiver::{Receiver, Reply},
    target, turn,
};
use crate::{
    genai,
    registry::{self, Collector, register},
    snapshot::{
        Bound, Family, Histogram, Kind, Labels, Native, OwnedFamily, Value, Visitor, canonical,
    },
};
use opentelemetry_proto::tonic::{
    collector::metrics::v1::ExportMetricsServiceRequest,
    common::v1::any_value,
    metrics::v1::{Metric, metric::Data, number_data_point},
};
use prost::Message as _;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

/// Families of every kind whose numbers a test sets.
#[derive(Default)]
struct Numbers {
    count: AtomicU64,
}

const fn family(name: &'static str, kind: Kind, unit: Option<&'static str>) -> Family<'static> {
    Family { name, help: "of a test", kind, unit }
}

static FAMILIES: [Family<'static>; 4] = [
    family("push_calls_total", Kind::Counter, None),
    family("push_info", Kind::Info, None),
    family("push_level_ratio", Kind::Gauge, Some("ratio")),
    family("push_time_seconds", Kind::Histogram, Some("seconds")),
];

impl Collector for Numbers {
    fn families(&self) -> &[Family<'static>] {
        &FAMILIES
    }

    #[allow(clippy::cast_precision_loss)] // Small numbers.
    fn series(&self, family: &Family<'_>, visitor: &mut dyn Visitor) {
        let count = self.count.load(Relaxed);
        visitor.counting_since(1_000.5);
        match family.kind {
            Kind::Counter => {
                visitor.series(&[("who", "a")], &Value::Unsigned(count));
                visitor.series(&[("who", "b")], &Value::Float(count as f64 / 2.0));
            }
            Kind::Info => visitor.series(&[("version", "1")], &Value::Unsigned(1)),
            Kind::Gauge => visitor.series(&[], &Value::Float(0.25)),
            Kind::Summary | Kind::Unknown => unreachable!("not among the families"),
            Kind::Histogram => {
                let bounds = [0.5, 1.0].map(|upper| Bound { upper, le: canonical(upper).into() });
                let counts = [count, 0, count * 2];
                let mut histogram = Histogram::new(&bounds, &counts, count as f64 * 9.5);
                // As many buckets as wanted: coarser once there is more to tell.
                let fine = [count, count, count];
                let coarse = [count, 2 * count];
                histogram.native = visitor.wants_native().then_some(if count < 100 {
                    Native {
                        schema: 3,
                        zero_threshold: 1e-9,
                        zero_count: 0,
                        offset: 4,
                        counts: &fine,
                    }
                } else {
                    Native {
                        schema: 2,
                        zero_threshold: 1e-9,
                        zero_count: 0,
                        offset: 2,
                        counts: &coarse,
                    }
                });
                visitor.series(&[("who", "a")], &Value::Histogram(histogram));
            }
        }
    }
}

fn requests(
    numbers: &Numbers,
    exponential: bool,
    baselines: Option<&mut Baselines>,
) -> Vec<Metric> {
    let resource = Resource::new(&[]);
    let mut encoder = MetricEncoder::new(&resource, 5_000_000_000, exponential, baselines);
    for family in numbers.families() {
        encoder.family(family);
        numbers.series(family, &mut encoder);
    }
    metrics(&encoder.finish())
}

fn metrics(requests: &[Vec<u8>]) -> Vec<Metric> {
    let read = requests.iter().map(|bytes| ExportMetricsServiceRequest::decode(&**bytes).unwrap());
    let resources = read.flat_map(|request| request.resource_metrics);
    resources.flat_map(|it| it.scope_metrics).flat_map(|it| it.metrics).collect()
}

const CUMULATIVE: i32 = 2;
const DELTA: i32 = 1;

#[test]
fn every_kind_is_read_back() {
    let numbers = Numbers::default();
    numbers.count.store(6, Relaxed);
    let read = requests(&numbers, false, None);
    let names: Vec<_> = read.iter().map(|it| (it.name.as_str(), it.unit.as_str())).collect();
    let expected = [
        ("push_calls_total", ""),
        ("push_info", ""),
        ("push_level_ratio", "1"),
        ("push_time_seconds", "s"),
    ];
    assert_eq!(names, expected);
    assert!(read.iter().all(|it| it.description == "of a test"));
    let Some(Data::Sum(sum)) = &read[0].data else { panic!("{read:?}") };
    assert!(sum.is_monotonic && sum.aggregation_temporality == CUMULATIVE);
    let values: Vec<_> = sum.data_points.iter().map(|it| it.value.unwrap()).collect();
    assert_eq!(
        values,
        [number_data_point::Value::AsInt(6), number_data_point::Value::AsDouble(3.0)]
    );
    assert_eq!(sum.data_points[0].start_time_unix_nano, 1_000_500_000_000);
    assert_eq!(sum.data_points[0].time_unix_nano, 5_000_000_000);
    let label = &sum.data_points[0].attributes[0];
    let text = any_value::Value::StringValue("a".to_owned());
    assert_eq!((label.key.as_str(), label.value.clone().unwrap().value), ("who", Some(text)));
    assert!(matches!(&read[1].data, Some(Data::Gauge(gauge)) if gauge.data_points.len() == 1));
    let Some(Data::Gauge(gauge)) = &read[2].data else { panic!("{read:?}") };
    assert_eq!(gauge.data_points[0].value, Some(number_data_point::Value::AsDouble(0.25)));
    let Some(Data::Histogram(histogram)) = &read[3].data else { panic!("{read:?}") };
    let point = &histogram.data_points[0];
    assert_eq!(histogram.aggregation_temporality, CUMULATIVE);
    assert_eq!((point.count, point.sum), (18, Some(57.0)));
    assert_eq!(point.explicit_bounds, [0.5, 1.0]);
    assert_eq!(point.bucket_counts, [6, 0, 12]);
    assert_eq!(point.attributes.len(), 1);
}

#[test]
fn exponential_histograms_are_read_back() {
    let numbers = Numbers::default();
    numbers.count.store(6, Relaxed);
    let read = requests(&numbers, true, None);
    let Some(Data::ExponentialHistogram(histogram)) = &read[3].data else { panic!("{read:?}") };
    let point = &histogram.data_points[0];
    assert_eq!((point.count, point.sum, point.scale, point.zero_count), (18, Some(57.0), 3, 0));
    let positive = point.positive.as_ref().unwrap();
    // By lower bounds, where Prometheus counts by upper ones.
    assert_eq!((positive.offset, positive.bucket_counts.as_slice()), (3, &[6, 6, 6][..]));
    assert!((point.zero_threshold - 1e-9).abs() < 1e-20);
    assert_eq!(point.attributes.len(), 1);
}

/// A collector that has only buckets of its own, such as that of health checks.
#[test]
fn a_histogram_without_an_exponential_view_is_pushed_in_its_buckets_beside_those_that_have_one() {
    let resource = Resource::new(&[]);
    let mut baselines = Baselines::default();
    for baselines in [None, Some(&mut baselines)] {
        let mut encoder = MetricEncoder::new(&resource, 5_000_000_000, true, baselines);
        let numbers = Numbers::default();
        numbers.count.store(6, Relaxed);
        encoder.family(&family("push_own_seconds", Kind::Histogram, Some("seconds")));
        let bounds = [0.5, 1.0].map(|upper| Bound { upper, le: canonical(upper).into() });
        for who in ["a", "b"] {
            let histogram = Histogram::new(&bounds, &[1, 2, 3], 9.5);
            encoder.series(&[("who", who)], &Value::Histogram(histogram));
        }
        encoder.family(&FAMILIES[3]);
        numbers.series(&FAMILIES[3], &mut encoder);
        let read = metrics(&encoder.finish());
        let Some(Data::Histogram(own)) = &read[0].data else { panic!("{read:?}") };
        assert_eq!(own.data_points.len(), 2);
        assert_eq!(own.data_points[1].bucket_counts, [1, 2, 3]);
        assert_eq!(own.data_points[1].attributes.len(), 1);
        assert!(matches!(&read[1].data, Some(Data::ExponentialHistogram(_))), "{read:?}");
    }
}

#[test]
fn deltas_are_what_came_since_the_last_push_that_arrived() {
    let numbers = Numbers::default();
    let mut baselines = Baselines::default();
    let mut push = |count: u64, settle: Option<u64>| {
        numbers.count.store(count, Relaxed);
        let read = requests(&numbers, false, Some(&mut baselines));
        match settle {
            Some(at) => baselines.settle(at),
            None => baselines.forget(),
        }
        let Some(Data::Sum(sum)) = &read[0].data else { panic!("{read:?}") };
        assert_eq!(sum.aggregation_temporality, DELTA);
        assert!(matches!(&read[2].data, Some(Data::Gauge(_))), "a gauge is what it is");
        let Some(Data::Histogram(histogram)) = &read[3].data else { panic!("{read:?}") };
        assert_eq!(histogram.aggregation_temporality, DELTA);
        let point = &histogram.data_points[0];
        assert_eq!(point.bucket_counts.iter().sum::<u64>(), point.count);
        let Some(number_data_point::Value::AsInt(calls)) = sum.data_points[0].value else {
            panic!()
        };
        (calls, point.count, point.sum.unwrap(), sum.data_points[0].start_time_unix_nano)
    };
    assert_eq!(push(6, Some(77)), (6, 18, 57.0, 1_000_500_000_000));
    assert_eq!(push(6, Some(78)), (0, 0, 0.0, 77));
    assert_eq!(push(8, None), (2, 6, 19.0, 78), "this one does not arrive");
    assert_eq!(push(9, Some(79)), (3, 9, 28.5, 78), "so the next one tells it");
    assert_eq!(push(10, Some(80)), (1, 3, 9.5, 79));
}

#[test]
fn deltas_of_exponential_histograms_follow_when_buckets_are_merged() {
    let numbers = Numbers::default();
    let mut baselines = Baselines::default();
    let mut push = |count: u64| {
        numbers.count.store(count, Relaxed);
        let read = requests(&numbers, true, Some(&mut baselines));
        baselines.settle(9);
        let Some(Data::ExponentialHistogram(histogram)) = &read[3].data else { panic!("{read:?}") };
        let point = histogram.data_points[0].clone();
        let positive = point.positive.unwrap();
        (point.scale, positive.offset, positive.bucket_counts)
    };
    assert_eq!(push(10), (3, 3, vec![10, 10, 10]));
    assert_eq!(push(30), (3, 3, vec![20, 20, 20]));
    // Buckets 4, 5 and 6 become 2, 3 and 3.
    assert_eq!(push(100), (2, 1, vec![70, 140]));
}

#[test]
fn a_large_snapshot_is_several_requests() {
    let resource = Resource::new(&[]);
    let mut encoder = MetricEncoder::new(&resource, 1, false, None).with_largest(10_000);
    for family in &FAMILIES[..1] {
        encoder.family(family);
        for number in 0..2_000_u64 {
            let text = number.to_string();
            let labels: Labels<'_> = &[("number", &text)];
            encoder.series(labels, &Value::Unsigned(number));
        }
    }
    let requests = encoder.finish();
    assert!(
        requests.len() > 5 && requests.iter().all(|it| it.len() < 11_000),
        "{}",
        requests.len()
    );
    let read = metrics(&requests);
    assert!(read.iter().all(|metric| metric.name == "push_calls_total"));
    let points = read.iter().map(|metric| match &metric.data {
        Some(Data::Sum(sum)) => sum.data_points.len(),
        other => panic!("{other:?}"),
    });
    assert_eq!(points.sum::<usize>(), 2_000);
}

#[test]
fn what_the_conventions_name_has_the_name_they_give_it() {
    let resource = Resource::new(&[]);
    let mut encoder = MetricEncoder::new(&resource, 1, false, None);
    encoder.family(&family("db_client_operation_duration_seconds", Kind::Gauge, Some("seconds")));
    let labels = [("db_system_name", "sqlite"), ("error_type", "Busy"), ("further", "1")];
    encoder.series(&labels, &Value::Unsigned(1));
    encoder.family(&family("observe_errors_total", Kind::Counter, None));
    encoder.series(&[("error_type", "Busy")], &Value::Unsigned(1));
    let read = metrics(&encoder.finish());
    let names: Vec<_> = read.iter().map(|it| (it.name.as_str(), it.unit.as_str())).collect();
    assert_eq!(names, [("db.client.operation.duration", "s"), ("observe_errors_total", "")]);
    let keys: Vec<Vec<&str>> = read
        .iter()
        .map(|metric| {
            let points = match metric.data.as_ref().unwrap() {
                Data::Gauge(gauge) => &gauge.data_points,
                Data::Sum(sum) => &sum.data_points,
                other => panic!("{other:?}"),
            };
            points[0].attributes.iter().map(|attribute| attribute.key.as_str()).collect()
        })
        .collect();
    assert_eq!(keys, [vec!["db.system.name", "error.type", "further"], vec!["error_type"]]);
}

fn push(receiver: &Receiver, protocol: Protocol, interval: Duration, delta: bool) -> Running {
    let mut target = target(receiver, protocol);
    target.url = target.url.replace("traces", "metrics");
    let timeout = Duration::from_secs(30);
    let metrics = Metrics { target, interval, timeout, delta, exponential: false };
    Running::with(&Settings { resource: Vec::new(), spans: None, metrics: Some(metrics) })
}

/// The values of our counter in the requests that came.
fn counted(receiver: &Receiver) -> Vec<i64> {
    let metrics = receiver.metrics();
    let ours = metrics.iter().filter(|metric| metric.name == "push_calls_total");
    let values = ours.map(|metric| match &metric.data {
        Some(Data::Sum(sum)) => match sum.data_points[0].value {
            Some(number_data_point::Value::AsInt(value)) => value,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    });
    values.collect()
}

#[test]
fn metrics_are_pushed_regularly_on_request_and_at_the_end() {
    let _turn = turn();
    for protocol in [Protocol::Http, Protocol::Grpc] {
        let numbers = Arc::new(Numbers::default());
        let _registered = register(numbers.clone());
        numbers.count.store(1, Relaxed);
        let receiver = Receiver::start();
        let running = push(&receiver, protocol, Duration::from_millis(50), false);
        receiver.wait_for(|requests| requests.len() >= 2);
        drop(running);
        assert!(counted(&receiver).iter().all(|count| *count == 1));
        // A program that ends long before the first push is due.
        let receiver = Receiver::start();
        let running = push(&receiver, protocol, Duration::from_secs(3_600), false);
        numbers.count.store(2, Relaxed);
        assert!(running.flush());
        numbers.count.store(3, Relaxed);
        running.shutdown(PATIENCE);
        assert_eq!(counted(&receiver), [2, 3]);
    }
}

#[test]
fn a_push_that_fails_is_made_up_for() {
    let _turn = turn();
    let numbers = Arc::new(Numbers::default());
    let _registered = register(numbers.clone());
    let receiver = Receiver::start();
    let running = push(&receiver, Protocol::Http, Duration::from_secs(3_600), true);
    numbers.count.store(5, Relaxed);
    assert!(running.flush());
    receiver.then([Reply::Status(503, None)]);
    numbers.count.store(7, Relaxed);
    assert!(running.flush());
    running.shutdown(PATIENCE);
    assert_eq!(counted(&receiver), [5, 2, 0]);
}

#[test]
fn a_collector_of_the_program_that_panics_costs_one_push() {
    struct Panics;
    impl Collector for Panics {
        fn families(&self) -> &[Family<'static>] {
            &FAMILIES[..1]
        }
        fn series(&self, _: &Family<'_>, _: &mut dyn Visitor) {
            panic!("as told")
        }
    }
    let _turn = turn();
    let _registered = register(Arc::new(Numbers::default()));
    let receiver = Receiver::start();
    let running = push(&receiver, Protocol::Http, Duration::from_secs(3_600), true);
    let panics = register(Arc::new(Panics));
    assert!(!running.flush());
    drop(panics);
    assert!(running.flush());
    assert_eq!(counted(&receiver).len(), 1, "of two pushes one came");
}

#[test]
fn what_is_pushed_is_what_a_scrape_shows() {
    let _turn = turn();
    let _registered = register(Arc::new(Numbers::default()));
    let receiver = Receiver::start();
    let running = push(&receiver, Protocol::Grpc, Duration::from_secs(3_600), false);
    assert!(running.flush());
    let snapshot = registry::snapshot();
    let pushed = receiver.metrics();
    let with_series = snapshot.families.iter().filter(|family| !family.series.is_empty());
    // Families of other tests come and go meanwhile.
    let lasts = |name: &String| name.starts_with("push_") || name.starts_with("observe_call");
    let name = |family: &OwnedFamily| {
        let instrument = genai::instrument_of(&family.name);
        instrument.map_or_else(|| family.name.clone(), |instrument| instrument.name.to_owned())
    };
    let names: Vec<_> = with_series.map(name).filter(lasts).collect();
    let mut pushed: Vec<_> =
        pushed.iter().map(|metric| metric.name.clone()).filter(lasts).collect();
    pushed.dedup();
    assert!(names.len() > 3 && names == pushed, "{names:?} {pushed:?}");
}
