//! One series of theirs: checked, since a scraper refuses a whole document for one of them, and visited.

use super::names::is_label;
use crate::snapshot::{Bound, Histogram, Kind, Summary, Value, Visitor, canonical};
use ::prometheus::proto::{self, LabelPair, Metric};

/// Visits the series of one family. Holds what one series can leave to the next.
pub(super) struct Series<'a> {
    kind: Kind,
    labels: Vec<(&'a str, &'a str)>,
    /// Those of the series before.
    last: Option<&'a [LabelPair]>,
    /// Those of the histogram before, mostly of all in the family: a bound is text as well.
    bounds: Vec<Bound>,
    counts: Vec<u64>,
}

impl<'a> Series<'a> {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, labels: Vec::new(), last: None, bounds: Vec::new(), counts: Vec::new() }
    }

    /// Visits `metric`; false if that would not be well-formed.
    pub(super) fn visit(&mut self, metric: &'a Metric, visitor: &mut dyn Visitor) -> bool {
        let pairs = metric.get_label();
        // In order of labels, so that one that is there twice follows itself.
        if self.last.replace(pairs) == Some(pairs) || !self.read_labels(pairs) {
            return false;
        }
        let value = match self.kind {
            Kind::Histogram => match self.histogram(metric.get_histogram()) {
                Some(sum) => Value::Histogram(Histogram::new(&self.bounds, &self.counts, sum)),
                None => return false,
            },
            Kind::Summary => return self.summary(metric.get_summary(), visitor),
            Kind::Counter => match metric.get_counter().get_value() {
                value if value < 0.0 => return false,
                value => number(value),
            },
            // A counter in a gauge's place has its value where counters have it.
            Kind::Unknown => number(metric.get_counter().get_value()),
            Kind::Gauge | Kind::Info => number(metric.get_gauge().get_value()),
        };
        visitor.series(&self.labels, &value);
        true
    }

    /// Whether the labels are all legal and none is there twice.
    fn read_labels(&mut self, pairs: &'a [LabelPair]) -> bool {
        self.labels.clear();
        let reserved = match self.kind {
            Kind::Histogram => "le",
            Kind::Summary => "quantile",
            Kind::Counter | Kind::Gauge | Kind::Info | Kind::Unknown => "",
        };
        pairs.iter().all(|pair| {
            let name = pair.name();
            let twice = self.labels.iter().any(|(other, _)| *other == name);
            self.labels.push((name, pair.value()));
            is_label(name) && name != reserved && !twice
        })
    }

    /// Fills bounds and counts, and returns the sum, if the buckets ascend.
    fn histogram(&mut self, histogram: &proto::Histogram) -> Option<f64> {
        let buckets = histogram.get_bucket();
        // The last may be there, and says what the count says.
        let (total, buckets) = match buckets.split_last() {
            Some((last, rest)) if last.upper_bound() == f64::INFINITY => {
                (last.cumulative_count(), rest)
            }
            _ => (histogram.get_sample_count(), buckets),
        };
        let uppers = || buckets.iter().map(proto::Bucket::upper_bound);
        if !uppers().all(f64::is_finite) || !uppers().is_sorted_by(|one, next| one < next) {
            return None;
        }
        if !uppers().eq(self.bounds.iter().map(|bound| bound.upper)) {
            let bound = |upper| Bound { upper, le: canonical(upper).into() };
            self.bounds = uppers().map(bound).collect();
        }
        self.counts.clear();
        let mut below = 0_u64;
        for cumulative in buckets.iter().map(proto::Bucket::cumulative_count).chain([total]) {
            self.counts.push(cumulative.checked_sub(below)?);
            below = cumulative;
        }
        Some(histogram.get_sample_sum())
    }

    fn summary(&self, summary: &proto::Summary, visitor: &mut dyn Visitor) -> bool {
        let quantiles = summary.get_quantile().iter();
        let quantiles: Vec<_> = quantiles.map(|pair| (pair.quantile(), pair.value())).collect();
        let legal = quantiles.iter().all(|(quantile, _)| (0.0..=1.0).contains(quantile));
        if !legal || !quantiles.is_sorted_by(|(one, _), (next, _)| one < next) {
            return false;
        }
        let (sum, count) = (summary.sample_sum(), summary.sample_count());
        visitor
            .series(&self.labels, &Value::Summary(Summary { quantiles: &quantiles, sum, count }));
        true
    }
}

/// A number as people write it: most of theirs are whole.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // It is whole and within 53 bits.
fn number(value: f64) -> Value<'static> {
    const WHOLE: f64 = 9_007_199_254_740_992.0;
    if (0.0..WHOLE).contains(&value) && value.fract() == 0.0 && value.is_sign_positive() {
        Value::Unsigned(value as u64)
    } else {
        Value::Float(value)
    }
}

/// The crate calls a number `get_value` without its feature `protobuf` and `value` with it, and which it is, is for
/// the whole program to say. What a type has itself comes before what a trait gives it: so each of the two traits gives
/// what is missing by way of what is there.
#[allow(dead_code)]
trait GetValue {
    fn get_value(&self) -> f64;
}

#[allow(dead_code)]
trait HasValue {
    fn value(&self) -> f64;
}

macro_rules! numbers {
    ($($message:ty),*) => {$(
        impl GetValue for $message {
            fn get_value(&self) -> f64 {
                self.value()
            }
        }

        impl HasValue for $message {
            fn value(&self) -> f64 {
                self.get_value()
            }
        }
    )*};
}

numbers!(proto::Counter, proto::Gauge);
