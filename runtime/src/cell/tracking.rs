//! Calls of functions that ask for it, one by one: when those in flight started, and how many failed in a row.
//!
//! One table for a function, whatever its labels and threads. Its places are found by the start of a call alone, so a
//! call keeps nothing: two of one function that started at one moment are the same to whoever reads. What is
//! here is on the way of those calls only that asked.

use super::{shard::ERROR, sync::AtomicU64};
use std::{
    array::from_fn,
    sync::atomic::Ordering::{AcqRel, Acquire, Relaxed},
};

/// Calls of one function that are told apart while they last. In the model fewer, since each is one more to try.
pub(super) const PLACES: usize = if cfg!(observant_loom) { 2 } else { 256 };

/// A place without a call; no call starts then.
const FREE: u64 = 0;

/// What is known of a function's calls one by one.
#[derive(Debug)]
pub(crate) struct Tracking {
    /// When calls in flight started, where that is asked for.
    starts: Option<Box<[AtomicU64; PLACES]>>,
    /// Calls that found no place.
    refused: AtomicU64,
    /// How many failed since the last that went well, where that is asked for.
    failures: Option<AtomicU64>,
}

impl Tracking {
    /// Of calls in flight, of failures in a row, or both.
    pub(crate) fn new(in_flight: bool, failures: bool) -> Self {
        Self {
            starts: in_flight.then(|| Box::new(from_fn(|_| AtomicU64::new(FREE)))),
            refused: AtomicU64::new(0),
            failures: failures.then(|| AtomicU64::new(0)),
        }
    }

    /// A call starts; `moment` is not 0.
    pub(crate) fn start(&self, moment: u64) {
        let Some(starts) = self.starts.as_deref() else { return };
        let taken = |place: &AtomicU64| {
            place.load(Relaxed) == FREE
                && place.compare_exchange(FREE, moment, AcqRel, Relaxed).is_ok()
        };
        if !from(starts, moment).any(taken) {
            self.refused.fetch_add(1, Relaxed);
        }
    }

    /// The call that started then has ended.
    pub(crate) fn end(&self, moment: u64) {
        let Some(starts) = self.starts.as_deref() else { return };
        // One that found no place is in none.
        let _ = from(starts, moment).any(|place| {
            // Of two calls of one moment, either may free the place of the other: whoever finds it free sees with that
            // where the other call is.
            place.load(Acquire) == moment
                && place.compare_exchange(moment, FREE, AcqRel, Acquire).is_ok()
        });
    }

    /// How a call ended.
    pub(super) fn ended(&self, outcome: usize) {
        let Some(failures) = &self.failures else { return };
        match outcome {
            // Nothing is written while all goes well.
            0 if failures.load(Relaxed) != 0 => failures.store(0, Relaxed),
            ERROR | PANIC => _ = failures.fetch_add(1, Relaxed),
            // One that was cancelled says nothing.
            _ => {}
        }
    }

    /// How many calls failed since the last that went well.
    pub(crate) fn failures(&self) -> u64 {
        self.failures.as_ref().map_or(0, |failures| failures.load(Relaxed))
    }

    /// When the calls in flight started, in no order.
    pub(crate) fn starts(&self) -> impl Iterator<Item = u64> {
        let places = self.starts.as_deref().into_iter().flatten();
        places.map(|place| place.load(Relaxed)).filter(|moment| *moment != FREE)
    }

    /// Calls that found no place so far.
    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Relaxed)
    }
}

/// The outcome of a call that unwound.
const PANIC: usize = 2;

/// All places, beginning where `moment` belongs.
fn from(places: &[AtomicU64; PLACES], moment: u64) -> impl Iterator<Item = &AtomicU64> {
    // The high bits of the product differ where the low bits of moments do (Knuth, "The Art of Computer
    // Programming" volume 3, 6.4).
    #[allow(clippy::cast_possible_truncation)] // Below the number of places.
    let first = (moment.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize % PLACES;
    let (before, from) = places.split_at(first);
    from.iter().chain(before)
}
