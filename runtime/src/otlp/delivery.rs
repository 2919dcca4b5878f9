//! One request until it is delivered or given up: attempts, pauses, and what is told of it.

use super::{
    Tell,
    settings::Target,
    state::{self, Progress, Signal},
    transport::{Accepted, Backoff, Client, Failure, Kind},
};
use bytes::Bytes;
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
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
    reach: Arc<Reach>,
    standing: Mutex<Standing>,
    /// Ends a pause of ours; not one that the collector asked for.
    hurry: Notify,
}

/// Whether one collector is reached, whatever is sent to it: so that it is spoken of once.
#[derive(Debug)]
pub(super) struct Reach {
    /// Its URL without a path.
    origin: String,
    state: Mutex<Told>,
}

/// What people know.
#[derive(Debug, Default)]
struct Told {
    /// They were told that it fails, and not yet that it does not any more.
    failing: bool,
    at: Option<Instant>,
}

impl Told {
    /// Whether to say that it fails.
    fn fails(&mut self) -> bool {
        let quiet = self.at.is_some_and(|at| at.elapsed() < QUIET);
        if self.failing || quiet {
            return false;
        }
        (self.failing, self.at) = (true, Some(Instant::now()));
        true
    }

    /// Whether to say that it does not any more.
    fn succeeds(&mut self) -> bool {
        std::mem::take(&mut self.failing)
    }
}

impl Reach {
    pub(super) fn new(target: &Target) -> Self {
        let origin = target.shown.split('/').take(3).collect::<Vec<_>>().join("/");
        Self { origin, state: Mutex::default() }
    }

    pub(super) fn is_of(&self, target: &Target) -> bool {
        self.origin == Self::new(target).origin
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a collector and one signal get on.
#[derive(Debug, Default)]
struct Standing {
    refused: Told,
    /// It was told that it takes requests only in part.
    partial: bool,
    /// It asked to be left alone until then.
    not_before: Option<Instant>,
}

impl Delivery {
    pub(super) fn new(
        target: &Target,
        total: Duration,
        progress: Arc<Progress>,
        reach: Arc<Reach>,
        tell: Tell,
    ) -> Result<Self, String> {
        let client = Client::new(target, progress.signal)?;
        let (attempt, standing) = (target.timeout, Mutex::default());
        Ok(Self { client, attempt, total, progress, tell, reach, standing, hurry: Notify::new() })
    }

    fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
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
            let not_before = self.standing().not_before;
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
                self.standing().not_before = Some(Instant::now() + after);
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

    fn what(&self) -> &'static str {
        match self.progress.signal {
            Signal::Traces => "spans",
            Signal::Metrics => "metrics",
        }
    }

    fn tell_failure(&self, failure: &Failure) {
        let (what, endpoint, text) = (self.what(), self.progress.endpoint(), &failure.text);
        if failure.kind == Kind::Refused {
            let is_news = self.standing().refused.fails();
            if is_news {
                self.say(&format!(
                    "{endpoint} does not want the {what}: {text}; what is lost is counted, see /status"
                ));
            }
            return;
        }
        let is_news = self.reach.told().fails();
        if is_news {
            self.say(&format!(
                "nothing can be exported to {}: {text}; it is tried again; spans that are lost meanwhile are \
                 counted in observant_spans_dropped_total, and metrics stay on /metrics",
                self.reach.origin
            ));
        }
    }

    fn tell_success(&self, accepted: &Accepted) {
        let (what, endpoint) = (self.what(), self.progress.endpoint());
        let back = self.reach.told().succeeds();
        if back {
            self.say(&format!("{} takes what is exported again", self.reach.origin));
        }
        let Accepted { rejected, message } = accepted;
        let mut standing = self.standing();
        let wanted = standing.refused.succeeds();
        let partial = *rejected > 0 && !std::mem::replace(&mut standing.partial, true);
        drop(standing);
        if wanted {
            self.say(&format!("{endpoint} takes the {what} again"));
        }
        if *rejected > 0 || !message.is_empty() {
            self.progress.failed(&format!("{rejected} {what} were rejected: {message}"));
        }
        if partial {
            self.say(&format!(
                "{endpoint} takes only a part of the {what}: {message}; further losses are counted, see /status"
            ));
        }
    }

    /// Whatever listens is the program's, and may panic.
    fn say(&self, message: &str) {
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| (self.tell)(message)));
    }
}
