//! What one function has done so far, all outcomes and labels together: for people, who read one number and not a family.

use super::Function;
use crate::{
    callsite::Outcome,
    cell::{CellSet, Durations, Ladder, Times},
    clock,
};
use std::collections::BTreeMap;

/// What one function, or one combination of its labels, has done.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    /// By outcome.
    pub(crate) calls: [u64; Outcome::ALL.len()],
    pub(crate) in_flight: u64,
    pub(crate) times: Times,
    /// Sum of durations in units.
    pub(crate) sum: f64,
    cells: Vec<u64>,
    pub(crate) errors: BTreeMap<&'static str, u64>,
}

impl Figures {
    pub(crate) fn of(function: &Function) -> Self {
        Self::of_sets(function.callsite.sets())
    }

    pub(crate) fn of_sets(sets: impl Iterator<Item = &'static CellSet>) -> Self {
        let mut figures = Self::default();
        let mut durations = Durations::default();
        let mut errors = Vec::new();
        for set in sets {
            for outcome in Outcome::ALL {
                set.durations(outcome as usize, &mut durations);
                figures.calls[outcome as usize] += durations.count();
                figures.sum += durations.sum;
            }
            figures.in_flight += set.in_flight();
            let Times { busy, own } = set.times();
            figures.times.busy += busy;
            figures.times.own += own;
            set.add_cells(&mut figures.cells);
            set.errors(&mut errors);
            for (error_type, count) in &errors {
                *figures.errors.entry(error_type).or_default() += count;
            }
        }
        figures
    }

    /// How many calls ended.
    pub(crate) fn ended(&self) -> u64 {
        self.calls.iter().sum()
    }

    /// How long one took on average, in seconds; `None` where there was none.
    #[allow(clippy::cast_precision_loss)] // 53 bits of a number of calls are plenty.
    pub(crate) fn mean(&self) -> Option<f64> {
        let ended = self.ended();
        (ended > 0).then(|| clock::seconds(self.sum) / ended as f64)
    }

    /// The seconds that a share `quantile` of the calls did not exceed, at most 9 % too much; `None` where there was no
    /// call, or that share lies beyond 48 days.
    pub(crate) fn seconds(&self, ladder: &Ladder, quantile: f64) -> Option<f64> {
        let units = ladder.quantile(&self.cells, quantile).filter(|units| units.is_finite())?;
        // Edges are whole units, a quarter of a nanosecond below what people wrote.
        Some((clock::seconds(units) * 1e9).round() / 1e9)
    }
}
