//! A table that only grows and is read without a lock. Uses nothing of the crate.

use std::sync::{
    OnceLock,
    atomic::{
        AtomicUsize,
        Ordering::{Acquire, Release},
    },
};

/// Places in the first level; each further one has [`FACTOR`] times as many.
const FIRST: usize = 16;
const FACTOR: usize = 4;

/// As many as ever hold what a program may ask for: eleven million.
const LEVELS: usize = 11;

/// Open addressing in levels. A level is left half empty, so that it is searched in one or two steps, and what
/// finds no room there goes into the next: nothing is ever moved, and few take little memory.
#[derive(Debug)]
pub(super) struct Table<T> {
    /// How many levels have something.
    used: AtomicUsize,
    levels: [OnceLock<Box<[OnceLock<T>]>>; LEVELS],
}

#[allow(clippy::cast_possible_truncation)] // At most `LEVELS`.
const fn places(level: usize) -> usize {
    FIRST * FACTOR.pow(level as u32)
}

/// The number of the first place of a level, over all levels.
const fn offset(level: usize) -> usize {
    (places(level) - FIRST) / (FACTOR - 1)
}

/// The level for one more beside `length`; none when the table is full.
fn level_for(length: usize) -> Option<usize> {
    // Levels before the next hold half of their places.
    (0..LEVELS).find(|level| length < offset(level + 1) / 2)
}

impl<T> Table<T> {
    pub(super) const fn new() -> Self {
        Self { used: AtomicUsize::new(0), levels: [const { OnceLock::new() }; LEVELS] }
    }

    /// What is in there with this hash and `is` what is looked for, and its place.
    #[inline]
    pub(super) fn find(&self, hash: u64, is: impl Fn(&T) -> bool) -> Option<(usize, &T)> {
        // The last levels have the most.
        // Acquire: what was entered before somebody was told of it is found by them.
        let used = self.used.load(Acquire).min(LEVELS);
        for (level, slots) in self.levels[..used].iter().enumerate().rev() {
            let Some(slots) = slots.get() else { continue };
            let start = start(hash, slots.len());
            let (before, from) = slots.split_at(start);
            for (step, slot) in from.iter().chain(before).enumerate() {
                let Some(entry) = slot.get() else { break };
                if is(entry) {
                    return Some((offset(level) + (start + step) % slots.len(), entry));
                }
            }
        }
        None
    }

    /// Enters what is not in there, beside `length` others. The caller sees to it that nobody else enters
    /// something meanwhile. `None` when the table is full.
    pub(super) fn enter(&self, hash: u64, length: usize, entry: T) -> Option<(usize, &T)> {
        let level = level_for(length)?;
        let slots = self.levels[level]
            .get_or_init(|| (0..places(level)).map(|_| OnceLock::new()).collect());
        let start = start(hash, slots.len());
        let steps = (start..slots.len()).chain(0..start);
        let free = steps.into_iter().find(|place| slots[*place].get().is_none())?;
        let entry = slots[free].get_or_init(|| entry);
        self.used.fetch_max(level + 1, Release);
        Some((offset(level) + free, entry))
    }

    /// What is in a place.
    pub(super) fn get(&self, place: usize) -> Option<&T> {
        let level = (0..LEVELS).find(|level| place < offset(level + 1))?;
        self.levels[level].get()?.get(place - offset(level))?.get()
    }
}

/// Where a search begins among as many places, a power of two.
#[allow(clippy::cast_possible_truncation)] // The lower bits are all that counts.
fn start(hash: u64, places: usize) -> usize {
    hash as usize & (places - 1)
}

const _: () = assert!(FIRST.is_power_of_two() && FACTOR.is_power_of_two());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_entered_is_found_where_it_was_put() {
        // Hashes that are all the same, that follow one another, and that are spread.
        for hash in [|_| 7, |n: u64| n, |n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15)] {
            let table = Table::new();
            let mut places = Vec::new();
            for n in 0..700 {
                assert!(table.find(hash(n), |known| *known == n).is_none());
                let (place, _) = table.enter(hash(n), usize::try_from(n).unwrap(), n).unwrap();
                places.push(place);
            }
            for (n, place) in (0..).zip(&places) {
                assert_eq!(table.find(hash(n), |known| *known == n), Some((*place, &n)));
                assert_eq!(table.get(*place), Some(&n));
            }
            let before = places.len();
            places.sort_unstable();
            places.dedup();
            assert_eq!(places.len(), before);
        }
    }

    #[test]
    fn few_take_little_and_no_level_is_more_than_half_full() {
        let mut held = [0; LEVELS];
        for length in 0..50_000 {
            held[level_for(length).unwrap()] += 1;
        }
        assert_eq!(held[..3], [8, 32, 128]);
        assert!((0..LEVELS).all(|level| held[level] <= places(level) / 2));
        assert_eq!(level_for(usize::MAX), None);
        let table = Table::new();
        table.enter(1, 0, ());
        assert!(table.levels[1..].iter().all(|level| level.get().is_none()));
    }
}
