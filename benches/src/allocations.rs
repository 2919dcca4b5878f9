//! Counts allocations of the thread that asks, and their bytes.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
    static LIVE: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

/// The system's allocator, counting.
#[derive(Debug)]
pub struct Counting;

fn count(more: usize, less: usize) {
    ALLOCATIONS.set(ALLOCATIONS.get() + u64::from(more != 0));
    LIVE.set(LIVE.get().wrapping_add_unsigned(more).wrapping_sub_unsigned(less));
    PEAK.set(PEAK.get().max(LIVE.get()));
}

// SAFETY: hands everything to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(0, layout.size());
        // SAFETY: `pointer` came from `System` with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size, layout.size());
        // SAFETY: `pointer` came from `System` with this layout; the caller keeps the rest of the contract.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// How often this thread allocates while `code` runs.
pub fn allocations_during(code: impl FnOnce()) -> u64 {
    let before = ALLOCATIONS.get();
    code();
    ALLOCATIONS.get() - before
}

/// What this thread allocated while some code ran, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// Not freed in the end.
    pub kept: isize,
    /// The most at any time.
    pub peak: isize,
}

/// Runs `code` and tells what it allocated and freed on this thread.
pub fn memory_during<R>(code: impl FnOnce() -> R) -> (R, Memory) {
    let before = LIVE.get();
    PEAK.set(before);
    let returned = code();
    (returned, Memory { kept: LIVE.get() - before, peak: PEAK.get() - before })
}
