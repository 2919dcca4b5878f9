//! Each thread's table of its shards, by the id of their set.
//!
//! Two thread-locals: one that is plain data, so that finding a shard is two loads, and one with a
//! destructor, which folds the shards when the thread ends. After that, calls go to the set's shared
//! shard. While the runtime itself allocates or frees, no call is counted: the allocator may be
//! observed, and would come back here for ever.

use super::{
    arena::{Arena, forever},
    set::CellSet,
    shard::Shard,
    sync::thread_local,
};
use std::{
    alloc::Layout,
    cell::{Cell, RefCell},
    ptr::{NonNull, null},
};

struct Table {
    /// Invariant: points to `length` entries owned by `OWNER`, each null or a live shard of this
    /// thread; null and 0 before the first shard and after the last.
    entries: Cell<*const *const Shard>,
    /// How many entries `find` may look at: all, or none while the runtime is at work.
    length: Cell<usize>,
    /// How many there are.
    all: Cell<usize>,
    at_work: Cell<bool>,
}

impl Table {
    const fn new() -> Self {
        Self {
            entries: Cell::new(null()),
            length: Cell::new(0),
            all: Cell::new(0),
            at_work: Cell::new(false),
        }
    }
}

thread_local! {
    static TABLE: Table = const { Table::new() };
    static OWNER: Owner = const { Owner(RefCell::new(Holdings { entries: Vec::new(), arena: Arena::new() })) };
}

/// The table of the calling thread.
#[cfg(not(observant_loom))]
#[inline(always)]
fn table<R>(look: impl FnOnce(&Table) -> R) -> R {
    TABLE.with(look)
}

/// In the model a table goes with the thread's other locals, where in truth it stays, empty.
#[cfg(observant_loom)]
fn table<R>(look: impl FnOnce(&Table) -> R) -> R {
    let mut look = Some(look);
    let mut once = |table: &Table| look.take().map(|look| look(table));
    let result = TABLE.try_with(&mut once).unwrap_or_else(|_| once(&Table::new()));
    result.expect("it looks once")
}

struct Owner(RefCell<Holdings>);

struct Holdings {
    /// Invariant: each is null or a shard in `arena`, in the set whose id is its place.
    entries: Vec<*const Shard>,
    /// Dropped when every shard in it has left its set.
    arena: Arena,
}

/// The calling thread's shard in the set with this id, if it has one already.
#[inline(always)]
pub(crate) fn find(id: u32) -> Option<&'static Shard> {
    table(|table| {
        let index = id as usize;
        if index < table.length.get() {
            // SAFETY: the invariant of `entries`. The shard lives until this thread's `OWNER` is
            // dropped, which empties the table first; callers do not keep it beyond the call in hand.
            unsafe { (*table.entries.get().add(index)).as_ref() }
        } else {
            None
        }
    })
}

/// The shard the calling thread records into.
#[inline(always)]
pub(crate) fn current(set: &'static CellSet) -> &'static Shard {
    match entering(set) {
        Some(shard) => shard,
        // A call that started before the runtime's work and ends within it.
        None => set.late(),
    }
}

/// The shard for a call that starts; `None` when the runtime's own work makes the call.
#[inline(always)]
pub(crate) fn entering(set: &'static CellSet) -> Option<&'static Shard> {
    match find(set.id()) {
        Some(shard) => Some(shard),
        None => join(set),
    }
}

/// Memory for what a shard of the calling thread points to; given back when the thread ends.
#[cold]
pub(super) fn memory(layout: Layout) -> NonNull<u8> {
    // Past having locals, a thread has no shards; if it had, they would not be forgotten.
    OWNER
        .try_with(|owner| owner.0.borrow_mut().arena.allocate(layout))
        .unwrap_or_else(|_| forever(layout))
}

/// Gives the calling thread a shard in `set`.
#[cold]
fn join(set: &'static CellSet) -> Option<&'static Shard> {
    let _work = Work::begin()?;
    let joined = OWNER.try_with(|owner| owner.0.borrow_mut().join(set)).ok().flatten();
    Some(joined.unwrap_or_else(|| set.late()))
}

/// The runtime allocates or frees on this thread; calls that start meanwhile are not counted.
#[derive(Debug)]
pub(crate) struct Work(());

impl Work {
    /// `None` when it is at work already.
    pub(crate) fn begin() -> Option<Self> {
        table(|table| {
            table.length.set(0);
            // Not `then_some`: a value made in vain would be dropped and end the work.
            (!table.at_work.replace(true)).then(|| Self(()))
        })
    }
}

/// Whether the runtime is at work on this thread.
pub(crate) fn is_at_work() -> bool {
    table(|table| table.at_work.get())
}

impl Drop for Work {
    fn drop(&mut self) {
        table(|table| {
            table.length.set(table.all.get());
            table.at_work.set(false);
        });
    }
}

impl Holdings {
    fn join(&mut self, set: &'static CellSet) -> Option<&'static Shard> {
        let shard = set.join(&mut self.arena)?;
        let index = set.id() as usize;
        if index >= self.entries.len() {
            let length = (index + 1).next_power_of_two().max(16);
            let mut entries = Vec::with_capacity(length);
            entries.extend_from_slice(&self.entries);
            entries.resize(length, null());
            table(|table| {
                table.entries.set(entries.as_ptr());
                table.all.set(length);
            });
            self.entries = entries;
        }
        self.entries[index] = shard.as_ptr();
        // SAFETY: just made, and alive as `find` says.
        Some(unsafe { shard.as_ref() })
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        let _work = Work::begin();
        table(|table| {
            table.length.set(0);
            table.all.set(0);
            table.entries.set(null());
        });
        let Holdings { entries, arena } = self.0.get_mut();
        // SAFETY: the invariant of `entries`, and `arena` is there until this is over.
        let shards = entries.drain(..).filter_map(|shard| unsafe { shard.as_ref() });
        // The table is empty, so this thread will not find them again, and calls in flight look their
        // shard up anew when they end.
        let left = shards.map(|shard| shard.set().leave(shard));
        if left.filter(Option::is_none).count() > 0 {
            // Their sets, which nobody may touch, still list some of them.
            arena.abandon();
        }
    }
}
