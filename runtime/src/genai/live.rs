//! Runs of agents, workflows and tasks that are going on, and how the last of them failed: for `/status`. Bounded; what
//! finds no room is counted.

use super::{Run, Sums};
use crate::{
    clock::{self, Stamp},
    lock::Lock,
};
use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

/// Runs that are listed at one time.
const MOST_RUNS: usize = 256;
/// Failures that are kept.
const MOST_FAILURES: usize = 32;

static RUNS: Lock<Vec<Arc<Run>>> = Lock::new(Vec::new());
static FAILURES: Lock<VecDeque<Failure>> = Lock::new(VecDeque::new());
static REFUSED: AtomicU64 = AtomicU64::new(0);

/// A run that did not go well.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) kind: &'static str,
    pub(crate) name: Arc<str>,
    pub(crate) error_type: &'static str,
    /// In seconds since 1970.
    pub(crate) at: f64,
}

/// What is known of a run that is going on.
#[derive(Clone, Debug)]
pub(crate) struct LiveRun {
    pub(crate) kind: &'static str,
    pub(crate) name: Arc<str>,
    /// The task or workflow around it.
    pub(crate) task: Option<Arc<str>>,
    /// What runs within it now, or did last.
    pub(crate) step: Option<Arc<str>>,
    pub(crate) age_seconds: f64,
    pub(crate) sums: Sums,
}

/// A run begins.
pub(super) fn begins(run: &Arc<Run>) {
    let Some(mut runs) = RUNS.lock() else { return };
    if runs.len() < MOST_RUNS {
        runs.push(Arc::clone(run));
    } else {
        REFUSED.fetch_add(1, Relaxed);
    }
}

/// A run has ended.
pub(super) fn ends(run: &Run) {
    let found = RUNS.lock().and_then(|mut runs| {
        let place = runs.iter().position(|known| std::ptr::eq(Arc::as_ptr(known), run))?;
        Some(runs.swap_remove(place))
    });
    // Not while the lock is held: what it keeps may be all that is left of the runs around it.
    drop(found);
}

/// A run did not go well.
pub(super) fn failed(kind: &'static str, name: Arc<str>, error_type: &'static str) {
    let Some(mut failures) = FAILURES.lock() else { return };
    if failures.len() == MOST_FAILURES {
        failures.pop_front();
    }
    failures.push_back(Failure { kind, name, error_type, at: clock::wall() });
}

/// The runs that are going on, the oldest first, and how many more there were that are not listed.
pub(crate) fn runs(now: Stamp) -> (Vec<LiveRun>, u64) {
    let runs = RUNS.lock().map_or_else(Vec::new, |runs| runs.clone());
    let mut live: Vec<_> = runs.iter().map(|run| run.live(now)).collect();
    live.sort_by(|one, other| other.age_seconds.total_cmp(&one.age_seconds));
    (live, REFUSED.load(Relaxed))
}

/// The last failures, the newest first.
pub(crate) fn failures() -> Vec<Failure> {
    FAILURES.lock().map_or_else(Vec::new, |failures| failures.iter().rev().cloned().collect())
}
