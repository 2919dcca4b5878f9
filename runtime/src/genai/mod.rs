//! What agents, tools and models tell, by OpenTelemetry's conventions for generative AI: the table of names, what is known of one
//! run, and what it adds up to. Knows calls only by what `observe` says of them.
//!
//! A call of a kind is a [`Run`], which knows the run around it. Its code tells it things while it lasts ([`Told`]); at its end
//! `figures` counts them, `spans` describes its span with them, and what it used goes to the [`Totals`] of all that it is a part
//! of. `names` has every name of the conventions, `families` every metric.

mod families;
mod figures;
// Only a page lists them.
#[cfg_attr(not(feature = "http"), allow(dead_code))]
mod live;
mod names;
mod price;
mod run;
mod scope;
mod spans;
mod told;
mod totals;
mod usage;

#[cfg(all(test, feature = "artifacts"))]
pub(crate) use families::ALL;
#[cfg(feature = "http")]
pub(crate) use families::{CLIENT_DURATION, COST_TOTAL, TOKENS_TOTAL};
pub(crate) use live::{Failure, LiveRun, failures, runs};
#[cfg(feature = "http")]
pub(crate) use names::VERSION;
pub(crate) use names::{
    EVALUATION_NAME, EVALUATION_RESULT, EVALUATION_SCORE, attribute_of, instrument_of,
};
pub use price::{Price, set_prices};
pub(crate) use run::{Around, Ended, GivenValues, Run};
pub(crate) use scope::Scope;
pub(crate) use spans::describe;
pub(crate) use told::Told;
pub(crate) use totals::{Sums, Totals};
pub use usage::{IntoUsage, TokenCount, Usage};

/// A call told something that is counted by itself.
pub(crate) fn event(event_type: &str) {
    families::EVENTS.with(&[event_type]).inc();
}

/// A call told that it tries again, as a part of a run or of none.
pub(crate) fn retry(run: Option<&Run>, reason: &str) {
    let agent = run.map_or("", Run::agent_name);
    families::RETRIES.with(&[agent, reason]).inc();
}

/// A call told how good something is.
pub(crate) fn score(name: &str, score: f64) {
    families::SCORES.with(&[name]).record(score);
}
