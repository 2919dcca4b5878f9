//! What all checks come to, for one who asks: a probe, or the whole. Plain data; status codes are for others to decide.

use super::{
    entry::{Entry, Glance, Known},
    lifecycle::{Lifecycle, State},
    verdict::reason,
    words::{Kind, Severity, Status},
};
use std::{sync::Arc, time::Instant};

/// What one check means to a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The probe does not ask it.
    Unasked,
    Passes,
    /// It is not well, with the code of what is wrong, and nothing follows from that for the probe.
    Ails(&'static str),
    /// With the code of what is wrong.
    Fails(&'static str),
}

/// What `entry` comes to where all are shown, whoever asks for it otherwise.
pub(crate) fn answer_to_all(entry: &Entry, now: Instant) -> Answer {
    if entry.plan.kind != Kind::Informational {
        return answer(entry, entry.plan.kind, now);
    }
    let glance = entry.glance(now);
    if glance.status == Status::Fail { Answer::Ails(glance.reason) } else { Answer::Passes }
}

/// What `entry` means to the probe of `kind`.
///
/// What nobody knows is not ready, and has not started; but nothing is restarted for want of knowledge.
pub(crate) fn answer(entry: &Entry, kind: Kind, now: Instant) -> Answer {
    if entry.plan.kind != kind || kind == Kind::Informational {
        return Answer::Unasked;
    }
    let glance = entry.glance(now);
    let fails = match kind {
        Kind::Startup => !glance.has_passed,
        Kind::Readiness => matches!(glance.status, Status::Fail | Status::Unknown),
        Kind::Liveness | Kind::Informational => glance.status == Status::Fail,
    };
    match entry.plan.severity {
        _ if !fails => Answer::Passes,
        Severity::Critical => Answer::Fails(glance.reason),
        Severity::Degraded | Severity::Info => Answer::Ails(glance.reason),
    }
}

/// What the program's own life means to the probe of `kind`, or to one for all; else the word for what it is not yet, or
/// no more.
pub(crate) fn of_lifecycle(kind: Option<Kind>, lifecycle: &Lifecycle) -> Result<(), &'static str> {
    match kind {
        // This code runs, so the process does.
        Some(Kind::Liveness) => Ok(()),
        Some(Kind::Startup) if lifecycle.has_started() => Ok(()),
        Some(Kind::Startup) => Err(State::Starting.word()),
        _ => match lifecycle.state() {
            State::Ready => Ok(()),
            state @ (State::Starting | State::Draining) => Err(state.word()),
        },
    }
}

/// Whether the probe of `kind` is answered that all is well: the same as its page, which has a line for each part.
pub(crate) fn passes(kind: Kind, lifecycle: &Lifecycle, all: &[Arc<Entry>], now: Instant) -> bool {
    let fails = |entry: &Arc<Entry>| matches!(answer(entry, kind, now), Answer::Fails(_));
    of_lifecycle(Some(kind), lifecycle).is_ok() && !all.iter().any(fails)
}

/// One check in a report.
pub(crate) struct Item {
    pub(crate) entry: Arc<Entry>,
    pub(crate) known: Known,
    pub(crate) glance: Glance,
}

impl Item {
    fn of(entry: &Arc<Entry>, now: Instant) -> Self {
        let known = entry.known();
        let glance = known.glance(now);
        Self { entry: Arc::clone(entry), known, glance }
    }
}

/// Checks and what they come to.
pub(crate) struct Report {
    pub(crate) status: Status,
    pub(crate) items: Vec<Item>,
}

impl Report {
    /// Of those that `wanted` accepts.
    pub(crate) fn of(all: &[Arc<Entry>], wanted: impl Fn(&Entry) -> bool, now: Instant) -> Self {
        let wanted = all.iter().filter(|entry| wanted(entry));
        let items: Vec<_> = wanted.map(|entry| Item::of(entry, now)).collect();
        let status = items.iter().map(|item| share(&item.entry, item.glance));
        Self { status: status.max().unwrap_or(Status::Pass), items }
    }
}

/// What all checks come to, without a report of each.
pub(crate) fn overall(all: &[Arc<Entry>], now: Instant) -> Status {
    all.iter().map(|entry| share(entry, entry.glance(now))).max().unwrap_or(Status::Pass)
}

/// What one check contributes to the whole.
fn share(entry: &Entry, glance: Glance) -> Status {
    let not_run_yet = glance.reason == reason::NOT_RUN_YET;
    match (entry.plan.severity, glance.status) {
        (Severity::Info, _) | (_, Status::Pass) => Status::Pass,
        (Severity::Critical, Status::Unknown) if entry.plan.kind == Kind::Liveness => Status::Pass,
        (Severity::Critical, status) => status,
        (Severity::Degraded, _) if not_run_yet => Status::Pass,
        (Severity::Degraded, _) => Status::Degraded,
    }
}
