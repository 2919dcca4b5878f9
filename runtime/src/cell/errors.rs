//! Which types of errors a set has seen, bounded, and how often.

use super::{
    arena::{place, place_all},
    count::{Count, Writer},
    local::Work,
    sync::OnceLock,
};
use std::{
    ptr::{self, NonNull},
    sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
};

/// The type of errors that no other name is known for, and of those beyond the bound
/// (OpenTelemetry semantic conventions, `error.type`).
pub(crate) const OTHER: &str = "_OTHER";

/// How many types of errors a function may have unless the program says otherwise.
pub(crate) const MOST_ERROR_TYPES: usize = 32;

/// Applies to sets that see their first error from now on.
static MOST: AtomicUsize = AtomicUsize::new(MOST_ERROR_TYPES);

/// Errors whose type was past the bound, over all sets.
static REFUSED: AtomicU64 = AtomicU64::new(0);

/// Sets the bound.
pub(crate) fn set_most(types: usize) {
    MOST.store(types, Relaxed);
}

/// The bound.
pub(crate) fn most() -> usize {
    MOST.load(Relaxed)
}

/// How many errors lost their type to the bound.
pub(crate) fn refused() -> u64 {
    REFUSED.load(Relaxed)
}

/// A type of errors.
#[derive(Clone, Copy, Debug)]
struct Known {
    /// What it was named after when first seen. Told by its address, which is as good as always the
    /// same for one type and one function; another address only costs a closer look.
    key: &'static str,
    name: &'static str,
}

/// The types seen so far, in order of appearance; only ever grows, up to its length.
#[derive(Debug)]
pub(super) struct ErrorTypes {
    slots: OnceLock<Box<[OnceLock<Known>]>>,
    /// The key of the first error whose name was [`OTHER`].
    other: OnceLock<&'static str>,
}

impl ErrorTypes {
    pub(super) fn new() -> Self {
        Self { slots: OnceLock::new(), other: OnceLock::new() }
    }

    fn slots(&self) -> &[OnceLock<Known>] {
        if let Some(slots) = self.slots.get() {
            return slots;
        }
        let _work = Work::begin();
        self.slots.get_or_init(|| (0..MOST.load(Relaxed)).map(|_| OnceLock::new()).collect())
    }

    /// The place of what `name` makes of `key`; one past the last place for [`OTHER`] and for what is
    /// past the bound.
    pub(super) fn place(
        &self,
        key: &'static str,
        name: impl FnOnce(&'static str) -> &'static str,
    ) -> usize {
        let slots = self.slots();
        let known = slots.iter().map_while(OnceLock::get);
        for (place, known) in known.enumerate() {
            if ptr::eq(known.key, key) {
                return place;
            }
        }
        if self.other.get().is_some_and(|other| ptr::eq(*other, key)) {
            return slots.len();
        }
        self.place_by_name(Known { key, name: name(key) })
    }

    #[cold]
    fn place_by_name(&self, met: Known) -> usize {
        let slots = self.slots();
        if met.name == OTHER {
            self.other.get_or_init(|| met.key);
            return slots.len();
        }
        let known = |slot: &OnceLock<Known>| slot.get_or_init(|| met).name == met.name;
        slots.iter().position(known).unwrap_or_else(|| {
            REFUSED.fetch_add(1, Relaxed);
            slots.len()
        })
    }

    /// The name at a place.
    pub(super) fn name(&self, place: usize) -> &'static str {
        self.slots().get(place).and_then(OnceLock::get).map_or(OTHER, |known| known.name)
    }

    /// Room for one count per place, where the shards of `W` have their memory.
    pub(super) fn counts<W: Writer>(&self) -> NonNull<ErrorCounts> {
        place::<W, _>(ErrorCounts(place_all::<W, _>(self.slots().len() + 1, Count::new)))
    }
}

/// Errors by place in [`ErrorTypes`]. Invariant: the counts live as long as this.
#[derive(Debug)]
pub(super) struct ErrorCounts(NonNull<[Count]>);

impl ErrorCounts {
    fn all(&self) -> &[Count] {
        // SAFETY: they were made with this, in the same memory, and are written through atomics alone.
        unsafe { self.0.as_ref() }
    }

    pub(super) fn add<W: Writer>(&self, place: usize, count: u64) {
        if let Some(cell) = self.all().get(place) {
            W::add(cell, count);
        }
    }

    pub(super) fn each(&self) -> impl Iterator<Item = (usize, u64)> {
        self.all().iter().map(Count::get).enumerate().filter(|(_, count)| *count != 0)
    }
}
