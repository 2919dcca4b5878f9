//! Cells: where calls are counted. Per-thread shards with a single writer each, summed by a scrape.
//!
//! A [`CellSet`] holds the figures of one series: calls started and ended, their durations by
//! outcome, busy and own time, errors by type. Each thread that records into it has its own
//! [`Shard`], written with plain stores; a thread that ends folds its shards into the set. Cells know
//! no names and no clock and do no I/O. They allocate when a thread first meets a set, when a shard
//! first reaches an octave of durations or an outcome, and at no other time; each such place is [`Work`].
//!
//! [`Numbers`] are the same for what is no call: counters and distributions, a row of them to a thread.
//!
//! Everything unsafe here is about one question: who may touch a shard. The owner writes it, anyone
//! who holds the set's lock may read it, and its owner takes it from the set under that lock before its
//! memory goes.

mod arena;
mod count;
mod errors;
mod exemplars;
mod histogram;
mod ladder;
mod local;
mod native;
mod numbers;
mod set;
mod shard;
mod sync;
mod totals;
mod tracking;

pub(crate) use errors::{MOST_ERROR_TYPES, OTHER, most, refused, set_most};
pub(crate) use ladder::Ladder;
pub(crate) use local::{Work, current, entering, find, is_at_work};
pub(crate) use numbers::Numbers;
pub(crate) use set::CellSet;
pub(crate) use shard::{ERROR, Ended, OUTCOMES, Shard};
pub(crate) use totals::{Durations, Tally, Times};
pub(crate) use tracking::Tracking;

#[cfg(test)]
mod tests;
