//! One function that asks to be judged, as a check that nobody wrote.

use super::{
    figures::{Figures, History},
    judge::{Broken, Level, judge},
};
use crate::{
    callsite,
    cell::Work,
    health::{CheckOptions, Kind, Place, Severity, Source, Verdict},
    lock::Lock,
    registry::Function,
};
use std::time::{Duration, Instant};

/// Over how long a function is looked at that asks for a deadline alone.
const WINDOW: Duration = Duration::from_secs(300);

/// How often at the most, and at the least.
const OFTEN: Duration = Duration::from_secs(1);
const SELDOM: Duration = Duration::from_secs(5);

/// One function.
pub(super) struct Judged {
    function: Function,
    /// What its check is called.
    name: String,
    known: Lock<Known>,
}

struct Known {
    history: History,
    figures: Figures,
    broken: Option<Broken>,
}

impl Judged {
    pub(super) fn new(function: Function, name: String, start: Instant) -> Self {
        let health = function.callsite.wishes().health;
        let window = health.map_or(WINDOW, |health| Duration::from_nanos(health.window));
        let history = History::new(start, window);
        let known = Known { history, figures: Figures::default(), broken: None };
        Self { function, name, known: Lock::new(known) }
    }

    /// The same under another name.
    pub(super) fn renamed(&self, name: String, start: Instant) -> Self {
        Self::new(self.function.clone(), name, start)
    }

    pub(super) fn is_of(&self, function: &Function) -> bool {
        std::ptr::eq(self.function.callsite, function.callsite)
    }

    /// What is wrong with it, in a sentence, as of the last look.
    pub(super) fn sentence(&self) -> Option<String> {
        Some(self.known.lock()?.broken.as_ref()?.sentence.clone())
    }
}

impl Source for Judged {
    fn name(&self) -> String {
        self.name.clone()
    }

    /// One look decides that it is worse, since windows are slow by themselves; two that it is better.
    fn options(&self) -> CheckOptions {
        let wishes = self.function.callsite.wishes();
        let (kind, severity) = match wishes.health.map(|health| health.severity) {
            Some(callsite::Severity::Critical) => (Kind::Readiness, Severity::Critical),
            Some(callsite::Severity::Info) => (Kind::Informational, Severity::Info),
            Some(callsite::Severity::Degraded) | None => (Kind::Readiness, Severity::Degraded),
        };
        let window = wishes.health.map(|health| Duration::from_nanos(health.window));
        let deadline = wishes.deadline.map(Duration::from_nanos);
        let shortest = window.into_iter().chain(deadline).min().unwrap_or(WINDOW);
        CheckOptions::new()
            .kind(kind)
            .severity(severity)
            .interval((shortest / 12).clamp(OFTEN, SELDOM))
            .fail_after(1)
            .pass_after(2)
            .tags(&["function"])
    }

    fn place(&self) -> Place {
        let meta = self.function.callsite.metadata();
        Place { file: meta.module.file, line: meta.line }
    }

    fn evaluate(&self, now: Instant) -> Verdict {
        let callsite = self.function.callsite;
        // An observed allocator would come back for the lock.
        let _work = Work::begin();
        let Some(mut known) = self.known.lock() else { return Verdict::pass() };
        known.figures = known.history.look(callsite, now);
        // Of what is switched off no call is seen, good or bad.
        let judged = callsite.is_on().then(|| judge(&known.figures, callsite.wishes())).flatten();
        known.broken.clone_from(&judged);
        let Some(broken) = judged else { return Verdict::pass() };
        let verdict = match broken.level {
            Level::Degraded => Verdict::degraded(broken.figure),
            Level::Failing => Verdict::fail(broken.figure),
        };
        verdict.observed(broken.value, broken.limit, broken.unit).with_text(broken.sentence)
    }
}
