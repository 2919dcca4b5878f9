//! Counters, gauges and histograms: what series count with, and the handles that are kept of them.

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
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A family of numbers that only grow.
pub type Counters = SeriesSet<CounterCells>;
/// A family of numbers that go up and down.
pub type Gauges = SeriesSet<GaugeCells>;
/// A family of distributions.
pub type Histograms = SeriesSet<HistogramCells>;
/// A family of ones, whose labels tell something.
pub type Infos = SeriesSet<InfoCells>;

/// What a counter counts with: what was added in whole numbers, and what as floats.
#[derive(Debug)]
pub struct CounterCells(&'static Numbers);

/// One series of a counter: to be kept and copied at will.
///
/// Adding is a plain store by the thread that adds: no lock, no contention, about a nanosecond.
///
/// # Example
///
/// ```
/// observant::metrics! {
///     /// Bytes read from disk.
///     static READ: Counter = "example_read_bytes_total";
/// }
///
/// READ.add(4_096);
/// READ.inc();
/// assert_eq!(observant::snapshot().sum("example_read_bytes_total", &[]), 4_097.0);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Counter(Option<&'static Numbers>);

impl Counter {
    /// Adds 1.
    #[inline]
    pub fn inc(self) {
        self.add(1);
    }

    /// Adds a whole number.
    #[inline]
    pub fn add(self, more: u64) {
        if let Some(numbers) = self.0 {
            numbers.add(0, more);
        }
    }

    /// Adds any number that is not negative: seconds, dollars. Others, and what is not finite, are left out, for a
    /// counter only grows.
    #[inline]
    pub fn add_f64(self, more: f64) {
        if let Some(numbers) = self.0
            && more >= 0.0
            && more.is_finite()
        {
            numbers.add_float(1, more);
        }
    }
}

impl Handle for Counter {
    type Cells = CounterCells;
    const NOTHING: Self = Self(None);

    fn of(cells: &'static CounterCells) -> Self {
        Self(Some(cells.0))
    }
}

#[allow(dead_code)] // For families of our own, and not with every set of features there is one.
impl Counters {
    /// The series with these values, one for each label, "" for a label that it lacks.
    pub(crate) fn with(&'static self, values: &[&str]) -> Counter {
        self.series(values).map_or(Counter::NOTHING, |series| Counter::of(&series.cells))
    }
}

impl Cells for CounterCells {
    const KIND: Kind = Kind::Counter;
    type Show = (Vec<u64>, Vec<f64>);

    fn new(_: &Description) -> Self {
        Self(Numbers::new(1, 1))
    }

    #[allow(clippy::cast_precision_loss)] // Exact up to 2^53, as every number Prometheus stores.
    fn show(
        &self,
        _: &Description,
        (counts, floats): &mut Self::Show,
        labels: &[(&str, &str)],
        visitor: &mut dyn Visitor,
    ) {
        self.0.read(counts, floats);
        let value = match (counts.first(), floats.first()) {
            (Some(count), Some(sum)) if *sum > 0.0 => Value::Float(*count as f64 + sum),
            (count, _) => Value::Unsigned(count.copied().unwrap_or(0)),
        };
        visitor.series(labels, &value);
    }
}

/// What a gauge is: the bits of a float, shared by all threads.
#[derive(Debug)]
pub struct GaugeCells(AtomicU64);

/// One series of a gauge: to be kept and copied at will. It is one number for all threads.
///
/// # Example
///
/// ```
/// observant::metrics! {
///     /// Jobs that wait.
///     static WAITING: Gauge = "example_waiting_jobs";
/// }
///
/// WAITING.set(3.0);
/// WAITING.inc();
/// WAITING.sub(2.0);
/// assert_eq!(observant::snapshot().sum("example_waiting_jobs", &[]), 2.0);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Gauge(Option<&'static AtomicU64>);

impl Gauge {
    /// Makes it this number.
    #[inline]
    pub fn set(self, to: f64) {
        if let Some(bits) = self.0 {
            bits.store(to.to_bits(), Relaxed);
        }
    }

    /// Adds a number, which may be negative.
    #[inline]
    pub fn add(self, more: f64) {
        if let Some(bits) = self.0 {
            let add = |bits| Some((f64::from_bits(bits) + more).to_bits());
            let _: Result<u64, u64> = bits.fetch_update(Relaxed, Relaxed, add);
        }
    }

    /// Takes a number away.
    #[inline]
    pub fn sub(self, less: f64) {
        self.add(-less);
    }

    /// Adds 1.
    #[inline]
    pub fn inc(self) {
        self.add(1.0);
    }

    /// Takes 1 away.
    #[inline]
    pub fn dec(self) {
        self.add(-1.0);
    }
}

impl Handle for Gauge {
    type Cells = GaugeCells;
    const NOTHING: Self = Self(None);

    fn of(cells: &'static GaugeCells) -> Self {
        Self(Some(&cells.0))
    }
}

#[allow(dead_code)] // As those of counters.
impl Gauges {
    /// The series with these values, one for each label, "" for a label that it lacks.
    pub(crate) fn with(&'static self, values: &[&str]) -> Gauge {
        self.series(values).map_or(Gauge::NOTHING, |series| Gauge::of(&series.cells))
    }
}

impl Cells for GaugeCells {
    const KIND: Kind = Kind::Gauge;
    type Show = ();

    fn new(_: &Description) -> Self {
        Self(AtomicU64::new(0))
    }

    fn show(
        &self,
        _: &Description,
        (): &mut (),
        labels: &[(&str, &str)],
        visitor: &mut dyn Visitor,
    ) {
        visitor.series(labels, &Value::Float(f64::from_bits(self.0.load(Relaxed))));
    }
}

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

    /// As [`record`](Self::record), and the span that shows it. For sampled spans: it takes a lock.
    #[allow(dead_code)] // As families of our own.
    pub(crate) fn record_with(self, value: f64, exemplar: Exemplar) {
        self.record(value);
        if let Some(cells) = self.0
            && value.is_finite()
        {
            cells.exemplify(Exemplar { value, ..exemplar });
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
    #[allow(dead_code)] // As families of our own.
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

/// Nothing is counted.
#[derive(Debug)]
pub struct InfoCells(());

/// One series of an info, which is 1: all it tells are its labels.
#[derive(Clone, Copy, Debug)]
pub struct Info(pub(super) ());

impl Handle for Info {
    type Cells = InfoCells;
    const NOTHING: Self = Self(());

    fn of(_: &'static InfoCells) -> Self {
        Self(())
    }
}

impl Cells for InfoCells {
    const KIND: Kind = Kind::Info;
    type Show = ();

    fn new(_: &Description) -> Self {
        Self(())
    }

    fn show(
        &self,
        _: &Description,
        (): &mut (),
        labels: &[(&str, &str)],
        visitor: &mut dyn Visitor,
    ) {
        visitor.series(labels, &Value::Unsigned(1));
    }
}
