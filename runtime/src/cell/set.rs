//! The figures of one series: a shard for each thread that records, and what ended threads left.

use super::{
    errors::ErrorTypes,
    ladder::Ladder,
    shard::{OUTCOMES, Shard},
    totals::Totals,
};
use std::sync::{
    Mutex, MutexGuard, OnceLock, PoisonError,
    atomic::{AtomicU32, Ordering::Relaxed},
};

/// Sets are never freed: they belong to callsites, which are static, and their labels are bounded.
#[derive(Debug)]
pub(crate) struct CellSet {
    /// Place in the threads' tables; from 1.
    id: u32,
    ladder: &'static Ladder,
    types: ErrorTypes,
    /// For threads that are past having locals; counted with atomic additions.
    late: OnceLock<Shard>,
    shards: Mutex<Shards>,
}

#[derive(Debug)]
struct Shards {
    /// Invariant: each is alive until its owner takes it out under the lock.
    live: Vec<Owned>,
    /// What threads that ended have counted; written under the lock only.
    retired: Shard,
}

/// A shard that belongs to a thread.
#[derive(Clone, Copy, Debug)]
pub(super) struct Owned(*const Shard);

// SAFETY: a shard is made of atomics; `CellSet` keeps it alive while others hold its address.
unsafe impl Send for Owned {}

static NEXT_ID: AtomicU32 = AtomicU32::new(1);

/// Ids end here, far below the bits that callsites use for other things.
const MOST_IDS: u32 = 1 << 24;

impl CellSet {
    /// A new set over `ladder`; `None` after sixteen million of them.
    pub(crate) fn new(ladder: &'static Ladder) -> Option<&'static Self> {
        let next = |id| (id < MOST_IDS).then_some(id + 1);
        let id = NEXT_ID.fetch_update(Relaxed, Relaxed, next).ok()?;
        Some(Box::leak(Box::new(Self {
            id,
            ladder,
            types: ErrorTypes::new(),
            late: OnceLock::new(),
            shards: Mutex::new(Shards { live: Vec::new(), retired: Shard::new(ladder, false) }),
        })))
    }

    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    pub(crate) fn ladder(&self) -> &'static Ladder {
        self.ladder
    }

    /// Counts an error of type `name` in `shard`, which is one of this set's.
    pub(crate) fn error(&self, shard: &Shard, name: &'static str) {
        shard.error(&self.types, name);
    }

    fn lock(&self) -> MutexGuard<'_, Shards> {
        self.shards.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A shard for the calling thread.
    pub(super) fn join(&self) -> *const Shard {
        let shard: *const Shard = Box::into_raw(Box::new(Shard::new(self.ladder, false)));
        self.lock().live.push(Owned(shard));
        shard
    }

    /// Folds the shard of a thread that ends, and frees it.
    ///
    /// # Safety
    ///
    /// `shard` came from `join` of this set, its thread will not use it again, and this is the only
    /// such call for it.
    pub(super) unsafe fn leave(&self, shard: *const Shard) {
        let mut shards = self.lock();
        shards.live.retain(|owned| !std::ptr::eq(owned.0, shard));
        // SAFETY: from `Box::into_raw` in `join`; readers find shards in `live` under the lock, which
        // is held and no longer lists it.
        let shard = unsafe { Box::from_raw(shard.cast_mut()) };
        shards.retired.absorb(&shard, &self.types);
    }

    /// The shard for calls on threads that are past having locals.
    pub(super) fn late(&self) -> &Shard {
        self.late.get_or_init(|| Shard::new(self.ladder, true))
    }

    /// Adds everything up. A thread that ends or first records here meanwhile waits for this; calls
    /// do not.
    pub(crate) fn sum(&self, totals: &mut Totals) {
        totals.clear(self.ladder);
        let shards = self.lock();
        // SAFETY: the invariant of `live`, under the lock.
        let live = || shards.live.iter().map(|owned| unsafe { &*owned.0 });
        let all = || live().chain([&shards.retired]).chain(self.late.get());
        // First what ended, then what started: whoever is seen to have ended is seen to have started.
        totals.ended = all().map(Shard::ended).sum();
        totals.started = all().map(Shard::started).sum();
        for shard in all() {
            self.add(shard, totals);
        }
    }

    fn add(&self, shard: &Shard, totals: &mut Totals) {
        let (busy, own) = shard.times();
        totals.busy += busy;
        totals.own += own;
        for outcome in 0..OUTCOMES {
            let Some(histogram) = shard.histogram(outcome) else { continue };
            let durations = &mut totals.outcomes[outcome];
            durations.sum += histogram.sum();
            histogram.each(self.ladder, |octave, cell, count| {
                durations.count += count;
                durations.buckets[self.ladder.bucket(octave, cell)] += count;
            });
        }
        let Some(counts) = shard.error_counts() else { return };
        for (place, count) in counts.each() {
            let name = self.types.name(place);
            match totals.errors.iter_mut().find(|(known, _)| *known == name) {
                Some((_, sum)) => *sum += count,
                None => totals.errors.push((name, count)),
            }
        }
    }

    /// How many threads have a shard here.
    #[cfg(test)]
    pub(super) fn live(&self) -> usize {
        self.lock().live.len()
    }
}
