//! What counters and histograms were at the last push, and the difference to what they are now.
//!
//! Bounded by the snapshot: a series that is not visited any more is forgotten.

use crate::snapshot::{Histogram, Native, Value};
use std::collections::HashMap;

/// The series of the last push that was settled, and of the one under way.
#[derive(Debug, Default)]
pub(super) struct Baselines {
    settled: HashMap<Vec<u8>, Previous>,
    /// When it took place, in nanoseconds since 1970.
    settled_at: u64,
    pending: HashMap<Vec<u8>, Previous>,
}

#[derive(Clone, Debug)]
enum Previous {
    Unsigned(u64),
    Float(f64),
    Histogram { counts: Vec<u64>, sum: f64, native: Option<OwnedNative> },
}

#[derive(Clone, Debug)]
struct OwnedNative {
    schema: i32,
    zero_count: u64,
    offset: i32,
    counts: Vec<u64>,
}

/// A value, and since when it counts if not since the series began.
#[derive(Debug)]
pub(super) struct Change<'a> {
    pub(super) value: Value<'a>,
    pub(super) since: Option<u64>,
}

impl Baselines {
    /// What a series is known by.
    #[allow(clippy::unused_self)] // Of this map, and of no other.
    pub(super) fn key(&self, family: &str, attributes: &[u8]) -> Vec<u8> {
        let mut key = Vec::with_capacity(family.len() + 1 + attributes.len());
        key.extend_from_slice(family.as_bytes());
        key.push(0);
        key.extend_from_slice(attributes);
        key
    }

    /// Hands on what became of a series since the last push.
    pub(super) fn change(
        &mut self,
        key: Vec<u8>,
        value: &Value<'_>,
        exponential: bool,
        hand_on: impl FnOnce(&Change<'_>),
    ) {
        let previous = self.settled.get(&key);
        let since = previous.map(|_| self.settled_at);
        match (value, previous) {
            (Value::Unsigned(now), Some(Previous::Unsigned(before))) => {
                hand_on(&Change { value: Value::Unsigned(now.saturating_sub(*before)), since });
            }
            (Value::Float(now), Some(Previous::Float(before))) => {
                hand_on(&Change { value: Value::Float((now - before).max(0.0)), since });
            }
            // Whole until the first fraction was added.
            #[allow(clippy::cast_precision_loss)] // As near as a float is.
            (Value::Float(now), Some(Previous::Unsigned(before))) => {
                let more = (now - *before as f64).max(0.0);
                hand_on(&Change { value: Value::Float(more), since });
            }
            (
                Value::Histogram(now),
                Some(Previous::Histogram { counts, sum, native: before_native }),
            ) if counts.len() == now.counts.len() => {
                let difference: Vec<u64> = now
                    .counts
                    .iter()
                    .zip(counts)
                    .map(|(now, before)| now.saturating_sub(*before))
                    .collect();
                let mut histogram = Histogram::new(now.bounds, &difference, now.sum - sum);
                let fewer = match (&now.native, before_native) {
                    (Some(now), Some(before)) if exponential => Some(before.less_than(now)),
                    _ => None,
                };
                histogram.native = now
                    .native
                    .zip(fewer.as_ref())
                    .map(|(native, (zero, counts))| Native { zero_count: *zero, counts, ..native });
                histogram.exemplars = now.exemplars;
                hand_on(&Change { value: Value::Histogram(histogram), since });
            }
            (value, _) => hand_on(&Change { value: *value, since: None }),
        }
        self.pending.insert(key, Previous::of(value));
    }

    /// The push under way is settled: the next one tells the difference to it.
    pub(super) fn settle(&mut self, at: u64) {
        self.settled = std::mem::take(&mut self.pending);
        self.settled_at = at;
    }

    /// The push under way has not happened: the next one tells what this one would have.
    pub(super) fn forget(&mut self) {
        self.pending.clear();
    }
}

impl Previous {
    fn of(value: &Value<'_>) -> Self {
        match value {
            Value::Unsigned(number) => Self::Unsigned(*number),
            Value::Float(number) => Self::Float(*number),
            // Has no difference: it is pushed as it is.
            Value::Summary(summary) => Self::Unsigned(summary.count),
            Value::Histogram(histogram) => Self::Histogram {
                counts: histogram.counts.to_vec(),
                sum: histogram.sum,
                native: histogram.native.map(|native| OwnedNative {
                    schema: native.schema,
                    zero_count: native.zero_count,
                    offset: native.offset,
                    counts: native.counts.to_vec(),
                }),
            },
        }
    }
}

impl OwnedNative {
    /// The zero bucket and the buckets of `now`, less what was counted then. The resolution can only
    /// have become coarser: buckets of then are merged as those of now were.
    fn less_than(&self, now: &Native<'_>) -> (u64, Vec<u64>) {
        let mut counts = now.counts.to_vec();
        for (index, count) in (self.offset..).zip(&self.counts) {
            let merged = (now.schema..self.schema).fold(index, |index, _| (index + 1) >> 1);
            let place = usize::try_from(merged - now.offset).ok();
            if let Some(left) = place.and_then(|place| counts.get_mut(place)) {
                *left = left.saturating_sub(*count);
            }
        }
        (now.zero_count.saturating_sub(self.zero_count), counts)
    }
}
