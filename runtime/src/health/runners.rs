//! Where checks run: blocking ones on threads of ours, async ones on a runtime. Each run reports its end exactly once,
//! however it ends: by a result, a panic, or by being dropped.

use super::{
    entry::Entry,
    leaves::{Run, Running},
    verdict::{Verdict, reason},
};
use crate::{background::spawn, threads::Workers};
use std::{
    any::Any,
    future::poll_fn,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    task::Poll,
    time::{Duration, Instant},
};
use tokio::{
    runtime::{Builder, Handle},
    sync::oneshot,
    task::AbortHandle,
};

/// How one run ended.
pub(super) struct End {
    pub(super) check: u64,
    pub(super) run: u64,
    pub(super) verdict: Verdict,
    pub(super) took: Duration,
}

/// Is told of the end of a run.
pub(super) type Report = Arc<dyn Fn(End) + Send + Sync>;

/// The threads and the runtime of ours.
pub(super) struct Runners {
    workers: Workers,
    own: Option<Own>,
    report: Report,
}

/// A run under way, and how it can be given up.
pub(super) enum Underway {
    /// A thread cannot be taken back.
    Thread,
    Task(AbortHandle),
}

impl Underway {
    pub(super) fn give_up(&self) {
        if let Self::Task(task) = self {
            task.abort();
        }
    }
}

impl Runners {
    pub(super) fn new(report: Report) -> Self {
        Self { workers: Workers::new("observant-check"), own: None, report }
    }

    /// Starts a run of `entry`.
    ///
    /// # Errors
    ///
    /// When there is no thread for it.
    pub(super) fn start(&mut self, entry: &Entry, check: u64, run: u64) -> io::Result<Underway> {
        let ticket = Ticket {
            report: Arc::clone(&self.report),
            check,
            run,
            started: Instant::now(),
            reported: false,
        };
        match &entry.run {
            Run::Blocking(work) => {
                let work = Arc::clone(work);
                self.workers.run(move || {
                    let verdict = caught(|| work());
                    ticket.end(verdict);
                })?;
                Ok(Underway::Thread)
            }
            Run::Future(make) => {
                let handle = match entry.home().handle {
                    Some(handle) if !entry.plan.own_runtime => handle,
                    _ => self.own()?,
                };
                let make = Arc::clone(make);
                let task = handle.spawn(async move {
                    let verdict = match catch_unwind(AssertUnwindSafe(|| make())) {
                        Ok(running) => caught_async(running).await,
                        Err(panic) => panicked(panic),
                    };
                    ticket.end(verdict);
                });
                Ok(Underway::Task(task.abort_handle()))
            }
            Run::Computed(source) => {
                let verdict = caught(|| source.evaluate(Instant::now()));
                ticket.end(verdict);
                Ok(Underway::Thread)
            }
        }
    }

    fn own(&mut self) -> io::Result<Handle> {
        if let Some(own) = &self.own {
            return Ok(own.handle.clone());
        }
        let own = Own::start()?;
        Ok(self.own.insert(own).handle.clone())
    }
}

/// A runtime of ours: its thread ends when this is dropped, or when the check that blocks it returns.
struct Own {
    handle: Handle,
    _stop: oneshot::Sender<()>,
}

impl Own {
    fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        spawn("observant-checks", move || {
            let _ = runtime.block_on(stopped);
        })?;
        Ok(Self { handle, _stop: stop })
    }
}

/// Reports the end of a run, even of one that is dropped.
struct Ticket {
    report: Report,
    check: u64,
    run: u64,
    started: Instant,
    reported: bool,
}

impl Ticket {
    fn end(mut self, verdict: Verdict) {
        self.report(verdict);
    }

    fn report(&mut self, verdict: Verdict) {
        self.reported = true;
        let took = self.started.elapsed();
        (self.report)(End { check: self.check, run: self.run, verdict, took });
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if !self.reported {
            self.report(Verdict::fail(reason::CANCELLED));
        }
    }
}

fn caught(run: impl FnOnce() -> Verdict) -> Verdict {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(panicked)
}

async fn caught_async(mut running: Running) -> Verdict {
    poll_fn(move |context| {
        match catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(context))) {
            Ok(poll) => poll,
            Err(panic) => Poll::Ready(panicked(panic)),
        }
    })
    .await
}

fn panicked(panic: Box<dyn Any + Send>) -> Verdict {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    // What was thrown may panic again where it is dropped.
    let _ = catch_unwind(AssertUnwindSafe(|| drop(panic)));
    let verdict = Verdict::fail(reason::PANIC);
    match text {
        Some(text) => verdict.with_text(text),
        None => verdict,
    }
}
