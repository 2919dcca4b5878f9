//! Work that many may want at one time: done once for all of them, and waited for no longer than each has time.

use super::Workers;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// Why there is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It panicked.
    Panic,
    /// It took too long, or has not ended since it did.
    Timeout,
}

/// Work, and whoever does it.
pub(crate) struct SharedWork<T> {
    work: Box<dyn Fn() -> T + Send + Sync>,
    under_way: Mutex<Option<Arc<Run<T>>>>,
}

/// The work being done.
pub(crate) struct Run<T> {
    outcome: Mutex<Option<Result<Arc<T>, Failure>>>,
    ended: Condvar,
    /// Somebody gave it up: nobody waits for it any more.
    given_up: AtomicBool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T: Send + Sync + 'static> SharedWork<T> {
    pub(crate) fn new(work: impl Fn() -> T + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { work: Box::new(work), under_way: Mutex::new(None) })
    }

    /// Begins the work on one of `workers`, or joins whoever does it.
    pub(crate) fn begin(self: &Arc<Self>, workers: &Workers) -> Arc<Run<T>> {
        let mut under_way = lock(&self.under_way);
        if let Some(run) = &*under_way {
            return Arc::clone(run);
        }
        let run = Arc::new(Run {
            outcome: Mutex::new(None),
            ended: Condvar::new(),
            given_up: AtomicBool::new(false),
        });
        let (shared, own) = (Arc::clone(self), Arc::clone(&run));
        let job = move || {
            let result = catch_unwind(AssertUnwindSafe(|| (shared.work)()));
            (shared, result)
        };
        let tell = move |(shared, result): (Arc<Self>, thread::Result<T>)| {
            // First, so that whoever comes later begins anew.
            *lock(&shared.under_way) = None;
            *lock(&own.outcome) = Some(result.map(Arc::new).map_err(|_panic| Failure::Panic));
            own.ended.notify_all();
        };
        match workers.run_then(job, tell) {
            Ok(()) => *under_way = Some(Arc::clone(&run)),
            Err(_no_thread) => *lock(&run.outcome) = Some(Err(Failure::Timeout)),
        }
        run
    }
}

impl<T> Run<T> {
    /// The result, if there is one by then.
    pub(crate) fn wait(&self, deadline: Instant) -> Result<Arc<T>, Failure> {
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
