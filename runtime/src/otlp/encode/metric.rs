//! `ExportMetricsServiceRequest`s of a snapshot: a visitor that writes as it is told.
//!
//! A family keeps the name it has on a scrape (ARCHITECTURE.md says why), but for those that OpenTelemetry's conventions
//! name: those backends know by these names alone. A request is closed once it
//! is [`LARGEST`] bytes, in the middle of a family if need be, and another one begun.

use super::{
    super::delta::{Baselines, Change},
    OURS, Resource, put_label, put_scope,
};
use crate::{
    genai,
    snapshot::{Exemplar, Family, Histogram, Kind, Labels, Native, Value, Visitor},
    wire::{put_bytes, put_double, put_fixed64, put_message, put_text, put_varint, varint, zigzag},
};

/// Collectors refuse gRPC messages above 4 MiB unless told otherwise.
const LARGEST: usize = 2 * 1024 * 1024;

const DELTA: u64 = 1;
const CUMULATIVE: u64 = 2;

/// Writes what it visits.
pub(in crate::otlp) struct MetricEncoder<'a> {
    resource: &'a Resource,
    /// When the visit took place, in nanoseconds since 1970.
    now: u64,
    exponential: bool,
    /// What was visited last; there are only differences to it then.
    baselines: Option<&'a mut Baselines>,
    largest: usize,
    requests: Vec<Vec<u8>>,
    /// The families of the request that is being written.
    metrics: Vec<u8>,
    /// Name, description and unit of the family visited last.
    header: Vec<u8>,
    name: String,
    kind: Kind,
    /// It and its labels are called as OpenTelemetry's conventions call them.
    conventional: bool,
    /// Its histograms are exponential; known from its first series.
    in_powers: Option<bool>,
    /// When its series began to count, in nanoseconds since 1970.
    since: u64,
    /// Its data points in this request.
    points: Vec<u8>,
    attributes: Vec<u8>,
}

impl<'a> MetricEncoder<'a> {
    pub(in crate::otlp) fn new(
        resource: &'a Resource,
        now: u64,
        exponential: bool,
        baselines: Option<&'a mut Baselines>,
    ) -> Self {
        Self {
            resource,
            now,
            exponential,
            baselines,
            largest: LARGEST,
            requests: Vec::new(),
            metrics: Vec::new(),
            header: Vec::new(),
            name: String::new(),
            kind: Kind::Gauge,
            conventional: false,
            in_powers: None,
            since: 0,
            points: Vec::new(),
            attributes: Vec::new(),
        }
    }

    #[cfg(test)]
    pub(in crate::otlp) fn with_largest(mut self, bytes: usize) -> Self {
        self.largest = bytes;
        self
    }

    /// All requests.
    pub(in crate::otlp) fn finish(mut self) -> Vec<Vec<u8>> {
        self.close_family();
        self.close_request();
        self.requests
    }

    fn close_family(&mut self) {
        if self.points.is_empty() {
            return;
        }
        let Self { metrics, header, points, kind, in_powers, baselines, .. } = self;
        let temporality = if baselines.is_some() { DELTA } else { CUMULATIVE };
        put_message(metrics, 2, |out| {
            out.extend_from_slice(header);
            let field = match kind {
                Kind::Gauge | Kind::Info | Kind::Unknown => 5,
                Kind::Summary => 11,
                Kind::Counter => 7,
                Kind::Histogram if *in_powers == Some(true) => 10,
                Kind::Histogram => 9,
            };
            put_message(out, field, |out| {
                out.extend_from_slice(points);
                if !matches!(field, 5 | 11) {
                    put_varint(out, 2, temporality);
                }
                if field == 7 {
                    put_varint(out, 3, 1);
                }
            });
        });
        points.clear();
    }

    fn close_request(&mut self) {
        if self.metrics.is_empty() {
            return;
        }
        let mut request = Vec::with_capacity(self.metrics.len() + self.resource.0.len() + 64);
        put_message(&mut request, 1, |out| {
            out.extend_from_slice(&self.resource.0);
            put_message(out, 2, |out| {
                put_scope(out, OURS);
                out.extend_from_slice(&self.metrics);
            });
        });
        self.metrics.clear();
        self.requests.push(request);
    }

    fn put_point(&mut self, change: &Change<'_>) {
        let start = change.since.unwrap_or(self.since);
        let Self { points, attributes, kind, now, in_powers, .. } = self;
        let times = |out: &mut Vec<u8>| {
            if !matches!(kind, Kind::Gauge | Kind::Info | Kind::Unknown) {
                put_fixed64(out, 2, start);
            }
            put_fixed64(out, 3, *now);
        };
        put_message(points, 1, |out| match &change.value {
            Value::Unsigned(number) => {
                times(out);
                put_fixed64(out, 6, *number);
                out.extend_from_slice(attributes);
            }
            Value::Float(number) => {
                times(out);
                put_double(out, 4, *number);
                out.extend_from_slice(attributes);
            }
            Value::Histogram(histogram) => {
                times(out);
                put_fixed64(out, 4, histogram.counts.iter().sum());
                put_double(out, 5, histogram.sum);
                let field = match &histogram.native {
                    Some(native) if *in_powers == Some(true) => {
                        put_exponential(out, native);
                        11
                    }
                    _ => {
                        put_explicit(out, histogram);
                        8
                    }
                };
                // Of the time that the point is about.
                let exemplars = histogram.exemplars.iter().flatten();
                for exemplar in exemplars.filter(|exemplar| exemplar.unix_nanos >= start) {
                    put_message(out, field, |out| put_exemplar(out, exemplar));
                }
                out.extend_from_slice(attributes);
            }
            Value::Summary(summary) => {
                times(out);
                put_fixed64(out, 4, summary.count);
                put_double(out, 5, summary.sum);
                for (quantile, value) in summary.quantiles {
                    put_message(out, 6, |out| {
                        put_double(out, 1, *quantile);
                        put_double(out, 2, *value);
                    });
                }
                out.extend_from_slice(attributes);
            }
        });
    }
}

