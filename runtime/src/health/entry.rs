//! One check: how it is run, and what is known of it. Whoever reads holds its lock for as long as a copy takes. Uses `lock`,
//! since scrapes and registrations of a forked child look at checks too.

use super::{
    home::Home,
    hysteresis::Streak,
    leaves::Run,
    options::Plan,
    verdict::{Observed, Verdict, reason},
    words::{Kind, Status},
};
use crate::lock::Lock;
use std::{
    collections::VecDeque,
    time::{Duration, Instant, SystemTime},
};

/// Transitions and durations that are kept of each check.
pub(crate) const HISTORY: usize = 32;

/// Intervals after which a result says nothing any more.
const STALE_AFTER: u32 = 3;

/// Where a check was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: &'static str,
    pub(crate) line: u32,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// How one run ended, as it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    Passed,
    Degraded,
    Failed,
    Panicked,
    /// Not started, as the run that was given up has not returned.
    Stuck,
    TimedOut,
}

impl Ended {
    /// In order of their words.
    pub(crate) const ALL: [Self; 6] =
        [Self::Degraded, Self::Failed, Self::Panicked, Self::Passed, Self::Stuck, Self::TimedOut];

    /// The value of the label `status`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Passed => "pass",
            Self::Degraded => "degraded",
            Self::Failed => "fail",
            Self::Panicked => "panic",
            Self::Stuck => "stuck",
            Self::TimedOut => "timeout",
        }
    }

    fn of(verdict: &Verdict) -> Self {
        match (verdict.status, verdict.reason) {
            (Status::Pass, _) => Self::Passed,
            (Status::Degraded, _) => Self::Degraded,
            (_, reason::PANIC) => Self::Panicked,
            (_, reason::STUCK) => Self::Stuck,
            (_, reason::TIMEOUT) => Self::TimedOut,
            _ => Self::Failed,
        }
    }
}

/// One run of a check.
#[derive(Clone, Debug)]
pub(crate) struct LastRun {
    /// When it ended.
    pub(crate) at: Instant,
    pub(crate) time: SystemTime,
    pub(crate) took: Duration,
    pub(crate) status: Status,
}

/// A change of status.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Change {
    pub(crate) time: SystemTime,
    pub(crate) from: Status,
    pub(crate) to: Status,
    pub(crate) reason: &'static str,
    pub(crate) error_type: Option<&'static str>,
}

/// What is known of a check.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) status: Status,
    pub(crate) reason: &'static str,
    pub(crate) error_type: Option<&'static str>,
    pub(crate) observed: Option<Observed>,
    pub(crate) since: SystemTime,
    pub(crate) last: Option<LastRun>,
    pub(crate) last_success: Option<SystemTime>,
    pub(crate) failures: u32,
    /// A run was given up and has not returned.
    pub(crate) stuck: bool,
    /// It was well once, or well enough.
    pub(crate) has_passed: bool,
    pub(crate) changes: VecDeque<Change>,
    pub(crate) durations: VecDeque<Duration>,
    /// All changes there were.
    pub(crate) changed: u64,
    /// By [`Ended`].
    pub(crate) runs: [u64; Ended::ALL.len()],
    /// Of runs that ended, per bucket of [`BOUNDS`], and above them all.
    pub(crate) buckets: [u64; BOUNDS.len() + 1],
    pub(crate) seconds: f64,
    /// How long the last result holds.
    pub(crate) holds: Duration,
    streak: Streak,
}

/// Bounds of how long checks take, in seconds.
pub(crate) const BOUNDS: [f64; 11] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

/// What a probe asks of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Glance {
    pub(crate) status: Status,
    pub(crate) reason: &'static str,
    pub(crate) has_passed: bool,
}

impl Known {
    fn new(now: SystemTime) -> Self {
        Self {
            status: Status::Unknown,
            reason: reason::NOT_RUN_YET,
            error_type: None,
            observed: None,
            since: now,
            last: None,
            last_success: None,
            failures: 0,
            stuck: false,
            has_passed: false,
            changes: VecDeque::new(),
            durations: VecDeque::new(),
            changed: 0,
            runs: [0; Ended::ALL.len()],
            buckets: [0; BOUNDS.len() + 1],
            seconds: 0.0,
            holds: Duration::MAX,
            streak: Streak::default(),
        }
    }

