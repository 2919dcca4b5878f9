//! The cells of a function with labels: one set per combination of values, bounded.

use crate::{
    cell::{CellSet, Ladder, OTHER},
    metric::LabelValue,
};
use std::sync::{
    Mutex, OnceLock, PoisonError,
    atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
};

/// Combinations a function may have unless the program says otherwise.
pub(crate) const MOST_SERIES: usize = 2_000;

/// The combinations that have a place of their own in the look-up table.
const TABLE: usize = 1 << 16;

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
    /// By mixed-radix index of the values; empty when there are too many combinations to tell apart.
    table: Box<[OnceLock<Option<Variant>>]>,
    seen: Mutex<Vec<Variant>>,
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

/// Where a combination is in the table.
#[inline]
fn place(values: &[LabelValue]) -> usize {
    values
        .iter()
        .fold(0, |place, value| place.wrapping_mul(value.cardinality()).wrapping_add(value.index()))
}

impl Variants {
    /// Room for the combinations of these labels; the values themselves do not matter.
    pub(crate) fn new(values: &[LabelValue]) -> Self {
        let combinations = values
            .iter()
            .try_fold(1_usize, |product, value| product.checked_mul(value.cardinality()))
            .filter(|product| *product <= TABLE)
            .unwrap_or(0);
        Self {
            table: (0..combinations).map(|_| OnceLock::new()).collect(),
            seen: Mutex::new(Vec::new()),
            other: OnceLock::new(),
            labels: values.len(),
        }
    }

    /// The cells of a combination that was seen before.
    #[inline]
    pub(crate) fn get(&self, values: &[LabelValue]) -> Option<&'static CellSet> {
        let variant = self.table.get(place(values))?.get()?;
        variant.as_ref().map(|variant| variant.cells)
    }

    /// The cells of a combination, or of all that found no room.
    pub(crate) fn make(
        &self,
        values: &[LabelValue],
        ladder: &'static Ladder,
    ) -> Option<&'static CellSet> {
        let slot = self.table.get(place(values));
        match slot.and_then(|slot| slot.get_or_init(|| self.admit(values, ladder)).as_ref()) {
            Some(variant) => Some(variant.cells),
            None => self.overflow(ladder),
        }
    }

    /// A new combination, if there is room.
    fn admit(&self, values: &[LabelValue], ladder: &'static Ladder) -> Option<Variant> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= MOST.load(Relaxed) {
            return None;
        }
        let cells = CellSet::new(ladder)?;
        let values: Box<[&'static str]> = values.iter().map(|value| value.text()).collect();
        let variant = Variant { values: Box::leak(values), cells };
        seen.push(variant);
        Some(variant)
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
