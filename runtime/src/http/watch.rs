//! How long a client may take over what it is at. No socket: `connection` tells what happens, and asks when it is late.
//!
//! hyper has a timer for headers, but starts it when the response before them is done, so it cannot tell a client that
//! rests between two scrapes from one that sends a header byte a second. So each phase has a deadline of ours.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::Limits;

/// What a client is at, when it is the one we wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Sending a request's headers.
    Header,
    /// Resting between two requests.
    Idle,
    /// Taking a response.
    Response,
}

impl Phase {
    pub(super) const ALL: [Self; 3] = [Self::Header, Self::Idle, Self::Response];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Idle => "idle",
            Self::Response => "response",
        }
    }
}

/// Follows one connection through its phases.
#[derive(Debug)]
pub(super) struct Watch {
    limits: Limits,
    moment: Mutex<Moment>,
}

#[derive(Debug)]
struct Moment {
    /// The phase and when it must be over; none while we make a page, which has a limit of its own.
    waiting: Option<(Phase, Instant)>,
    /// The response's body is out of hyper's hands.
    body_sent: bool,
}

impl Watch {
    /// A connection that has just begun. Its first request has no rest before it.
    pub(super) fn new(limits: Limits) -> Self {
        let waiting = Some((Phase::Header, Instant::now() + limits.header));
        Self { limits, moment: Mutex::new(Moment { waiting, body_sent: false }) }
    }

    /// What the client is at and when it must be done, if it is the client we wait for.
    pub(super) fn waiting(&self) -> Option<(Phase, Instant)> {
        self.change(|moment| moment.waiting)
    }

    /// Bytes came in.
    pub(super) fn received(&self) {
        self.change(|moment| {
            if matches!(moment.waiting, Some((Phase::Idle, _))) {
                moment.waiting = Some((Phase::Header, Instant::now() + self.limits.header));
            }
        });
    }

    /// A request is complete and its page is being made.
    pub(super) fn answering(&self) {
        self.change(|moment| *moment = Moment { waiting: None, body_sent: false });
    }

    /// A response of `bytes` is ready for the client to take.
    pub(super) fn responding(&self, bytes: usize) {
        #[allow(clippy::cast_precision_loss)] // No response has 2^53 bytes.
        let extra = Duration::from_secs_f64(bytes as f64 / self.limits.response_rate);
        let deadline = Instant::now() + self.limits.request + extra;
        self.change(|moment| moment.waiting = Some((Phase::Response, deadline)));
    }

    /// The response's body is out of hyper's hands: written, or not wanted.
    pub(super) fn body_sent(&self) {
        self.change(|moment| moment.body_sent = true);
    }

    /// All that hyper had to write is with the system.
    pub(super) fn flushed(&self) {
        self.change(|moment| {
            if moment.body_sent && matches!(moment.waiting, Some((Phase::Response, _))) {
                moment.waiting = Some((Phase::Idle, Instant::now() + self.limits.idle));
            }
        });
    }

    fn change<T>(&self, change: impl FnOnce(&mut Moment) -> T) -> T {
        change(&mut self.moment.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
