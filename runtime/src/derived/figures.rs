//! What the calls of a function came to: in a window that ends now, and those that have not ended.

use crate::{
    callsite::{Callsite, Outcome},
    cell::{Tally, Tracking},
    clock::{self, Stamp},
    slo::{Rolling, tally},
};
use std::time::{Duration, Instant};

/// Readings within a window.
const READINGS: u32 = 60;

/// What a function is judged by.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Figures {
    /// Calls that finished in the window; cancelled ones are not among them.
    pub(super) calls: u64,
    /// Of these, errors and panics.
    pub(super) failed: u64,
    /// Of these, those above the SLO's latency.
    pub(super) slow: u64,
    /// Of these, panics.
    pub(super) panicked: u64,
    /// How long the window was: less than asked for in a program that is younger.
    pub(super) covered: Duration,
    /// Calls that failed since the last that went well.
    pub(super) consecutive: u64,
    /// Since a call was last seen to have gone well, or since there is anybody to see.
    pub(super) since_success: Duration,
    /// How long the oldest call in flight lasts; of functions with a deadline.
    pub(super) oldest: Option<Duration>,
    /// Calls in flight that are told apart.
    pub(super) in_flight: usize,
}

/// What is remembered of a function between two looks.
#[derive(Debug)]
pub(super) struct History {
    window: Duration,
    readings: Rolling<4>,
    /// Calls that had gone well when one was last seen to, and when that was.
    succeeded: u64,
    success_at: Instant,
}

impl History {
    pub(super) fn new(start: Instant, window: Duration) -> Self {
        let readings = Rolling::new(start, window / READINGS, window);
        Self { window, readings, succeeded: 0, success_at: start }
    }

    /// The figures at `now`.
    pub(super) fn look(&mut self, callsite: &Callsite, now: Instant) -> Figures {
        let tally = tally(callsite);
        let in_flight = in_flight(callsite);
        let figures = self.take(&tally, now);
        Figures {
            consecutive: callsite.tracking().map_or(0, Tracking::failures),
            oldest: in_flight.as_ref().and_then(|calls| calls.ages.first().copied()),
            in_flight: in_flight.map_or(0, |calls| calls.ages.len()),
            ..figures
        }
    }

    /// Those that come of counters.
    pub(super) fn take(&mut self, tally: &Tally, now: Instant) -> Figures {
        let [ok, errors, panics] = [Outcome::Ok, Outcome::Error, Outcome::Panic]
            .map(|outcome| tally.calls[outcome as usize]);
        if ok > self.succeeded {
            (self.succeeded, self.success_at) = (ok, now);
        }
        let counts = [ok + errors + panics, errors + panics, tally.slow, panics];
        let happened = self.readings.since(now, counts, self.window);
        self.readings.record(now, counts);
        let [calls, failed, slow, panicked] = happened.counts;
        Figures {
            calls,
            failed,
            slow,
            panicked,
            covered: happened.covered,
            since_success: now.saturating_duration_since(self.success_at),
            ..Figures::default()
        }
    }
}

/// Calls in flight of a function with a deadline.
#[derive(Clone, Debug)]
pub(crate) struct InFlight {
    /// How long each lasts, the oldest first.
    pub(crate) ages: Vec<Duration>,
    /// Calls so far that found no place among those told apart.
    pub(crate) refused: u64,
    pub(crate) deadline: Duration,
}

/// The calls in flight of a function that has a deadline.
pub(crate) fn in_flight(callsite: &Callsite) -> Option<InFlight> {
    let deadline = Duration::from_nanos(callsite.wishes().deadline?);
    let Some(tracking) = callsite.tracking() else {
        return Some(InFlight { ages: Vec::new(), refused: 0, deadline });
    };
    let starts: Vec<Stamp> = tracking.starts().map(Stamp::from_bits).collect();
    let now = clock::now();
    let age = |start| Duration::from_nanos(clock::nanoseconds_of(clock::between(start, now)));
    let mut ages: Vec<Duration> = starts.into_iter().map(age).collect();
    ages.sort_unstable_by(|one, other| other.cmp(one));
    Some(InFlight { ages, refused: tracking.refused(), deadline })
}
