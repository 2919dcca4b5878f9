//! The worker: a thread of ours with a runtime of its own, and the handle that the program holds.

use super::{
    Tell,
    console::Console,
    delivery::{Delivery, Reach},
    encode::Resource,
    mailbox::Mailbox,
    metrics::Metrics,
    settings::{Settings, Target},
    spans::Spans,
    state::{Progress, Signal, State},
    transport::quietly,
};
use crate::{background, error::Error, span};
use std::{
    cell::RefCell,
    env,
    io::{self, IsTerminal as _},
    process,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
        mpsc::{self, Receiver},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};
use tokio::runtime::{Builder, Handle, Runtime};
use tracing::subscriber::{DefaultGuard, NoSubscriber};

/// A worker that does not end in time is left behind after this much more.
const GRACE: Duration = Duration::from_millis(250);

/// Threads for names to be resolved on, and for collectors of the program.
const BLOCKING_THREADS: usize = 4;

/// The exporter of this process. Dropping it ends it at once; [`shutdown`](Self::shutdown) lets it
/// deliver what it has.
pub(crate) struct Exporter {
    mailboxes: Vec<Arc<Mailbox>>,
    progress: Vec<Arc<Progress>>,
    /// In a lock, so that a guard may be shared; waited on by its owner alone.
    ended: Mutex<Receiver<()>>,
    thread: Option<JoinHandle<()>>,
    runtime: Handle,
    is_broken: Arc<AtomicBool>,
    /// Who started it.
    process: u32,
}

/// Asks for flushes; any number of threads may have one.
#[derive(Clone)]
pub(crate) struct Flusher {
    mailboxes: Vec<Arc<Mailbox>>,
    process: u32,
}

impl Flusher {
    /// Delivers everything that is there; whether that succeeded by then.
    pub(crate) fn flush(&self, by: Instant) -> bool {
        if process::id() != self.process {
            // A forked child: the worker stayed with the parent.
            return false;
        }
        self.ask(by, Mailbox::flush)
    }

    /// Asks every loop, and says whether all delivered everything.
    fn ask(&self, by: Instant, ask: fn(&Mailbox, Instant) -> Receiver<bool>) -> bool {
        let asked: Vec<_> = self.mailboxes.iter().map(|mailbox| ask(mailbox, by)).collect();
        let delivered = asked.into_iter().map(|answer| {
            let most = by.saturating_duration_since(Instant::now()) + GRACE;
            answer.recv_timeout(most).unwrap_or(false)
        });
        // All are waited for, whatever the first says.
        delivered.collect::<Vec<_>>().into_iter().all(|delivered| delivered)
    }

    /// Delivers everything within `deadline`, and ends the exporter: the program is about to end. Says whether
    /// everything was delivered.
    pub(crate) fn finish(&self, deadline: Duration) -> bool {
        process::id() == self.process && self.ask(Instant::now() + deadline, Mailbox::finish)
    }
}

impl Exporter {
    /// The runtime of its thread.
    pub(crate) fn runtime(&self) -> Handle {
        self.runtime.clone()
    }

    /// Whether a part of it has panicked, for as long as somebody looks.
    pub(crate) fn is_broken(&self) -> impl Fn() -> bool + Send + Sync + use<> {
        let is_broken = Arc::clone(&self.is_broken);
        move || is_broken.load(Relaxed)
    }

    pub(crate) fn flusher(&self) -> Flusher {
        Flusher { mailboxes: self.mailboxes.clone(), process: self.process }
    }

    /// How each signal's export goes, for as long as somebody looks.
    pub(crate) fn states(&self) -> impl Fn() -> Vec<State> + Send + Sync + use<> {
        let progress = self.progress.clone();
        move || progress.iter().map(|progress| progress.state()).collect()
    }

