//! The guard: what lives as long as the program is observed, and its orderly end.

use super::warnings::Warnings;
#[cfg(feature = "health")]
use crate::config::Watchdog;
use crate::{error::Error, registry::Registered, slo::Board};
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::AcqRel, Ordering::Release},
    },
    time::{Duration, Instant},
};

/// Whether a guard lives.
static CLAIMED: AtomicBool = AtomicBool::new(false);

/// How long requests in flight may take to finish when the server ends.
#[cfg(feature = "http")]
const SHUTDOWN: Duration = Duration::from_secs(2);

/// Keeps a program observed; made by [`init`](crate::init).
///
/// Dropped, it turns `/ready` to 503, goes on serving for the [drain](crate::Builder::drain) time,
/// delivers spans and metrics for up to 2 s, lets requests in flight finish for up to 2 s, and ends the
/// server. A panic on its way out of `main` delivers too. The drop blocks its thread for as long; in a current-thread runtime, drop it in `spawn_blocking`. Functions go on counting.
/// Bind it to a name: `let _ = init()` drops it at once.
///
/// # Example
///
/// ```
/// # fn main() -> Result<(), observant::Error> {
/// let observant = observant::builder().listen("127.0.0.1:0").init()?;
/// let address = observant.local_addr().expect("it listens");
/// assert!(address.ip().is_loopback() && address.port() != 0);
/// # Ok(())
/// # }
/// ```
#[must_use = "dropping the guard ends the server; bind it to a name in `main`"]
pub struct Guard {
    drain: Duration,
    #[cfg(feature = "http")]
    server: Option<super::serving::Server>,
    #[cfg(feature = "health")]
    engine: Option<Arc<crate::health::Engine>>,
    #[cfg(feature = "health")]
    derived: Option<Arc<crate::derived::Derived>>,
    #[cfg(feature = "health")]
    watched: Vec<crate::health::Registration>,
    #[cfg(feature = "otlp")]
    exporter: Option<crate::otlp::Exporter>,
    #[cfg(feature = "_runtime")]
    signals: Option<super::signals::Handled>,
    registered: Vec<Registered>,
}

impl Guard {
    /// The one guard of this process.
    pub(super) fn claim() -> Result<Self, Error> {
        if CLAIMED.swap(true, AcqRel) {
            return Err(Error::already_initialized());
        }
        Ok(Self {
            drain: Duration::ZERO,
            #[cfg(feature = "http")]
            server: None,
            #[cfg(feature = "health")]
            engine: None,
            #[cfg(feature = "health")]
            derived: None,
            #[cfg(feature = "health")]
            watched: Vec::new(),
            #[cfg(feature = "otlp")]
            exporter: None,
            #[cfg(feature = "_runtime")]
            signals: None,
            registered: Vec::new(),
        })
    }

    /// Keeps our own families in every scrape.
    pub(super) fn keep(&mut self, registered: Registered) {
        self.registered.push(registered);
    }

    /// Runs health checks, and shows them in every scrape.
    #[cfg(feature = "health")]
    pub(super) fn check(&mut self, engine: &Arc<crate::health::Engine>) {
        let figures = crate::health::Figures::new(Arc::clone(engine));
        self.keep(crate::registry::register(Arc::new(figures)));
        self.engine = Some(Arc::clone(engine));
    }

    /// Shows what functions promise in every scrape.
    pub(super) fn promise(&mut self, warnings: &Warnings) -> Arc<Board> {
        let board = Arc::new(Board::new(Instant::now()));
        board.twins().iter().for_each(|twin| warnings.keep(twin.to_string()));
        self.keep(crate::registry::register(Arc::clone(&board) as _));
        board
    }

