//! The cells of a function with labels: one set per combination of values, bounded.

use crate::{
    cell::{CellSet, Ladder, OTHER},
    metric::LabelValue,
};
use std::sync::{
    Mutex, OnceLock, PoisonError,
    atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed},
};

/// Combinations a function may have unless the program says otherwise.
pub(crate) const MOST_SERIES: usize = 2_000;

/// No table is larger, whatever bound the program sets.
const MOST_SLOTS: usize = 1 << 20;

/// Spreads numbers that differ in their high digits only: the golden ratio in 64 bits (Knuth, The Art
/// of Computer Programming, volume 3, section 6.4).
#[allow(clippy::cast_possible_truncation)] // The low half serves as well on 32 bits.
const SPREAD: usize = 0x9e37_79b9_7f4a_7c15_u64 as usize;

static MOST: AtomicUsize = AtomicUsize::new(MOST_SERIES);

/// Calls whose labels were past the bound.
static REFUSED: AtomicU64 = AtomicU64::new(0);

/// Sets the bound.
pub(crate) fn set_most(series: usize) {
    MOST.store(series, Relaxed);
}

/// The bound.
pub(crate) fn most() -> usize {
    MOST.load(Relaxed)
}

/// How many calls lost their labels to the bound.
pub(crate) fn refused() -> u64 {
    REFUSED.load(Relaxed)
}

/// The combinations of one function.
#[derive(Debug)]
pub(crate) struct Variants {
    /// Open addressing, by the mixed-radix number of the values; with few combinations that is the
    /// place itself. Entries are never removed, and added under the lock of `seen`.
    table: Box<[OnceLock<Entry>]>,
    /// 1 when there is a slot for each combination.
    spread: usize,
    seen: Mutex<Vec<Variant>>,
    /// The bound when this was made.
    most: usize,
    /// The bound is reached: what is not in the table will never be.
    full: AtomicBool,
    other: OnceLock<Option<&'static CellSet>>,
    labels: usize,
}

/// One combination.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Variant {
    /// The values, in the order of the names.
    pub(crate) values: &'static [&'static str],
    /// Their figures.
    pub(crate) cells: &'static CellSet,
}

#[derive(Debug)]
struct Entry {
    /// Which of its type's values each label has.
    indices: Box<[usize]>,
    cells: &'static CellSet,
}

impl Entry {
    #[inline]
    fn is(&self, values: &[LabelValue]) -> bool {
        self.indices.iter().copied().eq(values.iter().map(|value| value.index()))
    }
}

impl Variants {
    /// Room for the combinations of these labels; the values themselves do not matter.
    pub(crate) fn new(values: &[LabelValue]) -> Self {
        let most = MOST.load(Relaxed);
        let combinations = values
            .iter()
            .try_fold(1_usize, |product, value| product.checked_mul(value.cardinality()));
        // All there can be, or half empty: a search meets an empty slot soon.
        let half_empty = most.saturating_mul(2).min(MOST_SLOTS);
        let is_all = combinations.is_some_and(|combinations| combinations <= half_empty);
        let slots = if is_all { combinations.unwrap_or_default() } else { half_empty };
        Self {
            spread: if is_all { 1 } else { SPREAD },
            table: (0..slots.next_power_of_two()).map(|_| OnceLock::new()).collect(),
            seen: Mutex::new(Vec::new()),
            most,
            full: AtomicBool::new(false),
            other: OnceLock::new(),
            labels: values.len(),
        }
    }

    /// The slots in which a combination may be, in the order of the search.
    #[inline]
    fn slots(&self, values: &[LabelValue]) -> impl Iterator<Item = &OnceLock<Entry>> {
        let number = values.iter().fold(0_usize, |number, value| {
            number.wrapping_mul(value.cardinality()).wrapping_add(value.index())
        });
        let number = number.wrapping_mul(self.spread);
        let number = number ^ (number >> (usize::BITS / 2));
        let (before, from) = self.table.split_at(number & (self.table.len() - 1));
        from.iter().chain(before)
    }

