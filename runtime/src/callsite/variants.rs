//! The cells of a function with labels: one set per combination of values, bounded.

use crate::{
    cell::{CellSet, OTHER, Work},
    clock,
    lock::Lock,
    metric::{LabelValue, most_series},
};
use std::sync::{
    Arc, OnceLock,
    atomic::{
        AtomicBool, AtomicU64,
        Ordering::{Acquire, Relaxed, Release},
    },
};

/// Slots of the look-up table for each combination that may be admitted: half empty, it is searched in
/// one or two steps.
const SLOTS_PER_SERIES: usize = 2;

/// Calls whose labels were past the bound.
static REFUSED: AtomicU64 = AtomicU64::new(0);

/// How many calls lost their labels to the bound.
pub(crate) fn refused() -> u64 {
    REFUSED.load(Relaxed)
}

/// The combinations of one function, in tables that only grow and are read without a lock.
#[derive(Debug)]
pub(crate) struct Variants {
    /// A slot for each combination that the types of the first call have, if they are few.
    table: Table,
    /// Holds whatever the bound allows. Made when `table` is full: the function is generic over a
    /// label, and the first call had a type of few values.
    further: OnceLock<Table>,
    /// The bound when the table was made.
    most: usize,
    admitted: Lock<Admitted>,
    /// The bound is reached: what the tables lack now, they will always lack.
    full: AtomicBool,
    other: OnceLock<Option<Variant>>,
    labels: usize,
}

/// All that are in the tables. Whoever shows them shares the list; only what was admitted since they were last
/// shown costs a copy.
#[derive(Debug)]
struct Admitted {
    all: Arc<Vec<Variant>>,
    sorted: bool,
}

/// The combinations seen, in order of their values; what found no room last, as `_OTHER`.
#[derive(Debug)]
pub(crate) struct Sorted {
    admitted: Arc<Vec<Variant>>,
    at: usize,
    other: Option<Variant>,
}

impl Iterator for Sorted {
    type Item = Variant;

    fn next(&mut self) -> Option<Variant> {
        let Some(variant) = self.admitted.get(self.at) else { return self.other.take() };
        self.at += 1;
        Some(*variant)
    }
}

/// Open addressing by [`key`], which is the place itself where there are few combinations. A slot is
/// filled once, under the lock of `admitted`.
#[derive(Debug)]
struct Table(Box<[OnceLock<(u64, Variant)>]>);

/// Where a combination would belong that is not in a table: the empty slot, if there is one.
type Vacancy<'t> = Option<&'t OnceLock<(u64, Variant)>>;

impl Table {
    fn new(slots: usize) -> Self {
        Self((0..slots).map(|_| OnceLock::new()).collect())
    }

    #[inline]
    fn search(&self, key: u64, values: &[LabelValue]) -> Result<Variant, Vacancy<'_>> {
        #[allow(clippy::cast_possible_truncation)] // Less than the length of the table.
        let start = (key % self.0.len() as u64) as usize;
        let (before, from) = self.0.split_at(start);
        for slot in from.iter().chain(before) {
            match slot.get() {
                None => return Err(Some(slot)),
                // Keys of different types may be equal, and keys may wrap.
                Some((known, variant)) if *known == key && variant.has(values) => {
                    return Ok(*variant);
                }
                Some(_) => {}
            }
        }
        Err(None)
    }
}

/// One combination.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Variant {
    /// The values, in the order of the names.
    pub(crate) values: &'static [&'static str],
    /// Their figures.
    pub(crate) cells: &'static CellSet,
    /// When it was first met, in seconds since 1970.
    pub(crate) since: f64,
}

/// The number of a combination in mixed radix; wraps beyond eight labels of 200 values each.
#[inline]
fn key(values: &[LabelValue]) -> u64 {
    values.iter().fold(0, |key: u64, value| {
        key.wrapping_mul(value.cardinality() as u64).wrapping_add(value.index() as u64)
    })
}

impl Variants {
    /// Room for the combinations of these labels; the values themselves do not matter.
    pub(crate) fn new(values: &[LabelValue]) -> Self {
        let most = most_series();
        let possible = values
            .iter()
            .try_fold(1_u64, |product, value| product.checked_mul(value.cardinality() as u64));
        let few = possible.and_then(|possible| usize::try_from(possible).ok());
        let slots = few.unwrap_or(usize::MAX).min(most * SLOTS_PER_SERIES).max(1);
        Self {
            table: Table::new(slots),
            further: OnceLock::new(),
            most,
            admitted: Lock::new(Admitted { all: Arc::default(), sorted: true }),
            full: AtomicBool::new(false),
            other: OnceLock::new(),
            labels: values.len(),
        }
    }

