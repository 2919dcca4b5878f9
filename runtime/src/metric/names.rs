//! Texts that labels may have as they come, up to a bound: each gets a number that stays.

use super::{caps::most_values, table::Table};
use crate::{
    cell::{OTHER, Work},
    lock::Lock,
};
use std::sync::atomic::{
    AtomicUsize,
    Ordering::{Acquire, Release},
};

/// Texts and their numbers.
#[derive(Debug)]
pub(crate) struct Names {
    table: Table<Name>,
    /// Only grows, and only in the turn of whoever admits, once the name is in its place: who reads that there are
    /// as many as there may be finds all of them.
    admitted: AtomicUsize,
    turn: Lock<()>,
    /// `None` for what the program's settings say.
    most: Option<usize>,
}

#[derive(Debug)]
struct Name {
    hash: u64,
    text: Box<str>,
}

/// The number of no text.
pub(crate) const NONE: u16 = u16::MAX;
/// The number of all texts past the bound.
pub(crate) const PAST: u16 = u16::MAX - 1;

/// Their places fit into two bytes.
const MOST: usize = 10_000;

/// Bytes of the longest text that is kept. A longer one is cut: Prometheus can be told to refuse a scrape as a whole for the
/// length of one value, and 200 texts of any length would be no bound.
pub(crate) const LONGEST: usize = 256;

const ELLIPSIS: &str = "\u{2026}";

/// A text that was too long: its beginning, and what tells it from others that begin alike.
struct Cut {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Cut {
    /// `hash` is that of the whole.
    fn of(text: &str, hash: u64) -> Self {
        let mut kept = LONGEST - ELLIPSIS.len() - 16;
        while !text.is_char_boundary(kept) {
            kept -= 1;
        }
        let digits =
            (0..16).rev().map(|digit| b"0123456789abcdef"[(hash >> (4 * digit) & 15) as usize]);
        let whole = text.bytes().take(kept).chain(ELLIPSIS.bytes()).chain(digits);
        let mut cut = Self { bytes: [0; LONGEST], length: 0 };
        for (place, byte) in cut.bytes.iter_mut().zip(whole) {
            *place = byte;
            cut.length += 1;
        }
        cut
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or(OTHER)
    }
}

/// Mixes eight bytes at a time, which takes a tenth of what the hash of the standard library does. It does not keep
/// anybody from choosing texts of one hash: then the few hundred that are admitted are looked through, and no more.
fn hash(text: &str) -> u64 {
    // 2^64 over the golden ratio.
    let mix =
        |hash: u64, word: u64| (hash ^ word).rotate_left(23).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut words = text.as_bytes().chunks_exact(8);
    let mut hash = text.len() as u64;
    for word in &mut words {
        hash = mix(hash, word.try_into().map_or(0, u64::from_le_bytes));
    }
    let rest = words.remainder().iter().fold(0, |rest, byte| rest << 8 | u64::from(*byte));
    let hash = mix(hash, rest);
    hash ^ hash >> 32
}

impl Names {
    /// Room for `most` texts, up to [`MOST`].
    pub(crate) const fn new(most: usize) -> Self {
        assert!(most <= MOST, "numbers of two bytes");
        Self::bounded(Some(most))
    }

    /// Room for as many texts as the program's settings say.
    pub(crate) const fn capped() -> Self {
        Self::bounded(None)
    }

    const fn bounded(most: Option<usize>) -> Self {
        Self { table: Table::new(), admitted: AtomicUsize::new(0), turn: Lock::new(()), most }
    }

    fn most(&self) -> usize {
        self.most.unwrap_or_else(|| most_values().min(MOST))
    }

    /// The number of a text, cut if it is too long; `None` when there is no room for it.
    pub(crate) fn number(&self, text: &str) -> Option<u16> {
        let hash = hash(text);
        if text.len() > LONGEST {
            return self.number(Cut::of(text, hash).text());
        }
        // Acquire: whoever sees that it is full finds all that it holds. Past the bound no lock is taken.
        let full = self.admitted.load(Acquire) >= self.most();
        match self.find(hash, text) {
            Some(number) => Some(number),
            None if text == OTHER => Some(PAST),
            None if full => None,
            None => self.admit(hash, text),
        }
    }

    fn find(&self, hash: u64, text: &str) -> Option<u16> {
        let same = |name: &Name| name.hash == hash && *name.text == *text;
        self.table.find(hash, same).and_then(|(place, _)| u16::try_from(place).ok())
    }

    #[cold]
    fn admit(&self, hash: u64, text: &str) -> Option<u16> {
        // An observed allocator would come back for the turn.
        let _work = Work::begin()?;
        let _turn = self.turn.lock()?;
        if let Some(number) = self.find(hash, text) {
            return Some(number);
        }
        let admitted = self.admitted.load(Acquire);
        if admitted >= self.most() {
            return None;
        }
        let (place, _) = self.table.enter(hash, admitted, Name { hash, text: text.into() })?;
        self.admitted.store(admitted + 1, Release);
        u16::try_from(place).ok()
    }

    /// The text with this number.
    pub(crate) fn text(&self, number: u16) -> Option<&str> {
        match number {
            NONE => None,
            PAST => Some(OTHER),
            number => Some(&self.table.get(usize::from(number))?.text),
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
    fn what_is_too_long_is_cut_and_told_from_what_begins_alike() {
        let names = Names::new(50);
        let shown = |text: &str| names.text(names.number(text).unwrap()).unwrap().to_owned();
        let fits = "x".repeat(LONGEST);
        assert_eq!(shown(&fits), fits);
        let (one, other) = ("x".repeat(10_000), "x".repeat(10_000) + "y");
        assert_ne!(shown(&one), shown(&other));
        assert_eq!(shown(&one), shown(&one), "once more, it is the same");
        // Wherever the cut falls among the bytes of a letter.
        for begin in ["", "a", "ab", "abc"] {
            let long = shown(&(begin.to_owned() + &"\u{1f980}".repeat(500)));
            assert!(long.len() <= LONGEST && long.len() > LONGEST - 4, "{}", long.len());
            assert!(long.starts_with(&(begin.to_owned() + "\u{1f980}")), "{long}");
            assert_eq!(names.number(&long), names.number(&long));
        }
        assert_eq!(names.admitted.load(Acquire), 7);
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
