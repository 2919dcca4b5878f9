//! What is written as protobuf, read back by `prost` with the messages of Prometheus' client model.

use proptest::prelude::*;
use prost::Message;

use super::documents::{any_snapshot, bounds, replay};
use crate::{
    expose::{Encoder, NameFilter, negotiate},
    snapshot::{
        Family, Histogram as Distribution, Kind, Native, OwnedValue, Snapshot, Value, Visitor,
    },
};

const ACCEPT: &str =
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

#[derive(Clone, PartialEq, Message)]
pub(super) struct MetricFamily {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    help: String,
    #[prost(int32, tag = "3")]
    kind: i32,
    #[prost(message, repeated, tag = "4")]
    pub(super) metric: Vec<Metric>,
    #[prost(string, tag = "5")]
    unit: String,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Metric {
    #[prost(message, repeated, tag = "1")]
    label: Vec<LabelPair>,
    #[prost(message, optional, tag = "2")]
    gauge: Option<Gauge>,
    #[prost(message, optional, tag = "3")]
    counter: Option<Counter>,
    #[prost(message, optional, tag = "4")]
    summary: Option<Summary>,
    #[prost(message, optional, tag = "5")]
    untyped: Option<Gauge>,
    #[prost(message, optional, tag = "7")]
    pub(super) histogram: Option<Histogram>,
}

#[derive(Clone, PartialEq, Message)]
struct Summary {
    #[prost(uint64, tag = "1")]
    count: u64,
    #[prost(double, tag = "2")]
    sum: f64,
    #[prost(message, repeated, tag = "3")]
    quantile: Vec<Quantile>,
}

#[derive(Clone, PartialEq, Message)]
struct Quantile {
    #[prost(double, tag = "1")]
    quantile: f64,
    #[prost(double, tag = "2")]
    value: f64,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct LabelPair {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(string, tag = "2")]
    pub(super) value: String,
}

#[derive(Clone, PartialEq, Message)]
struct Gauge {
    #[prost(double, tag = "1")]
    value: f64,
}

#[derive(Clone, PartialEq, Message)]
struct Counter {
    #[prost(double, tag = "1")]
    value: f64,
    #[prost(message, optional, tag = "3")]
    created: Option<Timestamp>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Timestamp {
    #[prost(int64, tag = "1")]
    pub(super) seconds: i64,
    #[prost(int32, tag = "2")]
    pub(super) nanos: i32,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Histogram {
    #[prost(uint64, tag = "1")]
    count: u64,
    #[prost(double, tag = "2")]
    sum: f64,
    #[prost(message, repeated, tag = "3")]
    pub(super) bucket: Vec<Bucket>,
    #[prost(sint32, tag = "5")]
    schema: i32,
    #[prost(double, tag = "6")]
    zero_threshold: f64,
    #[prost(uint64, tag = "7")]
    zero_count: u64,
    #[prost(message, repeated, tag = "12")]
    span: Vec<Span>,
    #[prost(sint64, repeated, tag = "13")]
    delta: Vec<i64>,
    #[prost(message, optional, tag = "15")]
    created: Option<Timestamp>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Bucket {
    #[prost(uint64, tag = "1")]
    cumulative: u64,
    #[prost(double, tag = "2")]
    upper: f64,
    #[prost(message, optional, tag = "3")]
    pub(super) exemplar: Option<Exemplar>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Exemplar {
    #[prost(message, repeated, tag = "1")]
    pub(super) label: Vec<LabelPair>,
    #[prost(double, tag = "2")]
    pub(super) value: f64,
    #[prost(message, optional, tag = "3")]
    pub(super) timestamp: Option<Timestamp>,
}

#[derive(Clone, PartialEq, Message)]
struct Span {
    #[prost(sint32, tag = "1")]
    offset: i32,
    #[prost(uint32, tag = "2")]
    length: u32,
}

/// What `visit` visits, written and read back; drained now and then, as a compressor does.
pub(super) fn written(visit: impl Fn(&mut dyn Visitor), least: usize) -> Vec<MetricFamily> {
    let filter = NameFilter::default();
    let mut encoder = Encoder::new(negotiate(Some(ACCEPT)).document(), &filter, Vec::new());
    assert!(encoder.wants_native());
    let mut bytes = Vec::new();
    encoder.counting_since(1_700_000_000.25);
    visit(&mut encoder);
    encoder.drain(least, |part| bytes.extend_from_slice(part));
    bytes.extend_from_slice(&encoder.finish());
    let mut families = Vec::new();
    let mut rest = &bytes[..];
    while !rest.is_empty() {
        families.push(MetricFamily::decode_length_delimited(&mut rest).expect("a family"));
    }
    families
}

fn created() -> Timestamp {
    Timestamp { seconds: 1_700_000_000, nanos: 250_000_000 }
}

/// What a reader must find of `snapshot`.
#[allow(clippy::cast_precision_loss)] // The format knows no other numbers.
fn expected(snapshot: &Snapshot) -> Vec<MetricFamily> {
    let families = snapshot.families.iter().filter(|family| !family.series.is_empty());
    let family = |family: &crate::snapshot::OwnedFamily| MetricFamily {
        name: family.name.clone(),
        help: family.help.clone(),
        kind: match family.kind {
            Kind::Counter => 0,
            Kind::Gauge | Kind::Info => 1,
            Kind::Summary => 2,
            Kind::Unknown => 3,
            Kind::Histogram => 4,
        },
        unit: family.unit.clone().unwrap_or_default(),
        metric: family.series.iter().map(|series| metric(family.kind, series)).collect(),
    };
    families.map(family).collect()
}

fn metric(kind: Kind, series: &crate::snapshot::OwnedSeries) -> Metric {
    let pair =
        |(name, value): &(String, String)| LabelPair { name: name.clone(), value: value.clone() };
    let mut metric =
        Metric { label: series.labels.iter().map(pair).collect(), ..Metric::default() };
    match &series.value {
        OwnedValue::Histogram { bounds, counts, sum } => {
            let uppers = bounds.iter().map(|bound| bound.upper).chain([f64::INFINITY]);
            let mut cumulative = 0;
            let bucket = uppers.zip(counts).map(|(upper, count)| {
                cumulative += count;
                Bucket { cumulative, upper, exemplar: None }
            });
            let bucket = bucket.collect();
            let (count, sum) = (cumulative, *sum);
            metric.histogram = Some(Histogram {
                count,
                sum,
                bucket,
                created: Some(created()),
                ..Histogram::default()
            });
        }
        number if kind == Kind::Counter => {
            metric.counter = Some(Counter { value: number.as_f64(), created: Some(created()) });
        }
        OwnedValue::Summary { quantiles, sum, count } => {
            let quantiles = quantiles.iter();
            let quantile =
                quantiles.map(|(quantile, value)| Quantile { quantile: *quantile, value: *value });
            metric.summary =
                Some(Summary { count: *count, sum: *sum, quantile: quantile.collect() });
        }
        number if kind == Kind::Unknown => {
            metric.untyped = Some(Gauge { value: number.as_f64() });
        }
        number => metric.gauge = Some(Gauge { value: number.as_f64() }),
    }
    metric
}

/// `NaN` is not equal to itself; its bits are.
fn bits(families: &[MetricFamily]) -> Vec<Vec<u8>> {
    families.iter().map(Message::encode_to_vec).collect()
}

proptest! {
    #[test]
    fn it_reads_back_equal(snapshot in any_snapshot(), least in 0_usize..4096) {
        let read = written(|visitor| replay(&snapshot, visitor), least);
        prop_assert_eq!(bits(&read), bits(&expected(&snapshot)));
    }

    #[test]
    fn native_buckets_read_back_equal(
        schema in -4..=8_i32,
        offset in -500..500_i32,
        counts in prop::collection::vec(prop_oneof![3 => Just(0), 1 => 0..=u64::MAX / 512], 0..200),
        zero_count in 0_u64..1000,
    ) {
        let native = Native { schema, zero_threshold: 1e-9, zero_count, offset, counts: &counts };
        let read = histogram(native);
        prop_assert_eq!(
            (read.schema, read.zero_count, read.zero_threshold.to_bits()),
            (schema, zero_count, 1e-9_f64.to_bits())
        );
        prop_assert!(!read.span.is_empty(), "without a span it would read as a classic one");
        // As the specification says to read it: spans, deltas.
        let mut buckets = Vec::new();
        let (mut index, mut count) = (0_i64, 0_i64);
        let mut deltas = read.delta.iter();
        for span in &read.span {
            index += i64::from(span.offset);
            for _ in 0..span.length {
                count = count.wrapping_add(*deltas.next().expect("a delta for each bucket"));
                if count != 0 {
                    buckets.push((index, count.cast_unsigned()));
                }
                index += 1;
            }
        }
        prop_assert!(deltas.next().is_none());
        let given = (i64::from(offset)..).zip(counts.iter().copied());
        prop_assert_eq!(buckets, given.filter(|(_, count)| *count != 0).collect::<Vec<_>>());
    }
}

fn histogram(native: Native<'_>) -> Histogram {
    let bounds = bounds(&[1.0]);
    let families = written(
        |visitor| {
            let (name, help, kind, unit) = ("a_seconds", "", Kind::Histogram, None);
            visitor.family(&Family { name, help, kind, unit });
            let mut value = Distribution::new(&bounds, &[1, 2], 3.5);
            value.native = Some(native);
            visitor.series(&[], &Value::Histogram(value));
        },
        usize::MAX,
    );
    families[0].metric[0].histogram.clone().expect("a histogram")
}

/// What the crate `prometheus` counts began at a time that nobody knows.
#[test]
fn without_a_time_of_creation_none_is_told() {
    let families = written(
        |visitor| {
            let family = |name, kind| Family { name, help: "", kind, unit: None };
            visitor.counting_since(0.0);
            visitor.family(&family("a_total", Kind::Counter));
            visitor.series(&[], &Value::Unsigned(3));
            visitor.family(&family("b", Kind::Histogram));
            visitor.series(&[], &Value::Histogram(Distribution::new(&[], &[4], 8.0)));
        },
        usize::MAX,
    );
    let counter = families[0].metric[0].counter.as_ref().expect("a counter");
    assert_eq!((counter.value.to_bits(), &counter.created), (3.0_f64.to_bits(), &None));
    assert_eq!(families[1].metric[0].histogram.as_ref().expect("a histogram").created, None);
}

#[test]
fn nothing_observed_is_a_span_of_nothing() {
    let native =
        Native { schema: 3, zero_threshold: 1e-9, zero_count: 0, offset: -224, counts: &[] };
    let read = histogram(native);
    assert_eq!(read.span, [Span { offset: 0, length: 0 }]);
    assert!(read.delta.is_empty());
    assert_eq!((read.count, read.bucket.len()), (3, 2), "the classic view is beside it");
}