    /// What it comes to at `now`: a result that is too old says nothing.
    pub(crate) fn glance(&self, now: Instant) -> Glance {
        let stale = self
            .last
            .as_ref()
            .is_some_and(|last| now.saturating_duration_since(last.at) > self.holds);
        let (status, reason) =
            if stale { (Status::Unknown, reason::STALE) } else { (self.status, self.reason) };
        Glance { status, reason, has_passed: self.has_passed }
    }
}

/// A check and what is known of it.
pub(crate) struct Entry {
    pub(crate) name: Box<str>,
    pub(crate) plan: Plan,
    pub(crate) place: Place,
    pub(crate) run: Run,
    home: Lock<Home>,
    known: Lock<Known>,
}

impl Entry {
    pub(crate) fn new(name: String, plan: Plan, place: Place, run: Run) -> Self {
        let known = Lock::new(Known::new(SystemTime::now()));
        Self { name: name.into(), plan, place, run, home: Lock::new(Home::here()), known }
    }

    /// The runtime it runs on if it is async.
    pub(super) fn home(&self) -> Home {
        self.home.lock().map_or_else(Home::here, |home| home.clone())
    }

    /// It runs there from now on, if that is anywhere; one that has a home stays in it unless it is to `move_out`.
    pub(super) fn settle(&self, home: &Home, move_out: bool) {
        let Some(mut own) = self.home.lock() else { return };
        if home.is_somewhere() && (move_out || !own.is_somewhere()) {
            *own = home.clone();
        }
    }

    /// Has `change` what is known; in a child in which it is lost, what is known of a new check.
    fn change<R>(&self, change: impl FnOnce(&mut Known) -> R) -> R {
        match self.known.lock() {
            Some(mut known) => change(&mut known),
            None => change(&mut Known::new(SystemTime::now())),
        }
    }

    /// What is known, as a copy.
    pub(crate) fn known(&self) -> Known {
        self.change(|known| known.clone())
    }

    /// Looks at what is known without copying it; `look` must be quick.
    pub(crate) fn look<R>(&self, look: impl FnOnce(&Known) -> R) -> R {
        self.change(|known| look(known))
    }

    /// What it comes to.
    pub(crate) fn glance(&self, now: Instant) -> Glance {
        self.change(|known| known.glance(now))
    }

    /// Whether a run that was given up has not returned.
    pub(crate) fn set_stuck(&self, stuck: bool) {
        self.change(|known| known.stuck = stuck);
    }

    /// How long until the next run, from the start of the last: longer while it is down, unless it is coming up again.
    pub(crate) fn interval(&self) -> Duration {
        self.change(|known| self.next_interval(known))
    }

    /// What is computed costs nothing, and is judged as often as ever.
    fn next_interval(&self, known: &Known) -> Duration {
        match self.run {
            Run::Computed(_) => self.plan.interval,
            Run::Blocking(_) | Run::Future(_) => interval(&self.plan, known),
        }
    }

    /// Takes in what a run found, and says whether that changed the status.
    pub(crate) fn record(&self, verdict: &Verdict, took: Duration) -> Option<Change> {
        self.change(|known| self.take_in(known, verdict, took))
    }

    fn take_in(&self, known: &mut Known, verdict: &Verdict, took: Duration) -> Option<Change> {
        let (at, time) = (Instant::now(), SystemTime::now());
        let ended = Ended::of(verdict);
        known.runs[ended as usize] += 1;
        // One that was not started took no time.
        if ended != Ended::Stuck {
            let seconds = took.as_secs_f64();
            known.buckets[BOUNDS.partition_point(|bound| *bound < seconds)] += 1;
            known.seconds += seconds;
            keep(&mut known.durations, took);
        }
        if verdict.is_pass() {
            known.last_success = Some(time);
        }
        known.last = Some(LastRun { at, time, took, status: verdict.status });
        let from = known.status;
        let mut streak = known.streak;
        known.status = streak.next(from, verdict.status, self.plan.thresholds);
        known.streak = streak;
        known.failures = streak.failures();
        known.has_passed |= matches!(known.status, Status::Pass | Status::Degraded);
        // Of a status that holds in spite of the last result, the reason holds too.
        if known.status == verdict.status || known.status != from {
            known.reason = verdict.reason;
            known.error_type = verdict.error_type;
            known.observed = verdict.observed;
        }
        known.holds = if self.plan.kind == Kind::Startup && known.status == Status::Pass {
            Duration::MAX
        } else {
            let intervals = self.next_interval(known).saturating_mul(STALE_AFTER);
            intervals.saturating_add(self.plan.timeout)
        };
        if known.status == from {
            return None;
        }
        known.since = time;
        known.changed += 1;
        let change = Change {
            time,
            from,
            to: known.status,
            reason: known.reason,
            error_type: known.error_type,
        };
        keep(&mut known.changes, change.clone());
        Some(change)
    }
}

