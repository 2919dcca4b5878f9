//! Whether each thread of a runtime gets on, by the figures that tokio keeps of it: a thread that neither parks nor
//! comes back from what it polls stays where it is.

use std::time::{Duration, Instant};
use tokio::runtime::RuntimeMetrics;

/// What was seen of a thread, and since when nothing else.
#[derive(Clone, Copy, Debug)]
struct Seen {
    figures: Figures,
    since: Instant,
}

/// A thread at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Figures {
    /// How often it parked and went on: odd while it is parked ("`worker_park_unpark_count`", docs of tokio).
    parks: u64,
    /// Time spent polling; grows when it parks, and every few dozen tasks.
    busy: Duration,
}

impl Figures {
    #[cfg(target_has_atomic = "64")]
    fn of(metrics: &RuntimeMetrics, worker: usize) -> Self {
        Self {
            parks: metrics.worker_park_unpark_count(worker),
            busy: metrics.worker_total_busy_duration(worker),
        }
    }

    /// tokio counts nothing where it would need a lock to: then all seem to rest.
    #[cfg(not(target_has_atomic = "64"))]
    fn of(_: &RuntimeMetrics, _: usize) -> Self {
        Self { parks: 1, busy: Duration::ZERO }
    }

    fn is_parked(self) -> bool {
        !self.parks.is_multiple_of(2)
    }
}

/// The threads of one runtime.
#[derive(Debug, Default)]
pub(super) struct Workers(Vec<Seen>);

impl Workers {
    /// How long the thread that stays longest has been where it is, and how many stay for longer than `limit`.
    pub(super) fn look(
        &mut self,
        metrics: &RuntimeMetrics,
        now: Instant,
        limit: Duration,
    ) -> (Duration, usize) {
        let figures = (0..metrics.num_workers()).map(|worker| Figures::of(metrics, worker));
        self.take(figures, now, limit)
    }

    fn take(
        &mut self,
        all: impl Iterator<Item = Figures>,
        now: Instant,
        limit: Duration,
    ) -> (Duration, usize) {
        let (mut longest, mut stuck) = (Duration::ZERO, 0);
        for (worker, figures) in all.enumerate() {
            let fresh = Seen { figures, since: now };
            match self.0.get_mut(worker) {
                None => self.0.push(fresh),
                Some(seen) if seen.figures != figures || figures.is_parked() => *seen = fresh,
                Some(seen) => {
                    let stays = now.saturating_duration_since(seen.since);
                    longest = longest.max(stays);
                    stuck += usize::from(stays > limit);
                }
            }
        }
        (longest, stuck)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_stays_where_it_is_while_it_neither_parks_nor_polls_on() {
        let start = Instant::now();
        let at = |second| start + Duration::from_secs(second);
        let figures = |parks, busy| Figures { parks, busy: Duration::from_millis(busy) };
        let limit = Duration::from_secs(10);
        let mut workers = Workers::default();
        let mut look =
            |second, threads: [Figures; 3]| workers.take(threads.into_iter(), at(second), limit);
        // One polls for ever, one is parked for ever, one polls on and on.
        assert_eq!(look(0, [figures(2, 5), figures(3, 5), figures(4, 5)]), (Duration::ZERO, 0));
        let seconds = Duration::from_secs;
        assert_eq!(look(10, [figures(2, 5), figures(3, 5), figures(4, 6)]), (seconds(10), 0));
        assert_eq!(look(11, [figures(2, 5), figures(3, 5), figures(4, 7)]), (seconds(11), 1));
        assert_eq!(look(25, [figures(2, 5), figures(3, 5), figures(4, 7)]), (seconds(25), 2));
        // It came back, and polls something else.
        assert_eq!(look(26, [figures(4, 9), figures(3, 5), figures(5, 7)]), (Duration::ZERO, 0));
        assert_eq!(look(40, [figures(4, 9), figures(4, 5), figures(5, 7)]), (seconds(14), 1));
    }
}
