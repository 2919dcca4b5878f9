//! One request until it is delivered or given up: attempts, pauses, and what is told of it.

use super::{
    Tell,
    settings::Target,
    state::{self, Progress, Signal},
    transport::{Accepted, Backoff, Client, Failure, Kind},
};
use bytes::Bytes;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::Notify,
    time::{Instant, sleep_until, timeout, timeout_at},
};

/// A collector that comes and goes is spoken of once in this time.
const QUIET: Duration = Duration::from_secs(60);

/// Delivers the requests of one signal.
pub(super) struct Delivery {
    client: Client,
    /// For one attempt.
    attempt: Duration,
    /// For all of them together.
    total: Duration,
    progress: Arc<Progress>,
    tell: Tell,
    reach: Mutex<Reach>,
    /// Ends a pause of ours; not one that the collector asked for.
    hurry: Notify,
}

/// What was told of the collector.
#[derive(Debug, Default)]
struct Reach {
    /// It is told that requests fail, and has not been told that they do not any more.
    failing: bool,
    told: Option<Instant>,
    /// It is told that it takes requests only in part.
    partial: bool,
    /// It asked to be left alone until then.
    not_before: Option<Instant>,
}

impl Delivery {
    pub(super) fn new(
        target: &Target,
        total: Duration,
        progress: Arc<Progress>,
        tell: Tell,
    ) -> Result<Self, String> {
        let client = Client::new(target, progress.signal)?;
        let attempt = target.timeout;
        let reach = Mutex::default();
        Ok(Self { client, attempt, total, progress, tell, reach, hurry: Notify::new() })
    }

    fn reach(&self) -> std::sync::MutexGuard<'_, Reach> {
        self.reach.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody waits: the next attempt is made at once.
    pub(super) fn hurry(&self) {
        self.hurry.notify_waiters();
    }

    /// Sends a request until the collector takes it, does not want it, or the time is over.
    pub(super) async fn deliver(self: Arc<Self>, request: Bytes) -> Result<Accepted, Kind> {
        let deadline = Instant::now() + self.total;
        let mut backoff = Backoff::new();
        let mut last = Kind::Late;
        loop {
            let not_before = self.reach().not_before;
            if let Some(not_before) = not_before {
                sleep_until(not_before.min(deadline)).await;
            }
            if Instant::now() >= deadline {
                return Err(last);
            }
            let failure = match self.attempt(request.clone(), deadline).await {
                Ok(accepted) => return Ok(accepted),
                Err(failure) => failure,
            };
            last = failure.kind;
            if failure.kind == Kind::Refused {
                return Err(failure.kind);
            }
            if let Kind::Busy { after: Some(after) } = failure.kind {
                self.reach().not_before = Some(Instant::now() + after);
            }
            let pause = Instant::now() + backoff.next();
            let _hurried = timeout_at(pause.min(deadline), self.hurry.notified()).await;
        }
    }

    async fn attempt(&self, request: Bytes, deadline: Instant) -> Result<Accepted, Failure> {
        let most = self.attempt.min(deadline.saturating_duration_since(Instant::now()));
        let sent = timeout(most, self.client.send(request)).await;
        match sent.unwrap_or_else(|_| Err(Failure::late(most))) {
            Ok(accepted) => {
                self.progress.succeeded();
                self.tell_success(&accepted);
                Ok(accepted)
            }
            Err(failure) => {
                state::count_failure(self.progress.signal);
                self.progress.failed(&failure.text);
                self.tell_failure(&failure);
                Err(failure)
            }
        }
    }

    fn tell_failure(&self, failure: &Failure) {
        let mut reach = self.reach();
        let quiet = reach.told.is_some_and(|told| told.elapsed() < QUIET);
        if reach.failing || quiet {
            return;
        }
        reach.failing = true;
        reach.told = Some(Instant::now());
        drop(reach);
        let (what, lost) = match self.progress.signal {
            Signal::Traces => ("spans", "what is lost is counted in observant_spans_dropped_total"),
            Signal::Metrics => ("metrics", "/metrics goes on to show them"),
        };
        let then = if failure.kind == Kind::Refused { "" } else { "; it is tried again" };
        self.say(&format!(
            "{what} cannot be exported to {}: {}{then}; {lost}",
            self.progress.endpoint(),
            failure.text
        ));
    }

    fn tell_success(&self, accepted: &Accepted) {
        let mut reach = self.reach();
        let back = std::mem::take(&mut reach.failing);
        let partial = accepted.rejected > 0 && !std::mem::replace(&mut reach.partial, true);
        drop(reach);
        let what = match self.progress.signal {
            Signal::Traces => "spans",
            Signal::Metrics => "metrics",
        };
        let endpoint = self.progress.endpoint();
        if back {
            self.say(&format!("{what} are exported to {endpoint} again"));
        }
        if accepted.rejected > 0 || !accepted.message.is_empty() {
            let Accepted { rejected, message } = accepted;
            self.progress.failed(&format!("{rejected} {what} were rejected: {message}"));
        }
        if partial {
            self.say(&format!(
                "{endpoint} takes {what} only in part: {}; it says so on /status from now on",
                accepted.message
            ));
        }
    }

    /// Whatever listens is the program's, and may panic.
    fn say(&self, message: &str) {
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| (self.tell)(message)));
    }
}
