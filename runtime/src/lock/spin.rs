//! A mutex that `ThreadSanitizer` understands (`cfg(observant_tsan)`, see `scripts/sanitizers`). The standard
//! library of a toolchain is not built for it, and what that library does to wait it takes for nothing.

use std::{
    cell::UnsafeCell,
    ops::{Deref, DerefMut},
    sync::{
        LockResult, TryLockError, TryLockResult,
        atomic::{
            AtomicBool,
            Ordering::{Acquire, Relaxed, Release},
        },
    },
    thread,
};

/// As that of the standard library, but never poisoned.
#[derive(Debug, Default)]
pub(crate) struct Mutex<T> {
    taken: AtomicBool,
    /// Invariant: touched by the one guard alone that set `taken`, until it clears it.
    value: UnsafeCell<T>,
}

// SAFETY: a guard passes the value from thread to thread, one at a time.
unsafe impl<T: Send> Sync for Mutex<T> {}

impl<T> Mutex<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self { taken: AtomicBool::new(false), value: UnsafeCell::new(value) }
    }

    pub(crate) fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        match self.taken.compare_exchange(false, true, Acquire, Relaxed) {
            Ok(_) => Ok(MutexGuard(self)),
            Err(_) => Err(TryLockError::WouldBlock),
        }
    }

    #[allow(clippy::unnecessary_wraps)] // As the other one.
    pub(crate) fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        loop {
            if let Ok(guard) = self.try_lock() {
                return Ok(guard);
            }
            thread::yield_now();
        }
    }
}

/// The right to the value.
#[derive(Debug)]
pub(crate) struct MutexGuard<'m, T>(&'m Mutex<T>);

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the invariant of `value`; this is that guard.
        unsafe { &*self.0.value.get() }
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above, and it is borrowed for as long.
        unsafe { &mut *self.0.value.get() }
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        self.0.taken.store(false, Release);
    }
}