    /// Judges functions that ask for it.
    #[cfg(feature = "health")]
    pub(super) fn judge(
        &mut self,
        board: Arc<Board>,
        warnings: &Warnings,
    ) -> Arc<crate::derived::Derived> {
        let checks = crate::health::Checks::of_process();
        let derived = Arc::new(crate::derived::contribute(checks, board, Instant::now()));
        if derived.refused > 0 {
            warnings.keep(format!(
                "{} functions with `health` or `deadline` are not judged, for {} are at the most; leave it away where \
                 it matters least",
                derived.refused,
                crate::derived::MOST
            ));
        }
        if let Some(crate::health::Refused(why)) = &derived.unsampled {
            warnings.keep(format!("nothing samples the SLOs: {why}"));
        }
        self.derived = Some(Arc::clone(&derived));
        derived
    }

    /// Notices when the runtime that this is called in is wedged, or a thread of ours.
    #[cfg(feature = "health")]
    pub(super) fn watch(&mut self, watchdog: Watchdog, warnings: &Warnings) {
        use crate::watchdog::contribute;
        let Watchdog::After(limit) = watchdog else { return };
        let runtime = tokio::runtime::Handle::try_current().ok();
        let checks = crate::health::Checks::of_process();
        for watched in contribute(checks, limit, runtime, self.threads()) {
            match watched {
                Ok(registration) => self.watched.push(registration),
                Err(crate::health::Refused(why)) => {
                    warnings.keep(format!("the watchdog does not look: {why}"));
                }
            }
        }
    }

    /// The threads of ours that answer and export.
    #[cfg(feature = "health")]
    #[allow(clippy::unused_self)] // The same with every set of features.
    fn threads(&self) -> Vec<crate::watchdog::Watched> {
        #[allow(unused_mut)]
        let mut threads = Vec::new();
        #[cfg(feature = "http")]
        if let Some(runtime) = self.server.as_ref().and_then(super::serving::Server::runtime) {
            threads.push(crate::watchdog::Watched {
                name: "observant-http",
                answers: true,
                pulse: crate::watchdog::Pulse::new(runtime),
                is_broken: Box::new(|| false),
            });
        }
        #[cfg(feature = "otlp")]
        if let Some(exporter) = &self.exporter {
            threads.push(crate::watchdog::Watched {
                name: "observant-otlp",
                answers: false,
                pulse: crate::watchdog::Pulse::new(exporter.runtime()),
                is_broken: Box::new(exporter.is_broken()),
            });
        }
        threads
    }

    #[cfg(feature = "http")]
    pub(super) fn serve(&mut self, server: Option<super::serving::Server>) {
        self.server = server;
    }

    #[cfg(feature = "otlp")]
    pub(super) fn export(&mut self, exporter: Option<crate::otlp::Exporter>) {
        super::flush::set(exporter.as_ref().map(crate::otlp::Exporter::flusher));
        self.exporter = exporter;
    }

    /// Ends in order when a signal says so; there is nothing to end without a server of ours and an exporter.
    #[cfg(feature = "_runtime")]
    pub(super) fn obey_signals(&mut self, drain: Duration) {
        let (not_ready, flush) = (self.not_ready(), self.last_flush());
        if not_ready.is_some() || flush.is_some() {
            let ending = super::signals::Ending { drain, not_ready, flush };
            self.signals = super::signals::handle(ending);
        }
    }

    #[cfg(feature = "_runtime")]
    #[allow(clippy::unused_self)] // The same with every set of features.
    fn not_ready(&self) -> Option<Box<dyn FnOnce() + Send>> {
        // Pages that are mounted elsewhere end with the server that they are in.
        #[cfg(feature = "http")]
        if let (Some(_), Some(engine)) = (self.local_addr(), &self.engine) {
            let lifecycle = Arc::clone(engine.lifecycle());
            return Some(Box::new(move || lifecycle.set_draining()));
        }
        None
    }

    #[cfg(feature = "_runtime")]
    #[allow(clippy::unused_self)] // The same with every set of features.
    fn last_flush(&self) -> Option<Box<dyn FnOnce() + Send>> {
        #[cfg(feature = "otlp")]
        if let Some(exporter) = &self.exporter {
            let flusher = exporter.flusher();
            return Some(Box::new(move || {
                flusher.finish(super::flush::DEADLINE);
            }));
        }
        None
    }