    /// The cells of a combination that was seen before.
    #[inline]
    pub(crate) fn get(&self, values: &[LabelValue]) -> Option<&'static CellSet> {
        for slot in self.slots(values) {
            let entry = slot.get()?;
            if entry.is(values) {
                return Some(entry.cells);
            }
        }
        None
    }

    /// The cells of a combination, or of all that found no room.
    pub(crate) fn make(
        &self,
        values: &[LabelValue],
        ladder: &'static Ladder,
    ) -> Option<&'static CellSet> {
        if self.full.load(Relaxed) {
            return self.get(values).or_else(|| self.overflow(ladder));
        }
        self.admit(values, ladder).or_else(|| self.overflow(ladder))
    }

    /// A new combination, if there is room.
    fn admit(&self, values: &[LabelValue], ladder: &'static Ladder) -> Option<&'static CellSet> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cells) = self.get(values) {
            return Some(cells);
        }
        let empty = self.slots(values).find(|slot| slot.get().is_none());
        let Some(slot) = empty.filter(|_| seen.len() < self.most) else {
            self.full.store(true, Relaxed);
            return None;
        };
        let cells = CellSet::new(ladder)?;
        let texts: Box<[&'static str]> = values.iter().map(|value| value.text()).collect();
        seen.push(Variant { values: Box::leak(texts), cells });
        let indices = values.iter().map(|value| value.index()).collect();
        slot.get_or_init(|| Entry { indices, cells });
        Some(cells)
    }

    /// The cells of all that found no room.
    fn overflow(&self, ladder: &'static Ladder) -> Option<&'static CellSet> {
        REFUSED.fetch_add(1, Relaxed);
        *self.other.get_or_init(|| CellSet::new(ladder))
    }

    /// The combinations seen, in order of their values; what found no room last, as `_OTHER`.
    pub(crate) fn sorted(&self) -> Vec<Variant> {
        let mut all = self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        all.sort_by_key(|variant| variant.values);
        if let Some(cells) = self.other.get().copied().flatten() {
            const OTHERS: [&str; 64] = [OTHER; 64];
            all.push(Variant { values: &OTHERS[..self.labels.min(OTHERS.len())], cells });
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::callsite::Buckets;
    use std::sync::{Arc, Barrier};

    /// A label with as many values as a type may have.
    fn two_hundred() -> &'static [&'static str] {
        static VALUES: OnceLock<Vec<&str>> = OnceLock::new();
        VALUES.get_or_init(|| {
            (0..200).map(|value| &*Box::leak(format!("v{value:03}").into_boxed_str())).collect()
        })
    }

    fn value(index: usize) -> LabelValue {
        LabelValue::OneOf { index, values: two_hundred() }
    }

    fn make(variants: &Variants, values: &[LabelValue]) -> &'static CellSet {
        let cells = variants.make(values, Buckets::Default.ladder()).unwrap();
        let found = variants.get(values).unwrap();
        assert!(std::ptr::eq(cells, found));
        cells
    }

    fn texts(variants: &Variants) -> Vec<Vec<&'static str>> {
        variants.sorted().iter().map(|variant| variant.values.to_vec()).collect()
    }

    #[test]
    fn few_of_very_many_combinations_are_told_apart() {
        // 200^3 combinations are possible, and 200^9 are more than a number can tell.
        for labels in [3, 9] {
            let combination = |first: usize| {
                let mut values = vec![value(7); labels];
                values[0] = value(first);
                values
            };
            let variants = Variants::new(&combination(0));
            let cells: Vec<_> =
                (0..200).map(|first| make(&variants, &combination(first))).collect();
            for (first, cells) in cells.iter().enumerate() {
                assert_eq!(variants.get(&combination(first)).map(CellSet::id), Some(cells.id()));
                assert_eq!(texts(&variants)[first][..2], [two_hundred()[first], "v007"]);
            }
        }
    }

    #[test]
    fn beyond_the_bound_all_are_other() {
        let mut variants = Variants::new(&[value(0), value(0)]);
        variants.most = 300;
        let pairs = (0..200).flat_map(|first| [(first, first), (first, 199 - first)]);
        let mut last = None;
        for (first, second) in pairs {
            let values = [value(first), value(second)];
            last = variants.make(&values, Buckets::Default.ladder());
            assert!(variants.get(&values).is_none_or(|cells| cells.id() == last.unwrap().id()));
        }
        let texts = texts(&variants);
        assert_eq!(texts.len(), 301);
        assert_eq!(texts[300], [OTHER, OTHER], "comes last");
        assert!(texts[..300].is_sorted());
        assert_eq!(last.map(CellSet::id), variants.other.get().unwrap().map(CellSet::id));
    }

    #[test]
    fn threads_that_meet_a_combination_together_share_its_cells() {
        let variants = Arc::new(Variants::new(&[value(0), value(0), value(0)]));
        let together = Arc::new(Barrier::new(4));
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let (variants, together) = (Arc::clone(&variants), Arc::clone(&together));
                std::thread::spawn(move || {
                    together.wait();
                    let all = (0..200).map(|index| [value(index), value(3), value(index)]);
                    all.map(|values| make(&variants, &values).id()).collect::<Vec<_>>()
                })
            })
            .collect();
        let ids: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        assert!(ids.windows(2).all(|pair| pair[0] == pair[1]));
        assert_eq!(texts(&variants).len(), 200);
    }
}
