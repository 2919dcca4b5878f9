//! What a set adds up to: the reader's buffers, reused from one series to the next.

use super::{native::Exponentials, shard::OUTCOMES};
use crate::snapshot::Native;

/// The durations of the calls with one outcome.
#[derive(Debug, Default)]
pub(crate) struct Durations {
    /// Whether any call had this outcome.
    pub(crate) seen: bool,
    /// Their sum in units.
    pub(crate) sum: f64,
    /// Calls per classic bucket of the set's ladder, not cumulative; one more than it has bounds.
    pub(crate) buckets: Vec<u64>,
    /// The same calls by exponential bucket, where they are wanted.
    pub(super) exponentials: Option<Exponentials>,
}

impl Durations {
    /// Buffers for the classic view, and if `native` for the exponential one.
    pub(crate) fn new(native: bool) -> Self {
        Self { exponentials: native.then(Exponentials::new), ..Self::default() }
    }

    /// The exponential view, where it is wanted.
    pub(crate) fn native(&self) -> Option<Native<'_>> {
        self.exponentials.as_ref().map(Exponentials::native)
    }

    /// How many calls there were.
    pub(crate) fn count(&self) -> u64 {
        self.buckets.iter().sum()
    }

    /// Nothing yet, in `buckets` buckets; keeps the memory.
    pub(crate) fn clear(&mut self, buckets: usize) {
        (self.seen, self.sum) = (false, 0.0);
        self.buckets.clear();
        self.buckets.resize(buckets, 0);
        if let Some(exponentials) = &mut self.exponentials {
            exponentials.clear();
            exponentials.fit();
        }
    }
}

/// How many calls there were, and how many of them were slow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// By outcome.
    pub(crate) calls: [u64; OUTCOMES],
    /// Of those that finished, which took longer than what was asked for.
    pub(crate) slow: u64,
}

/// Time spent in a function, in units.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Times {
    /// Running.
    pub(crate) busy: f64,
    /// Of that, outside observed callees.
    pub(crate) own: f64,
}
