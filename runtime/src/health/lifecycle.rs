//! What the program has told of its own life. Atomics only; set by `setup`, read by the probes and by
//! the figures.

use std::sync::atomic::{AtomicBool, Ordering};

/// Where the program is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Not ready for work yet.
    Starting,
    /// At work.
    Ready,
    /// Finishing what it has, taking nothing new.
    Draining,
}

impl State {
    /// The word the probes answer with.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Ready => "ready",
            Self::Draining => "draining",
        }
    }
}

/// The program's state, and whether it ever was ready. It begins as starting.
#[derive(Debug, Default)]
pub(crate) struct Lifecycle {
    started: AtomicBool,
    draining: AtomicBool,
}

impl Lifecycle {
    /// The program is ready from here on.
    pub(crate) fn set_ready(&self) {
        self.started.store(true, Ordering::Release);
    }

    /// The program is ending. There is no way back.
    pub(crate) fn set_draining(&self) {
        self.draining.store(true, Ordering::Release);
    }

    pub(crate) fn state(&self) -> State {
        if self.draining.load(Ordering::Acquire) {
            State::Draining
        } else if self.has_started() {
            State::Ready
        } else {
            State::Starting
        }
    }

    /// Whether the program has been ready once; stays true while it drains.
    pub(crate) fn has_started(&self) -> bool {
        self.started.load(Ordering::Acquire)
    }
}