    /// Everything of ours is in place. The program has started too, unless it says so by itself.
    #[cfg_attr(not(feature = "health"), allow(unused_variables))] // Nobody asks.
    pub(super) fn ready(&mut self, drain: Duration, manual_startup: bool) {
        self.drain = drain;
        // Without a server too: what probes would be told is exported.
        #[cfg(feature = "health")]
        if let Some(engine) = &self.engine {
            if manual_startup {
                super::startup::begin(Some(engine.lifecycle()));
            } else {
                engine.lifecycle().set_ready();
            }
        }
    }

    /// Where the server listens; `None` when there is none.
    #[cfg(feature = "http")]
    pub fn local_addr(&self) -> Option<std::net::SocketAddr> {
        self.server.as_ref().and_then(super::serving::Server::address)
    }

    /// Every endpoint as a service, to be mounted in a server of the program's own; see
    /// [`tower`](mod@crate::tower). It ends with the guard.
    #[cfg(feature = "tower")]
    pub fn endpoints(&self) -> crate::tower::Endpoints {
        use crate::tower::{Absent, Endpoints};
        let server = self.server.as_ref().ok_or(Absent::Disabled);
        Endpoints::new(server.and_then(|server| server.desk().ok_or(Absent::NoThread)))
    }

    /// Where the server listens; without the feature `http` there is none.
    #[cfg(not(feature = "http"))]
    #[allow(clippy::unused_self)] // The same signature with every set of features.
    pub fn local_addr(&self) -> Option<std::net::SocketAddr> {
        None
    }
}

impl Guard {
    /// Ends in order, as the drop does, and says whether everything was delivered; with nothing to export it was.
    ///
    /// `/ready` turns to 503 at once, requests are served for the [drain](crate::Builder::drain) time, spans and
    /// metrics are delivered for up to 2 s, and the server ends. It blocks its thread for as long.
    ///
    /// # Example
    ///
    /// ```
    /// # fn main() -> Result<(), observant::Error> {
    /// let observant = observant::builder().listen("127.0.0.1:0").init()?;
    /// // ... the work of the program ...
    /// if !observant.shutdown() {
    ///     eprintln!("the collector did not take everything");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn shutdown(mut self) -> bool {
        self.end()
    }

    fn end(&mut self) -> bool {
        #[cfg(feature = "health")]
        super::startup::begin(None);
        #[cfg(feature = "health")]
        if let Some(engine) = &self.engine {
            engine.lifecycle().set_draining();
        }
        #[cfg(feature = "http")]
        let server = self.server.take().and_then(super::serving::Server::into_running);
        // A panic on its way out of `main` is no orderly end to wait for.
        #[cfg(feature = "http")]
        if server.is_some() && !std::thread::panicking() {
            std::thread::sleep(self.drain);
        }
        // From here on threads of ours end as they should.
        #[cfg(feature = "health")]
        self.watched.clear();
        #[cfg(feature = "otlp")]
        let delivered = self.exporter.take().is_none_or(|exporter| {
            let delivered = exporter.shutdown(super::flush::DEADLINE);
            super::flush::set(None);
            crate::span::set_record_all(false);
            delivered
        });
        #[cfg(not(feature = "otlp"))]
        let delivered = true;
        #[cfg(feature = "http")]
        if let Some(server) = server {
            server.shutdown(SHUTDOWN);
        }
        #[cfg(feature = "health")]
        {
            if let Some(engine) = self.engine.take() {
                engine.stop();
            }
            self.derived = None;
        }
        #[cfg(feature = "_runtime")]
        drop(self.signals.take());
        self.registered.clear();
        delivered
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.end();
        CLAIMED.store(false, Release);
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("local_addr", &self.local_addr()).finish_non_exhaustive()
    }
}
