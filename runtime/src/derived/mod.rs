//! Verdicts on functions, out of what their calls came to: no check is written, and none is run.
//!
//! `figures` is what counts, over a window that ends now; `judge` holds it against what the function asked for, and
//! names the figure that is beyond its limit; `function` does that for one function on each tick of the scheduler of
//! `health`; `all` has one for every function that asks, and looks after the histories of SLOs.

mod all;
mod figures;
mod function;
mod judge;
mod text;

#[cfg(test)]
mod tests;

#[cfg(feature = "health")]
pub(crate) use all::{Derived, MOST, contribute};
pub(crate) use figures::in_flight;
