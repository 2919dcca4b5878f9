//! One thread's part of a set: written by that thread alone with plain stores.

use super::{
    count::{Count, Shared, Single, Sum, Writer},
    errors::{ErrorCounts, ErrorTypes},
    histogram::Histogram,
    ladder::Ladder,
    local::Work,
    set::CellSet,
};
use std::{
    ptr::null_mut,
    sync::atomic::{
        AtomicPtr,
        Ordering::{Acquire, Release},
    },
};

/// How many ways a call can end.
pub(crate) const OUTCOMES: usize = 4;

/// The ending that errors are counted by type for.
pub(crate) const ERROR: usize = 1;

/// What one call was, at its end; times in units.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended {
    /// Index of the outcome, below [`OUTCOMES`].
    pub(crate) outcome: usize,
    /// From start to end.
    pub(crate) duration: u64,
    /// Of that, running.
    pub(crate) busy: u64,
    /// Of that, outside observed callees.
    pub(crate) own: u64,
}

/// One writer's figures. What every call touches comes first and fills one cache line, the sum of `ok`
/// included.
#[derive(Debug)]
#[repr(C, align(64))] // Lines of its own, so that no other thread's stores slow this one's.
pub(crate) struct Shard {
    started: Count,
    ended: Count,
    busy: Sum,
    own: Sum,
    ladder: &'static Ladder,
    set: &'static CellSet,
    shared: bool,
    /// Durations of the outcome that nearly every call has.
    ok: Histogram,
    /// Durations of the others. Invariant: null or from a box, freed only in `free`.
    others: [AtomicPtr<Histogram>; OUTCOMES - 1],
    /// Same invariant.
    errors: AtomicPtr<ErrorCounts>,
}

impl Shard {
    pub(super) fn new(set: &'static CellSet, shared: bool) -> Self {
        Self {
            started: Count::new(),
            ended: Count::new(),
            busy: Sum::new(),
            own: Sum::new(),
            ladder: set.ladder(),
            set,
            ok: Histogram::new(),
            others: [const { AtomicPtr::new(null_mut()) }; OUTCOMES - 1],
            errors: AtomicPtr::new(null_mut()),
            shared,
        }
    }

    /// The set this is a part of.
    #[inline(always)]
    pub(crate) fn set(&self) -> &'static CellSet {
        self.set
    }

    /// Counts a call that starts.
    #[inline(always)]
    pub(crate) fn start(&self) {
        if self.shared { Shared::add(&self.started, 1) } else { Single::add(&self.started, 1) }
    }

    /// Counts a call that ended.
    #[inline(always)]
    pub(crate) fn end(&self, call: Ended) {
        if self.shared {
            self.end_shared(call.outcome, call.duration, call.busy, call.own);
        } else {
            self.end_as::<Single>(call);
        }
    }

    /// Takes the fields one by one, in registers.
    #[cold]
    #[inline(never)]
    fn end_shared(&self, outcome: usize, duration: u64, busy: u64, own: u64) {
        self.end_as::<Shared>(Ended { outcome, duration, busy, own });
    }

    #[inline(always)]
    fn end_as<W: Writer>(&self, call: Ended) {
        let histogram = match call.outcome.checked_sub(1) {
            None => &self.ok,
            Some(other) => self.other::<W>(other),
        };
        W::add_sum(&self.busy, call.busy);
        W::add_sum(&self.own, call.own);
        W::end(&self.ended);
        // Last, so that what is rare in it takes over instead of coming back.
        histogram.record::<W>(self.ladder, call.duration);
    }

    /// Counts the type of an error, which is what `name` makes of `key`: asked once per type. The call
    /// that met it is still to be ended.
    pub(crate) fn error(&self, key: &'static str, name: impl FnOnce(&'static str) -> &'static str) {
        let types = self.set.types();
        let place = types.place(key, name);
        if self.shared {
            self.errors::<Shared>(types).add::<Shared>(place, 1);
        } else {
            self.errors::<Single>(types).add::<Single>(place, 1);
        }
    }

    fn other<W: Writer>(&self, index: usize) -> &Histogram {
        // SAFETY: the invariant of `others`; the shard outlives the borrow.
        match unsafe { self.others[index].load(Acquire).as_ref() } {
            Some(histogram) => histogram,
            None => publish::<W, _>(&self.others[index], Histogram::new),
        }
    }

    fn errors<W: Writer>(&self, types: &ErrorTypes) -> &ErrorCounts {
        // SAFETY: the invariant of `errors`.
        match unsafe { self.errors.load(Acquire).as_ref() } {
            Some(counts) => counts,
            None => publish::<W, _>(&self.errors, || types.counts()),
        }
    }

    pub(super) fn ended(&self) -> u64 {
        self.ended.get_ended()
    }

    pub(super) fn started(&self) -> u64 {
        self.started.get()
    }

    /// Busy and own time in units.
    pub(super) fn times(&self) -> (f64, f64) {
        (self.busy.get(), self.own.get())
    }

    pub(super) fn histogram(&self, outcome: usize) -> Option<&Histogram> {
        match outcome.checked_sub(1) {
            None => Some(&self.ok),
            // SAFETY: the invariant of `others`.
            Some(other) => unsafe { self.others[other].load(Acquire).as_ref() },
        }
    }

    pub(super) fn error_counts(&self) -> Option<&ErrorCounts> {
        // SAFETY: the invariant of `errors`.
        unsafe { self.errors.load(Acquire).as_ref() }
    }

    /// Adds all of `other`; the caller holds the lock of the set, which makes it the only writer.
    pub(super) fn absorb(&self, other: &Self) {
        Single::add(&self.started, other.started());
        for outcome in 0..OUTCOMES {
            if let Some(histogram) = other.histogram(outcome) {
                let into = match outcome.checked_sub(1) {
                    None => &self.ok,
                    Some(index) => self.other::<Single>(index),
                };
                into.absorb::<Single>(self.ladder, histogram);
            }
        }
        if let Some(counts) = other.error_counts() {
            let into = self.errors::<Single>(self.set.types());
            counts.each().for_each(|(place, count)| into.add::<Single>(place, count));
        }
        self.busy.absorb(&other.busy);
        self.own.absorb(&other.own);
        self.ended.absorb_ended(&other.ended);
    }
}

/// Puts a new value behind an empty pointer and returns it.
#[cold]
fn publish<W: Writer, T>(pointer: &AtomicPtr<T>, make: impl FnOnce() -> T) -> &T {
    let _work = Work::begin();
    let _right = W::allocation_right();
    let mut current = pointer.load(Acquire);
    if current.is_null() {
        current = Box::into_raw(Box::new(make()));
        pointer.store(current, Release);
    }
    // SAFETY: from a box, and freed only by the `Drop` of the shard that holds `pointer`.
    unsafe { &*current }
}

impl Drop for Shard {
    fn drop(&mut self) {
        self.ok.free(self.ladder);
        for other in &mut self.others {
            let other = std::mem::replace(other.get_mut(), null_mut());
            if !other.is_null() {
                // SAFETY: from `publish`, taken out of the only place that held it.
                unsafe { Box::from_raw(other) }.free(self.ladder);
            }
        }
        let errors = std::mem::replace(self.errors.get_mut(), null_mut());
        if !errors.is_null() {
            // SAFETY: as above.
            drop(unsafe { Box::from_raw(errors) });
        }
    }
}
