//! Service level objectives: what share of a function's calls went well, or fast, over windows that end now, and how
//! fast that spends the budget of bad calls.
//!
//! Everything is computed from cells. [`Rolling`] remembers what counters said some time ago, in bounded memory;
//! `burn` holds the windows and the arithmetic; [`Board`] puts functions, objectives and histories together, and shows
//! them as families.

mod board;
mod burn;
mod families;
mod objective;
mod rolling;
#[cfg(test)]
mod tests;

pub(crate) use board::{Board, Paging, State};
#[cfg(feature = "artifacts")]
pub(crate) use burn::{PERIODS, TIERS, Tier, Urgency, WINDOWS, scaled, text, usual};
#[cfg(all(test, feature = "artifacts"))]
pub(crate) use families::FAMILIES;
pub(crate) use objective::tally;
pub(crate) use rolling::Rolling;
