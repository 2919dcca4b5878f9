//! What is allocated, and when.

use super::{Random, buckets, lasting, new_set};
use crate::cell::{
    ERROR, Ended, current, find,
    set::{MOST_IDS, take_id},
};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

#[test]
fn cells_exist_only_for_octaves_reached() {
    let set = new_set();
    let shard = current(set);
    let reached = || shard.histogram(0).unwrap().reached().count();
    assert_eq!(reached(), 0);
    // Twice in one octave, once in the next: (2^32, 2^33] and (2^33, 2^34].
    shard.end(lasting((1 << 32) + 1));
    shard.end(lasting(1 << 33));
    assert_eq!(reached(), 1);
    shard.end(lasting((1 << 33) + 1));
    assert_eq!(reached(), 2);
    assert!(shard.histogram(ERROR).is_none(), "outcomes not seen have no cells");
    assert!(shard.error_counts().is_none(), "nor have types of errors");
}

#[test]
fn all_octaves_can_be_reached_in_any_order_and_are_freed() {
    let mut random = Random(7);
    let mut octaves: Vec<u32> = (0..64).collect();
    for _ in 0..if cfg!(miri) { 2 } else { 50 } {
        for place in (1..octaves.len()).rev() {
            octaves.swap(place, random.below(place + 1));
        }
        let set = new_set();
        let order = octaves.clone();
        let calls = order.len() as u64;
        std::thread::spawn(move || {
            for outcome in 0..4 {
                for octave in &order {
                    let call = Ended { outcome, ..lasting(1 << octave) };
                    current(set).end(call);
                }
            }
        })
        .join()
        .unwrap();
        for outcome in 0..4 {
            assert_eq!(buckets(set, outcome).iter().sum::<u64>(), calls);
            assert_eq!(set.count(outcome), calls);
        }
    }
}

#[test]
fn ids_run_out_and_stay_out() {
    let next = AtomicU32::new(MOST_IDS - 2);
    let taken: Vec<_> = (0..4).map(|_| take_id(&next)).collect();
    assert_eq!(taken, [Some(MOST_IDS - 2), Some(MOST_IDS - 1), None, None]);
    assert_eq!(next.load(Relaxed), MOST_IDS);
    assert!(find(MOST_IDS).is_none() && find(u32::MAX).is_none(), "no table reaches so far");
}
