//! Histograms: what series count with, and the handle that is kept of them.

use super::{
    family::{Cells, Description, SeriesSet},
    handle::Handle,
    timer::Timer,
};
use crate::{
    cell::{Numbers, Work},
    lock::Lock,
    snapshot::{self, Bound, Exemplar, Kind, Value, Visitor, canonical},
};

/// A family of distributions.
pub type Histograms = SeriesSet<HistogramCells>;

/// What a histogram counts with: a count for each bound and one above them all, and the sum.
#[derive(Debug)]
pub struct HistogramCells {
    numbers: &'static Numbers,
    bounds: &'static [f64],
    /// The last observation of each bucket that a span shows; empty until there is one.
    exemplars: Lock<Vec<Option<Exemplar>>>,
}

/// One series of a histogram: to be kept and copied at will.
///
/// # Example
///
/// ```
/// observant::metrics! {
///     /// Context assembled for an agent.
///     static ASSEMBLY: Histogram = "example_context_assembly_seconds";
/// }
///
/// ASSEMBLY.record(0.25);
/// let words = ASSEMBLY.time(|| "a b c".split(' ').count());
/// {
///     let _timer = ASSEMBLY.start(); // counts when it goes out of scope
/// }
/// assert_eq!(words, 3);
/// assert_eq!(observant::snapshot().sum("example_context_assembly_seconds", &[]), 3.0);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Histogram(Option<&'static HistogramCells>);

impl Histogram {
    /// Counts an observation in the family's unit; what is not finite is left out.
    #[inline]
    pub fn record(self, value: f64) {
        if let Some(cells) = self.0
            && value.is_finite()
        {
            cells.numbers.record(cells.bucket(value), value);
        }
    }

    /// Counts the seconds from now until what is returned is dropped.
    pub fn start(self) -> Timer {
        Timer::new(self)
    }

    /// Counts the seconds that `work` takes, by a panic too.
    pub fn time<R>(self, work: impl FnOnce() -> R) -> R {
        let _timer = self.start();
        work()
    }

    /// Keeps the span that shows an observation which was recorded. It takes a lock: not for the thread of a call.
    pub(crate) fn exemplify(self, exemplar: Exemplar) {
        if let Some(cells) = self.0
            && exemplar.value.is_finite()
        {
            cells.exemplify(exemplar);
        }
    }
}

impl Handle for Histogram {
    type Cells = HistogramCells;
    const NOTHING: Self = Self(None);

    fn of(cells: &'static HistogramCells) -> Self {
        Self(Some(cells))
    }
}

#[allow(dead_code)] // As those of counters.
impl Histograms {
    /// The series with these values, one for each label, "" for a label that it lacks.
    pub(crate) fn with(&'static self, values: &[&str]) -> Histogram {
        self.series(values).map_or(Histogram::NOTHING, |series| Histogram::of(&series.cells))
    }
}

impl HistogramCells {
    /// The first bucket whose bound is not below the value.
    #[inline]
    fn bucket(&self, value: f64) -> usize {
        self.bounds.partition_point(|bound| *bound < value)
    }

    /// Keeps it unless a later one of its bucket is known.
    fn exemplify(&self, exemplar: Exemplar) {
        // An observed allocator would come back for the lock.
        let _work = Work::begin();
        let Some(mut exemplars) = self.exemplars.lock() else { return };
        exemplars.resize(self.bounds.len() + 1, None);
        let place = &mut exemplars[self.bucket(exemplar.value)];
        if place.is_none_or(|known| known.unix_nanos <= exemplar.unix_nanos) {
            *place = Some(exemplar);
        }
    }
}

/// What showing one series after the other needs.
#[derive(Debug, Default)]
pub struct ShowHistograms {
    bounds: Vec<Bound>,
    counts: Vec<u64>,
    floats: Vec<f64>,
    exemplars: Vec<Option<Exemplar>>,
}

impl Cells for HistogramCells {
    const KIND: Kind = Kind::Histogram;
    type Show = ShowHistograms;

    fn new(description: &Description) -> Self {
        let bounds = description.bounds;
        Self {
            numbers: Numbers::new(bounds.len() + 1, 1),
            bounds,
            exemplars: Lock::new(Vec::new()),
        }
    }

    fn show(
        &self,
        _: &Description,
        show: &mut Self::Show,
        labels: &[(&str, &str)],
        visitor: &mut dyn Visitor,
    ) {
        if show.bounds.len() != self.bounds.len() {
            let bound =
                |upper: &f64| Bound { upper: *upper, le: canonical(*upper).into_boxed_str() };
            show.bounds = self.bounds.iter().map(bound).collect();
        }
        self.numbers.read(&mut show.counts, &mut show.floats);
        let sum = show.floats.first().copied().unwrap_or(0.0);
        let mut histogram = snapshot::Histogram::new(&show.bounds, &show.counts, sum);
        if visitor.wants_exemplars() {
            let _work = Work::begin();
            show.exemplars.clear();
            if let Some(exemplars) = self.exemplars.lock() {
                show.exemplars.extend_from_slice(&exemplars);
            }
            histogram.exemplars = &show.exemplars;
        }
        visitor.series(labels, &Value::Histogram(histogram));
    }
}
