//! The bridge to the crate `prometheus` (feature `prometheus`): its registries served beside what is
//! observed, and what is observed in its registries.
//!
//! [`init`](crate::init) serves the default registry on `/metrics` by itself, in every format, sorted
//! in among the families of observed functions;
//! [`Builder::prometheus_registry`](crate::Builder::prometheus_registry) adds others. The other way
//! round, a [`Collector`] puts the families of observed functions into a registry, for programs that
//! serve one already. Both at once are no cycle: while a scrape gathers a registry, the collector in
//! it is empty.
//!
//! # What is served of a registry
//!
//! Names, help texts, labels and values as they are, registries of equal families merged. Left out,
//! counted as `observant_prometheus_dropped_total` and listed on `/status` are
//!
//! - a family that shares a sample's name with one of ours, or with one that comes before it
//!   (`reason="clash"`);
//! - a family or series that would make a scraper refuse the whole document: names outside the
//!   character set, a label twice, buckets out of order (`reason="invalid"`);
//! - families without a type (`reason="untyped"`), which the crate offers no way to read.
//!
//! A counter whose name does not end in `_total` is of type `unknown` in OpenMetrics, whose counters
//! all end so. Timestamps are not kept: a scrape is of now.
//!
//! A registry is gathered on a thread of ours, for at most three quarters of the time the scrape has.
//! One that panics or takes longer is left out of that scrape and counted as
//! `observant_prometheus_gather_failures_total`; until a late one has ended, scrapes go on without it.

// Uses `threads`, `snapshot` and `registry`. Types of the crate `prometheus` are named here and in `setup` alone.
//
// | file | what lives there |
// |---|---|
// | `collector` | ours in theirs |
// | `gather` | theirs, gathered: on a thread, in time, once for all who want it |
// | `families` | what was gathered as families of a visit |
// | `names` | which names a family takes up, and who had them first |
// | `series` | one series of theirs, checked and visited |
// | `figures` | what was left out |
// | `bridge` | the visit of ours and theirs together |

#[cfg(feature = "http")]
mod bridge;
mod collector;
#[cfg(feature = "http")]
mod families;
#[cfg(feature = "http")]
mod figures;
#[cfg(feature = "http")]
mod gather;
#[cfg(feature = "http")]
mod names;
#[cfg(feature = "http")]
mod series;
#[cfg(all(test, feature = "http"))]
mod tests;

#[cfg(feature = "http")]
pub(crate) use bridge::Bridge;
pub use collector::Collector;

use std::cell::Cell;

thread_local! {
    /// Whether this thread gathers for a scrape of ours.
    static GATHERING: Cell<bool> = const { Cell::new(false) };
}
