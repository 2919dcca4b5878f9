//! A family whose series are found by the values of their labels, bounded, and read at a scrape.
//!
//! Of the crate it uses `cell` for what series count with, `lock`, `clock` and `snapshot`.

use super::{
    all,
    caps::most_series,
    names::{NONE, Names, PAST},
    table::Table,
};
use crate::{
    cell::Work,
    clock::{epoch, wall},
    lock::Lock,
    snapshot::{Family, Kind, Visitor},
};
use std::{
    fmt,
    sync::{
        OnceLock,
        atomic::{
            AtomicBool, AtomicU64,
            Ordering::{Acquire, Relaxed, Release},
        },
    },
};

/// Labels a family may have.
pub(crate) const MOST_LABELS: usize = 8;

/// What is known of a family when the program is compiled.
#[derive(Clone, Copy, Debug)]
pub struct Description {
    /// As in the text format 0.0.4: a counter's with `_total`.
    pub name: &'static str,
    /// One sentence for people.
    pub help: &'static str,
    /// The base unit, a suffix of the name without `_total`.
    pub unit: Option<&'static str>,
    /// Names of the labels, in the order that their values are given in; at most 8.
    pub labels: &'static [&'static str],
    /// Ascending upper bounds of a histogram's buckets in its unit, without infinity; of anything else, none.
    pub bounds: &'static [f64],
}

/// What a series counts with.
pub trait Cells: Sync + 'static {
    /// What families of such series are.
    const KIND: Kind;
    /// Nothing counted yet.
    fn new(description: &Description) -> Self;
    /// Prepares to show the series of one family.
    type Show: Default;
    /// Shows what was counted.
    fn show(
        &self,
        description: &Description,
        show: &mut Self::Show,
        labels: &[(&str, &str)],
        visitor: &mut dyn Visitor,
    );
}

