//! Texts that labels may have as they come, up to a bound: each gets a number that stays.

use super::conventions::OTHER;
use crate::lock::Lock;
use std::{
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher},
    sync::{
        OnceLock,
        atomic::{
            AtomicUsize,
            Ordering::{Acquire, Release},
        },
    },
};

/// A table that only grows and is read without a lock. A text's number is its place in it.
pub(super) struct Names {
    /// Twice as many as names: half empty, it is searched in one or two steps.
    places: OnceLock<Box<[OnceLock<Box<str>>]>>,
    /// Only grows, and only in the turn of whoever admits, once the name is in its place: who reads that there are
    /// as many as there may be finds all of them.
    admitted: AtomicUsize,
    turn: Lock<()>,
    most: usize,
}

/// The number of no text.
pub(super) const NONE: u16 = u16::MAX;
/// The number of all texts past the bound.
pub(super) const PAST: u16 = u16::MAX - 1;

impl Names {
    pub(super) const fn new(most: usize) -> Self {
        assert!(most * 2 < PAST as usize, "numbers of two bytes");
        Self { places: OnceLock::new(), admitted: AtomicUsize::new(0), turn: Lock::new(()), most }
    }

    /// The number of a text; `None` when there is no room for it.
    #[allow(clippy::cast_possible_truncation)] // Places are fewer than `PAST`; a hash may lose bits.
    pub(super) fn number(&self, text: &str) -> Option<u16> {
        if text == OTHER {
            return Some(PAST);
        }
        let places =
            self.places.get_or_init(|| (0..self.most * 2).map(|_| OnceLock::new()).collect());
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(text) as usize;
        for step in 0..places.len() {
            let number = hash.wrapping_add(step) % places.len();
            let known = match places[number].get() {
                Some(known) => &**known,
                None => self.admit(&places[number], text)?,
            };
            if known == text {
                return Some(number as u16);
            }
        }
        None
    }

    /// What is in a place that was empty: this text, or what another thread was faster with. Past the bound no lock
    /// is taken.
    fn admit<'p>(&self, place: &'p OnceLock<Box<str>>, text: &str) -> Option<&'p str> {
        if self.admitted.load(Acquire) < self.most {
            let _turn = self.turn.lock()?;
            if place.get().is_none() && self.admitted.load(Acquire) < self.most {
                let name = place.get_or_init(|| text.into());
                self.admitted.fetch_add(1, Release);
                return Some(name);
            }
        }
        place.get().map(|known| &**known)
    }

    /// The text with this number.
    pub(super) fn text(&self, number: u16) -> Option<&str> {
        match number {
            NONE => None,
            PAST => Some(OTHER),
            number => self.places.get()?.get(usize::from(number))?.get().map(|text| &**text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_stays_and_the_bound_holds() {
        let names = Names::new(50);
        let all: Vec<_> = (0..50).map(|n| format!("/route/{n}")).collect();
        let numbers: Vec<_> = all.iter().map(|name| names.number(name).unwrap()).collect();
        assert_eq!(names.number("/one/more"), None);
        assert_eq!(names.number(OTHER), Some(PAST));
        assert_eq!(names.text(PAST), Some(OTHER));
        assert_eq!(names.text(NONE), None);
        for (name, number) in all.iter().zip(numbers) {
            assert_eq!(names.number(name), Some(number));
            assert_eq!(names.text(number), Some(name.as_str()));
        }
    }

    #[test]
    fn threads_agree_on_numbers() {
        // The race for the last place is short: one in some hundreds of runs saw it lost.
        (0..200).for_each(|_| agree());
    }

    fn agree() {
        let names = Names::new(200);
        let of_all = || -> Vec<Option<u16>> {
            (0..200_u32)
                .map(|n| names.number(&n.wrapping_mul(77).rem_euclid(200).to_string()))
                .collect()
        };
        let all = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(of_all)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        });
        assert!(all.iter().all(|numbers| *numbers == all[0] && !numbers.contains(&None)));
        assert_eq!(names.admitted.load(Acquire), 200);
    }
}
