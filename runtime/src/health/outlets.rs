//! Who hears of a change of status: the log, and a function of the program's. Each has a thread and a bounded queue of
//! its own, so that one that blocks keeps neither the other nor any check waiting; what finds no place is counted.

use super::{
    entry::{Change, Entry},
    words::{Kind, Severity, Status},
};
use crate::background::spawn;
use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    time::{Duration, Instant, SystemTime},
};

/// Changes that wait to be told.
const QUEUE: usize = 256;

/// A check has another status. Handed to [`Builder::on_transition`](crate::Builder::on_transition).
#[derive(Clone, Debug)]
pub struct Transition {
    name: Arc<str>,
    kind: Kind,
    severity: Severity,
    change: Change,
    text: Option<Arc<str>>,
}

impl Transition {
    /// The check's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its verdict is for.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What follows when it fails.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// The status before.
    pub fn from(&self) -> Status {
        self.change.from
    }

    /// The status now.
    pub fn to(&self) -> Status {
        self.change.to
    }

    /// The code of what is wrong; empty when nothing is.
    pub fn reason(&self) -> &'static str {
        self.change.reason
    }

    /// The type of the error, if it was one.
    pub fn error_type(&self) -> Option<&'static str> {
        self.change.error_type
    }

    /// When it changed.
    pub fn time(&self) -> SystemTime {
        self.change.time
    }
}

/// A function that hears of transitions.
pub(crate) type Hook = Arc<dyn Fn(&Transition) + Send + Sync>;

/// What a program asks for about transitions.
#[derive(Clone)]
pub(crate) struct Hooked {
    pub(crate) hook: Option<Hook>,
    /// From one call for a check to the next.
    pub(crate) gap: Duration,
}

impl Default for Hooked {
    fn default() -> Self {
        Self { hook: None, gap: Duration::from_secs(5) }
    }
}

/// Transitions that were told to nobody, for want of a place in a queue.
#[derive(Debug, Default)]
pub(crate) struct Dropped {
    pub(crate) log: AtomicU64,
    pub(crate) hook: AtomicU64,
}

/// Both queues.
pub(super) struct Outlets {
    log: Outlet,
    hook: Option<Outlet>,
    dropped: Arc<Dropped>,
}

impl Outlets {
    pub(super) fn new(hooked: Hooked, dropped: Arc<Dropped>) -> Self {
        let log = Outlet::new("observant-health-log", |waiting| {
            for transition in waiting {
                log(&transition);
            }
        });
        let hook = hooked.hook.map(|hook| {
            let gap = hooked.gap;
            Outlet::new("observant-health-hook", move |waiting| Gap::new(gap, hook).run(&waiting))
        });
        Self { log, hook, dropped }
    }

    /// Tells both.
    pub(super) fn tell(&mut self, entry: &Entry, change: &Change, text: Option<&str>) {
        let transition = Transition {
            name: Arc::from(&*entry.name),
            kind: entry.plan.kind,
            severity: entry.plan.severity,
            change: change.clone(),
            text: text.map(Arc::from),
        };
        if let Some(hook) = &mut self.hook
            && !hook.tell(transition.clone())
        {
            self.dropped.hook.fetch_add(1, Relaxed);
        }
        if is_news(change) && !self.log.tell(transition) {
            self.dropped.log.fetch_add(1, Relaxed);
        }
    }
}

/// Takes transitions until there is nobody to send any.
type Listener = Box<dyn FnOnce(Receiver<Transition>) + Send>;

/// A queue, and a thread once there is something in it.
struct Outlet {
    name: &'static str,
    idle: Option<Listener>,
    queue: Option<SyncSender<Transition>>,
}

impl Outlet {
    fn new(
        name: &'static str,
        listener: impl FnOnce(Receiver<Transition>) + Send + 'static,
    ) -> Self {
        Self { name, idle: Some(Box::new(listener)), queue: None }
    }

    /// Whether it found a place.
    fn tell(&mut self, transition: Transition) -> bool {
        if let Some(listener) = self.idle.take() {
            let (queue, waiting) = sync_channel(QUEUE);
            self.queue = spawn(self.name, move || listener(waiting)).ok().map(|_detached| queue);
        }
        self.queue.as_ref().is_some_and(|queue| queue.try_send(transition).is_ok())
    }
}

/// Whether the log is told: that a check passes from the start is no news.
fn is_news(change: &Change) -> bool {
    (change.from, change.to) != (Status::Unknown, Status::Pass)
}

/// An error's text is seen here, and nowhere else.
fn log(transition: &Transition) {
    let Transition { name, kind, severity, change, text } = transition;
    let (kind, severity) = (kind.as_str(), severity.as_str());
    let (from, to) = (change.from.as_str(), change.to.as_str());
    // A subscriber of the program's may panic.
    let _ = catch_unwind(AssertUnwindSafe(|| match change.to {
        Status::Fail | Status::Degraded => tracing::warn!(
            target: "observant::health",
            check = &**name, kind, severity, from, to,
            reason = change.reason,
            error_type = change.error_type,
            error = text.as_deref(),
            "health check `{name}`: {from} -> {to}",
        ),
        Status::Pass => tracing::info!(
            target: "observant::health",
            check = &**name, kind, severity, from, to,
            "health check `{name}`: {from} -> {to}",
        ),
        Status::Unknown => {}
    }));
}

/// Calls the hook, for one check not more often than once in `gap`: the first change at once, of those that follow what
/// they come to. What comes to nothing is not told.
struct Gap {
    least: Duration,
    hook: Hook,
    /// When it was last called, and what has come since, by check.
    checks: HashMap<Arc<str>, (Instant, Option<Transition>)>,
}

impl Gap {
    fn new(gap: Duration, hook: Hook) -> Self {
        Self { least: gap, hook, checks: HashMap::new() }
    }

    fn run(mut self, waiting: &Receiver<Transition>) {
        loop {
            let now = Instant::now();
            self.tell_due(now);
            let next = self.checks.values().map(|(last, _)| *last + self.least).min();
            let received = match next {
                Some(next) => waiting.recv_timeout(next.saturating_duration_since(now)),
                None => waiting.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match received {
                Ok(transition) => self.take(transition, Instant::now()),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn take(&mut self, transition: Transition, now: Instant) {
        let Some((_, pending)) = self.checks.get_mut(&transition.name) else {
            self.checks.insert(Arc::clone(&transition.name), (now, None));
            self.call(&transition);
            return;
        };
        let from = pending.as_ref().map_or(transition.change.from, |first| first.change.from);
        let mut merged = transition;
        merged.change.from = from;
        *pending = (merged.change.from != merged.change.to).then_some(merged);
    }

    /// Tells what has waited long enough, and forgets checks that nothing came of.
    fn tell_due(&mut self, now: Instant) {
        let mut due = Vec::new();
        let gap = self.least;
        self.checks.retain(|_, (last, pending)| {
            if now.saturating_duration_since(*last) < gap {
                return true;
            }
            *last = now;
            match pending.take() {
                Some(transition) => {
                    due.push(transition);
                    true
                }
                None => false,
            }
        });
        for transition in &due {
            self.call(transition);
        }
    }

    fn call(&self, transition: &Transition) {
        let _ = catch_unwind(AssertUnwindSafe(|| (self.hook)(transition)));
    }
}
