//! Calls told to whoever captures them: a hook at their end, under the feature `testing` alone.

use super::context::Context;
use crate::{
    callsite::Outcome,
    cell::{CellSet, Work},
};
use std::{
    cell::Cell,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// More calls than this are only counted: a test that makes more has other questions.
const MOST_CALLS: usize = 100_000;

/// A call that has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended {
    /// Whose it is; the registry knows the name.
    pub(crate) cells: &'static CellSet,
    pub(crate) outcome: Outcome,
    /// Of an error, its type.
    pub(crate) error_type: Option<&'static str>,
    /// In units of the clock.
    pub(crate) duration: u64,
}

/// What was captured.
#[derive(Default)]
pub(crate) struct Recorder(Mutex<Recorded>);

#[derive(Clone, Default)]
pub(crate) struct Recorded {
    pub(crate) calls: Vec<Ended>,
    /// Calls past the bound.
    pub(crate) refused: u64,
    /// The capture is over; what it started may go on.
    over: bool,
}

impl Recorder {
    fn lock(&self) -> MutexGuard<'_, Recorded> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What there is so far.
    pub(crate) fn recorded(&self) -> Recorded {
        // An observed allocator would come back for the lock.
        let _work = Work::begin();
        self.lock().clone()
    }

    /// Nobody asks any more; work that goes on takes no memory for it.
    pub(crate) fn finish(&self) {
        let _work = Work::begin();
        *self.lock() = Recorded { over: true, ..Recorded::default() };
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").finish_non_exhaustive()
    }
}

thread_local! {
    /// The type of the error that the next call to end on this thread ends with.
    static ERROR_TYPE: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// The call that ends next is an error of this type.
pub(super) fn fails(error_type: &'static str) {
    ERROR_TYPE.set(Some(error_type));
}

/// A call has ended.
pub(super) fn ends(cells: &'static CellSet, outcome: Outcome, duration: u64) {
    let error_type = ERROR_TYPE.take();
    let Some(recorder) = Context::current().recorder else { return };
    // As in `recorded`. At work already, it is the lock's owner that allocates.
    let Some(_work) = Work::begin() else { return };
    let mut seen = recorder.lock();
    if seen.over {
        return;
    }
    if seen.calls.len() < MOST_CALLS {
        seen.calls.push(Ended { cells, outcome, error_type, duration });
    } else {
        seen.refused += 1;
    }
}
