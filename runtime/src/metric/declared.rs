//! Families that `metrics!` declares: found by labels of their own types, there from the start where these are few.

use super::{
    family::{Cells, Description, MOST_LABELS, SeriesSet, Shown},
    handle::Handle,
    labels::{LabelSet, Texts},
};
use crate::{cell::Work, snapshot::Kind};
use std::{
    fmt,
    marker::PhantomData,
    ops::Deref,
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

/// Combinations of labels that are all shown from the start.
const MOST_FROM_THE_START: usize = 100;

/// Combinations of labels that have a place each, and are found without a search.
const MOST_PLACES: usize = 4_096;

/// A metric that [`metrics!`](macro@crate::metrics) declared: what its static is.
///
/// Without labels it is used as what it holds, a [`Counter`](super::Counter), [`Gauge`](super::Gauge) or
/// [`Histogram`](super::Histogram); with labels, [`with`](Self::with) gives one of those for each combination.
///
/// # Example
///
/// ```
/// use observant::Label;
///
/// #[derive(Clone, Copy, Label)]
/// enum FileState {
///     Indexed,
///     Missing,
/// }
///
/// observant::metrics! {
///     /// Registered files.
///     static FILES: Gauge<{ state: FileState }> = "example_registered_files";
///     /// Answers by model and whether they were in a cache.
///     static ANSWERS: Counter<{ model: Capped, cached: bool }> = "example_answers_total";
/// }
///
/// FILES.with(FileState::Indexed).set(3.0);
/// let model = String::from("small"); // a text as it comes: 200 of them are told apart
/// ANSWERS.with(AnswersLabels { model: &model, cached: true }).inc();
///
/// let snapshot = observant::snapshot();
/// assert_eq!(snapshot.sum("example_registered_files", &[("state", "Indexed")]), 3.0);
/// assert_eq!(snapshot.sum("example_answers_total", &[("model", "small"), ("cached", "true")]), 1.0);
/// // It is there although nothing was ever missing.
/// assert!(snapshot.find("example_registered_files", &[("state", "Missing")]).is_some());
/// ```
pub struct Declared<K: Handle, L: LabelSet = ()> {
    set: &'static SeriesSet<K::Cells>,
    /// The only one there is, without labels.
    only: OnceLock<K>,
    /// What stands for it where it cannot be made.
    nothing: K,
    /// One place for each combination, if these are few.
    places: OnceLock<Box<[OnceLock<K>]>>,
    prepared: AtomicBool,
    labels: PhantomData<fn(L)>,
}

impl<K: Handle, L: LabelSet> Declared<K, L> {
    /// What can be told apart by place; 0 where that would be too many.
    const PLACES: usize = if L::PLACES <= MOST_PLACES { L::PLACES } else { 0 };

    /// A family that nothing was recorded in.
    #[doc(hidden)]
    pub const fn new(set: &'static SeriesSet<K::Cells>) -> Self {
        Self {
            set,
            only: OnceLock::new(),
            nothing: K::NOTHING,
            places: OnceLock::new(),
            prepared: AtomicBool::new(false),
            labels: PhantomData,
        }
    }

    /// The series with these labels: to record in, or to keep. It takes a struct that is called as the static is, with
    /// `Labels` behind it, and has a field for each label; or what the label is, where there is only one.
    ///
    /// Labels that are bounded by their types are found without a search, those that are
    /// [capped](macro@crate::metrics#labels) by their text. None of it takes a lock or allocates once the series is known.
    #[inline]
    pub fn with<'l>(&self, labels: impl Into<L::Labels<'l>>) -> K {
        let labels = labels.into();
        if Self::PLACES > 0
            && let Some(places) = self.places.get()
            && let Some(place) = places.get(L::place(&labels))
            && let Some(known) = place.get()
        {
            return *known;
        }
        self.search(&labels)
    }

    #[inline(never)]
    fn search(&self, labels: &L::Labels<'_>) -> K {
        let mut texts = Texts::new();
        L::texts(labels, &mut texts);
        let Some(series) = self.set.series(texts.all()) else { return K::NOTHING };
        let handle = K::of(&series.cells);
        // What is past a bound is looked for each time, and counted.
        if Self::PLACES > 0
            && !self.set.is_past(series)
            && let Some(_work) = Work::begin()
        {
            let make = || (0..Self::PLACES).map(|_| OnceLock::new()).collect();
            if let Some(place) = self.places.get_or_init(make).get(L::place(labels)) {
                let _ = place.set(handle);
            }
        }
        handle
    }
}

impl<K: Handle> Deref for Declared<K, ()> {
    type Target = K;

    #[inline]
    fn deref(&self) -> &K {
        match self.only.get() {
            Some(only) => only,
            None => self.first(),
        }
    }
}

impl<K: Handle> Declared<K, ()> {
    #[cold]
    fn first(&self) -> &K {
        let Some(series) = self.set.series(&[]) else { return &self.nothing };
        // Not `get_or_init`: an observed allocator may come back for it.
        let _ = self.only.set(K::of(&series.cells));
        self.only.get().unwrap_or(&self.nothing)
    }
}

impl<L: LabelSet> Declared<super::Info, L> {
    /// Shows these labels from now on, with the value 1. What was shown before stays.
    pub fn show<'l>(&self, labels: impl Into<L::Labels<'l>>) {
        let super::Info(..) = self.with(labels);
    }
}

/// What the list of all declared families knows of each.
pub trait Family: Sync {
    /// What it is.
    #[doc(hidden)]
    fn description(&self) -> &'static Description;
    /// As a scrape sees it. The first time, with all series that are there from the start.
    #[doc(hidden)]
    fn prepared(&'static self) -> &'static dyn Shown;
}

impl<K: Handle, L: LabelSet> Family for Declared<K, L> {
    fn description(&self) -> &'static Description {
        self.set.description()
    }

    fn prepared(&'static self) -> &'static dyn Shown {
        if !self.prepared.swap(true, Relaxed) {
            self.prepare();
        }
        self.set
    }
}

impl<K: Handle, L: LabelSet> Declared<K, L> {
    fn prepare(&self) {
        let most = match K::Cells::KIND {
            // Each of them says that something is so.
            Kind::Info => 1,
            _ => MOST_FROM_THE_START,
        };
        let product = |product: usize, values: &&[&str]| product.checked_mul(values.len());
        let combinations =
            L::VALUES.iter().try_fold(1, product).filter(|all| (1..=most).contains(all));
        let Some(combinations) = combinations else { return };
        for combination in 0..combinations {
            let mut texts = [""; MOST_LABELS];
            let mut rest = combination;
            for (text, values) in texts.iter_mut().zip(L::VALUES) {
                *text = values[rest % values.len()];
                rest /= values.len();
            }
            self.set.exist_from_the_start(&texts[..L::VALUES.len().min(MOST_LABELS)]);
        }
    }
}

impl<K: Handle, L: LabelSet> fmt::Debug for Declared<K, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Declared").field(&self.set.description().name).finish()
    }
}

#[cfg(all(test, feature = "off"))]
mod tests {
    #[test]
    fn switched_off_nothing_is_recorded_or_shown() {
        observant_macros::metrics! {
            crate = crate;
            /// Nothing.
            static COUNTED: Counter<{ text: Capped }> = "off_counted_total";
            /// Nothing either.
            static TOOK: Histogram = "off_took_seconds";
        }
        COUNTED.with("a").inc();
        assert_eq!(TOOK.time(|| 7), 7);
        assert!(super::super::all().is_empty());
    }
}
