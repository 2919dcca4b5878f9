//! What cells share memory with: the standard library's means, or under `cfg(observant_loom)` those of
//! a model checker, which tries the orders in which threads may run and what each may then see.

#[cfg(not(observant_loom))]
mod means {
    use crate::lock::Mutex;
    pub(in crate::cell) use crate::lock::{Lock, MutexGuard};
    pub(in crate::cell) use std::{
        sync::atomic::{AtomicPtr, AtomicU64},
        thread_local,
    };

    /// Held by writers of shared shards while they allocate.
    pub(in crate::cell) static ALLOCATION: Mutex<()> = Mutex::new(());

    /// Nothing: only the model asks whether memory is still in use.
    #[derive(Debug)]
    pub(in crate::cell) struct Alive;

    impl Alive {
        pub(in crate::cell) const fn new() -> Self {
            Self
        }

        /// Somebody looks.
        #[inline(always)]
        #[allow(clippy::unused_self)] // The model's counterpart has something to look at.
        pub(in crate::cell) fn check(&self) {}

        /// Nobody may look any more.
        #[inline(always)]
        #[allow(clippy::unused_self)] // As above.
        pub(in crate::cell) fn end(&self) {}
    }
}

#[cfg(observant_loom)]
mod means {
    use loom::sync::Mutex;
    pub(in crate::cell) use loom::sync::{
        MutexGuard,
        atomic::{AtomicPtr, AtomicU64},
    };
    use std::{
        ptr::null_mut,
        sync::{
            PoisonError,
            atomic::Ordering::{Acquire, Release},
        },
    };

    /// The model's own does not understand `const`.
    macro_rules! thread_locals {
        ($(static $name:ident: $type:ty = const $init:block;)*) => {
            loom::thread_local! { $(static $name: $type = $init;)* }
        };
    }
    pub(in crate::cell) use thread_locals as thread_local;

    loom::lazy_static! {
        pub(in crate::cell) static ref ALLOCATION: Mutex<()> = Mutex::new(());
    }

    /// Nobody forks in the model.
    #[derive(Debug)]
    pub(in crate::cell) struct Lock<T>(Mutex<T>);

    impl<T> Lock<T> {
        pub(in crate::cell) fn new(value: T) -> Self {
            Self(Mutex::new(value))
        }

        pub(in crate::cell) fn lock(&self) -> Option<MutexGuard<'_, T>> {
            Some(self.0.lock().unwrap_or_else(PoisonError::into_inner))
        }
    }

    /// Told when what it is in is given back; whoever looks later, or at the same time, is found out.
    #[derive(Debug)]
    pub(in crate::cell) struct Alive(loom::cell::UnsafeCell<bool>);

    // SAFETY: the checker fails the run when two threads use it at once.
    unsafe impl Sync for Alive {}

    impl Alive {
        pub(in crate::cell) fn new() -> Self {
            Self(loom::cell::UnsafeCell::new(true))
        }

        pub(in crate::cell) fn check(&self) {
            // SAFETY: the checker fails the run when another thread is in `end` meanwhile.
            assert!(self.0.with(|alive| unsafe { *alive }), "memory is used after its end");
        }

        pub(in crate::cell) fn end(&self) {
            // SAFETY: the checker fails the run when another thread is in here or in `check`.
            self.0.with_mut(|alive| unsafe { *alive = false });
        }
    }
}

/// As that of the standard library, which the model has no counterpart of, and whose inner workings
/// `ThreadSanitizer` does not see.
#[cfg(any(observant_loom, observant_tsan))]
mod once {
    use super::means::{AtomicPtr, Lock};
    use std::{
        ptr::null_mut,
        sync::atomic::Ordering::{Acquire, Release},
    };

    #[derive(Debug)]
    pub(in crate::cell) struct OnceLock<T> {
        /// Invariant: null or from a box, never changed again and never freed.
        value: AtomicPtr<T>,
        making: Lock<()>,
    }

    impl<T> OnceLock<T> {
        pub(in crate::cell) fn new() -> Self {
            Self { value: AtomicPtr::new(null_mut()), making: Lock::new(()) }
        }

        pub(in crate::cell) fn get(&self) -> Option<&T> {
            // SAFETY: the invariant of `value`.
            unsafe { self.value.load(Acquire).as_ref() }
        }

        pub(in crate::cell) fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
            let _making = self.making.lock();
            if self.get().is_none() {
                self.value.store(Box::into_raw(Box::new(make())), Release);
            }
            self.get().expect("it was just made")
        }
    }
}

#[cfg(any(observant_loom, observant_tsan))]
pub(super) use once::OnceLock;
#[cfg(not(any(observant_loom, observant_tsan)))]
pub(super) use std::sync::OnceLock;

pub(super) use means::*;
