//! The last sampled call of each bucket: the trace that shows what the bucket counts.
//!
//! Written where finished spans are exported, read by scrapes: neither is on the way of a call.

use super::{Work, shard::OUTCOMES, sync::Lock};
use crate::snapshot::Exemplar;

/// Of every bucket of every outcome of one set, made when the first is known.
#[derive(Debug)]
pub(super) struct Exemplars {
    /// One place for each bucket of each outcome, an outcome's after one another's.
    places: Lock<Box<[Option<Exemplar>]>>,
    buckets: usize,
}

impl Exemplars {
    pub(super) fn new(buckets: usize) -> Self {
        let places = vec![None; buckets * OUTCOMES].into_boxed_slice();
        Self { places: Lock::new(places), buckets }
    }

    /// Keeps it unless a later call is known.
    pub(super) fn keep(&self, outcome: usize, bucket: usize, exemplar: Exemplar) {
        // Observed code that looks at its own allocator would come back for the lock.
        let _work = Work::begin();
        let Some(mut places) = self.places.lock() else { return };
        let place = places.get_mut(outcome * self.buckets + bucket);
        if let Some(place) = place
            && place.is_none_or(|known| known.unix_nanos <= exemplar.unix_nanos)
        {
            *place = Some(exemplar);
        }
    }

    /// Copies those of one outcome.
    pub(super) fn copy(&self, outcome: usize, into: &mut Vec<Option<Exemplar>>) {
        let _work = Work::begin();
        let Some(places) = self.places.lock() else { return };
        into.extend_from_slice(&places[outcome * self.buckets..][..self.buckets]);
    }
}
