//! The delimited protobuf format, which alone carries native histograms and the time a series began.
//! Writes bytes, knows no client.
//!
//! Sources: `io/prometheus/client/metrics.proto` of Prometheus' client model for messages and field
//! numbers. Every message is preceded by its
//! length; that of a family is not known before its last series, so five bytes are kept for it, which
//! any reader of base-128 numbers takes.

use crate::{
    snapshot::{Exemplar, Family, Histogram, Kind, Labels, Native, Summary, Value, Visitor},
    wire::{put_bytes, put_double, put_message, put_text, put_varint, varint, zigzag},
};
use std::{iter::repeat, ops::Range};

/// Bytes kept for the length of a family: 35 bits of it.
const LENGTH: usize = 5;

/// Writes families and series as protobuf. Allocates nothing per series but what the output needs.
pub(super) struct ProtobufEncoder {
    out: Vec<u8>,
    /// Where the family visited last begins in `out`, if it has series.
    start: Option<usize>,
    /// What a family begins with, until its first series.
    header: Vec<u8>,
    kind: Kind,
    since: f64,
    /// One series; reused.
    metric: Vec<u8>,
    /// Its value; reused.
    value: Vec<u8>,
}

impl ProtobufEncoder {
    pub(super) fn new(out: Vec<u8>) -> Self {
        Self {
            out,
            start: None,
            header: Vec::new(),
            kind: Kind::Gauge,
            since: 0.0,
            metric: Vec::new(),
            value: Vec::new(),
        }
    }

    /// See [`Encoder::drain`](super::Encoder::drain). A family goes as a whole.
    pub(super) fn drain(&mut self, least: usize, mut sink: impl FnMut(&[u8])) {
        let whole = self.start.unwrap_or(self.out.len());
        if whole >= least {
            sink(&self.out[..whole]);
            self.out.drain(..whole);
            self.start = self.start.map(|_| 0);
        }
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        self.close();
        self.out
    }

    /// Writes the length of the family into the bytes kept for it.
    #[allow(clippy::cast_possible_truncation)] // Seven bits at a time.
    fn close(&mut self) {
        let Some(start) = self.start.take() else { return };
        let mut length = self.out.len() - start - LENGTH;
        for (place, byte) in self.out[start..start + LENGTH].iter_mut().enumerate() {
            let more = if place + 1 < LENGTH { 0x80 } else { 0 };
            *byte = (length & 0x7F) as u8 | more;
            length >>= 7;
        }
    }

    /// The value as `Gauge`, `Counter` or `Histogram`, and its field in `Metric`.
    fn encode(&mut self, value: &Value<'_>) -> u32 {
        let Self { value: out, since, kind, .. } = self;
        out.clear();
        match value {
            Value::Histogram(histogram) => {
                put_histogram(out, histogram);
                put_created(out, 15, *since);
                7
            }
            Value::Summary(summary) => {
                put_summary(out, summary);
                4
            }
            Value::Unsigned(_) | Value::Float(_) => {
                let number = match (*kind, value) {
                    (Kind::Info, _) => 1.0,
                    #[allow(clippy::cast_precision_loss)] // The format knows no other numbers.
                    (_, Value::Unsigned(count)) => *count as f64,
                    (_, Value::Float(number)) => *number,
                    (_, Value::Histogram(_) | Value::Summary(_)) => unreachable!("matched above"),
                };
                put_double(out, 1, number);
                match kind {
                    Kind::Counter => {
                        put_created(out, 3, *since);
                        3
                    }
                    Kind::Unknown => 5,
                    Kind::Gauge | Kind::Info | Kind::Histogram | Kind::Summary => 2,
                }
            }
        }
    }
}

impl Visitor for ProtobufEncoder {
    fn wants_native(&self) -> bool {
        true
    }

    fn wants_exemplars(&self) -> bool {
        true
    }

    fn counting_since(&mut self, seconds: f64) {
        self.since = seconds;
    }

    fn family(&mut self, family: &Family<'_>) {
        self.close();
        self.kind = family.kind;
        self.header.clear();
        put_text(&mut self.header, 1, family.name);
        if !family.help.is_empty() {
            put_text(&mut self.header, 2, family.help);
        }
        let kind = match family.kind {
            Kind::Counter => 0,
            // The format knows no info.
            Kind::Gauge | Kind::Info => 1,
            Kind::Summary => 2,
            // Here it is called untyped.
            Kind::Unknown => 3,
            Kind::Histogram => 4,
        };
        put_varint(&mut self.header, 3, kind);
        if let Some(unit) = family.unit {
            put_text(&mut self.header, 5, unit);
        }
    }

