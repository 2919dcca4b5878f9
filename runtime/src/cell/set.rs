//! The figures of one series: a shard for each thread that records, and what ended threads left.

use super::{
    arena::Arena,
    errors::ErrorTypes,
    exemplars::Exemplars,
    ladder::Ladder,
    local::Work,
    shard::{CANCELLED, OUTCOMES, Shard},
    sync::{Lock, MutexGuard, OnceLock},
    totals::{Durations, Tally, Times},
    tracking::Tracking,
};
use crate::snapshot::Exemplar;
use std::{
    alloc::Layout,
    ptr::{self, NonNull},
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

/// Sets are never freed: they belong to callsites, which are static, and their labels are bounded.
#[derive(Debug)]
pub(crate) struct CellSet {
    /// Place in the threads' tables; from 1.
    id: u32,
    ladder: &'static Ladder,
    types: ErrorTypes,
    tracking: Option<&'static Tracking>,
    /// For threads that are past having locals; counted with atomic additions.
    late: OnceLock<Box<Shard>>,
    /// Where some of its calls are sampled.
    exemplars: OnceLock<Box<Exemplars>>,
    shards: Lock<Shards>,
}

#[derive(Debug, Default)]
struct Shards {
    /// Invariant: each is alive until its owner takes it out under the lock.
    live: Vec<Owned>,
    /// What threads that ended have counted; written under the lock only.
    retired: Option<Box<Shard>>,
    /// The highest sums shown so far. Beyond 2^53 units a float rounds, and a fold adds up in another
    /// order: without this a counter could step back by a unit, which readers take for a restart.
    shown: Shown,
}

#[derive(Debug, Default)]
struct Shown {
    durations: [f64; OUTCOMES],
    times: Times,
}

/// Raises what was shown and `sum` to the higher of them.
fn raise(shown: &mut f64, sum: &mut f64) {
    *shown = shown.max(*sum);
    *sum = *shown;
}

/// A shard that belongs to a thread.
#[derive(Clone, Copy, Debug)]
struct Owned(NonNull<Shard>);

// SAFETY: a shard is made of atomics, and the invariant of `live` keeps it alive for whoever finds it
// there.
unsafe impl Send for Owned {}

static NEXT_ID: AtomicU32 = AtomicU32::new(1);

/// Ids end here, far below the bits that callsites use for other things.
pub(super) const MOST_IDS: u32 = 1 << 24;

/// The next id; `None` when they have run out, for good.
pub(super) fn take_id(next: &AtomicU32) -> Option<u32> {
    next.fetch_update(Relaxed, Relaxed, |id| (id < MOST_IDS).then_some(id + 1)).ok()
}

impl CellSet {
    /// A new set over `ladder`; `None` after sixteen million of them.
    pub(crate) fn new(ladder: &'static Ladder) -> Option<&'static Self> {
        Self::tracked(ladder, None)
    }

    /// The same of a function that may ask for its calls one by one.
    pub(crate) fn tracked(
        ladder: &'static Ladder,
        tracking: Option<&'static Tracking>,
    ) -> Option<&'static Self> {
        take_id(&NEXT_ID).map(|id| Self::numbered(id, ladder, tracking))
    }

    /// A new set whose id no other has.
    pub(super) fn numbered(
        id: u32,
        ladder: &'static Ladder,
        tracking: Option<&'static Tracking>,
    ) -> &'static Self {
        Box::leak(Box::new(Self {
            id,
            ladder,
            tracking,
            types: ErrorTypes::new(),
            late: OnceLock::new(),
            exemplars: OnceLock::new(),
            shards: Lock::new(Shards::default()),
        }))
    }

    #[inline(always)]
    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    pub(crate) fn ladder(&self) -> &'static Ladder {
        self.ladder
    }

    /// What is known of the calls one by one, where that is asked for.
    #[inline(always)]
    pub(crate) fn tracking(&self) -> Option<&'static Tracking> {
        self.tracking
    }

    pub(super) fn types(&self) -> &ErrorTypes {
        &self.types
    }

    /// A shard for the calling thread, in its arena. It is to [`leave`](Self::leave) before the arena
    /// is dropped. `None` in a forked child where the lock is lost.
    pub(super) fn join(&'static self, arena: &mut Arena) -> Option<NonNull<Shard>> {
        let mut shards = self.shards.lock()?;
        let shard = arena.allocate(Layout::new::<Shard>()).cast::<Shard>();
        // SAFETY: a piece for a shard that nobody else has.
        unsafe { shard.write(Shard::new(self, false)) };
        shards.live.push(Owned(shard));
        Some(shard)
    }

    /// Folds the shard of a thread that ends. Nobody will find it again, unless this answers `None`: in a
    /// forked child where the lock is lost.
    #[must_use]
    pub(super) fn leave(&'static self, shard: &Shard) -> Option<()> {
        let mut shards = self.shards.lock()?;
        shards.live.retain(|owned| !ptr::eq(owned.0.as_ptr(), shard));
        shards.retired.get_or_insert_with(|| Box::new(Shard::new(self, false))).absorb(shard);
        shard.alive().end();
        Some(())
    }

    /// The shard for calls on threads that are past having locals.
    #[cold]
    pub(super) fn late(&'static self) -> &'static Shard {
        self.late.get_or_init(|| Box::new(Shard::new(self, true)))
    }

    fn read(&self) -> Reading<'_> {
        Reading { shards: self.shards.lock(), late: self.late.get().map(Box::as_ref) }
    }

    /// Calls that started and did not end.
    ///
    /// Shard by shard, each at one moment as near as can be had: in the time between a look at all that
    /// ended and one at all that started, busy threads start a great many. Missing for a moment is a
    /// call that started on a thread after the look at that one, and ended on another before.
    pub(crate) fn in_flight(&self) -> u64 {
        // Should such calls be more than those in flight.
        u64::try_from(self.balance().cast_signed()).unwrap_or(0)
    }

    pub(super) fn balance(&self) -> u64 {
        self.read().all().map(Shard::balance).fold(0, u64::wrapping_add)
    }

    /// Calls that started.
    pub(crate) fn started(&self) -> u64 {
        self.read().all().map(Shard::started).sum()
    }

    /// Time spent in the calls that ended.
    pub(crate) fn times(&self) -> Times {
        let mut reading = self.read();
        let mut sum = reading.all().fold(Times::default(), |sum, shard| {
            let (busy, own) = shard.times();
            Times { busy: sum.busy + busy, own: sum.own + own }
        });
        if let Some(Shards { shown: Shown { times, .. }, .. }) = reading.shards.as_deref_mut() {
            raise(&mut times.busy, &mut sum.busy);
            raise(&mut times.own, &mut sum.own);
        }
        sum
    }

    /// The calls that ended with an outcome and how long they took.
    pub(crate) fn durations(&self, outcome: usize, durations: &mut Durations) {
        durations.clear(self.ladder.bounds().len() + 1);
        let mut reading = self.read();
        for histogram in reading.all().filter_map(|shard| shard.histogram(outcome)) {
            durations.sum += histogram.sum();
            histogram.each(self.ladder, |octave, cell, count| {
                durations.seen = true;
                durations.buckets[self.ladder.bucket(octave, cell)] += count;
                if let Some(exponentials) = &mut durations.exponentials {
                    exponentials.add(self.ladder.exponential(octave, cell), count);
                }
            });
        }
        if let Some(exponentials) = &mut durations.exponentials {
            exponentials.fit();
        }
        if let Some(shards) = reading.shards.as_deref_mut() {
            raise(&mut shards.shown.durations[outcome], &mut durations.sum);
        }
    }

    /// Remembers a sampled call as the example of its bucket; not on the way of a call.
    pub(crate) fn exemplify(&self, outcome: usize, duration: u64, exemplar: Exemplar) {
        let (octave, cell) = self.ladder.locate(duration);
        let buckets = self.ladder.bounds().len() + 1;
        let exemplars = self.exemplars.get_or_init(|| {
            let _work = Work::begin();
            Box::new(Exemplars::new(buckets))
        });
        exemplars.keep(outcome, self.ladder.bucket(octave, cell), exemplar);
    }

    /// The last sampled call of each of the buckets that [`durations`](Self::durations) gave for an outcome;
    /// empty where none is known. A call is known before it is counted, so empty buckets show none.
    pub(crate) fn exemplars(
        &self,
        outcome: usize,
        durations: &Durations,
        into: &mut Vec<Option<Exemplar>>,
    ) {
        into.clear();
        if let Some(exemplars) = self.exemplars.get() {
            exemplars.copy(outcome, into);
            for (place, count) in into.iter_mut().zip(&durations.buckets) {
                *place = place.filter(|_| *count > 0);
            }
        }
    }

    /// How many calls ended with an outcome.
    pub(crate) fn count(&self, outcome: usize) -> u64 {
        let reading = self.read();
        let mut calls = 0;
        for histogram in reading.all().filter_map(|shard| shard.histogram(outcome)) {
            histogram.each(self.ladder, |_, _, count| calls += count);
        }
        calls
    }

    /// Adds the calls that ended to `tally`, slow those that took longer than the bound in place `bound` of the
    /// ladder's. One look at each cell, so that the sums agree.
    pub(crate) fn tally(&self, bound: Option<usize>, tally: &mut Tally) {
        let reading = self.read();
        for shard in reading.all() {
            for outcome in 0..OUTCOMES {
                let Some(histogram) = shard.histogram(outcome) else { continue };
                histogram.each(self.ladder, |octave, cell, count| {
                    tally.calls[outcome] += count;
                    let slow = |bound| self.ladder.bucket(octave, cell) > bound;
                    if outcome != CANCELLED && bound.is_some_and(slow) {
                        tally.slow += count;
                    }
                });
            }
        }
    }

    /// Adds the calls of all outcomes to `cells`, for [`Ladder::quantile`].
    pub(crate) fn add_cells(&self, cells: &mut Vec<u64>) {
        cells.resize(self.ladder.len(), 0);
        let reading = self.read();
        let histograms =
            |shard| (0..OUTCOMES).filter_map(move |outcome| Shard::histogram(shard, outcome));
        for histogram in reading.all().flat_map(histograms) {
            histogram.each(self.ladder, |octave, cell, count| {
                cells[self.ladder.index(octave, cell)] += count;
            });
        }
    }

    /// Errors by type, in order of types.
    pub(crate) fn errors(&self, errors: &mut Vec<(&'static str, u64)>) {
        errors.clear();
        // An observed allocator would come back for the lock.
        let _work = Work::begin();
        let reading = self.read();
        for counts in reading.all().filter_map(Shard::error_counts) {
            for (place, count) in counts.each() {
                let name = self.types.name(place);
                match errors.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, sum)) => *sum += count,
                    None => errors.push((name, count)),
                }
            }
        }
        errors.sort_unstable();
    }

    /// How many threads have a shard here.
    #[cfg(test)]
    pub(super) fn live(&self) -> usize {
        self.shards.lock().map_or(0, |shards| shards.live.len())
    }

    /// As a forked child finds it whose parent was at it.
    #[cfg(all(test, not(observant_loom)))]
    pub(super) fn lose(&self) {
        self.shards.lose();
    }
}

/// The right to look at every shard. A thread that ends or first records here meanwhile waits for it
/// to go; calls do not. In a forked child where the lock is lost, nobody may look at more than what came
/// late.
struct Reading<'s> {
    shards: Option<MutexGuard<'s, Shards>>,
    late: Option<&'s Shard>,
}

impl Reading<'_> {
    fn all(&self) -> impl Iterator<Item = &Shard> {
        // SAFETY: the invariant of `live`; the lock is held for as long as the borrow.
        let live = |owned: &Owned| unsafe { owned.0.as_ref() };
        let shards = self.shards.as_deref().into_iter();
        let of_threads = shards
            .flat_map(move |shards| shards.live.iter().map(live).chain(shards.retired.as_deref()));
        of_threads.chain(self.late).inspect(|shard| shard.alive().check())
    }
}
