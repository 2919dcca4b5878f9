//! A registry of theirs, gathered: on a thread of ours, since a collector in it may block, once for all who want it at
//! one time, and for no longer than they wait.

use super::GATHERING;
use crate::threads::Workers;
use ::prometheus::{Registry, proto::MetricFamily};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// Why there is nothing of a registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// A collector in it panicked.
    Panic,
    /// It took too long, or has not ended since it did.
    Timeout,
}

/// What a registry had.
pub(super) type Gathered = Arc<Vec<MetricFamily>>;

/// A registry, and whoever gathers it.
pub(super) struct Source {
    registry: Registry,
    under_way: Mutex<Option<Arc<Gathering>>>,
}

/// A registry being gathered.
#[derive(Default)]
pub(super) struct Gathering {
    outcome: Mutex<Option<Result<Gathered, Failure>>>,
    ended: Condvar,
    /// Somebody gave it up: nobody waits for it any more.
    given_up: AtomicBool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Source {
    pub(super) fn new(registry: Registry) -> Arc<Self> {
        Arc::new(Self { registry, under_way: Mutex::new(None) })
    }

    /// Begins to gather, or joins whoever does.
    pub(super) fn gather(self: &Arc<Self>, workers: &Workers) -> Arc<Gathering> {
        let mut under_way = lock(&self.under_way);
        if let Some(gathering) = &*under_way {
            return Arc::clone(gathering);
        }
        let gathering = Arc::new(Gathering::default());
        let (source, own) = (Arc::clone(self), Arc::clone(&gathering));
        let job = move || {
            GATHERING.set(true);
            let gathered = catch_unwind(AssertUnwindSafe(|| source.registry.gather()));
            GATHERING.set(false);
            // First, so that whoever comes later begins anew.
            *lock(&source.under_way) = None;
            *lock(&own.outcome) = Some(gathered.map(Arc::new).map_err(|_panic| Failure::Panic));
            own.ended.notify_all();
        };
        match workers.run(job) {
            Ok(()) => *under_way = Some(Arc::clone(&gathering)),
            Err(_no_thread) => *lock(&gathering.outcome) = Some(Err(Failure::Timeout)),
        }
        gathering
    }
}

impl Gathering {
    /// What it gathered, if it has ended by then.
    pub(super) fn wait(&self, deadline: Instant) -> Result<Gathered, Failure> {
        let patience = if self.given_up.load(Ordering::Relaxed) {
            Duration::ZERO
        } else {
            deadline.saturating_duration_since(Instant::now())
        };
        let (outcome, _) = self
            .ended
            .wait_timeout_while(lock(&self.outcome), patience, |outcome| outcome.is_none())
            .unwrap_or_else(PoisonError::into_inner);
        outcome.clone().unwrap_or_else(|| {
            self.given_up.store(true, Ordering::Relaxed);
            Err(Failure::Timeout)
        })
    }
}
