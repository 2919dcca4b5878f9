//! How long the calls of one function took: by the classic buckets that it asks for, by exponential ones that tell calls of
//! nanoseconds apart, too, and the last sampled calls.

use crate::{
    callsite::Outcome,
    cell::Durations,
    registry::Function,
    snapshot::{Exemplar, Native},
};
use serde_json::{Map, Value as Json, json};
use std::{cmp::Reverse, collections::BTreeMap, mem};

/// Of one function, over all buckets, outcomes and labels.
const MOST_EXEMPLARS: usize = 50;

/// Exponential buckets from the first that counts anything to the last, as many as a native histogram shows.
const MOST_BUCKETS: i32 = 160;

/// Adds the calls of `function` by their durations, whatever their outcome and labels, and the last sampled ones.
pub(super) fn add(function: &Function, fields: &mut Map<String, Json>) {
    let ladder = function.callsite.ladder();
    let mut counts = vec![0; ladder.bounds().len() + 1];
    let mut exponential = Exponential::default();
    let mut shown = Vec::new();
    let (mut durations, mut exemplars) = (Durations::new(true), Vec::new());
    for set in function.callsite.sets() {
        for outcome in Outcome::ALL {
            set.durations(outcome as usize, &mut durations);
            for (sum, count) in counts.iter_mut().zip(&durations.buckets) {
                *sum += count;
            }
            if let Some(native) = durations.native() {
                exponential.add(&native);
            }
            set.exemplars(outcome as usize, &durations, &mut exemplars);
            shown.extend(exemplars.iter().flatten().map(|example| (*example, outcome)));
        }
    }
    // The latest first: theirs are the traces that somebody still has.
    shown.sort_by_key(|(example, _)| Reverse(example.unix_nanos));
    shown.truncate(MOST_EXEMPLARS);
    let bounds = ladder.bounds().iter().map(|bound| Some(bound.upper)).chain([None]);
    let buckets = bounds.zip(counts).map(|(le, count)| json!({ "le": le, "count": count }));
    fields.insert("histogram".to_owned(), buckets.collect());
    fields.insert("exponential_histogram".to_owned(), exponential.to_json());
    let exemplars = shown.iter().map(|(example, outcome)| exemplar(example, *outcome));
    fields.insert("exemplars".to_owned(), exemplars.collect());
}

#[allow(clippy::cast_precision_loss)] // A quarter of a microsecond, in this century.
fn exemplar(example: &Exemplar, outcome: Outcome) -> Json {
    let mut shown = json!({
        "seconds": example.value,
        "unix_seconds": example.unix_nanos as f64 / 1e9,
        "outcome": outcome.text(),
    });
    if let Some(fields) = shown.as_object_mut() {
        fields.extend(example.labels().map(|(name, value)| (name.to_owned(), value.into())));
    }
    shown
}

/// The sum of native histograms, as fine as the coarsest of them.
#[derive(Debug)]
struct Exponential {
    schema: i32,
    /// What does not exceed the lowest bound.
    zero: (f64, u64),
    /// By index; nothing that is empty.
    counts: BTreeMap<i32, u64>,
}

impl Default for Exponential {
    fn default() -> Self {
        // As fine as cells are: eight buckets an octave.
        Self { schema: 3, zero: (0.0, 0), counts: BTreeMap::new() }
    }
}

impl Exponential {
    fn add(&mut self, native: &Native<'_>) {
        self.coarsen(native.schema);
        self.zero = (native.zero_threshold, self.zero.1 + native.zero_count);
        for (index, count) in (native.offset..).zip(native.counts).filter(|(_, count)| **count > 0)
        {
            *self.counts.entry(coarser(index, native.schema - self.schema)).or_default() += count;
        }
        while self.first_and_last().is_some_and(|(first, last)| last - first >= MOST_BUCKETS) {
            self.coarsen(self.schema - 1);
        }
    }

    /// Merges buckets until they are as coarse as those of `schema`.
    fn coarsen(&mut self, schema: i32) {
        let by = self.schema - schema;
        if by <= 0 {
            return;
        }
        self.schema = schema;
        for (index, count) in mem::take(&mut self.counts) {
            *self.counts.entry(coarser(index, by)).or_default() += count;
        }
    }

    /// From the bucket next to the zero bucket on, where there is something in that.
    fn first_and_last(&self) -> Option<(i32, i32)> {
        let (first, last) = (*self.counts.first_key_value()?.0, *self.counts.last_key_value()?.0);
        let (lowest, zero) = self.zero;
        Some(if zero > 0 { (first.min(self.bucket_above(lowest)), last) } else { (first, last) })
    }

