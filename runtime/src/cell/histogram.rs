//! The durations of one outcome in one shard: cells by octave, allocated when first reached.

use super::{
    count::{Count, Sum, Writer},
    ladder::{Ladder, OCTAVES},
    local::Work,
};
use std::{
    ptr::{NonNull, null_mut},
    sync::atomic::{
        AtomicPtr, AtomicUsize,
        Ordering::{Acquire, Relaxed, Release},
    },
};

/// Octaves in a row whose cells are found by one load. The longest of them is 32,768 times the
/// shortest: most functions never leave them.
const NEAR: usize = 16;

/// So many octaves below that of the first duration are near. More than above: first durations are
/// among the longest, and it is short calls that feel what counting costs.
const BELOW: usize = 13;

/// Cells by octave; null for an octave that was not reached.
type Far = [AtomicPtr<Count>; OCTAVES];

/// Written by one thread (or under the lock of its set); read by others while the set's lock keeps
/// it from being freed.
#[derive(Debug)]
#[repr(C)] // The sum first: see `Shard`.
pub(super) struct Histogram {
    sum: Sum,
    /// The octave of the first place of `near`; `OCTAVES`, which makes nothing near, before the
    /// first duration. Written once.
    base: AtomicUsize,
    /// Invariant: null, or `Ladder::width` counts of the octave, from a boxed slice.
    near: [AtomicPtr<Count>; NEAR],
    /// Null or from a box; what is in it as in `near`. Octaves that are near are not in it.
    far: AtomicPtr<Far>,
}

impl Histogram {
    pub(super) const fn new() -> Self {
        Self {
            sum: Sum::new(),
            base: AtomicUsize::new(OCTAVES),
            near: [const { AtomicPtr::new(null_mut()) }; NEAR],
            far: AtomicPtr::new(null_mut()),
        }
    }

    /// Counts one duration. Branches that are hardly ever taken stand where selects would do: they
    /// keep nothing waiting for the duration.
    #[inline(always)]
    pub(super) fn record<W: Writer>(&self, ladder: &Ladder, units: u64) {
        W::add_sum(&self.sum, units);
        if let Some((octave, cell)) = ladder.locate_inner(units)
            && let Some(slot) = self.near(octave)
            && let Some(cells) = NonNull::new(slot.load(Acquire))
        {
            // SAFETY: `cells` has `width(octave)` counts and `locate_inner` stays below that.
            W::add(unsafe { cells.add(cell).as_ref() }, 1);
        } else {
            self.record_rare::<W>(ladder, units);
        }
    }

    /// Counts a duration that is 0, beyond the ladder, not near, or the first of its octave.
    #[cold]
    #[inline(never)]
    fn record_rare<W: Writer>(&self, ladder: &Ladder, units: u64) {
        let (octave, cell) = ladder.locate(units);
        let cells = match self.cells(octave) {
            Some(cells) => cells,
            None => self.reach::<W>(ladder, octave),
        };
        // SAFETY: `cells` has `width(octave)` counts and `locate` stays below that.
        W::add(unsafe { cells.add(cell).as_ref() }, 1);
    }

    #[inline(always)]
    fn near(&self, octave: usize) -> Option<&AtomicPtr<Count>> {
        self.near.get(octave.wrapping_sub(self.base.load(Acquire)))
    }

    /// The cells of an octave, if it was ever reached.
    fn cells(&self, octave: usize) -> Option<NonNull<Count>> {
        let slot = match self.near(octave) {
            Some(slot) => slot,
            None => &self.far()?[octave],
        };
        NonNull::new(slot.load(Acquire))
    }

    fn far(&self) -> Option<&Far> {
        // SAFETY: null or a live box of this histogram, freed only in `free`, which takes `&mut`.
        unsafe { self.far.load(Acquire).as_ref() }
    }

    /// Allocates the cells of an octave. Writers of one histogram exclude one another here: a shard
    /// has one writer, and the shared shard allocates under a lock.
    #[cold]
    fn reach<W: Writer>(&self, ladder: &Ladder, octave: usize) -> NonNull<Count> {
        let _work = Work::begin();
        let _right = W::allocation_right();
        if let Some(cells) = self.cells(octave) {
            return cells;
        }
        if self.base.load(Relaxed) == OCTAVES {
            // `near` is empty still, so a reader finds nothing with either base.
            self.base.store(octave.saturating_sub(BELOW), Release);
        }
        let cells: Box<[Count]> = (0..ladder.width(octave)).map(|_| Count::new()).collect();
        let cells = NonNull::from(Box::leak(cells)).cast::<Count>();
        let slot = self.near(octave).unwrap_or_else(|| &self.make_far()[octave]);
        slot.store(cells.as_ptr(), Release);
        cells
    }

    fn make_far(&self) -> &Far {
        if self.far.load(Relaxed).is_null() {
            let far: Far = [const { AtomicPtr::new(null_mut()) }; OCTAVES];
            self.far.store(Box::into_raw(Box::new(far)), Release);
        }
        // SAFETY: as in `far`, and not null.
        unsafe { &*self.far.load(Relaxed) }
    }

    /// Visits every cell that was reached: octave, cell, count.
    pub(super) fn each(&self, ladder: &Ladder, mut visit: impl FnMut(usize, usize, u64)) {
        for octave in 0..OCTAVES {
            let Some(cells) = self.cells(octave) else { continue };
            for cell in 0..ladder.width(octave) {
                // SAFETY: within the `width(octave)` counts of a reached octave.
                let count = unsafe { cells.add(cell).as_ref() }.get();
                if count != 0 {
                    visit(octave, cell, count);
                }
            }
        }
    }

    pub(super) fn sum(&self) -> f64 {
        self.sum.get()
    }

    /// How many octaves were reached.
    #[cfg(test)]
    pub(super) fn reached(&self) -> usize {
        (0..OCTAVES).filter(|octave| self.cells(*octave).is_some()).count()
    }

    /// Adds all of `other`; the caller is the only writer of `self`.
    pub(super) fn absorb<W: Writer>(&self, ladder: &Ladder, other: &Self) {
        other.each(ladder, |octave, cell, count| {
            let cells = match self.cells(octave) {
                Some(cells) => cells,
                None => self.reach::<W>(ladder, octave),
            };
            // SAFETY: as in `record`; both histograms use the same ladder.
            W::add(unsafe { cells.add(cell).as_ref() }, count);
        });
        self.sum.absorb(&other.sum);
    }

    /// Frees the cells. The ladder tells their number, so this is no `Drop`.
    pub(super) fn free(&mut self, ladder: &Ladder) {
        for octave in 0..OCTAVES {
            if let Some(cells) = self.cells(octave) {
                let slice = NonNull::slice_from_raw_parts(cells, ladder.width(octave));
                // SAFETY: allocated in `reach` as a boxed slice of this width; `&mut self` means that
                // nobody else looks, and every pointer to it is forgotten below.
                drop(unsafe { Box::from_raw(slice.as_ptr()) });
            }
        }
        let far = *self.far.get_mut();
        *self = Self::new();
        if !far.is_null() {
            // SAFETY: from `Box::into_raw` in `make_far`, and no longer in the only place that held it.
            drop(unsafe { Box::from_raw(far) });
        }
    }
}
