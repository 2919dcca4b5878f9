//! What counters said some time ago: readings in a ring, so that the difference to now is what happened in a window that
//! ends now.
//!
//! Times are of the monotonic clock, which no step of the wall clock moves. Readings come when they come: late ones
//! leave a gap, and a window begins at the reading that is nearest to where it should.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// Counters, and how long they said the same.
#[derive(Clone, Copy, Debug)]
struct Reading<const N: usize> {
    from: Instant,
    /// The last time that they were seen to say this still: one reading for however long nothing happens.
    until: Instant,
    counts: [u64; N],
}

/// Readings of `N` counters that never step back.
#[derive(Debug)]
pub(crate) struct Rolling<const N: usize> {
    /// No two readings are nearer to one another.
    step: Duration,
    /// The longest window.
    span: Duration,
    /// In order of time; the first is as old as the longest window, or when the counters began, with zeros.
    readings: VecDeque<Reading<N>>,
}

/// What happened in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window<const N: usize> {
    pub(crate) counts: [u64; N],
    /// How long the window was in truth: since the counters began, where that is less.
    pub(crate) covered: Duration,
}

impl<const N: usize> Rolling<N> {
    /// Of counters that began at zero at `start`. For windows up to `span`, each of which begins within half a `step` of
    /// where it should, as long as readings come.
    pub(crate) fn new(start: Instant, step: Duration, span: Duration) -> Self {
        let first = Reading { from: start, until: start, counts: [0; N] };
        Self { step, span, readings: VecDeque::from([first]) }
    }

    /// How many readings it may hold.
    #[cfg(test)]
    pub(super) fn most(&self) -> usize {
        usize::try_from(self.span.as_nanos().div_ceil(self.step.as_nanos())).unwrap() + 2
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.readings.len()
    }

    /// Takes a reading at `now`, unless the last is too near.
    pub(crate) fn record(&mut self, now: Instant, counts: [u64; N]) {
        let Some(last) = self.readings.back_mut() else { return };
        if now < last.until {
            return;
        }
        if last.counts == counts {
            last.until = now;
        } else if now.duration_since(last.until) >= self.step {
            self.readings.push_back(Reading { from: now, until: now, counts });
        }
        // The oldest stays as long as the longest window may begin in it.
        while let Some(second) = self.readings.get(1)
            && now.duration_since(second.from) >= self.span
        {
            self.readings.pop_front();
        }
    }

    /// What happened in the `window` before `now`, at which the counters say `counts`.
    pub(crate) fn since(&self, now: Instant, counts: [u64; N], window: Duration) -> Window<N> {
        let Some(base) = self.base(now, window) else {
            return Window { counts: [0; N], covered: Duration::ZERO };
        };
        let mut difference = counts;
        for (count, before) in difference.iter_mut().zip(base.counts) {
            *count = count.saturating_sub(before);
        }
        // Where they said the same for a while, the window begins within that.
        let begins = now.checked_sub(window).unwrap_or(base.from).clamp(base.from, base.until);
        Window { counts: difference, covered: now.saturating_duration_since(begins) }
    }

    /// The reading nearest to where the window begins, and of two that are equally near the older. One that begins now
    /// says nothing of the past.
    fn base(&self, now: Instant, window: Duration) -> Option<&Reading<N>> {
        let first = self.readings.front()?;
        let Some(target) = now.checked_sub(window) else { return Some(first) };
        let after = self.readings.partition_point(|reading| reading.from <= target);
        let Some(before) = after.checked_sub(1).and_then(|place| self.readings.get(place)) else {
            return Some(first);
        };
        let next = self.readings.get(after).filter(|next| next.from < now);
        let late = target.saturating_duration_since(before.until);
        let nearer = next.filter(|next| next.from.duration_since(target) < late);
        Some(nearer.unwrap_or(before))
    }
}
