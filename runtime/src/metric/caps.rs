//! How many series and values there may be; settings of the program. Uses nothing of the crate.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Combinations of labels that a function or a family may have unless the program says otherwise.
pub(crate) const MOST_SERIES: usize = 2_000;

/// Values of a label that takes texts as they come.
pub(crate) const MOST_VALUES: usize = 200;

static SERIES: AtomicUsize = AtomicUsize::new(MOST_SERIES);
static VALUES: AtomicUsize = AtomicUsize::new(MOST_VALUES);

/// Sets how many combinations of labels there may be. Applies to what is first used from then on.
pub(crate) fn set_most_series(series: usize) {
    SERIES.store(series, Relaxed);
}

/// How many combinations of labels there may be.
pub(crate) fn most_series() -> usize {
    SERIES.load(Relaxed)
}

/// Sets how many values a label may have that takes texts as they come.
pub(crate) fn set_most_values(values: usize) {
    VALUES.store(values, Relaxed);
}

/// How many values such a label may have.
pub(crate) fn most_values() -> usize {
    VALUES.load(Relaxed)
}
