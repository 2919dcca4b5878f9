//! One thread's part of a set: written by that thread alone with plain stores.

use super::{
    arena::place,
    count::{Count, Locked, Shared, Single, Sum, Writer},
    errors::{ErrorCounts, ErrorTypes},
    histogram::Histogram,
    ladder::Ladder,
    local::Work,
    set::CellSet,
    sync::{Alive, AtomicPtr},
};
use std::{
    array::from_fn,
    ptr::{NonNull, null_mut},
    sync::atomic::Ordering::{Acquire, Release},
};

/// How many ways a call can end.
pub(crate) const OUTCOMES: usize = 4;

/// How often a shard is looked at until no call ended meanwhile.
const LOOKS: usize = 8;

/// The ending that errors are counted by type for.
pub(crate) const ERROR: usize = 1;

/// The ending of calls that never finished.
pub(crate) const CANCELLED: usize = 3;

/// A shard with many writers.
const SHARED: u8 = 1;
/// A shard of a function that asks for its calls one by one.
const TRACKED: u8 = 2;

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
/// included. There is one for each function and thread: with `ok` it fills three lines, and all else is
/// made when there is cause.
#[derive(Debug)]
#[repr(C, align(64))] // Lines of its own, so that no other thread's stores slow this one's.
pub(crate) struct Shard {
    started: Count,
    ended: Count,
    busy: Sum,
    own: Sum,
    ladder: &'static Ladder,
    set: &'static CellSet,
    /// [`SHARED`], [`TRACKED`], both or, as nearly always, nothing: one look tells all that is rare.
    special: u8,
    /// Durations of the outcome that nearly every call has.
    ok: Histogram,
    /// Invariant: null, or lives as long as the shard.
    rare: AtomicPtr<Rare>,
    alive: Alive,
}

/// What a function that never fails does without.
#[derive(Debug)]
struct Rare {
    /// Durations of the outcomes after `ok`. Invariant: null, or lives as long as the shard.
    others: [AtomicPtr<Histogram>; OUTCOMES - 1],
    /// Same invariant.
    errors: AtomicPtr<ErrorCounts>,
}

impl Rare {
    fn new() -> Self {
        Self { others: from_fn(|_| AtomicPtr::new(null_mut())), errors: AtomicPtr::new(null_mut()) }
    }
}

