//! Memory of shards: handed out piece by piece, and given back only as a whole.
//!
//! A thread's shards and all that they point to come from one arena, which lives as long as the
//! thread: nothing is freed one by one, pieces lie side by side, and no other thread's are among
//! them. Shards that belong to no thread are as static as their sets, and so is what they point to.

use super::count::Writer;
use std::{
    alloc::{self, Layout},
    mem::{MaybeUninit, needs_drop},
    ptr::{NonNull, null_mut},
};

/// What chunks are measured in: a cache line, and the widest alignment a piece may ask for.
#[derive(Debug)]
#[repr(align(64))]
struct Line(#[allow(dead_code)] [u8; 64]);

/// Lines of the first chunk; each further one has twice as many, up to [`LONGEST`]. A thread that
/// meets few functions takes a kilobyte.
const SHORTEST: usize = 16;

/// 64 KiB.
const LONGEST: usize = 1 << 10;

/// Memory that lasts as long as the arena.
#[derive(Debug)]
pub(super) struct Arena {
    /// Invariant: each is from `Box::into_raw`, and freed only when the arena is dropped.
    chunks: Vec<NonNull<[MaybeUninit<Line>]>>,
    /// Invariant: from here on, `left` bytes of the last chunk were given to nobody.
    rest: *mut u8,
    left: usize,
}

impl Arena {
    pub(super) const fn new() -> Self {
        Self { chunks: Vec::new(), rest: null_mut(), left: 0 }
    }

    /// A piece of this size and alignment, which nobody else has.
    pub(super) fn allocate(&mut self, layout: Layout) -> NonNull<u8> {
        debug_assert!(layout.align() <= align_of::<Line>());
        if self.padding(layout) + layout.size() > self.left {
            self.grow(layout.size());
        }
        let padding = self.padding(layout);
        self.left -= padding + layout.size();
        // SAFETY: as much was left, so both ends are within the last chunk, and thus not null.
        unsafe {
            let piece = self.rest.add(padding);
            self.rest = piece.add(layout.size());
            NonNull::new_unchecked(piece)
        }
    }

    /// Leaves every piece to those who still have it, for ever.
    pub(super) fn abandon(&mut self) {
        self.chunks.clear();
        self.left = 0;
    }

    /// Bytes to leave out before the next piece.
    fn padding(&self, layout: Layout) -> usize {
        self.rest.addr().wrapping_neg() & (layout.align() - 1)
    }

    fn grow(&mut self, size: usize) {
        let doubled = SHORTEST << self.chunks.len().min(LONGEST.ilog2() as usize);
        let lines = doubled.min(LONGEST).max(size.div_ceil(size_of::<Line>()));
        let chunk = NonNull::from(Box::leak(Box::<[Line]>::new_uninit_slice(lines)));
        self.chunks.push(chunk);
        self.rest = chunk.as_ptr().cast();
        self.left = lines * size_of::<Line>();
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        for chunk in self.chunks.drain(..) {
            if cfg!(observant_loom) {
                // The model looks at what is used too late, which takes that it is still there.
                continue;
            }
            // SAFETY: from a box, and taken out of the only place that knew; whoever drops the arena
            // has seen to it that no piece is in use.
            drop(unsafe { Box::from_raw(chunk.as_ptr()) });
        }
    }
}

/// A piece that is never given back.
pub(super) fn forever(layout: Layout) -> NonNull<u8> {
    debug_assert!(layout.size() > 0);
    // SAFETY: no piece is empty.
    let piece = unsafe { alloc::alloc(layout) };
    NonNull::new(piece).unwrap_or_else(|| alloc::handle_alloc_error(layout))
}

/// What may be placed: it is not dropped, takes room, and is aligned as chunks are.
const fn check<T>() {
    assert!(!needs_drop::<T>() && size_of::<T>() > 0 && align_of::<T>() <= align_of::<Line>());
}

/// Puts a value where the shards of a writer have their memory. It is never dropped.
pub(super) fn place<W: Writer, T>(value: T) -> NonNull<T> {
    const { check::<T>() };
    let place = W::memory(Layout::new::<T>()).cast::<T>();
    // SAFETY: a piece for a `T` that nobody else has.
    unsafe { place.write(value) };
    place
}

/// Puts `length` values there, one or more, side by side.
pub(super) fn place_all<W: Writer, T>(length: usize, make: impl Fn() -> T) -> NonNull<[T]> {
    const { check::<T>() };
    let layout = Layout::array::<T>(length).expect("some dozen counts fit into memory");
    let first = W::memory(layout).cast::<T>();
    for place in 0..length {
        // SAFETY: within a piece for `length` of them that nobody else has.
        unsafe { first.add(place).write(make()) };
    }
    NonNull::slice_from_raw_parts(first, length)
}

#[cfg(all(test, not(observant_loom)))]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_aligned_apart_and_as_large_as_asked() {
        let mut arena = Arena::new();
        let mut pieces: Vec<(usize, usize)> = (0..if cfg!(miri) { 60 } else { 2_000 })
            .map(|number| {
                let (size, align) = (1 + number * 37 % 700, 1 << (number % 7));
                let piece = arena.allocate(Layout::from_size_align(size, align).unwrap());
                assert_eq!(piece.addr().get() % align, 0);
                // SAFETY: the piece is that large.
                unsafe { piece.write_bytes(0xaa, size) };
                (piece.addr().get(), size)
            })
            .collect();
        pieces.sort_unstable();
        assert!(pieces.windows(2).all(|two| two[0].0 + two[0].1 <= two[1].0), "{pieces:?}");
    }

    #[test]
    fn a_thread_that_meets_one_function_takes_a_kilobyte() {
        let mut arena = Arena::new();
        let layout = Layout::from_size_align(64, 64).unwrap();
        for _ in 0..SHORTEST {
            arena.allocate(layout);
        }
        assert_eq!(arena.chunks.len(), 1);
        arena.allocate(layout);
        assert_eq!(arena.chunks.len(), 2);
        arena.allocate(Layout::from_size_align(1 << 20, 8).unwrap());
        assert_eq!(arena.chunks.len(), 3, "what is larger than a chunk has one of its own");
    }
}
