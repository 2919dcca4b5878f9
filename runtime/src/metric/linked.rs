//! The families that `metrics!` put into the program at link time, and which of them have one name.

use super::{
    all::entered,
    declared::Family,
    family::{Description, Shown},
};
use crate::{lock::Lock, snapshot::Kind};
pub use observant_link::inventory;
use std::{cmp::Ordering, fmt, sync::Arc};

/// A declared family and where.
#[derive(Clone, Copy)]
pub struct LinkedMetric {
    family: &'static dyn Family,
    file: &'static str,
    line: u32,
}

impl LinkedMetric {
    /// One static.
    pub const fn new(family: &'static dyn Family, (file, line): (&'static str, u32)) -> Self {
        Self { family, file, line }
    }

    fn name(&self) -> &'static str {
        self.family.description().name
    }
}

impl fmt::Debug for LinkedMetric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}:{})", self.name(), self.file, self.line)
    }
}

#[cfg(not(feature = "off"))]
inventory::collect!(LinkedMetric);

#[cfg(not(feature = "off"))]
fn linked() -> impl Iterator<Item = &'static LinkedMetric> {
    inventory::iter::<LinkedMetric>()
}

#[cfg(feature = "off")]
fn linked() -> impl Iterator<Item = &'static LinkedMetric> {
    std::iter::empty()
}

/// What is left of a name without what formats add: two families that are alike in that cannot both be shown.
///
/// Source: OpenMetrics 1.0, "Considerations: Metric Naming and Namespaces".
pub(crate) fn root(name: &str) -> &str {
    let suffixes = ["_total", "_created", "_bucket", "_sum", "_count", "_info"];
    suffixes.iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name)
}

/// Two families that cannot both be shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clash {
    /// The one that is.
    first: LinkedMetric,
    /// The one that is not.
    other: LinkedMetric,
}

impl fmt::Display for Clash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, other } = self;
        let (one, two) = (first.name(), other.name());
        if one == two {
            write!(f, "two metrics are called `{one}`: ")?;
        } else {
            write!(f, "the metrics `{one}` and `{two}` are one to OpenMetrics: ")?;
        }
        write!(
            f,
            "at {}:{} and at {}:{}; the second is not shown; give one of them another name, or let both use one static",
            first.file, first.line, other.file, other.line
        )
    }
}

/// What was linked in, in order of names; of those that are alike, the first in order of the source.
#[derive(Clone, Debug, Default)]
struct Listing {
    /// How many there were when it was made.
    length: usize,
    families: Arc<Vec<LinkedMetric>>,
    clashes: Vec<Clash>,
}

fn order(one: &LinkedMetric, other: &LinkedMetric) -> Ordering {
    let key = |linked: &LinkedMetric| (root(linked.name()), linked.file, linked.line);
    key(one).cmp(&key(other))
}

impl Listing {
    fn new(mut all: Vec<LinkedMetric>) -> Self {
        all.sort_by(order);
        let mut listing = Self { length: all.len(), ..Self::default() };
        let mut families = Vec::new();
        for alike in all.chunk_by(|one, other| root(one.name()) == root(other.name())) {
            families.push(alike[0]);
            let clash = |other: &LinkedMetric| Clash { first: alike[0], other: *other };
            listing.clashes.extend(alike[1..].iter().map(clash));
        }
        listing.families = Arc::new(families);
        listing
    }

    /// Those linked in so far. A library loaded while the program runs adds its own.
    fn current() -> Self {
        static CURRENT: Lock<Option<Listing>> = Lock::new(None);
        let make = || Self::new(linked().copied().collect());
        let Some(mut current) = CURRENT.lock() else { return make() };
        match &*current {
            Some(known) if known.length == linked().count() => known.clone(),
            _ => current.insert(make()).clone(),
        }
    }
}

/// Every family: those that were declared, and those of our own that were used or asked for.
pub(crate) fn all() -> Vec<&'static dyn Shown> {
    let listing = Listing::current();
    let declared = listing.families.iter().map(|linked| linked.family.prepared());
    declared.chain(entered()).collect()
}

/// The declared families, and of which kind each is.
#[allow(dead_code)] // Dashboards alone ask for them.
pub(crate) fn declared() -> Vec<(&'static Description, Kind)> {
    let of = |linked: &LinkedMetric| {
        (linked.family.description(), linked.family.prepared().family().kind)
    };
    Listing::current().families.iter().map(of).collect()
}

/// The declared families that are not shown, and why.
pub(crate) fn clashes() -> Vec<Clash> {
    Listing::current().clashes
}

/// Has the platform register a family before `main`.
#[doc(hidden)]
#[macro_export]
macro_rules! __observant_submit_metric {
    ($metric:expr) => {
        $crate::metric::inventory::submit! { $metric }
    };
}

/// Evaluates what it would register, and forgets it.
#[doc(hidden)]
#[macro_export]
macro_rules! __observant_drop_metric {
    ($metric:expr) => {
        const _: fn() -> $crate::metric::LinkedMetric = || $metric;
    };
}

#[cfg(feature = "off")]
pub use __observant_drop_metric as submit_metric;
#[cfg(not(feature = "off"))]
pub use __observant_submit_metric as submit_metric;