/// One series. Never freed.
#[derive(Debug)]
pub(crate) struct Series<C> {
    key: Key,
    /// In the order of the labels; an empty one is not shown.
    values: Box<[&'static str]>,
    /// When it was first met, in seconds since 1970, as the bits of a float.
    since: AtomicU64,
    pub(crate) cells: C,
}

/// The numbers of the values, 16 bits each.
type Key = u128;

const _: () = assert!(MOST_LABELS * 16 <= 128);

/// Spreads keys that differ in few bits.
#[allow(clippy::cast_possible_truncation)] // Both halves are in it.
fn hash(key: Key) -> u64 {
    // 2^64 over the golden ratio.
    let (low, high) = (key as u64, (key >> 64) as u64);
    let mixed = (low ^ high.rotate_left(29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ mixed >> 32
}

/// One family, as a static: its series, and the texts that are their values. It shows from its first series on, or
/// from when it is entered.
pub struct SeriesSet<C: 'static> {
    description: &'static Description,
    /// One for each label.
    names: [Names; MOST_LABELS],
    table: Table<&'static Series<C>>,
    /// All in the table, in order of their values. Whoever has it is the one who enters.
    admitted: Lock<Vec<&'static Series<C>>>,
    /// The bound is reached: what the table lacks now, it will always lack.
    full: AtomicBool,
    /// All that found no room.
    other: OnceLock<&'static Series<C>>,
    refused: AtomicU64,
    /// Shows already, or will by itself.
    entered: AtomicBool,
}

impl<C: Cells> SeriesSet<C> {
    /// A family of our own without series.
    #[allow(dead_code)] // Not with every set of features there is one.
    pub(crate) const fn new(description: &'static Description) -> Self {
        Self::known(description, false)
    }

    /// The same of a family that is linked in: who reads families finds it.
    pub const fn linked(description: &'static Description) -> Self {
        Self::known(description, true)
    }

    const fn known(description: &'static Description, entered: bool) -> Self {
        assert!(description.labels.len() <= MOST_LABELS, "a family has at most 8 labels");
        Self {
            description,
            names: [const { Names::capped() }; MOST_LABELS],
            table: Table::new(),
            admitted: Lock::new(Vec::new()),
            full: AtomicBool::new(false),
            other: OnceLock::new(),
            refused: AtomicU64::new(0),
            entered: AtomicBool::new(entered),
        }
    }

    /// Shows the family from now on, though it may have no series.
    pub(crate) fn enter(&'static self) {
        if !self.entered.swap(true, Relaxed) {
            all::enter(self);
        }
    }

    /// The series with these values, one for each label, "" for a label that it lacks. Past the bounds what stands for
    /// all of them, and counted. `None` for what the runtime's own work is observed to do.
    pub(crate) fn series(&'static self, values: &[&str]) -> Option<&'static Series<C>> {
        if cfg!(feature = "off") {
            return None;
        }
        debug_assert_eq!(values.len(), self.description.labels.len(), "a value for each label");
        let (key, whole) = self.key(values);
        if !whole {
            self.refused.fetch_add(1, Relaxed);
        }
        // Acquire: whoever sees it full sees all that it holds. Past the bound no lock is taken.
        let full = self.full.load(Acquire);
        let found = match self.find(key) {
            Some(series) => return Some(series),
            None if full => self.other.get().copied(),
            None => None,
        };
        let series = found.or_else(|| self.make(key))?;
        if whole && series.key != key {
            self.refused.fetch_add(1, Relaxed);
        }
        Some(series)
    }

    /// The numbers of these values, and whether each has its own.
    fn key(&self, values: &[&str]) -> (Key, bool) {
        let (mut key, mut whole) = (0, true);
        for (place, names) in self.names[..self.description.labels.len()].iter().enumerate() {
            let number = match values.get(place) {
                None | Some(&"") => NONE,
                Some(text) => names.number(text).unwrap_or_else(|| {
                    whole = false;
                    PAST
                }),
            };
            key |= Key::from(number) << (16 * place);
        }
        (key, whole)
    }

    #[inline]
    fn find(&self, key: Key) -> Option<&'static Series<C>> {
        self.table.find(hash(key), |series| series.key == key).map(|(_, series)| *series)
    }

    /// A series that was not there, or what stands for all that find no room.
    #[cold]
    fn make(&'static self, key: Key) -> Option<&'static Series<C>> {
        let _work = Work::begin()?;
        self.enter();
        let admitted = self.admit(key);
        Some(admitted.unwrap_or_else(|| *self.other.get_or_init(|| self.make_other())))
    }

    /// Where each value was past its bound before the series were, what stands for all is there already.
    fn make_other(&'static self) -> &'static Series<C> {
        let key = self.all_past();
        self.find(key).unwrap_or_else(|| self.new_series(key))
    }

    fn admit(&'static self, key: Key) -> Option<&'static Series<C>> {
        let mut admitted = self.admitted.lock()?;
        if let Some(series) = self.find(key) {
            return Some(series);
        }
        if admitted.len() >= most_series() {
            self.full.store(true, Release);
            return None;
        }
        let series = self.new_series(key);
        self.table.enter(hash(key), admitted.len(), series)?;
        let place = admitted.partition_point(|known| known.values < series.values);
        admitted.insert(place, series);
        Some(series)
    }

    /// The key of what found no room: `_OTHER` for every label.
    fn all_past(&self) -> Key {
        (0..self.description.labels.len())
            .fold(0, |key, place| key | Key::from(PAST) << (16 * place))
    }

    #[allow(clippy::cast_possible_truncation)] // The last 16 bits.
    fn new_series(&'static self, key: Key) -> &'static Series<C> {
        let text =
            |place: usize| self.names[place].text((key >> (16 * place)) as u16).unwrap_or("");
        Box::leak(Box::new(Series {
            key,
            values: (0..self.description.labels.len()).map(text).collect(),
            since: AtomicU64::new(wall().to_bits()),
            cells: C::new(self.description),
        }))
    }

    /// Makes a series that was there when the program began, if it is not there yet.
    pub(super) fn exist_from_the_start(&'static self, values: &[&str]) {
        if let Some(series) = self.series(values) {
            series.since.store(epoch().to_bits(), Relaxed);
        }
    }

    /// Whether it stands for all that found no room.
    pub(super) fn is_past(&self, series: &Series<C>) -> bool {
        self.other.get().is_some_and(|other| std::ptr::eq(*other, series))
    }

    pub(crate) fn description(&self) -> &'static Description {
        self.description
    }
}

/// A family as a scrape sees it.
pub(crate) trait Shown: Sync {
    /// What its series share.
    fn family(&self) -> Family<'static>;
    /// Its series in order of their values.
    fn series(&self, visitor: &mut dyn Visitor);
    /// How many look-ups lost a value to a bound; `None` where none can.
    fn refused(&self) -> Option<u64>;
}

impl<C: Cells> Shown for SeriesSet<C> {
    fn family(&self) -> Family<'static> {
        let Description { name, help, unit, .. } = *self.description;
        Family::new(name, help, C::KIND, unit)
    }

    fn series(&self, visitor: &mut dyn Visitor) {
        let admitted = {
            // An observed allocator would come back for the lock.
            let _work = Work::begin();
            self.admitted.lock().map_or_else(Vec::new, |admitted| admitted.clone())
        };
        let mut show = C::Show::default();
        let mut labels = Vec::with_capacity(MOST_LABELS);
        let last = self.other.get().filter(|other| self.find(other.key).is_none());
        for series in admitted.into_iter().chain(last.copied()) {
            labels.clear();
            let names = self.description.labels.iter().copied();
            labels.extend(
                names.zip(series.values.iter().copied()).filter(|label| !label.1.is_empty()),
            );
            visitor.counting_since(f64::from_bits(series.since.load(Relaxed)));
            series.cells.show(self.description, &mut show, &labels, visitor);
        }
    }

    fn refused(&self) -> Option<u64> {
        (!self.description.labels.is_empty()).then(|| self.refused.load(Relaxed))
    }
}

impl<C> fmt::Debug for SeriesSet<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SeriesSet({})", self.description.name)
    }
}
