//! What a set adds up to: the reader's reusable buffer.

use super::{ladder::Ladder, shard::OUTCOMES};

/// The sum over all shards of one set.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    /// Calls that started; never less than `ended`.
    pub(crate) started: u64,
    /// Calls that ended.
    pub(crate) ended: u64,
    /// Time spent running, in units.
    pub(crate) busy: f64,
    /// Time spent running outside observed callees, in units.
    pub(crate) own: f64,
    /// By outcome: durations, in the order of the outcomes' indices.
    pub(crate) outcomes: [Durations; OUTCOMES],
    /// Errors by type, in order of appearance.
    pub(crate) errors: Vec<(&'static str, u64)>,
}

/// The durations of the calls with one outcome.
#[derive(Debug, Default)]
pub(crate) struct Durations {
    /// How many calls there were.
    pub(crate) count: u64,
    /// Their sum in units.
    pub(crate) sum: f64,
    /// Per classic bucket of the set's ladder, not cumulative.
    pub(crate) buckets: Vec<u64>,
}

impl Totals {
    /// Back to nothing, for a set over `ladder`; keeps the memory.
    pub(crate) fn clear(&mut self, ladder: &Ladder) {
        self.clear_figures();
        for durations in &mut self.outcomes {
            durations.buckets.resize(ladder.bounds().len() + 1, 0);
        }
    }

    fn clear_figures(&mut self) {
        (self.started, self.ended, self.busy, self.own) = (0, 0, 0.0, 0.0);
        self.errors.clear();
        for durations in &mut self.outcomes {
            (durations.count, durations.sum) = (0, 0.0);
            durations.buckets.clear();
        }
    }

    /// Calls that started and did not end.
    pub(crate) fn in_flight(&self) -> u64 {
        self.started.saturating_sub(self.ended)
    }
}