#[cfg(all(target_pointer_width = "64", not(observant_loom)))]
const _: () = assert!(size_of::<Shard>() == 192, "as many bytes for each function and thread");

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
            rare: AtomicPtr::new(null_mut()),
            special: u8::from(shared) * SHARED + u8::from(set.tracking().is_some()) * TRACKED,
            alive: Alive::new(),
        }
    }

    /// The set this is a part of.
    #[inline(always)]
    pub(crate) fn set(&self) -> &'static CellSet {
        self.set
    }

    /// Whether calls are told apart, or threads share it: then all goes another way.
    #[inline(always)]
    pub(crate) fn is_special(&self) -> bool {
        self.special != 0
    }

    fn is_shared(&self) -> bool {
        self.special & SHARED != 0
    }

    /// Counts a call that starts.
    #[inline(always)]
    pub(crate) fn start(&self) {
        if self.is_special() && self.is_shared() {
            Shared::mark(&self.started);
        } else {
            Single::mark(&self.started);
        }
    }

    /// Counts a call that ended.
    #[inline(always)]
    pub(crate) fn end(&self, call: Ended) {
        if self.is_special() {
            self.end_special(call.outcome, call.duration, call.busy, call.own);
        } else {
            self.end_as::<Single>(call);
        }
    }

    /// Takes the fields one by one, in registers.
    #[cold]
    #[inline(never)]
    fn end_special(&self, outcome: usize, duration: u64, busy: u64, own: u64) {
        let call = Ended { outcome, duration, busy, own };
        if let Some(tracking) = self.set.tracking() {
            tracking.ended(outcome);
        }
        if self.is_shared() {
            self.end_as::<Shared>(call);
        } else {
            self.end_as::<Single>(call);
        }
    }

    #[inline(always)]
    fn end_as<W: Writer>(&self, call: Ended) {
        let histogram = match call.outcome.checked_sub(1) {
            None => &self.ok,
            Some(other) => self.other::<W>(other),
        };
        W::add_sum(&self.busy, call.busy);
        W::add_sum(&self.own, call.own);
        W::mark(&self.ended);
        // Last, so that what is rare in it takes over instead of coming back.
        histogram.record::<W>(self.ladder, call.duration);
    }

    /// Counts the type of an error, which is what `name` makes of `key`: asked once per type. The call
    /// that met it is still to be ended.
    pub(crate) fn error(&self, key: &'static str, name: impl FnOnce(&'static str) -> &'static str) {
        let types = self.set.types();
        let place = types.place(key, name);
        if self.is_shared() {
            self.errors::<Shared>(types).add::<Shared>(place, 1);
        } else {
            self.errors::<Single>(types).add::<Single>(place, 1);
        }
    }

    fn rare(&self) -> Option<&Rare> {
        // SAFETY: the invariant of `rare`.
        unsafe { self.rare.load(Acquire).as_ref() }
    }

    fn make_rare<W: Writer>(&self) -> &Rare {
        match self.rare() {
            Some(rare) => rare,
            None => publish::<W, _>(&self.rare, || place::<W, _>(Rare::new())),
        }
    }

    fn other<W: Writer>(&self, index: usize) -> &Histogram {
        let other = &self.make_rare::<W>().others[index];
        // SAFETY: the invariant of `others`.
        match unsafe { other.load(Acquire).as_ref() } {
            Some(histogram) => histogram,
            None => publish::<W, _>(other, || place::<W, _>(Histogram::new())),
        }
    }

    fn errors<W: Writer>(&self, types: &ErrorTypes) -> &ErrorCounts {
        let errors = &self.make_rare::<W>().errors;
        // SAFETY: the invariant of `errors`.
        match unsafe { errors.load(Acquire).as_ref() } {
            Some(counts) => counts,
            None => publish::<W, _>(errors, || types.counts::<W>()),
        }
    }

    /// Calls started here less those ended here: of calls that ended on another thread than they
    /// started on, a wrapped negative number, and right in the sum over all shards.
    pub(super) fn balance(&self) -> u64 {
        let mut ended = self.ended.get_marked();
        let mut balance = 0;
        for _ in 0..LOOKS {
            // Whoever is seen to have ended is seen to have started.
            balance = self.started.get_marked().wrapping_sub(ended);
            // Whoever is seen to have started is seen to have ended what came before: with none of it
            // new, all were looked at as of one moment.
            let again = self.ended.get_marked();
            if again == ended {
                break;
            }
            ended = again;
        }
        balance
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
            Some(other) => unsafe { self.rare()?.others[other].load(Acquire).as_ref() },
        }
    }

    pub(super) fn error_counts(&self) -> Option<&ErrorCounts> {
        // SAFETY: the invariant of `errors`.
        unsafe { self.rare()?.errors.load(Acquire).as_ref() }
    }

    /// Whether the shard is still there is what the model checks; see [`Alive`].
    #[inline(always)]
    pub(super) fn alive(&self) -> &Alive {
        &self.alive
    }

    /// Adds all of `other`; the caller holds the lock of the set, which makes it the only writer.
    pub(super) fn absorb(&self, other: &Self) {
        Locked::add(&self.started, other.started());
        for outcome in 0..OUTCOMES {
            if let Some(histogram) = other.histogram(outcome) {
                let into = match outcome.checked_sub(1) {
                    None => &self.ok,
                    Some(index) => self.other::<Locked>(index),
                };
                into.absorb::<Locked>(self.ladder, histogram);
            }
        }
        if let Some(counts) = other.error_counts() {
            let into = self.errors::<Locked>(self.set.types());
            counts.each().for_each(|(place, count)| into.add::<Locked>(place, count));
        }
        self.busy.absorb(&other.busy);
        self.own.absorb(&other.own);
        Locked::add(&self.ended, other.ended.get());
    }
}

/// Puts what `make` makes behind an empty pointer and returns it. Invariant of `pointer`: null, or lives
/// as long as what holds it, which is where `make` has its memory.
#[cold]
fn publish<W: Writer, T>(pointer: &AtomicPtr<T>, make: impl FnOnce() -> NonNull<T>) -> &T {
    let _work = Work::begin();
    let _right = W::allocation_right();
    let mut current = pointer.load(Acquire);
    if current.is_null() {
        current = make().as_ptr();
        pointer.store(current, Release);
    }
    // SAFETY: the invariant of `pointer`, and it is not null.
    unsafe { &*current }
}
