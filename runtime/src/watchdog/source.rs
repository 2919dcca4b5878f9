//! What was seen, as checks of the kind liveness.

use super::{
    pulse::{Beat, Pulse},
    workers::Workers,
};
use crate::health::{
    CheckOptions, Checks, Kind, OF_RUNTIME, OF_TELEMETRY, Place, Refused, Registration, Severity,
    Source, Verdict,
};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::runtime::Handle;

/// How many times as long one thread may stay where it is, while others take up work: a call that blocks where it
/// should not comes back, a deadlock does not.
const BLOCKED: u32 = 12;

/// How often something is looked at within the time that it may be silent.
const LOOKS: u32 = 4;
const OFTEN: Duration = Duration::from_millis(25);
const SELDOM: Duration = Duration::from_millis(2_500);

/// A thread of ours with a runtime of its own.
pub(crate) struct Watched {
    pub(crate) name: &'static str,
    pub(crate) pulse: Pulse,
    /// It answers requests; otherwise it exports.
    pub(crate) answers: bool,
    /// Whether a part of it has panicked.
    pub(crate) is_broken: Box<dyn Fn() -> bool + Send + Sync>,
}

/// Has `checks` look at the program's runtime, if it has one, and at threads of ours, until what is returned is dropped.
/// What is refused the caller tells: no other check has the name of one of ours. Where nothing else is checked and nothing exported, threads of ours
/// are not looked at: that of the server shows by itself whether it answers, and a thread that looks would be one more.
pub(crate) fn contribute(
    checks: &Arc<Checks>,
    limit: Duration,
    runtime: Option<Handle>,
    ours: Vec<Watched>,
) -> Vec<Result<Registration, Refused>> {
    let runtime = runtime.map(|handle| {
        let look = Runtime { pulse: Pulse::new(handle), workers: Mutex::default() };
        Arc::new(Watch { limit, look }) as Arc<dyn Source>
    });
    let exports = ours.iter().any(|ours| !ours.answers);
    let others = runtime.is_some() || exports || !checks.all().is_empty();
    let ours = (others && !ours.is_empty())
        .then(|| Arc::new(Watch { limit, look: Telemetry { ours } }) as Arc<dyn Source>);
    let sources = runtime.into_iter().chain(ours);
    sources.map(|source| checks.contribute(source)).collect()
}

/// Something that gets on, or does not.
pub(super) trait Look: Send + Sync {
    /// The name of its check.
    const NAME: &'static str;

    /// Whether it got on by `now`; it may be silent for `silence`.
    fn look(&self, silence: Duration, now: Instant) -> Verdict;
}

/// The check of it.
pub(super) struct Watch<L> {
    pub(super) limit: Duration,
    pub(super) look: L,
}

impl<L: Look> Source for Watch<L> {
    fn name(&self) -> String {
        L::NAME.to_owned()
    }

    fn options(&self) -> CheckOptions {
        CheckOptions::new()
            .kind(Kind::Liveness)
            .severity(Severity::Critical)
            .interval((self.limit / LOOKS).clamp(OFTEN, SELDOM))
            .fail_after(1)
            .pass_after(1)
            .tags(&["watchdog"])
    }

    fn place(&self) -> Place {
        Place { file: file!(), line: line!() }
    }

    fn evaluate(&self, now: Instant) -> Verdict {
        self.look.look(self.limit, now)
    }
}

/// The runtime that was current when set-up ran.
pub(super) struct Runtime {
    pub(super) pulse: Pulse,
    pub(super) workers: Mutex<Workers>,
}

impl Look for Runtime {
    const NAME: &'static str = OF_RUNTIME;

    fn look(&self, silence: Duration, now: Instant) -> Verdict {
        let limit = silence.as_secs_f64();
        let metrics = self.pulse.handle().metrics();
        let threads = metrics.num_workers();
        let (longest, blocked) = {
            let mut workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner);
            workers.look(&metrics, now, silence)
        };
        match self.pulse.look(now) {
            Beat::Waiting(waited) if waited > silence => {
                return Verdict::fail("runtime_stalled")
                    .observed(waited.as_secs_f64(), limit, "seconds")
                    .with_text(format_args!(
                        "the async runtime has not taken up a task for {waited:.1?}; of its {threads} threads \
                         {blocked} stay in one task"
                    ));
            }
            // The program has left it; that is no fault.
            Beat::Ended => return Verdict::pass(),
            Beat::Waiting(_) | Beat::Alive => {}
        }
        // Of one thread the pulse tells it.
        if blocked == 0 || threads == 1 {
            return Verdict::pass();
        }
        let verdict = if longest > silence * BLOCKED {
            Verdict::fail("worker_deadlocked")
        } else {
            Verdict::degraded("worker_blocked")
        };
        verdict.observed(longest.as_secs_f64(), limit, "seconds").with_text(format_args!(
            "{blocked} of {threads} threads of the async runtime stay in one task, for {longest:.1?} at the longest; \
             what blocks belongs into `spawn_blocking`"
        ))
    }
}

/// The threads of ours that answer and export.
pub(super) struct Telemetry {
    pub(super) ours: Vec<Watched>,
}

impl Look for Telemetry {
    const NAME: &'static str = OF_TELEMETRY;

    fn look(&self, silence: Duration, now: Instant) -> Verdict {
        let limit = silence.as_secs_f64();
        // All are looked at, whatever the first says: each look hands out the next task.
        let beats: Vec<_> = self.ours.iter().map(|ours| (ours, ours.pulse.look(now))).collect();
        for (ours, beat) in beats {
            let name = ours.name;
            match beat {
                Beat::Ended => {
                    return Verdict::fail("worker_dead").with_text(format_args!(
                        "the thread `{name}` has ended, and nobody asked it to"
                    ));
                }
                Beat::Alive | Beat::Waiting(_) if (ours.is_broken)() => {
                    return Verdict::fail("worker_dead")
                        .with_text(format_args!("a part of the thread `{name}` has panicked"));
                }
                Beat::Waiting(waited) if waited > silence => {
                    return Verdict::fail("worker_stalled")
                        .observed(waited.as_secs_f64(), limit, "seconds")
                        .with_text(format_args!("the thread `{name}` hangs for {waited:.1?}"));
                }
                Beat::Alive | Beat::Waiting(_) => {}
            }
        }
        Verdict::pass()
    }
}