    /// Delivers what it has within `deadline` and ends; what is left then is lost, and counted. Says whether
    /// everything was delivered.
    pub(crate) fn shutdown(mut self, deadline: Duration) -> bool {
        let by = Instant::now() + deadline;
        let delivered = self.flusher().finish(deadline);
        self.end(by.saturating_duration_since(Instant::now()));
        delivered
    }

    fn end(&mut self, deadline: Duration) {
        let Some(thread) = self.thread.take() else { return };
        if process::id() != self.process {
            return;
        }
        let by = Instant::now() + deadline;
        for mailbox in &self.mailboxes {
            mailbox.stop(by);
        }
        // Not joined without a limit: somebody's subscriber or collector may never return on it.
        let ended = self.ended.get_mut().unwrap_or_else(PoisonError::into_inner);
        if ended.recv_timeout(deadline + GRACE) != Err(mpsc::RecvTimeoutError::Timeout) {
            let _ = thread.join();
        }
        span::uninstall();
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        self.end(Duration::ZERO);
    }
}

/// Starts the exporter; `None` when there is nothing to export.
///
/// # Errors
///
/// When the thread cannot be started.
pub(crate) fn start(settings: &Settings, tell: &Tell) -> Result<Option<Exporter>, Error> {
    let resource = Resource::new(&settings.resource);
    let mut parts = Parts::default();
    parts.take_spans(settings, &resource, tell);
    parts.take_metrics(settings, &resource, tell);
    if parts.mailboxes.is_empty() {
        return Ok(None);
    }
    let (report, begun) = mpsc::channel();
    let (end, ended) = mpsc::channel();
    let is_broken = Arc::<AtomicBool>::default();
    let broken = Arc::clone(&is_broken);
    let Parts { mailboxes, progress, spans, metrics, install, reaches: _ } = parts;
    let thread = background::spawn("observant-otlp", move || {
        span::quiet();
        match runtime() {
            Err(error) => drop(report.send(Err(error))),
            Ok(runtime) => {
                let _ = report.send(Ok(runtime.handle().clone()));
                work(runtime, spans, metrics, &broken);
            }
        }
        drop(end);
    })
    .map_err(Error::thread)?;
    let runtime = match begun.recv() {
        Ok(Ok(runtime)) => runtime,
        Ok(Err(source)) => return Err(Error::thread(source)),
        Err(gone) => return Err(Error::thread(io::Error::other(gone))),
    };
    if let Some((queue, mailbox)) = install {
        span::install(queue, Arc::new(move || mailbox.wake()));
    }
    let thread = Some(thread);
    Ok(Some(Exporter {
        mailboxes,
        progress,
        ended: Mutex::new(ended),
        thread,
        runtime,
        is_broken,
        process: process::id(),
    }))
}

fn work(
    runtime: Runtime,
    spans: Option<Spans>,
    metrics: Option<Metrics>,
    broken: &Arc<AtomicBool>,
) {
    runtime.block_on(async {
        let metrics = metrics.map(|metrics| {
            let unbroken = Unbroken(Arc::clone(broken));
            tokio::spawn(async move {
                metrics.run().await;
                drop(unbroken);
            })
        });
        if let Some(spans) = spans {
            spans.run().await;
        }
        if let Some(metrics) = metrics {
            // A panic of it has been reported by the hook.
            let _ = metrics.await;
        }
    });
    // A look-up of a name may hang. What is left of connections is dropped here.
    quietly(|| runtime.shutdown_background());
}

/// Dropped by a panic, it tells.
struct Unbroken(Arc<AtomicBool>);

impl Drop for Unbroken {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.store(true, Relaxed);
        }
    }
}

fn runtime() -> io::Result<Runtime> {
    thread_local! {
        static SILENCE: RefCell<Option<DefaultGuard>> = const { RefCell::new(None) };
    }
    Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .max_blocking_threads(BLOCKING_THREADS)
        .thread_name("observant-otlp")
        // What is traced of a look-up would be exported, and looked up again.
        .on_thread_start(|| {
            span::quiet();
            let silence = tracing::subscriber::set_default(NoSubscriber::new());
            SILENCE.with(|place| *place.borrow_mut() = Some(silence));
        })
        .on_thread_stop(|| SILENCE.with(|place| drop(place.borrow_mut().take())))
        .build()
}

