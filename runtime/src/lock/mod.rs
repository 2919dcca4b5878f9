//! Locks that a forked child gives up on.
//!
//! A fork copies the memory of a process and one of its threads: what another thread had locked at that
//! moment stays locked in the child. Scrapes lock something all the time, so a child that calls observed
//! functions would now and then wait for ever. This room uses nothing of the crate.

#[cfg(observant_tsan)]
mod spin;

#[cfg(observant_tsan)]
pub(crate) use spin::{Mutex, MutexGuard};
#[cfg(not(observant_tsan))]
pub(crate) use std::sync::{Mutex, MutexGuard};

use std::{
    process,
    sync::{
        PoisonError, TryLockError,
        atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

/// How long a child waits until it takes a lock for lost: what it locks itself it holds for microseconds.
const PATIENCE: Duration = Duration::from_secs(1);

/// The process that locked first; 0 before. In another one, threads are missing.
static PROCESS: AtomicU32 = AtomicU32::new(0);

/// A mutex that does without poison.
#[derive(Debug, Default)]
pub(crate) struct Lock<T> {
    value: Mutex<T>,
    lost: AtomicBool,
}

impl<T> Lock<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self { value: Mutex::new(value), lost: AtomicBool::new(false) }
    }

    /// The right to the value; `None` where the thread that has it was left behind by a fork.
    pub(crate) fn lock(&self) -> Option<MutexGuard<'_, T>> {
        if let Some(guard) = self.at_once() {
            if PROCESS.load(Relaxed) == 0 {
                PROCESS.store(process::id(), Relaxed);
            }
            return Some(guard);
        }
        self.when_free()
    }

    fn at_once(&self) -> Option<MutexGuard<'_, T>> {
        match self.value.try_lock() {
            Ok(guard) => Some(guard),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    #[cold]
    fn when_free(&self) -> Option<MutexGuard<'_, T>> {
        if self.lost.load(Relaxed) {
            None
        } else if process::id() == PROCESS.load(Relaxed) {
            Some(self.value.lock().unwrap_or_else(PoisonError::into_inner))
        } else {
            self.within(PATIENCE)
        }
    }

    fn within(&self, patience: Duration) -> Option<MutexGuard<'_, T>> {
        let start = Instant::now();
        loop {
            if let Some(guard) = self.at_once() {
                return Some(guard);
            }
            if start.elapsed() > patience {
                self.lost.store(true, Relaxed);
                return None;
            }
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// As a child finds it that has waited in vain.
    #[cfg(test)]
    pub(crate) fn lose(&self) {
        std::mem::forget(self.at_once());
        self.lost.store(true, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_waits_once_for_what_is_lost() {
        let lock = Lock::new(1);
        std::mem::forget(lock.lock());
        assert!(lock.within(Duration::from_millis(5)).is_none());
        let start = Instant::now();
        assert!(lock.lock().is_none());
        assert!(start.elapsed() < PATIENCE, "it is known to be lost");
    }

    #[test]
    fn a_child_has_patience_with_its_own_threads() {
        let lock = Lock::new(1);
        let guard = lock.lock().unwrap();
        thread::scope(|scope| {
            let waits = scope.spawn(|| lock.within(Duration::from_secs(60)).map(|guard| *guard));
            drop(guard);
            assert_eq!(waits.join().unwrap(), Some(1));
        });
    }

    #[test]
    fn a_panic_does_not_lose_it() {
        let lock = Lock::new(1);
        let panics = || {
            let _guard = lock.lock();
            panic!("as told");
        };
        assert!(thread::scope(|scope| scope.spawn(panics).join()).is_err());
        assert_eq!(lock.lock().as_deref(), Some(&1));
    }
}
