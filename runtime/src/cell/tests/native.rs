//! The exponential view of a set beside the classic one.

use super::{Random, lasting, new_set};
use crate::cell::{Durations, current};
use std::collections::BTreeMap;

#[test]
fn every_call_is_in_the_bucket_of_its_duration() {
    let set = new_set();
    let mut random = Random(7);
    let mut expected = BTreeMap::new();
    let mut in_zero = 0;
    for _ in 0..if cfg!(miri) { 50 } else { 2_000 } {
        // Powers of two are inclusive upper bounds; one more is in the next bucket.
        let power = i32::try_from(random.below(40)).unwrap();
        let above = random.below(2) as u64;
        current(set).start();
        current(set).end(lasting((1 << power) + above));
        if power < 4 || (power == 4 && above == 0) {
            in_zero += 1;
        } else {
            let index = (power - 32) * 8 + i32::try_from(above).unwrap();
            *expected.entry(index).or_insert(0_u64) += 1;
        }
    }
    let mut durations = Durations::new(true);
    set.durations(0, &mut durations);
    let native = durations.native().unwrap();
    // Two octaves' worth of halving at most: 36 octaves of 8 buckets are more than 160.
    assert_eq!(native.schema, 2);
    assert!(native.counts.len() <= 160);
    let mut halved = BTreeMap::new();
    for (index, count) in expected {
        *halved.entry((index + 1) >> 1).or_insert(0_u64) += count;
    }
    let shown: BTreeMap<_, _> = (native.offset..)
        .zip(native.counts)
        .filter(|(_, count)| **count != 0)
        .map(|(index, count)| (index, *count))
        .collect();
    assert_eq!(shown, halved);
    assert_eq!(native.zero_count, in_zero);
    assert_eq!(native.counts.iter().sum::<u64>() + native.zero_count, durations.count());
}

#[test]
fn a_buffer_forgets_the_series_before() {
    let (one, other) = (new_set(), new_set());
    current(one).start();
    current(one).end(lasting(1 << 20));
    let mut durations = Durations::new(true);
    one.durations(0, &mut durations);
    assert_eq!(durations.native().unwrap().counts, [1]);
    other.durations(0, &mut durations);
    assert!(durations.native().unwrap().counts.is_empty());
    assert_eq!(durations.native().unwrap().zero_count, 0);
}