    /// The bucket whose lower bound is `bound`, which is a power of two.
    #[allow(clippy::cast_possible_truncation)] // The exponents of seconds in an `f64` are small.
    fn bucket_above(&self, bound: f64) -> i32 {
        (bound.log2() * f64::exp2(f64::from(self.schema))).floor() as i32 + 1
    }

    /// Bucket by bucket, without a gap; the first is the zero bucket, where there is something in it.
    fn to_json(&self) -> Json {
        let bucket = |gt: f64, le: f64, count| json!({ "gt": gt, "le": le, "count": count });
        let bound = |index: i32| f64::exp2(f64::from(index) / f64::exp2(f64::from(self.schema)));
        let (lowest, zero) = self.zero;
        let zero = (zero > 0).then(|| bucket(0.0, lowest, zero));
        let indexes = self.first_and_last().map(|(first, last)| first..=last);
        let others = indexes.into_iter().flatten().map(|index| {
            let count = self.counts.get(&index).copied().unwrap_or_default();
            bucket(bound(index - 1), bound(index), count)
        });
        zero.into_iter().chain(others).collect()
    }
}

/// The bucket that bucket `index` is a part of, `by` schemas below its own.
fn coarser(index: i32, by: i32) -> i32 {
    // Rounded up: the upper bound is what belongs to a bucket.
    (index + (1 << by) - 1) >> by
}

#[cfg(test)]
mod tests {
    use super::*;

    fn native(schema: i32, offset: i32, counts: &[u64]) -> Native<'_> {
        Native { schema, zero_threshold: f64::exp2(-28.0), zero_count: 0, offset, counts }
    }

    fn shown(exponential: &Exponential) -> Vec<(f64, f64, u64)> {
        let Json::Array(buckets) = exponential.to_json() else { panic!("a list") };
        let number = |json: &Json| json.as_f64().expect("a number");
        let each = buckets.iter().map(|bucket| {
            let count = bucket["count"].as_u64().expect("whole");
            (number(&bucket["gt"]), number(&bucket["le"]), count)
        });
        each.collect()
    }

    #[test]
    fn nothing_has_no_buckets_and_what_is_no_time_has_one() {
        let mut exponential = Exponential::default();
        exponential.add(&native(3, 0, &[]));
        assert_eq!(shown(&exponential), []);
        let zero = (0.0, f64::exp2(-28.0), 4);
        exponential.add(&Native { zero_count: 4, ..native(3, 0, &[]) });
        assert_eq!(shown(&exponential), [zero]);
        exponential.add(&native(3, -222, &[2]));
        let bounds = [-28.0, -27.875, -27.75].map(f64::exp2);
        let others = [(bounds[0], bounds[1], 0), (bounds[1], bounds[2], 2)];
        assert_eq!(shown(&exponential), [zero, others[0], others[1]]);
    }

    /// Calls of less than 4 ns and calls of a second are both among those of one function now and then.
    #[test]
    fn from_no_time_to_a_second_there_is_no_gap() {
        let mut exponential = Exponential::default();
        exponential.add(&Native { zero_count: 1, ..native(3, 0, &[1]) });
        let buckets = shown(&exponential);
        // 28 octaves, and the zero bucket.
        assert_eq!((exponential.schema, buckets.len()), (2, 1 + 28 * 4));
        assert_eq!(
            (buckets[0].2, buckets.last().map(|last| (last.1, last.2))),
            (1, Some((1.0, 1)))
        );
        assert!(buckets.windows(2).all(|pair| pair[0].1.to_bits() == pair[1].0.to_bits()));
    }

    /// Bucket 0 ends at 1 s: of schema 3 -7 to 0 are the octave below, of schema 0 it is bucket 0.
    #[test]
    fn finer_buckets_become_parts_of_coarser_ones_whichever_comes_first() {
        let fine = native(3, -8, &[1, 2, 0, 0, 0, 0, 0, 0, 4, 8]);
        let coarse = native(0, 0, &[16, 32]);
        let expected = [(0.25, 0.5, 1), (0.5, 1.0, 22), (1.0, 2.0, 40)];
        for order in [[&fine, &coarse], [&coarse, &fine]] {
            let mut exponential = Exponential::default();
            for native in order {
                exponential.add(native);
            }
            assert_eq!(shown(&exponential), expected);
        }
    }

    #[test]
    fn what_is_far_apart_is_told_in_few_buckets() {
        let mut exponential = Exponential::default();
        exponential.add(&native(3, -200, &[1]));
        exponential.add(&native(3, -40, &[1]));
        assert_eq!((exponential.schema, shown(&exponential).len()), (2, 81));
        let mut exponential = Exponential::default();
        exponential.add(&native(3, -200, &[1]));
        exponential.add(&native(3, -41, &[1]));
        assert_eq!((exponential.schema, shown(&exponential).len()), (3, 160));
    }
}