impl Visitor for MetricEncoder<'_> {
    fn wants_native(&self) -> bool {
        self.exponential
    }

    fn wants_exemplars(&self) -> bool {
        true
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Saturates.
    fn counting_since(&mut self, seconds: f64) {
        self.since = (seconds * 1e9) as u64;
    }

    fn family(&mut self, family: &Family<'_>) {
        self.close_family();
        self.kind = family.kind;
        self.in_powers = None;
        self.name.clear();
        self.name.push_str(family.name);
        self.header.clear();
        let instrument = genai::instrument_of(family.name);
        self.conventional = instrument.is_some();
        put_text(&mut self.header, 1, instrument.map_or(family.name, |instrument| instrument.name));
        put_text(&mut self.header, 2, family.help);
        match (instrument, family.unit) {
            (Some(instrument), _) => put_text(&mut self.header, 3, instrument.unit),
            (None, Some(unit)) => put_text(&mut self.header, 3, unit_of(unit)),
            (None, None) => {}
        }
    }

    fn series(&mut self, labels: Labels<'_>, value: &Value<'_>) {
        // A family that has no exponential view is pushed in the buckets it has: all of one family is of one type.
        let has_powers = matches!(value, Value::Histogram(histogram) if histogram.native.is_some());
        let in_powers = *self.in_powers.get_or_insert(self.exponential && has_powers);
        if !value.is_of(self.kind) || (in_powers && !has_powers) {
            // A collector that contradicts itself loses this series, not the whole push.
            debug_assert!(false, "a {:?} family visited with {value:?}", self.kind);
            return;
        }
        // The two kinds of histogram points and the others number their fields differently.
        let field = match self.kind {
            Kind::Histogram if in_powers => 1,
            Kind::Histogram => 9,
            _ => 7,
        };
        self.attributes.clear();
        for (name, label) in labels {
            let attribute = genai::attribute_of(name).filter(|_| self.conventional);
            put_label(&mut self.attributes, field, attribute.unwrap_or(name), label);
        }
        match self.baselines.take() {
            Some(baselines) if matches!(self.kind, Kind::Counter | Kind::Histogram) => {
                let key = baselines.key(&self.name, &self.attributes);
                baselines.change(key, value, in_powers, |change| self.put_point(change));
                self.baselines = Some(baselines);
            }
            baselines => {
                self.baselines = baselines;
                self.put_point(&Change { value: *value, since: None });
            }
        }
        if self.metrics.len() + self.points.len() >= self.largest {
            self.close_family();
            self.close_request();
        }
    }
}

fn put_exemplar(out: &mut Vec<u8>, exemplar: &Exemplar) {
    put_fixed64(out, 2, exemplar.unix_nanos);
    put_double(out, 3, exemplar.value);
    put_bytes(out, 4, &exemplar.span_id.to_be_bytes());
    put_bytes(out, 5, &exemplar.trace_id.to_be_bytes());
}

fn put_explicit(out: &mut Vec<u8>, histogram: &Histogram<'_>) {
    put_message(out, 6, |out| {
        for count in histogram.counts {
            out.extend_from_slice(&count.to_le_bytes());
        }
    });
    put_message(out, 7, |out| {
        for bound in histogram.bounds {
            out.extend_from_slice(&bound.upper.to_le_bytes());
        }
    });
}

/// Prometheus numbers a bucket by its upper bound, OpenTelemetry by its lower one.
fn put_exponential(out: &mut Vec<u8>, native: &Native<'_>) {
    put_varint(out, 6, zigzag(native.schema.into()));
    put_fixed64(out, 7, native.zero_count);
    put_message(out, 8, |out| {
        put_varint(out, 1, zigzag(i64::from(native.offset) - 1));
        let mut counts = Vec::with_capacity(native.counts.len());
        native.counts.iter().for_each(|count| varint(&mut counts, *count));
        put_bytes(out, 2, &counts);
    });
    put_double(out, 14, native.zero_threshold);
}

/// As UCUM writes it, which OTLP asks for; a collector that serves Prometheus translates it back.
fn unit_of(unit: &str) -> &str {
    match unit {
        "seconds" => "s",
        "bytes" => "By",
        "ratio" => "1",
        "usd" => "{USD}",
        other => other,
    }
}
