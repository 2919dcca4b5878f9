//! Cells against a plain implementation, and what happens at the ends of threads; under
//! `cfg(observant_loom)`, in every order that a model checker finds.

#![cfg_attr(observant_loom, allow(dead_code, reason = "there the other tests are left out"))]

#[cfg(not(observant_loom))]
mod ends;
#[cfg(not(observant_loom))]
mod memory;
#[cfg(not(observant_loom))]
mod model;
#[cfg(not(observant_loom))]
mod native;
#[cfg(not(observant_loom))]
mod numbers;
#[cfg(observant_loom)]
mod orders;
#[cfg(not(observant_loom))]
mod tracking;

use super::{CellSet, Durations, Ended, Ladder};
use std::sync::{LazyLock, Mutex};

/// Bounds that lie in five octaves.
const BOUNDS: [f64; 5] = [0.001, 0.01, 0.1, 1.0, 2.5];

static LADDER: LazyLock<Ladder> = LazyLock::new(|| Ladder::new(&BOUNDS));

/// Sets are never freed; here they stay in reach, so that a checker of leaks finds what they lose.
static SETS: Mutex<Vec<&CellSet>> = Mutex::new(Vec::new());

fn new_set() -> &'static CellSet {
    // ThreadSanitizer does not see how a `LazyLock` hands its value on.
    let ladder =
        if cfg!(observant_tsan) { Box::leak(Box::new(Ladder::new(&BOUNDS))) } else { &*LADDER };
    kept(CellSet::new(ladder).unwrap())
}

/// Keeps a set in reach, and with it what it refers to.
fn kept(set: &'static CellSet) -> &'static CellSet {
    SETS.lock().unwrap().push(set);
    set
}

/// A call that ended `ok`.
fn lasting(duration: u64) -> Ended {
    Ended { outcome: 0, duration, busy: duration, own: duration }
}

/// The calls of a set by outcome and classic bucket.
fn buckets(set: &CellSet, outcome: usize) -> Vec<u64> {
    let mut durations = Durations::default();
    set.durations(outcome, &mut durations);
    durations.buckets
}

/// Numbers that differ from seed to seed and are the same every time (`SplitMix64`, Steele, Lea and
/// Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    /// Evenly over the magnitudes up to 2^40 units (four minutes), so that sums of them stay exact.
    fn duration(&mut self) -> u64 {
        let shift = self.below(40) + 24;
        self.next() >> shift
    }
}
