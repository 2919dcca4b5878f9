//! Every observed function that was linked in, and what a scrape visits: theirs and the collectors'.
//!
//! [`listing`] gathers the functions, sorted and told apart by name; [`visit`] walks all families in
//! order of their names; [`Figures`] are what one function did, for people; [`others`] tells which versions of this crate have functions that are not among
//! them. Holds no figures: functions have their cells, collectors their own.

mod collector;
mod figures;
mod functions;
mod listing;
#[cfg(test)]
mod tests;
mod versions;

pub(crate) use collector::{Collector, Registered, register};
pub(crate) use figures::Figures;
#[cfg(all(test, feature = "artifacts"))]
pub(crate) use functions::FAMILIES as FUNCTIONS;
pub(crate) use listing::{Function, Listing, listing};
pub(crate) use versions::others;

use crate::{
    clock::epoch,
    metric::{self, Shown},
    snapshot::{Family, Snapshot, Visitor},
};

/// Where a family has its series.
enum Source<'s> {
    Collected(Family<'s>, &'s dyn Collector),
    Declared(Family<'s>, &'static dyn Shown),
}

impl<'s> Source<'s> {
    fn family(&self) -> &Family<'s> {
        match self {
            Self::Collected(family, _) | Self::Declared(family, _) => family,
        }
    }

    fn visit(&self, visitor: &mut dyn Visitor) {
        match self {
            Self::Collected(family, collector) => collector.series(family, visitor),
            Self::Declared(_, shown) => shown.series(visitor),
        }
    }
}

/// Visits every family whose name `wanted` accepts, in order of names, and its series; and those of `others`.
pub(crate) fn visit(
    visitor: &mut dyn Visitor,
    wanted: &dyn Fn(&Family<'_>) -> bool,
    others: &[&dyn Collector],
) {
    let listing = listing();
    let functions = functions::Functions::new(&listing);
    let mut sources: Vec<Source<'_>> = Vec::new();
    let collectors = collector::all();
    let ours = collectors.iter().map(AsRef::as_ref).chain([&functions as &dyn Collector]);
    for collector in ours.chain(others.iter().copied()) {
        if collector.families().iter().any(wanted) {
            collector.refresh();
        }
        let families = collector.families().iter();
        sources.extend(families.map(|family| Source::Collected(*family, collector)));
    }
    sources.extend(metric::all().into_iter().map(|shown| Source::Declared(shown.family(), shown)));
    // Stable, so that of two families with one name the one registered first comes first.
    sources.sort_by_key(|source| source.family().name);
    for source in sources {
        if wanted(source.family()) {
            visitor.family(source.family());
            visitor.counting_since(epoch());
            source.visit(visitor);
        }
    }
}

/// Hands every family there is to `look`, in no order.
#[cfg_attr(not(feature = "prometheus"), allow(dead_code))]
pub(crate) fn each_family(look: &mut dyn FnMut(&Family<'_>)) {
    functions::FAMILIES.iter().for_each(&mut *look);
    for collector in collector::all() {
        collector.families().iter().for_each(&mut *look);
    }
    for shown in metric::all() {
        look(&shown.family());
    }
}

/// Everything a scrape would show now, but for what registries of the crate `prometheus` hold.
///
/// For tests and for programs that print their own figures. It copies every series, so a server
/// that answers scrapes does better with what [`init`](crate::init) starts.
///
/// # Example
///
/// ```
/// use observant::{observe, snapshot::OwnedValue};
///
/// #[observe]
/// fn double(number: u32) -> u32 {
///     number * 2
/// }
///
/// assert_eq!(double(21), 42);
/// let snapshot = observant::snapshot();
/// let calls = snapshot.find("observe_calls_total", &[("function", "double"), ("outcome", "ok")]);
/// assert_eq!(calls.unwrap().value, OwnedValue::Unsigned(1));
/// ```
pub fn snapshot() -> Snapshot {
    let mut snapshot = Snapshot::default();
    visit(&mut snapshot, &|_| true, &[]);
    snapshot
}
