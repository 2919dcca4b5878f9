//! What runs of agents and tasks add up to. Fed by calls of models and tools alone, each once for every run around it,
//! so that nothing is counted twice however they nest.

use super::Usage;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What a run and all that ran within it used so far.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    input: AtomicU64,
    output: AtomicU64,
    cache_read: AtomicU64,
    /// US dollars, the bits of an `f64`.
    cost: AtomicU64,
    llm_calls: AtomicU64,
    tool_calls: AtomicU64,
    /// Of those, the ones that no agent within made.
    own_llm_calls: AtomicU64,
    own_tool_calls: AtomicU64,
    cache_hits: AtomicU64,
    retries: AtomicU64,
    interventions: AtomicU64,
}

/// The same at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sums {
    pub(crate) input: u64,
    pub(crate) output: u64,
    pub(crate) cache_read: u64,
    pub(crate) cost: f64,
    pub(crate) llm_calls: u64,
    pub(crate) tool_calls: u64,
    pub(crate) own_llm_calls: u64,
    pub(crate) own_tool_calls: u64,
    /// Calls of models that read something from a cache.
    pub(crate) cache_hits: u64,
    pub(crate) retries: u64,
    pub(crate) interventions: u64,
}

impl Totals {
    /// A call of a model has ended; `own` if no agent stands between.
    pub(super) fn add_llm(&self, usage: &Usage, cost: f64, own: bool) {
        self.input.fetch_add(usage.input, Relaxed);
        self.output.fetch_add(usage.output, Relaxed);
        self.cache_read.fetch_add(usage.cache_read, Relaxed);
        self.cache_hits.fetch_add(u64::from(usage.cache_read > 0), Relaxed);
        self.llm_calls.fetch_add(1, Relaxed);
        self.own_llm_calls.fetch_add(u64::from(own), Relaxed);
        self.add_cost(cost);
    }

    /// A call of a tool has ended; `own` if no agent stands between.
    pub(super) fn add_tool(&self, cost: f64, own: bool) {
        self.tool_calls.fetch_add(1, Relaxed);
        self.own_tool_calls.fetch_add(u64::from(own), Relaxed);
        self.add_cost(cost);
    }

    pub(super) fn add_retry(&self) {
        self.retries.fetch_add(1, Relaxed);
    }

    pub(super) fn add_intervention(&self) {
        self.interventions.fetch_add(1, Relaxed);
    }

    fn add_cost(&self, cost: f64) {
        if cost > 0.0 {
            let add = |bits| Some((f64::from_bits(bits) + cost).to_bits());
            let _: Result<u64, u64> = self.cost.fetch_update(Relaxed, Relaxed, add);
        }
    }

    /// What it is now.
    pub(crate) fn sums(&self) -> Sums {
        Sums {
            input: self.input.load(Relaxed),
            output: self.output.load(Relaxed),
            cache_read: self.cache_read.load(Relaxed),
            cost: f64::from_bits(self.cost.load(Relaxed)),
            llm_calls: self.llm_calls.load(Relaxed),
            tool_calls: self.tool_calls.load(Relaxed),
            own_llm_calls: self.own_llm_calls.load(Relaxed),
            own_tool_calls: self.own_tool_calls.load(Relaxed),
            cache_hits: self.cache_hits.load(Relaxed),
            retries: self.retries.load(Relaxed),
            interventions: self.interventions.load(Relaxed),
        }
    }
}
