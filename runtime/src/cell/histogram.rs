//! The durations of one outcome in one shard: cells by octave, allocated when first reached.

use super::{
    arena::{place, place_all},
    count::{Count, Sum, Writer},
    ladder::Ladder,
    local::Work,
    sync::AtomicPtr,
};
use std::{
    array::from_fn,
    iter::successors,
    ptr::{NonNull, null_mut},
    sync::atomic::Ordering::{Acquire, Relaxed, Release},
};

/// Octaves whose cells are found by one load: those from 3.7 ns to 61 us, for it is short calls that
/// feel what counting costs. With one more, a shard would take another cache line. The model has
/// fewer, since each is one more thing to try.
const NEAR: usize = if cfg!(observant_loom) { 2 } else { 14 };

/// The first of them. In the model the one of a single cell.
const FIRST_NEAR: usize = if cfg!(observant_loom) { 0 } else { 1 };

/// The cells of an octave that is not near, and a link to those of the one that was reached before it.
#[derive(Debug)]
struct Far {
    octave: usize,
    /// Invariant: `Ladder::width` counts of the octave, which live as long as this.
    cells: NonNull<Count>,
    /// Invariant: null, or lives as long as this.
    before: *const Far,
}

/// Written by one thread (or under the lock of its set); read by others while the set's lock keeps
/// its memory, and that of all it points to, from being given back.
#[derive(Debug)]
#[repr(C)] // The sum first: see `Shard`.
pub(super) struct Histogram {
    sum: Sum,
    /// Invariant: null, or `Ladder::width` counts of the octave, which live as long as this.
    near: [AtomicPtr<Count>; NEAR],
    /// The last of a chain. Invariant: null, or lives as long as this.
    far: AtomicPtr<Far>,
}

impl Histogram {
    pub(super) fn new() -> Self {
        Self {
            sum: Sum::new(),
            near: from_fn(|_| AtomicPtr::new(null_mut())),
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

    /// Counts a duration that is not near, or the first of its octave.
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
        self.near.get(octave.wrapping_sub(FIRST_NEAR))
    }

    /// The cells of an octave, if it was ever reached.
    fn cells(&self, octave: usize) -> Option<NonNull<Count>> {
        match self.near(octave) {
            Some(slot) => NonNull::new(slot.load(Acquire)),
            None => self.far().find(|far| far.octave == octave).map(|far| far.cells),
        }
    }

    fn far(&self) -> impl Iterator<Item = &Far> {
        // SAFETY: the invariant of `far`.
        let last = unsafe { self.far.load(Acquire).as_ref() };
        // SAFETY: the invariant of `before`.
        successors(last, |far| unsafe { far.before.as_ref() })
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
        let cells = place_all::<W, _>(ladder.width(octave), Count::new).cast::<Count>();
        if let Some(slot) = self.near(octave) {
            slot.store(cells.as_ptr(), Release);
        } else {
            let far = Far { octave, cells, before: self.far.load(Relaxed) };
            self.far.store(place::<W, _>(far).as_ptr(), Release);
        }
        cells
    }

    /// Visits every cell that was reached: octave, cell, count.
    pub(super) fn each(&self, ladder: &Ladder, mut visit: impl FnMut(usize, usize, u64)) {
        for (octave, cells) in self.reached() {
            for cell in 0..ladder.width(octave) {
                // SAFETY: within the `width(octave)` counts of a reached octave.
                let count = unsafe { cells.add(cell).as_ref() }.get();
                if count != 0 {
                    visit(octave, cell, count);
                }
            }
        }
    }

    /// Every octave that was reached, and its cells.
    pub(super) fn reached(&self) -> impl Iterator<Item = (usize, NonNull<Count>)> {
        let near = (FIRST_NEAR..).zip(&self.near);
        let near = near.filter_map(|(octave, at)| Some((octave, NonNull::new(at.load(Acquire))?)));
        near.chain(self.far().map(|far| (far.octave, far.cells)))
    }

    pub(super) fn sum(&self) -> f64 {
        self.sum.get()
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
}
