//! The durations of one outcome in one shard: cells by octave, allocated when first reached.

use super::{
    ladder::{Ladder, OCTAVES},
    shard::{Count, Sum, Writer},
};
use std::sync::atomic::{
    AtomicPtr, AtomicU8,
    Ordering::{Acquire, Relaxed, Release},
};

/// Octaves whose cells are found without a further look-up; few functions spread over more.
const NEAR: usize = 5;

/// Cells of the octaves beyond the near ones.
type Far = [AtomicPtr<Count>; OCTAVES - NEAR];

/// Written by one thread (or under the lock of its set); read by others while the set's lock keeps
/// it from being freed.
#[derive(Debug)]
pub(super) struct Histogram {
    sum: Sum,
    /// 0 for an octave not reached, else one more than its place in `near`, then `far`.
    places: [AtomicU8; OCTAVES],
    /// How many places are taken; only writers that hold the right to allocate look at it.
    taken: AtomicU8,
    /// Invariant: a place that `places` names points to `Ladder::width` counts, from a boxed slice.
    near: [AtomicPtr<Count>; NEAR],
    /// Null or from a box; same invariant.
    far: AtomicPtr<Far>,
}

impl Histogram {
    pub(super) const fn new() -> Self {
        Self {
            sum: Sum::new(),
            places: [const { AtomicU8::new(0) }; OCTAVES],
            taken: AtomicU8::new(0),
            near: [const { AtomicPtr::new(std::ptr::null_mut()) }; NEAR],
            far: AtomicPtr::new(std::ptr::null_mut()),
        }
    }

    /// Counts one duration.
    #[inline(always)]
    pub(super) fn record<W: Writer>(&self, ladder: &Ladder, units: u64) {
        let (octave, cell) = ladder.locate(units);
        let cells = match self.cells(octave) {
            Some(cells) => cells,
            None => self.reach::<W>(ladder, octave),
        };
        // SAFETY: `cells` has `width(octave)` counts and `locate` stays below that.
        W::add(unsafe { &*cells.add(cell) }, 1);
        W::add_sum(&self.sum, units);
    }

    /// The cells of an octave, if it was ever reached.
    #[inline(always)]
    fn cells(&self, octave: usize) -> Option<*const Count> {
        let place = usize::from(self.places[octave].load(Acquire)).checked_sub(1)?;
        Some(self.slot(place)?.load(Acquire))
    }

    #[inline(always)]
    fn slot(&self, place: usize) -> Option<&AtomicPtr<Count>> {
        if place < NEAR {
            return Some(&self.near[place]);
        }
        // SAFETY: null or a live box of this histogram, freed only in `drop`.
        let far = unsafe { self.far.load(Acquire).as_ref() }?;
        Some(&far[place - NEAR])
    }

    /// Allocates the cells of an octave. Writers of one histogram exclude one another here: a shard
    /// has one writer, and the shared shard allocates under a lock.
    #[cold]
    fn reach<W: Writer>(&self, ladder: &Ladder, octave: usize) -> *const Count {
        let _right = W::allocation_right();
        if let Some(cells) = self.cells(octave) {
            return cells;
        }
        let cells: Box<[Count]> = (0..ladder.width(octave)).map(|_| Count::new()).collect();
        let cells = Box::into_raw(cells).cast::<Count>();
        let place = self.taken.load(Relaxed);
        if usize::from(place) >= NEAR && self.far.load(Relaxed).is_null() {
            let far: Far = [const { AtomicPtr::new(std::ptr::null_mut()) }; OCTAVES - NEAR];
            self.far.store(Box::into_raw(Box::new(far)), Release);
        }
        if let Some(slot) = self.slot(usize::from(place)) {
            slot.store(cells, Release);
        }
        self.taken.store(place + 1, Relaxed);
        self.places[octave].store(place + 1, Release);
        cells
    }

    /// Visits every cell that was reached: octave, cell, count.
    pub(super) fn each(&self, ladder: &Ladder, mut visit: impl FnMut(usize, usize, u64)) {
        for octave in 0..OCTAVES {
            let Some(cells) = self.cells(octave) else { continue };
            for cell in 0..ladder.width(octave) {
                // SAFETY: within the `width(octave)` counts of a reached octave.
                let count = unsafe { &*cells.add(cell) }.get();
                if count != 0 {
                    visit(octave, cell, count);
                }
            }
        }
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
            W::add(unsafe { &*cells.add(cell) }, count);
        });
        self.sum.absorb(&other.sum);
    }

    /// Frees the cells. The ladder tells their number, so this is no `Drop`.
    pub(super) fn free(&mut self, ladder: &Ladder) {
        for octave in 0..OCTAVES {
            if let Some(cells) = self.cells(octave) {
                let slice =
                    std::ptr::slice_from_raw_parts_mut(cells.cast_mut(), ladder.width(octave));
                // SAFETY: allocated in `reach` as a boxed slice of this width; `&mut self` means that
                // nobody else looks, and the place is forgotten at once.
                drop(unsafe { Box::from_raw(slice) });
                *self.places[octave].get_mut() = 0;
            }
        }
        let far = std::mem::replace(self.far.get_mut(), std::ptr::null_mut());
        if !far.is_null() {
            // SAFETY: from `Box::into_raw` in `reach`, taken out of the only place that held it.
            drop(unsafe { Box::from_raw(far) });
        }
        *self.taken.get_mut() = 0;
    }
}
