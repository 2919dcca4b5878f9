//! Each thread's table of its shards, by the id of their set.
//!
//! Two thread-locals: one that is plain data, so that finding a shard is two loads, and one with a
//! destructor, which folds the shards when the thread ends. After that, and while a shard is being
//! made (an allocator that is itself observed), calls go to the set's shared shard.

use super::{set::CellSet, shard::Shard};
use std::{
    cell::{Cell, RefCell},
    ptr::null,
};

struct Table {
    /// Invariant: points to `length` entries owned by `OWNER`, each null or a live shard of this
    /// thread; null and 0 before the first shard and after the last.
    entries: Cell<*const *const Shard>,
    length: Cell<usize>,
    busy: Cell<bool>,
}

thread_local! {
    static TABLE: Table =
        const { Table { entries: Cell::new(null()), length: Cell::new(0), busy: Cell::new(false) } };
    static OWNER: Owner = const { Owner(RefCell::new(Holdings { entries: Vec::new(), sets: Vec::new() })) };
}

struct Owner(RefCell<Holdings>);

struct Holdings {
    entries: Vec<*const Shard>,
    sets: Vec<&'static CellSet>,
}

/// The calling thread's shard in the set with this id, if it has one already.
#[inline(always)]
pub(crate) fn find(id: u32) -> Option<&'static Shard> {
    TABLE.with(|table| {
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
    match find(set.id()) {
        Some(shard) => shard,
        None => join(set),
    }
}

/// Gives the calling thread a shard in `set`.
#[cold]
fn join(set: &'static CellSet) -> &'static Shard {
    // Without this, an observed allocator would come back here for ever.
    if TABLE.with(|table| table.busy.replace(true)) {
        return set.late();
    }
    let joined = OWNER.try_with(|owner| owner.0.borrow_mut().join(set));
    TABLE.with(|table| table.busy.set(false));
    joined.unwrap_or_else(|_| set.late())
}

impl Holdings {
    fn join(&mut self, set: &'static CellSet) -> &'static Shard {
        let index = set.id() as usize;
        if index >= self.entries.len() {
            let length = (index + 1).next_power_of_two().max(16);
            let mut entries = Vec::with_capacity(length);
            entries.extend_from_slice(&self.entries);
            entries.resize(length, null());
            TABLE.with(|table| {
                table.entries.set(entries.as_ptr());
                table.length.set(length);
            });
            // The old table is freed only now: an observed allocator looks into the table.
            self.entries = entries;
        }
        let shard = set.join();
        self.entries[index] = shard;
        self.sets.push(set);
        // SAFETY: just made, and alive as `find` says.
        unsafe { &*shard }
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        TABLE.with(|table| {
            table.length.set(0);
            table.entries.set(null());
        });
        let holdings = self.0.get_mut();
        for set in holdings.sets.drain(..) {
            let shard = holdings.entries[set.id() as usize];
            // SAFETY: `join` put it there, once per set in `sets`; the table is empty, so this thread
            // will not find it again, and calls in flight look their shard up anew when they end.
            unsafe { set.leave(shard) };
        }
    }
}