#[derive(Default)]
struct Parts {
    mailboxes: Vec<Arc<Mailbox>>,
    progress: Vec<Arc<Progress>>,
    spans: Option<Spans>,
    metrics: Option<Metrics>,
    install: Option<(usize, Arc<Mailbox>)>,
    /// One for each collector, since both signals often go to one.
    reaches: Vec<Arc<Reach>>,
}

impl Parts {
    fn take_spans(&mut self, settings: &Settings, resource: &Resource, tell: &Tell) {
        let Some(spans) = &settings.spans else { return };
        let progress = Arc::new(Progress::new(Signal::Traces, spans.target.as_ref()));
        let target = spans.target.as_ref();
        let delivery =
            target.and_then(|target| self.delivery(target, spans.timeout, &progress, tell));
        if delivery.is_none() && !spans.console {
            return;
        }
        let mailbox = Arc::new(Mailbox::default());
        let mut pipeline =
            Spans::new(spans, resource.clone(), Arc::clone(&mailbox), Arc::clone(&progress));
        pipeline.delivery = delivery.map(Arc::new);
        pipeline.console = spans.console.then(|| {
            let colours = io::stdout().is_terminal() && env::var_os("NO_COLOR").is_none();
            Console::new(Box::new(io::stdout()), colours)
        });
        self.install = Some((spans.queue, Arc::clone(&mailbox)));
        self.mailboxes.push(mailbox);
        self.progress.push(progress);
        self.spans = Some(pipeline);
    }

    fn take_metrics(&mut self, settings: &Settings, resource: &Resource, tell: &Tell) {
        let Some(metrics) = &settings.metrics else { return };
        let progress = Arc::new(Progress::new(Signal::Metrics, Some(&metrics.target)));
        let made = self.delivery(&metrics.target, metrics.timeout, &progress, tell);
        let Some(delivery) = made else { return };
        let mailbox = Arc::new(Mailbox::default());
        let delivery = Arc::new(delivery);
        self.metrics =
            Some(Metrics::new(metrics, resource.clone(), Arc::clone(&mailbox), delivery));
        self.mailboxes.push(mailbox);
        self.progress.push(progress);
    }

    /// A target that cannot be used is told of, and is none.
    fn delivery(
        &mut self,
        target: &Target,
        total: Duration,
        progress: &Arc<Progress>,
        tell: &Tell,
    ) -> Option<Delivery> {
        let known = self.reaches.iter().find(|reach| reach.is_of(target)).map(Arc::clone);
        let reach = known.unwrap_or_else(|| {
            self.reaches.push(Arc::new(Reach::new(target)));
            Arc::clone(&self.reaches[self.reaches.len() - 1])
        });
        let made = Delivery::new(target, total, Arc::clone(progress), reach, Arc::clone(tell));
        made.map_err(|reason| {
            let (signal, endpoint) = (progress.signal.name(), progress.endpoint());
            tell(&format!("{signal} are not exported to {endpoint}: {reason}"));
        })
        .ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_panics_is_told_and_one_that_ends_is_not() {
        let broken = Arc::<AtomicBool>::default();
        let runtime = runtime().unwrap();
        let part = |panics: bool| {
            let unbroken = Unbroken(Arc::clone(&broken));
            async move {
                tokio::task::yield_now().await;
                assert!(!panics, "as told");
                drop(unbroken);
            }
        };
        runtime.block_on(async { tokio::spawn(part(false)).await }).unwrap();
        assert!(!broken.load(Relaxed));
        runtime.block_on(async { tokio::spawn(part(true)).await }).unwrap_err();
        assert!(broken.load(Relaxed));
    }
}
