//! Labels, whose values are bounded, so that series cannot multiply without end; and families of series told apart by
//! them.
//!
//! A family is a static of one of the types [`Counters`], [`Gauges`] and [`Histograms`]. Its series are found by the texts
//! of their labels without a lock, and come into being when they are first looked for. What is past a bound counts as
//! `_OTHER`. [`all`] has the families for whoever reads them.

mod all;
mod caps;
mod cells;
mod family;
mod label;
mod names;
mod table;
#[cfg(test)]
mod tests;

pub(crate) use all::all;
pub(crate) use caps::{
    MOST_SERIES, MOST_VALUES, most_series, most_values, set_most_series, set_most_values,
};
pub(crate) use cells::{Counter, Counters, Gauge, Gauges, Histogram, Histograms};
pub(crate) use family::{Description, MOST_LABELS, SeriesSet, Shown};
pub use label::Label;
pub(crate) use label::LabelValue;
pub(crate) use names::{NONE, Names, PAST};
