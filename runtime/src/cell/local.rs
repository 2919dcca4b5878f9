//! Each thread's tables: of its shards, by the id of their set, and of its rows of [`Numbers`].
//!
//! Two thread-locals: one that is plain data, so that finding a shard is two loads, and one with a
//! destructor, which folds the shards when the thread ends. After that, calls go to the set's shared
//! shard. While the runtime itself allocates or frees, no call is counted: the allocator may be
//! observed, and would come back here for ever.

use super::{
    arena::{Arena, forever},
    count::Count,
    numbers::Numbers,
    set::CellSet,
    shard::Shard,
    sync::thread_local,
};
use std::{
    alloc::Layout,
    cell::{Cell, RefCell},
    ptr::{NonNull, null},
};

/// What a thread has to write to, by the id of what it is a part of.
struct Index<T> {
    /// Invariant: points to `length` entries owned by `OWNER`, each null or alive and this thread's;
    /// null and 0 before the first and after the last.
    entries: Cell<*const *const T>,
    /// How many entries `find` may look at: all, or none while the runtime is at work.
    length: Cell<usize>,
    /// How many there are.
    all: Cell<usize>,
}

impl<T> Index<T> {
    const fn new() -> Self {
        Self { entries: Cell::new(null()), length: Cell::new(0), all: Cell::new(0) }
    }

    /// What has this id; null if there is none yet.
    #[inline(always)]
    fn find(&self, id: u32) -> *const T {
        let index = id as usize;
        if index < self.length.get() {
            // SAFETY: the invariant of `entries`.
            unsafe { *self.entries.get().add(index) }
        } else {
            null()
        }
    }

    fn hide(&self) {
        self.length.set(0);
    }

    fn show(&self) {
        self.length.set(self.all.get());
    }

    fn clear(&self) {
        self.length.set(0);
        self.all.set(0);
        self.entries.set(null());
    }

    /// Enters a pointer in `entries`, which are those of this index.
    fn enter(&self, entries: &mut Vec<*const T>, id: u32, pointer: *const T) {
        let index = id as usize;
        if index >= entries.len() {
            let length = (index + 1).next_power_of_two().max(16);
            let mut longer = Vec::with_capacity(length);
            longer.extend_from_slice(entries);
            longer.resize(length, null());
            self.entries.set(longer.as_ptr());
            self.all.set(length);
            *entries = longer;
        }
        entries[index] = pointer;
    }
}

struct Table {
    shards: Index<Shard>,
    /// The first number of each row.
    rows: Index<Count>,
    at_work: Cell<bool>,
}

impl Table {
    const fn new() -> Self {
        Self { shards: Index::new(), rows: Index::new(), at_work: Cell::new(false) }
    }
}

thread_local! {
    static TABLE: Table = const { Table::new() };
    static OWNER: Owner = const { Owner(RefCell::new(Holdings::new())) };
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
    shards: Vec<*const Shard>,
    /// Invariant: each is null or the first number of a row in `arena`, of those whose id is its place.
    rows: Vec<*const Count>,
    /// Whose rows they are.
    numbers: Vec<&'static Numbers>,
    /// Dropped when every shard and row in it has left its set.
    arena: Arena,
}

/// The calling thread's shard in the set with this id, if it has one already.
#[inline(always)]
pub(crate) fn find(id: u32) -> Option<&'static Shard> {
    // SAFETY: the invariant of `entries`. The shard lives until this thread's `OWNER` is dropped, which
    // empties the table first; callers do not keep it beyond the call in hand.
    table(|table| unsafe { table.shards.find(id).as_ref() })
}

/// The first number of the calling thread's row in the numbers with this id, if it has one already. Not to be kept
/// beyond the call in hand.
#[inline(always)]
pub(super) fn find_row(id: u32) -> Option<NonNull<Count>> {
    table(|table| NonNull::new(table.rows.find(id).cast_mut()))
}

/// Gives the calling thread a row in `numbers`. `None` where it can have none, being past having locals.
///
/// To be called while at [`Work`].
pub(super) fn join_row(numbers: &'static Numbers) -> Option<NonNull<Count>> {
    OWNER.try_with(|owner| owner.0.borrow_mut().join_row(numbers)).ok().flatten()
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
            table.shards.hide();
            table.rows.hide();
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
            table.shards.show();
            table.rows.show();
            table.at_work.set(false);
        });
    }
}

impl Holdings {
    const fn new() -> Self {
        Self { shards: Vec::new(), rows: Vec::new(), numbers: Vec::new(), arena: Arena::new() }
    }

    fn join(&mut self, set: &'static CellSet) -> Option<&'static Shard> {
        let shard = set.join(&mut self.arena)?;
        table(|table| table.shards.enter(&mut self.shards, set.id(), shard.as_ptr()));
        // SAFETY: just made, and alive as `find` says.
        Some(unsafe { shard.as_ref() })
    }

    fn join_row(&mut self, numbers: &'static Numbers) -> Option<NonNull<Count>> {
        let row = numbers.join(&mut self.arena)?;
        table(|table| table.rows.enter(&mut self.rows, numbers.id(), row.as_ptr()));
        self.numbers.push(numbers);
        Some(row)
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        let _work = Work::begin();
        table(|table| {
            table.shards.clear();
            table.rows.clear();
        });
        let Holdings { shards, rows, numbers, arena } = self.0.get_mut();
        // SAFETY: the invariant of `shards`, and `arena` is there until this is over.
        let shards = shards.drain(..).filter_map(|shard| unsafe { shard.as_ref() });
        // The table is empty, so this thread will not find them again, and calls in flight look their
        // shard up anew when they end.
        let left = shards.map(|shard| shard.set().leave(shard));
        let lost = left.filter(Option::is_none).count();
        let left = numbers.drain(..).map(|numbers| numbers.leave(rows[numbers.id() as usize]));
        if lost + left.filter(Option::is_none).count() > 0 {
            // Their sets, which nobody may touch, still list some of them.
            arena.abandon();
        }
    }
}