    /// The cells of a combination that was seen before.
    #[inline]
    pub(crate) fn get(&self, values: &[LabelValue]) -> Option<&'static CellSet> {
        self.search(values).ok().map(|variant| variant.cells)
    }

    /// What is in the first table is in no other: the second is begun when the first is full.
    #[inline]
    fn search(&self, values: &[LabelValue]) -> Result<Variant, Vacancy<'_>> {
        let key = key(values);
        match (self.table.search(key, values), self.further.get()) {
            (Err(None), Some(further)) => further.search(key, values),
            (found, _) => found,
        }
    }

    /// The cells of a combination, or of all that found no room; `new` makes some.
    pub(crate) fn make(
        &self,
        values: &[LabelValue],
        new: impl Fn() -> Option<&'static CellSet>,
    ) -> Option<&'static CellSet> {
        // Acquire: whoever sees it full sees all that it holds. Calls past the bound take no lock.
        let found = if self.full.load(Acquire) {
            self.search(values).ok()
        } else {
            self.admit(values, &new)
        };
        match found {
            Some(variant) => Some(variant.cells),
            None => self.overflow(new),
        }
    }

    /// A combination, new if there is room.
    fn admit(
        &self,
        values: &[LabelValue],
        new: impl Fn() -> Option<&'static CellSet>,
    ) -> Option<Variant> {
        let mut admitted = self.admitted.lock()?;
        let vacancy = match self.search(values) {
            Ok(variant) => return Some(variant),
            Err(vacancy) if admitted.all.len() < self.most => vacancy,
            Err(_) => {
                self.full.store(true, Release);
                return None;
            }
        };
        let slot = vacancy.or_else(|| {
            let further = self.further.get_or_init(|| Table::new(self.most * SLOTS_PER_SERIES));
            further.search(key(values), values).err()?
        })?;
        let cells = new()?;
        let texts: Box<[&'static str]> = values.iter().map(|value| value.text()).collect();
        let variant = Variant { values: Box::leak(texts), cells, since: clock::wall() };
        Arc::make_mut(&mut admitted.all).push(variant);
        admitted.sorted = false;
        let (_, variant) = slot.get_or_init(|| (key(values), variant));
        Some(*variant)
    }

    /// The cells of all that found no room.
    fn overflow(&self, new: impl Fn() -> Option<&'static CellSet>) -> Option<&'static CellSet> {
        REFUSED.fetch_add(1, Relaxed);
        let make = || {
            let cells = new()?;
            let values = vec![OTHER; self.labels].into_boxed_slice();
            Some(Variant { values: Box::leak(values), cells, since: clock::wall() })
        };
        self.other.get_or_init(make).map(|variant| variant.cells)
    }

    /// The combinations seen.
    pub(crate) fn sorted(&self) -> Sorted {
        // An observed allocator would come back for the lock.
        let _work = Work::begin();
        Sorted {
            admitted: self.admitted().unwrap_or_default(),
            at: 0,
            other: self.other.get().copied().flatten(),
        }
    }

    /// The list in order. It is put in order while nobody waits for it, and kept so.
    fn admitted(&self) -> Option<Arc<Vec<Variant>>> {
        let all = {
            let admitted = self.admitted.lock()?;
            if admitted.sorted {
                return Some(Arc::clone(&admitted.all));
            }
            Arc::clone(&admitted.all)
        };
        let mut sorted = Vec::clone(&all);
        drop(all);
        sorted.sort_unstable_by_key(|variant| variant.values);
        let sorted = Arc::new(sorted);
        let mut admitted = self.admitted.lock()?;
        // Else there are more by now.
        if admitted.all.len() == sorted.len() {
            *admitted = Admitted { all: Arc::clone(&sorted), sorted: true };
        }
        drop(admitted);
        Some(sorted)
    }
}

impl Variant {
    /// Whether these are its values.
    #[inline]
    fn has(&self, values: &[LabelValue]) -> bool {
        let same = |(text, value): (&&str, &LabelValue)| {
            // Nearly always one and the same text.
            std::ptr::eq(*text, value.text()) || *text == value.text()
        };
        self.values.iter().zip(values).all(same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cell::Ladder, metric::MOST_SERIES};

    static LETTERS: [&str; 3] = ["a", "b", "c"];

    fn letter(index: usize) -> LabelValue {
        LabelValue::OneOf { index, values: &LETTERS }
    }

    fn ladder() -> &'static Ladder {
        Box::leak(Box::new(Ladder::new(&[1.0])))
    }

    fn id(variants: &Variants, values: &[LabelValue]) -> u32 {
        let made = variants.make(values, || CellSet::new(ladder())).unwrap().id();
        if let Some(found) = variants.get(values) {
            assert_eq!(found.id(), made, "{values:?}");
        }
        made
    }

    fn shown(variants: &Variants) -> Vec<&'static [&'static str]> {
        variants.sorted().map(|variant| variant.values).collect()
    }

    #[test]
    fn what_was_not_added_to_is_shown_again_without_a_copy() {
        let variants = Variants::new(&[letter(0)]);
        for index in [2, 0] {
            id(&variants, &[letter(index)]);
        }
        let [first, again] = [variants.sorted(), variants.sorted()];
        assert!(Arc::ptr_eq(&first.admitted, &again.admitted));
        id(&variants, &[letter(1)]);
        assert_eq!(first.count(), 2, "a list that is being shown does not change");
        assert_eq!(shown(&variants), [["a"], ["b"], ["c"]]);
    }

    #[test]
    fn every_combination_of_few_has_its_own_cells() {
        let variants = Variants::new(&[letter(0), letter(0)]);
        let mut ids: Vec<_> = (0..3)
            .flat_map(|one| (0..3).map(move |other| [letter(one), letter(other)]))
            .map(|values| id(&variants, &values))
            .collect();
        assert_eq!(ids.len(), 9);
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 9);
        let sorted = shown(&variants);
        assert!(sorted.is_sorted());
        assert_eq!(sorted[5], ["b", "c"]);
    }

    #[test]
    fn a_few_of_very_many_are_told_apart() {
        let texts: Vec<_> = (0..200).map(|number| number.to_string()).collect();
        let texts: Vec<&'static str> =
            texts.into_iter().map(|text| &*Box::leak(text.into_boxed_str())).collect();
        let texts: &'static [&'static str] = Box::leak(texts.into_boxed_slice());
        for labels in [3, 9] {
            let of = |number: usize| -> Vec<_> {
                let indices = (0..labels).map(|label| number.wrapping_pow(label) / 3 % 200);
                indices.map(|index| LabelValue::OneOf { index, values: texts }).collect()
            };
            let variants = Variants::new(&of(0));
            assert!(variants.table.0.len() <= MOST_SERIES * SLOTS_PER_SERIES);
            let wanted: std::collections::HashSet<Vec<_>> = (0..500)
                .map(|number| of(number).into_iter().map(LabelValue::text).collect())
                .collect();
            let ids: std::collections::HashSet<_> =
                (0..500).map(|number| id(&variants, &of(number))).collect();
            assert_eq!(ids.len(), wanted.len());
            assert!(wanted.len() > 100);
        }
    }

    #[test]
    fn types_that_differ_from_call_to_call_are_told_apart() {
        static TWO: [&str; 2] = ["a", "no"];
        static MANY: [&str; 7] = ["k0", "k1", "k2", "k3", "k4", "k5", "k6"];
        let of = |values: &'static [&'static str], index| [LabelValue::OneOf { index, values }];
        let variants = Variants::new(&of(&TWO, 0));
        let mut ids = Vec::new();
        for index in 0..7 {
            ids.push(id(&variants, &of(&MANY, index)));
        }
        ids.extend([id(&variants, &of(&TWO, 1)), id(&variants, &[letter(1)])]);
        // Of another type, but the same value: the same series.
        assert_eq!(id(&variants, &of(&TWO, 0)), id(&variants, &[letter(0)]));
        let distinct: std::collections::HashSet<_> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len());
        assert_eq!(shown(&variants).len(), 10);
        let absent = &[LabelValue::Literal("nowhere")];
        assert!(variants.get(absent).is_none(), "a search that finds nothing ends");
    }

    #[test]
    fn past_the_bound_is_other_and_counted() {
        let mut variants = Variants::new(&[letter(0)]);
        variants.most = 2;
        let before = refused();
        let (first, second) = (id(&variants, &[letter(0)]), id(&variants, &[letter(1)]));
        let other = id(&variants, &[letter(2)]);
        assert!(first != second && second != other && other != first);
        assert_eq!(
            id(&variants, &[letter(9)]),
            other,
            "an index out of range finds no room either"
        );
        assert_eq!(id(&variants, &[letter(0)]), first);
        assert!(refused() >= before + 2);
        assert_eq!(shown(&variants).last().unwrap(), &[OTHER]);
    }

    #[test]
    fn threads_that_meet_a_combination_at_once_share_its_cells() {
        let variants = Variants::new(&[letter(0), letter(0)]);
        let ids: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..8).map(|_| scope.spawn(|| id(&variants, &[letter(1), letter(2)]))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        assert_eq!(shown(&variants).len(), 1);
    }

    #[test]
    fn calls_past_the_bound_take_no_lock() {
        let mut variants = Variants::new(&[letter(0)]);
        variants.most = 1;
        let (first, other) = (id(&variants, &[letter(0)]), id(&variants, &[letter(1)]));
        let variants = Arc::new(variants);
        let held = variants.admitted.lock().unwrap();
        let (sender, receiver) = std::sync::mpsc::channel();
        let caller = Arc::clone(&variants);
        std::thread::spawn(move || {
            let ids = [0, 2, 1].map(|index| id(&caller, &[letter(index)]));
            sender.send(ids)
        });
        let ids = receiver.recv_timeout(std::time::Duration::from_secs(30));
        drop(held);
        assert_eq!(ids, Ok([first, other, other]));
    }
}
