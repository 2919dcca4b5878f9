//! Ours in theirs: a collector of the crate `prometheus` over every family of ours.

use super::GATHERING;
use crate::{
    registry,
    snapshot::{Family, Histogram, Kind, Labels, Value, Visitor},
};
use ::prometheus::{core::Desc, proto};
use std::{collections::HashMap, fmt};

/// The families of observed functions, as a collector for a registry of the crate `prometheus`.
///
/// They are what `/metrics` shows in the text format, but for native buckets, which the crate does not
/// know. Register it once for each registry that is served by other means than ours.
///
/// # Example
///
/// ```
/// use prometheus::{Registry, TextEncoder};
///
/// #[observant::observe]
/// fn load() {}
///
/// # fn main() -> Result<(), prometheus::Error> {
/// let registry = Registry::new();
/// registry.register(Box::new(observant::prometheus::Collector::new()))?;
/// load();
/// let text = TextEncoder::new().encode_to_string(&registry.gather())?;
/// assert!(text.contains("observe_calls_total{") && text.contains("function=\"load\""));
/// # Ok(())
/// # }
/// ```
pub struct Collector {
    /// Of the families there were when it was made: with them a registry notices that it has a
    /// collector of ours, and that nobody else may have the names.
    described: Vec<Desc>,
}

impl Collector {
    /// A collector of all families, also of those that come later.
    pub fn new() -> Self {
        let mut described = Vec::new();
        registry::each_family(&mut |family| {
            let (name, help) = (family.name.to_owned(), family.help.to_owned());
            // Without the names of labels: those of functions differ.
            described.extend(Desc::new(name, help, Vec::new(), HashMap::new()));
        });
        Self { described }
    }
}

impl Default for Collector {
    fn default() -> Self {
        Self::new()
    }
}

impl prometheus::core::Collector for Collector {
    fn desc(&self) -> Vec<&Desc> {
        self.described.iter().collect()
    }

    fn collect(&self) -> Vec<proto::MetricFamily> {
        if GATHERING.get() {
            // It is our own scrape that asks, and it has them.
            return Vec::new();
        }
        let mut families = Families::default();
        registry::visit(&mut families, &|_| true, &[]);
        families.close();
        families.done
    }
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collector").finish_non_exhaustive()
    }
}

/// A visit as messages of theirs.
#[derive(Default)]
struct Families {
    done: Vec<proto::MetricFamily>,
    /// The one visited last.
    open: proto::MetricFamily,
    metrics: Vec<proto::Metric>,
}

impl Families {
    fn close(&mut self) {
        let metrics = std::mem::take(&mut self.metrics);
        let mut family = std::mem::take(&mut self.open);
        if !metrics.is_empty() {
            family.set_metric(metrics);
            self.done.push(family);
        }
    }
}

impl Visitor for Families {
    fn family(&mut self, family: &Family<'_>) {
        self.close();
        self.open.set_name(family.name.to_owned());
        self.open.set_help(family.help.to_owned());
        self.open.set_field_type(match family.kind {
            Kind::Counter => proto::MetricType::COUNTER,
            Kind::Gauge | Kind::Info => proto::MetricType::GAUGE,
            Kind::Histogram => proto::MetricType::HISTOGRAM,
            Kind::Summary => proto::MetricType::SUMMARY,
            Kind::Unknown => proto::MetricType::UNTYPED,
        });
    }

    fn series(&mut self, labels: Labels<'_>, value: &Value<'_>) {
        let pairs = labels.iter().map(|(name, value)| {
            let mut pair = proto::LabelPair::default();
            pair.set_name((*name).to_owned());
            pair.set_value((*value).to_owned());
            pair
        });
        let mut metric = proto::Metric::from_label(pairs.collect());
        let number = match value {
            Value::Histogram(distribution) => {
                metric.set_histogram(histogram(distribution));
                self.metrics.push(metric);
                return;
            }
            #[allow(clippy::cast_precision_loss)] // The messages know no other numbers.
            Value::Unsigned(whole) => *whole as f64,
            Value::Float(float) => *float,
            // None of ours.
            Value::Summary(_) => return,
        };
        if self.open.get_field_type() == proto::MetricType::COUNTER {
            let mut counter = proto::Counter::default();
            counter.set_value(number);
            metric.set_counter(counter);
        } else {
            let mut gauge = proto::Gauge::default();
            gauge.set_value(number);
            metric.set_gauge(gauge);
        }
        self.metrics.push(metric);
    }
}

/// With the bounds alone: what lies above them all is what the count has besides.
fn histogram(distribution: &Histogram<'_>) -> proto::Histogram {
    let mut cumulative = 0;
    let buckets = distribution.bounds.iter().zip(distribution.counts).map(|(bound, count)| {
        cumulative += count;
        let mut bucket = proto::Bucket::default();
        bucket.set_upper_bound(bound.upper);
        bucket.set_cumulative_count(cumulative);
        bucket
    });
    let mut histogram = proto::Histogram::default();
    histogram.set_bucket(buckets.collect());
    histogram.set_sample_count(distribution.counts.iter().sum());
    histogram.set_sample_sum(distribution.sum);
    histogram
}