    fn series(&mut self, labels: Labels<'_>, value: &Value<'_>) {
        if !value.is_of(self.kind) {
            // A collector that contradicts itself loses this series, not the whole scrape.
            debug_assert!(false, "a {:?} family visited with {value:?}", self.kind);
            return;
        }
        if self.start.is_none() {
            self.start = Some(self.out.len());
            self.out.extend_from_slice(&[0; LENGTH]);
            self.out.extend_from_slice(&self.header);
        }
        let field = self.encode(value);
        let Self { out, metric, value, .. } = self;
        metric.clear();
        for (name, label) in labels {
            put_message(metric, 1, |pair| {
                put_text(pair, 1, name);
                put_text(pair, 2, label);
            });
        }
        put_bytes(metric, field, value);
        put_bytes(out, 4, metric);
    }
}

fn put_histogram(out: &mut Vec<u8>, histogram: &Histogram<'_>) {
    put_varint(out, 1, histogram.counts.iter().sum());
    put_double(out, 2, histogram.sum);
    let mut cumulative = 0;
    let bounds = histogram.bounds.iter().map(|bound| bound.upper).chain([f64::INFINITY]);
    let exemplars = histogram.exemplars.iter().map(Option::as_ref).chain(repeat(None));
    for ((upper, count), exemplar) in bounds.zip(histogram.counts).zip(exemplars) {
        cumulative += count;
        put_message(out, 3, |bucket| {
            put_varint(bucket, 1, cumulative);
            put_double(bucket, 2, upper);
            if let Some(exemplar) = exemplar {
                put_message(bucket, 3, |out| put_exemplar(out, exemplar));
            }
        });
    }
    if let Some(native) = &histogram.native {
        put_native(out, native);
    }
}

fn put_exemplar(out: &mut Vec<u8>, exemplar: &Exemplar) {
    for (name, value) in exemplar.labels() {
        put_message(out, 1, |pair| {
            put_text(pair, 1, name);
            put_text(pair, 2, &value);
        });
    }
    put_double(out, 2, exemplar.value);
    put_message(out, 3, |out| {
        put_varint(out, 1, exemplar.unix_nanos / 1_000_000_000);
        // Milliseconds, which is what Prometheus keeps.
        put_varint(out, 2, exemplar.unix_nanos % 1_000_000_000 / 1_000_000 * 1_000_000);
    });
}

fn put_summary(out: &mut Vec<u8>, summary: &Summary<'_>) {
    put_varint(out, 1, summary.count);
    put_double(out, 2, summary.sum);
    for (quantile, value) in summary.quantiles {
        put_message(out, 3, |pair| {
            put_double(pair, 1, *quantile);
            put_double(pair, 2, *value);
        });
    }
}

/// When a series began to count, if that is known.
fn put_created(out: &mut Vec<u8>, field: u32, since: f64) {
    if since > 0.0 {
        put_message(out, field, |out| put_timestamp(out, since));
    }
}

fn put_native(out: &mut Vec<u8>, native: &Native<'_>) {
    put_varint(out, 5, zigzag(native.schema.into()));
    put_double(out, 6, native.zero_threshold);
    put_varint(out, 7, native.zero_count);
    let mut end = None;
    for run in runs(native.counts) {
        // The first is counted from bucket 0, every other from the end of the one before.
        let offset = match end {
            None => i64::from(native.offset) + distance(0, run.start),
            Some(end) => distance(end, run.start),
        };
        put_span(out, offset, run.len());
        end = Some(run.end);
    }
    if end.is_none() {
        // Without a span a reader takes the histogram for a classic one.
        put_span(out, 0, 0);
    }
    // Each count less the one before it in the spans.
    let mut before = 0_u64;
    put_message(out, 13, |deltas| {
        for count in runs(native.counts).flat_map(|run| &native.counts[run]) {
            varint(deltas, zigzag(count.wrapping_sub(before).cast_signed()));
            before = *count;
        }
    });
}

fn distance(from: usize, to: usize) -> i64 {
    i64::try_from(to - from).unwrap_or(i64::MAX)
}

/// Gaps up to this are cheaper as buckets that count nothing than as the end of a span.
const SHORT_GAP: usize = 2;

/// Where `counts` are not 0, short gaps included.
fn runs(counts: &[u64]) -> impl Iterator<Item = Range<usize>> {
    let next = |from: usize| {
        let position = counts.get(from..)?.iter().position(|count| *count != 0)?;
        Some(from + position)
    };
    let mut end = 0;
    std::iter::from_fn(move || {
        let start = next(end)?;
        end = start + 1;
        while let Some(further) = next(end).filter(|further| further - end <= SHORT_GAP) {
            end = further + 1;
        }
        Some(start..end)
    })
}

fn put_span(out: &mut Vec<u8>, offset: i64, length: usize) {
    put_message(out, 12, |span| {
        put_varint(span, 1, zigzag(offset));
        put_varint(span, 2, length as u64);
    });
}

fn put_timestamp(out: &mut Vec<u8>, seconds: f64) {
    // Milliseconds, which is what Prometheus keeps.
    #[allow(clippy::cast_possible_truncation)] // Saturates beyond any calendar.
    let milliseconds = (seconds * 1e3) as i64;
    put_varint(out, 1, milliseconds.div_euclid(1000).cast_unsigned());
    put_varint(out, 2, (milliseconds.rem_euclid(1000) * 1_000_000).cast_unsigned());
}
