//! The two text formats, which differ in their family headers and last line only. Writes bytes, knows no client.
//!
//! Sources: Prometheus text format 0.0.4 ("Exposition formats", docs of Prometheus) and OpenMetrics 1.0.0, section
//! "Text format".

use super::{Syntax, escape};
use crate::snapshot::{
    Exemplar, Family, Histogram, Kind, Labels, Summary, Value, Visitor, write_canonical,
};
use std::iter::repeat;

/// Writes families and series as text. Allocates nothing per series but what the output needs.
pub(super) struct TextEncoder {
    open_metrics: bool,
    out: Vec<u8>,
    /// The header of the family visited last, until its first series: a family without series is not written.
    header: Vec<u8>,
    /// Name of the family visited last, as its samples carry it.
    name: String,
    kind: Kind,
    /// What all bucket lines of a series begin with; reused.
    bucket: Vec<u8>,
}

impl TextEncoder {
    pub(super) fn new(syntax: Syntax, out: Vec<u8>) -> Self {
        let open_metrics = match syntax {
            Syntax::Text | Syntax::Protobuf => false,
            Syntax::OpenMetrics001 | Syntax::OpenMetrics100 => true,
        };
        Self {
            open_metrics,
            out,
            header: Vec::new(),
            name: String::new(),
            kind: Kind::Gauge,
            bucket: Vec::new(),
        }
    }

    /// See [`Encoder::drain`](super::Encoder::drain).
    pub(super) fn drain(&mut self, least: usize, mut sink: impl FnMut(&[u8])) {
        if self.out.len() >= least {
            sink(&self.out);
            self.out.clear();
        }
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        if self.open_metrics {
            self.out.extend_from_slice(b"# EOF\n");
        }
        self.out
    }

    /// 0.0.4: HELP, TYPE, under the name the samples carry. A help text is one line and may be left out.
    fn header_0_0_4(&mut self, family: &Family<'_>) {
        let kind = match family.kind {
            Kind::Counter => "counter",
            // The format knows no info; its reference writers expose one as a gauge that is always 1.
            Kind::Gauge | Kind::Info => "gauge",
            Kind::Histogram => "histogram",
            Kind::Summary => "summary",
            Kind::Unknown => "untyped",
        };
        if !family.help.is_empty() {
            put(&mut self.header, &["# HELP ", family.name, " "]);
            escape::unquoted(&mut self.header, family.help);
            self.header.push(b'\n');
        }
        put(&mut self.header, &["# TYPE ", family.name, " ", kind, "\n"]);
    }

    /// OpenMetrics: TYPE, UNIT, HELP, under the name without the suffix that the type adds.
    fn header_open_metrics(&mut self, family: &Family<'_>) {
        let kind = match family.kind {
            Kind::Counter if family.name.ends_with("_total") => "counter",
            // A counter's samples end in `_total`, so one whose name does not is none here.
            Kind::Counter | Kind::Unknown => "unknown",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
            Kind::Info => "info",
            Kind::Summary => "summary",
        };
        let stem = family.stem();
        put(&mut self.header, &["# TYPE ", stem, " ", kind, "\n"]);
        // A unit that is not a suffix of the name makes the whole document invalid, and an info has none.
        if let Some(unit) = family.unit
            && family.kind != Kind::Info
            && stem.strip_suffix(unit).is_some_and(|rest| rest.ends_with('_'))
        {
            put(&mut self.header, &["# UNIT ", stem, " ", unit, "\n"]);
        }
        if !family.help.is_empty() {
            put(&mut self.header, &["# HELP ", stem, " "]);
            escape::quoted(&mut self.header, family.help);
            self.header.push(b'\n');
        }
    }

    fn histogram(&mut self, labels: Labels<'_>, histogram: &Histogram<'_>) {
        let Self { out, bucket, name, .. } = self;
        bucket.clear();
        put(bucket, &[name, "_bucket{"]);
        let start = bucket.len();
        write_pairs(bucket, labels);
        let pairs = start..bucket.len();
        put(bucket, &[if labels.is_empty() { "le=\"" } else { ",le=\"" }]);

        let mut cumulative = 0_u64;
        let mut number = itoa::Buffer::new();
        let mut digits = number.format(cumulative).as_bytes();
        let bounds = histogram.bounds.iter().map(|bound| &*bound.le).chain(["+Inf"]);
        let exemplars = if self.open_metrics { histogram.exemplars } else { &[] };
        let exemplars = exemplars.iter().map(Option::as_ref).chain(repeat(None));
        for ((le, &count), exemplar) in bounds.zip(histogram.counts).zip(exemplars) {
            // Most buckets of most functions are empty, and then the number before still stands.
            if count != 0 {
                cumulative = cumulative.saturating_add(count);
                digits = number.format(cumulative).as_bytes();
            }
            out.reserve(bucket.len() + le.len() + digits.len() + 4);
            out.extend_from_slice(bucket);
            out.extend_from_slice(le.as_bytes());
            out.extend_from_slice(b"\"} ");
            out.extend_from_slice(digits);
            if let Some(exemplar) = exemplar {
                write_exemplar(out, exemplar);
            }
            out.push(b'\n');
        }

        // With negative observations a sum is no counter, and OpenMetrics has none.
        let negative = histogram.bounds.first().is_some_and(|bound| bound.upper < 0.0);
        let without_sum = self.open_metrics && negative;
        for suffix in ["_sum", "_count"].into_iter().skip(usize::from(without_sum)) {
            put(out, &[name, suffix]);
            if !labels.is_empty() {
                out.push(b'{');
                out.extend_from_slice(&bucket[pairs.clone()]);
                out.push(b'}');
            }
            out.push(b' ');
            if suffix == "_sum" {
                write_canonical(out, histogram.sum);
            } else {
                out.extend_from_slice(digits);
            }
            out.push(b'\n');
        }
    }

