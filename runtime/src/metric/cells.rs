//! Counters, gauges and infos: what series count with, and the handles that are kept of them.

use super::{
    family::{Cells, Description, SeriesSet},
    handle::Handle,
};
use crate::{
    cell::Numbers,
    snapshot::{Kind, Value, Visitor},
};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A family of numbers that only grow.
pub type Counters = SeriesSet<CounterCells>;
/// A family of numbers that go up and down.
pub type Gauges = SeriesSet<GaugeCells>;
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
