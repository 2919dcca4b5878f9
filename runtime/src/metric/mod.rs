//! Metrics that a program declares, with [`metrics!`](macro@crate::metrics), and what they are recorded with.
//!
//! Labels are bounded, by their type or by a cap, so that series cannot multiply without end.

// Families are statics of the types `Counters`, `Gauges` and `Histograms`, ours as such, and those that are declared within
// a `Declared`. Their series are found by the texts of their labels without a lock, and come into being when they are first
// looked for. What is past a bound counts as `_OTHER`. `all` has the families for whoever reads them.

// What series count with and how they show is public only in name: public types name it, and nobody else can reach it.
#![allow(private_interfaces)]

mod all;
mod caps;
mod cells;
mod computed;
mod declared;
mod family;
mod handle;
mod histogram;
mod label;
mod labels;
pub(crate) mod ladders;
mod linked;
mod names;
mod table;
#[cfg(all(test, not(feature = "off")))]
mod tests;
mod timer;

pub(crate) use caps::{MOST_SERIES, MOST_VALUES, most_series, set_most_series, set_most_values};
pub use cells::{Counter, Gauge, Info};
#[doc(hidden)]
pub use cells::{Counters, Gauges, Infos};
#[doc(hidden)]
pub use computed::compute;
pub use computed::{Computed, Number};
pub use declared::{Declared, Family};
pub(crate) use family::Shown;
#[doc(hidden)]
pub use family::{Description, SeriesSet};
pub use handle::Handle;
pub use histogram::Histogram;
#[doc(hidden)]
pub use histogram::Histograms;
pub use label::Label;
pub(crate) use label::LabelValue;
pub use labels::LabelSet;
#[doc(hidden)]
pub use labels::{Texts, place, text_of};
#[cfg(feature = "artifacts")]
pub(crate) use linked::declared;
#[doc(hidden)]
pub use linked::{LinkedMetric, inventory, submit_metric};
pub(crate) use linked::{all, clashes};
pub(crate) use names::{NONE, Names, PAST};
pub use timer::Timer;