/// The slowest that a check which is down is asked.
const SLOWEST: Duration = Duration::from_secs(30);

fn interval(plan: &Plan, known: &Known) -> Duration {
    let beyond = known.failures.saturating_sub(plan.thresholds.fail_after);
    if known.status != Status::Fail || known.streak.is_up() {
        return plan.interval;
    }
    let slower = plan.interval.saturating_mul(1 << beyond.min(3));
    slower.min(SLOWEST.max(plan.interval))
}

/// Adds to a ring of [`HISTORY`].
fn keep<T>(ring: &mut VecDeque<T>, value: T) {
    if ring.len() == HISTORY {
        ring.pop_front();
    }
    ring.push_back(value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::health::{CheckOptions, Source};
    use std::sync::Arc;

    const PLACE: Place = Place { file: "src/main.rs", line: 7 };

    struct Computed;

    impl Source for Computed {
        fn name(&self) -> String {
            "computed".to_owned()
        }

        fn options(&self) -> CheckOptions {
            CheckOptions::new()
        }

        fn place(&self) -> Place {
            PLACE
        }

        fn evaluate(&self, _: Instant) -> Verdict {
            Verdict::pass()
        }
    }

    fn entry(run: Run) -> Entry {
        Entry::new("entry".to_owned(), Plan::of(&CheckOptions::new()).unwrap(), PLACE, run)
    }

    #[test]
    fn what_costs_something_is_asked_less_often_while_it_is_down_and_a_computed_verdict_is_not() {
        let often = Duration::from_secs(10);
        for (run, while_down) in [
            (Run::Blocking(Arc::new(Verdict::pass)), Duration::from_secs(30)),
            (Run::Computed(Arc::new(Computed)), often),
        ] {
            let entry = entry(run);
            assert_eq!(entry.interval(), often);
            for _ in 0..10 {
                entry.record(&Verdict::fail("error"), Duration::ZERO);
            }
            assert_eq!(entry.interval(), while_down);
            assert_eq!(entry.look(|known| known.holds), while_down * 3 + entry.plan.timeout);
        }
    }

    #[test]
    fn of_transitions_and_durations_the_last_are_kept() {
        let options = CheckOptions::new().fail_after(1).pass_after(1);
        let run = Run::Blocking(Arc::new(Verdict::pass));
        let entry = Entry::new("entry".to_owned(), Plan::of(&options).unwrap(), PLACE, run);
        for number in 0..100 {
            let verdict = if number % 2 == 0 { Verdict::pass() } else { Verdict::fail("error") };
            assert!(entry.record(&verdict, Duration::from_millis(number)).is_some());
        }
        let known = entry.known();
        assert_eq!((known.changes.len(), known.durations.len(), known.changed), (32, 32, 100));
        let kept: Vec<_> = known.durations.iter().map(Duration::as_millis).collect();
        assert_eq!(kept, (68..100).collect::<Vec<_>>());
        assert_eq!(known.changes.back().unwrap().to, Status::Fail);
    }

    /// As when a thread of the parent was recording at the moment of the fork.
    #[test]
    fn a_child_in_which_a_check_is_lost_knows_nothing_of_it_and_goes_on() {
        let entry = entry(Run::Blocking(Arc::new(Verdict::pass)));
        entry.record(&Verdict::pass(), Duration::ZERO);
        assert_eq!(entry.glance(Instant::now()).status, Status::Pass);
        entry.known.lose();
        entry.home.lose();
        let start = Instant::now();
        assert_eq!(entry.glance(Instant::now()).status, Status::Unknown);
        assert_eq!(entry.known().reason, reason::NOT_RUN_YET);
        entry.set_stuck(true);
        entry.settle(&Home::here(), true);
        let _ = (entry.home(), entry.interval(), entry.look(|known| known.stuck));
        assert!(start.elapsed() < Duration::from_secs(60));
    }
}