    fn sample(&mut self, labels: Labels<'_>, value: &Value<'_>) {
        let Self { out, name, .. } = self;
        out.extend_from_slice(name.as_bytes());
        if !labels.is_empty() {
            out.push(b'{');
            write_pairs(out, labels);
            out.push(b'}');
        }
        out.push(b' ');
        match value {
            Value::Unsigned(whole) => {
                out.extend_from_slice(itoa::Buffer::new().format(*whole).as_bytes());
            }
            Value::Float(float) => write_canonical(out, *float),
            Value::Histogram(_) | Value::Summary(_) => {
                unreachable!("`series` sends these elsewhere")
            }
        }
        out.push(b'\n');
    }

    fn summary(&mut self, labels: Labels<'_>, summary: &Summary<'_>) {
        let Self { out, name, .. } = self;
        for (quantile, value) in summary.quantiles {
            put(out, &[name, "{"]);
            write_pairs(out, labels);
            put(out, &[if labels.is_empty() { "quantile=\"" } else { ",quantile=\"" }]);
            write_canonical(out, *quantile);
            put(out, &["\"} "]);
            write_canonical(out, *value);
            out.push(b'\n');
        }
        for suffix in ["_sum", "_count"] {
            put(out, &[name, suffix]);
            if !labels.is_empty() {
                out.push(b'{');
                write_pairs(out, labels);
                out.push(b'}');
            }
            out.push(b' ');
            if suffix == "_sum" {
                write_canonical(out, summary.sum);
            } else {
                out.extend_from_slice(itoa::Buffer::new().format(summary.count).as_bytes());
            }
            out.push(b'\n');
        }
    }
}

/// ` # {trace_id="..",span_id=".."} value time`, the time in seconds to the millisecond (OpenMetrics 1.0, ABNF
/// `exemplar`).
fn write_exemplar(out: &mut Vec<u8>, exemplar: &Exemplar) {
    out.extend_from_slice(b" # {");
    for (index, (name, value)) in exemplar.labels().iter().enumerate() {
        put(out, &[if index == 0 { "" } else { "," }, name, "=\"", value, "\""]);
    }
    out.extend_from_slice(b"} ");
    write_canonical(out, exemplar.value);
    let milliseconds = exemplar.unix_nanos / 1_000_000;
    let time = format!(" {}.{:03}", milliseconds / 1_000, milliseconds % 1_000);
    out.extend_from_slice(time.as_bytes());
}

impl Visitor for TextEncoder {
    fn wants_exemplars(&self) -> bool {
        self.open_metrics
    }

    fn family(&mut self, family: &Family<'_>) {
        self.name.clear();
        self.name.push_str(family.name);
        self.kind = family.kind;
        self.header.clear();
        if self.open_metrics {
            self.header_open_metrics(family);
        } else {
            self.header_0_0_4(family);
        }
    }

    fn series(&mut self, labels: Labels<'_>, value: &Value<'_>) {
        if !value.is_of(self.kind) {
            // A collector that contradicts itself loses this series, not the whole scrape.
            debug_assert!(false, "{:?} family {} visited with {value:?}", self.kind, self.name);
            return;
        }
        self.out.append(&mut self.header);
        match value {
            // Both formats want exactly 1 here, whatever the source calls it.
            Value::Unsigned(_) | Value::Float(_) if self.kind == Kind::Info => {
                self.sample(labels, &Value::Unsigned(1));
            }
            Value::Unsigned(_) | Value::Float(_) => self.sample(labels, value),
            Value::Histogram(histogram) => self.histogram(labels, histogram),
            Value::Summary(summary) => self.summary(labels, summary),
        }
    }
}

/// `name="value",name="value"`: what stands between the braces.
fn write_pairs(out: &mut Vec<u8>, labels: Labels<'_>) {
    for (index, (name, value)) in labels.iter().enumerate() {
        put(out, &[if index == 0 { "" } else { "," }, name, "=\""]);
        escape::quoted(out, value);
        out.push(b'"');
    }
}

fn put(out: &mut Vec<u8>, parts: &[&str]) {
    for part in parts {
        out.extend_from_slice(part.as_bytes());
    }
}
