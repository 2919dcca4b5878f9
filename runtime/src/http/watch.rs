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

#[derive(Clone, Copy, Debug)]
struct Wait {
    phase: Phase,
    since: Instant,
    limit: Duration,
    /// When a client that means it would be done. From then on its place can go to another.
    due: Instant,
    /// That is none of those that are handed to the system at once.
    with_place: bool,
}

/// Follows one connection through its phases.
#[derive(Debug)]
pub(super) struct Watch {
    limits: Limits,
    moment: Mutex<Moment>,
}

#[derive(Debug)]
struct Moment {
    /// The phase we wait for the client to end; none while we make a page, which has a limit of its own.
    waiting: Option<Wait>,
    /// The response's body is out of hyper's hands.
    body_sent: bool,
    /// When the system last had room for bytes to send.
    took: Instant,
}

impl Watch {
    /// A connection that has just begun. Its first request has no rest before it.
    pub(super) fn new(limits: Limits) -> Self {
        let waiting = wait(Phase::Header, limits.header);
        let moment = Moment { waiting: Some(waiting), body_sent: false, took: waiting.since };
        Self { limits, moment: Mutex::new(moment) }
    }

    /// What the client is at and when it must be done, if it is the client we wait for.
    pub(super) fn waiting(&self) -> Option<(Phase, Instant)> {
        let waiting = self.change(|moment| moment.waiting)?;
        Some((waiting.phase, waiting.since + waiting.limit))
    }

    /// Since when the client has had nothing to get from us, or not got it: no page is being made, and a response has
    /// been waiting for it longer than it should. Such a connection can be closed for a better one.
    pub(super) fn useless_since(&self) -> Option<Instant> {
        let waiting = self.change(|moment| moment.waiting)?;
        (waiting.due <= Instant::now()).then_some(waiting.due)
    }

    /// Since when the client has been taking a page that is made elsewhere.
    pub(super) fn taking_since(&self) -> Option<Instant> {
        let waiting = self.change(|moment| moment.waiting)?;
        waiting.with_place.then_some(waiting.since)
    }

    /// Whether it takes it more slowly than it should: nothing for a while, or not all by when it should be through.
    pub(super) fn is_slow(&self) -> bool {
        let (waiting, took) = self.change(|moment| (moment.waiting, moment.took));
        let now = Instant::now();
        waiting.is_some_and(|waiting| {
            let rests = took.max(waiting.since) + self.limits.grace <= now;
            waiting.with_place && (rests || waiting.due <= now)
        })
    }

    /// Bytes came in.
    pub(super) fn received(&self) {
        self.change(|moment| {
            if moment.waiting.is_some_and(|waiting| waiting.phase == Phase::Idle) {
                moment.waiting = Some(wait(Phase::Header, self.limits.header));
            }
        });
    }

    /// A request is complete and its page is being made.
    pub(super) fn answering(&self) {
        self.change(|moment| {
            moment.waiting = None;
            moment.body_sent = false;
        });
    }

    /// A response of `bytes` is ready for the client to take. One `with_place` among pages that are made elsewhere is
    /// given time for it even when places are short; any other is with the system at once, unless its client wants no
    /// answers but places.
    pub(super) fn responding(&self, bytes: usize, with_place: bool) {
        #[allow(clippy::cast_precision_loss)] // No response has 2^53 bytes.
        let extra = Duration::from_secs_f64(bytes as f64 / self.limits.response_rate);
        let mut waiting = wait(Phase::Response, self.limits.request + extra);
        if with_place {
            waiting.with_place = true;
            waiting.due += self.limits.grace + extra;
        }
        self.change(|moment| moment.waiting = Some(waiting));
    }

    /// Bytes went out.
    pub(super) fn sent(&self) {
        self.change(|moment| moment.took = Instant::now());
    }

    /// The response's body is out of hyper's hands: written, or not wanted.
    pub(super) fn body_sent(&self) {
        self.change(|moment| moment.body_sent = true);
    }

    /// All that hyper had to write is with the system.
    pub(super) fn flushed(&self) {
        self.change(|moment| {
            let responding = moment.waiting.is_some_and(|waiting| waiting.phase == Phase::Response);
            if responding && moment.body_sent {
                moment.waiting = Some(wait(Phase::Idle, self.limits.idle));
            }
        });
    }

    fn change<T>(&self, change: impl FnOnce(&mut Moment) -> T) -> T {
        change(&mut self.moment.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// From now on.
fn wait(phase: Phase, limit: Duration) -> Wait {
    let since = Instant::now();
    Wait { phase, since, limit, due: since, with_place: false }
}
