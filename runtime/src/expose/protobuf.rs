//! The delimited protobuf format, which alone carries native histograms and the time a series began.
//! Writes bytes, knows no client.
//!
//! Sources: `io/prometheus/client/metrics.proto` of Prometheus' client model for messages and field
//! numbers; Protocol Buffers, "Encoding", for how they are written. Every message is preceded by its
//! length; that of a family is not known before its last series, so five bytes are kept for it, which
//! any reader of base-128 numbers takes.

use crate::snapshot::{Family, Histogram, Kind, Labels, Native, Summary, Value, Visitor};
use std::ops::Range;

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
    /// A message within that; reused.
    inner: Vec<u8>,
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
            inner: Vec::new(),
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
        let Self { value: out, inner, since, kind, .. } = self;
        out.clear();
        match value {
            Value::Histogram(histogram) => {
                put_histogram(out, inner, histogram);
                put_created(out, 15, inner, *since);
                7
            }
            Value::Summary(summary) => {
                put_summary(out, inner, summary);
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
                        put_created(out, 3, inner, *since);
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
        let Self { out, metric, inner, value, .. } = self;
        metric.clear();
        for (name, label) in labels {
            put_message(metric, 1, inner, |pair| {
                put_text(pair, 1, name);
                put_text(pair, 2, label);
            });
        }
        put_bytes(metric, field, value);
        put_bytes(out, 4, metric);
    }
}

fn put_histogram(out: &mut Vec<u8>, inner: &mut Vec<u8>, histogram: &Histogram<'_>) {
    put_varint(out, 1, histogram.counts.iter().sum());
    put_double(out, 2, histogram.sum);
    let mut cumulative = 0;
    let bounds = histogram.bounds.iter().map(|bound| bound.upper).chain([f64::INFINITY]);
    for (upper, count) in bounds.zip(histogram.counts) {
        cumulative += count;
        put_message(out, 3, inner, |bucket| {
            put_varint(bucket, 1, cumulative);
            put_double(bucket, 2, upper);
        });
    }
    if let Some(native) = &histogram.native {
        put_native(out, inner, native);
    }
}

fn put_summary(out: &mut Vec<u8>, inner: &mut Vec<u8>, summary: &Summary<'_>) {
    put_varint(out, 1, summary.count);
    put_double(out, 2, summary.sum);
    for (quantile, value) in summary.quantiles {
        put_message(out, 3, inner, |pair| {
            put_double(pair, 1, *quantile);
            put_double(pair, 2, *value);
        });
    }
}

/// When a series began to count, if that is known.
fn put_created(out: &mut Vec<u8>, field: u32, inner: &mut Vec<u8>, since: f64) {
    if since > 0.0 {
        put_message(out, field, inner, |out| put_timestamp(out, since));
    }
}

fn put_native(out: &mut Vec<u8>, inner: &mut Vec<u8>, native: &Native<'_>) {
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
        put_span(out, inner, offset, run.len());
        end = Some(run.end);
    }
    if end.is_none() {
        // Without a span a reader takes the histogram for a classic one.
        put_span(out, inner, 0, 0);
    }
    // Each count less the one before it in the spans.
    let mut before = 0_u64;
    put_message(out, 13, inner, |deltas| {
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

fn put_span(out: &mut Vec<u8>, inner: &mut Vec<u8>, offset: i64, length: usize) {
    put_message(out, 12, inner, |span| {
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

/// Wire types.
const VARINT: u32 = 0;
const FIXED64: u32 = 1;
const BYTES: u32 = 2;

fn tag(out: &mut Vec<u8>, field: u32, wire_type: u32) {
    varint(out, u64::from(field << 3 | wire_type));
}

#[allow(clippy::cast_possible_truncation)] // Seven bits at a time.
fn varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Signed numbers alternate, so that small ones of either sign are short.
fn zigzag(number: i64) -> u64 {
    (number.cast_unsigned() << 1) ^ (number >> 63).cast_unsigned()
}

fn put_varint(out: &mut Vec<u8>, field: u32, number: u64) {
    tag(out, field, VARINT);
    varint(out, number);
}

fn put_double(out: &mut Vec<u8>, field: u32, number: f64) {
    tag(out, field, FIXED64);
    out.extend_from_slice(&number.to_le_bytes());
}

fn put_bytes(out: &mut Vec<u8>, field: u32, bytes: &[u8]) {
    tag(out, field, BYTES);
    varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn put_text(out: &mut Vec<u8>, field: u32, text: &str) {
    put_bytes(out, field, text.as_bytes());
}

/// A message that `write` fills, by way of the buffer `inner`.
fn put_message(
    out: &mut Vec<u8>,
    field: u32,
    inner: &mut Vec<u8>,
    write: impl FnOnce(&mut Vec<u8>),
) {
    inner.clear();
    write(inner);
    put_bytes(out, field, inner);
}
