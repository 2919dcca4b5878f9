//! The exponential view of a set's durations: schema 3 of native histograms, coarser where it would
//! have too many buckets.

use super::ladder::{EXPONENTIALS, LOWEST_EXPONENT, PER_OCTAVE};
use crate::snapshot::Native;

/// Of `PER_OCTAVE` buckets an octave.
const SCHEMA: i32 = 3;

/// Buckets from the first that counts anything to the last (the default bound of OpenTelemetry's
/// exponential histograms). More are merged in pairs, which halves the resolution.
const MOST_BUCKETS: usize = 160;

/// Durations by exponential bucket; a buffer that is reused.
#[derive(Debug)]
pub(super) struct Exponentials {
    /// As the ladder numbers them; the first is the zero bucket.
    counts: Vec<u64>,
    fitted: Fitted,
}

/// The buckets to show.
#[derive(Clone, Copy, Debug, Default)]
struct Fitted {
    schema: i32,
    /// The index of the first of them.
    offset: i32,
    /// Where they are in `counts`.
    start: usize,
    end: usize,
}

impl Exponentials {
    pub(super) fn new() -> Self {
        Self { counts: vec![0; EXPONENTIALS], fitted: Fitted::default() }
    }

    pub(super) fn clear(&mut self) {
        self.counts.fill(0);
    }

    #[inline]
    pub(super) fn add(&mut self, bucket: usize, count: u64) {
        self.counts[bucket] += count;
    }

    /// Cuts off what is empty at both ends, and merges buckets until there are few enough.
    #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap)] // Some hundred buckets.
    pub(super) fn fit(&mut self) {
        let counts = &mut self.counts;
        let start = counts.iter().skip(1).position(|count| *count != 0).map_or(1, |at| at + 1);
        let end =
            counts.iter().rposition(|count| *count != 0).map_or(start, |at| at + 1).max(start);
        let lowest = LOWEST_EXPONENT * PER_OCTAVE as i32;
        let mut fitted = Fitted { schema: SCHEMA, offset: lowest + start as i32, start, end };
        while fitted.end - fitted.start > MOST_BUCKETS {
            fitted = halve(counts, fitted);
        }
        self.fitted = fitted;
    }

    pub(super) fn native(&self) -> Native<'_> {
        let Fitted { schema, offset, start, end } = self.fitted;
        Native {
            schema,
            zero_threshold: f64::powi(2.0, LOWEST_EXPONENT),
            zero_count: self.counts[0],
            offset,
            counts: &self.counts[start..end],
        }
    }
}

/// Merges the buckets of a schema into those of the one below: bucket `i` becomes part of bucket
/// `i / 2`, rounded up.
fn halve(counts: &mut [u64], fitted: Fitted) -> Fitted {
    let Fitted { schema, offset, start, end } = fitted;
    let merged = |index: i32| (index + 1) >> 1;
    let first = merged(offset);
    let mut last = start;
    for (index, at) in (offset..).zip(start..end) {
        let count = std::mem::take(&mut counts[at]);
        last = start + usize::try_from(merged(index) - first).unwrap_or(0);
        counts[last] += count;
    }
    Fitted { schema: schema - 1, offset: first, start, end: last + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(buckets: &[(usize, u64)]) -> Exponentials {
        let mut exponentials = Exponentials::new();
        for (bucket, count) in buckets {
            exponentials.add(*bucket, *count);
        }
        exponentials.fit();
        exponentials
    }

    #[test]
    fn nothing_is_no_buckets() {
        let exponentials = fitted(&[]);
        assert_eq!(exponentials.native().counts, [0_u64; 0]);
        assert_eq!(fitted(&[(0, 5)]).native().zero_count, 5);
        assert!(fitted(&[(0, 5)]).native().counts.is_empty());
    }

    #[test]
    fn one_second_is_the_upper_bound_of_bucket_0() {
        // 28 octaves of eight above the lowest bound.
        let exponentials = fitted(&[(28 * 8, 3), (28 * 8 + 2, 1)]);
        let native = exponentials.native();
        assert_eq!((native.schema, native.offset), (3, 0));
        assert_eq!(native.counts, [3, 0, 1]);
    }

    #[test]
    fn too_many_buckets_are_merged_in_pairs() {
        let all: Vec<_> = (0..EXPONENTIALS).map(|bucket| (bucket, 1)).collect();
        let exponentials = fitted(&all);
        let native = exponentials.native();
        assert_eq!(native.schema, 1);
        assert!(native.counts.len() <= MOST_BUCKETS);
        assert_eq!(native.counts.iter().sum::<u64>() + native.zero_count, EXPONENTIALS as u64);
        // Schema 1 has buckets of half an octave: four of schema 3 each.
        assert!(native.counts[1..native.counts.len() - 1].iter().all(|count| *count == 4));
        // The first holds what lies above 2^-28 s: its upper bound is 2^-27.5.
        assert_eq!(native.offset, -55);
        assert_eq!(native.counts[0], 4);
    }
}
