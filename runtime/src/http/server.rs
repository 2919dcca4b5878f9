//! The server: bound in the caller's thread, run on its own, stopped with a deadline.

use std::{
    future::{Future, poll_fn},
    io,
    net::{SocketAddr, TcpListener},
    pin::pin,
    process,
    sync::{Arc, mpsc},
    task::Poll,
    thread::JoinHandle,
    time::Duration,
};

use tokio::{
    runtime::Builder,
    sync::{Semaphore, watch},
    time::{Instant, sleep, timeout_at},
};

use super::{
    Limits, Pages, ServerSettings, Token,
    connections::Connections,
    figures::{Figures, add},
    hosts::Hosts,
    pages::Capacity,
    threads::Workers,
};
use crate::{background::spawn, error::Error};

/// What every request may look at.
pub(super) struct App {
    pub(super) pages: Pages,
    pub(super) hosts: Hosts,
    pub(super) token: Option<Token>,
    pub(super) limits: Limits,
    pub(super) figures: Arc<Figures>,
    pub(super) capacity: Arc<Capacity>,
    pub(super) scrapes: Arc<Semaphore>,
    pub(super) statuses: Arc<Semaphore>,
    /// Where pages are made.
    pub(super) workers: Workers,
}

impl App {
    pub(super) fn new(settings: ServerSettings, pages: Pages) -> Self {
        let ServerSettings { address: _, way_out: _, hosts, any_host, token, limits } = settings;
        Self {
            pages,
            hosts: Hosts::new(hosts, any_host),
            token,
            limits,
            figures: Arc::default(),
            capacity: Arc::default(),
            scrapes: Arc::new(Semaphore::new(limits.scrapes)),
            statuses: Arc::new(Semaphore::new(limits.statuses)),
            workers: Workers::default(),
        }
    }
}

/// Listens on the address of `settings` and answers from `pages` until shut down.
///
/// # Errors
///
/// When the address cannot be listened on, or the thread cannot be started.
pub(crate) fn start(settings: ServerSettings, pages: Pages) -> Result<RunningServer, Error> {
    let address = settings.address.clone();
    let (listener, bound) =
        bind(&address).map_err(|source| Error::bind(address, settings.way_out, source))?;
    let app = Arc::new(App::new(settings, pages));
    let (stop, stopped) = watch::channel(None);
    let (report, begun) = mpsc::channel();
    let thread = spawn("observant-http", move || serve(listener, &app, &Stop(stopped), &report))
        .map_err(Error::thread)?;
    let server =
        RunningServer { address: bound, stop, thread: Some(thread), process: process::id() };
    match begun.recv() {
        Ok(Ok(())) => Ok(server),
        Ok(Err(source)) => Err(Error::thread(source)),
        Err(gone) => Err(Error::thread(io::Error::other(gone))),
    }
}

fn bind(address: &str) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    let bound = listener.local_addr()?;
    Ok((listener, bound))
}

/// A server that answers. Dropping it stops it at once; [`shutdown`](Self::shutdown) lets it finish.
#[derive(Debug)]
pub(crate) struct RunningServer {
    address: SocketAddr,
    /// When the server must have ended, once it is to.
    stop: watch::Sender<Option<Instant>>,
    thread: Option<JoinHandle<()>>,
    /// Who started it.
    process: u32,
}

impl RunningServer {
    /// Where it listens, with the port the system chose for port 0.
    pub(crate) fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more connections, lets requests in flight finish for up to `deadline`, and returns when the server's
    /// thread has ended.
    pub(crate) fn shutdown(mut self, deadline: Duration) {
        self.end(deadline);
    }

    fn end(&mut self, deadline: Duration) {
        let Some(thread) = self.thread.take() else { return };
        if process::id() != self.process {
            // A forked child: the thread stayed with the parent, and there is nothing here to wait for.
            return;
        }
        self.stop.send_replace(Some(Instant::now() + deadline));
        // A panic of that thread has been reported by the hook; there is nothing left to stop.
        let _ = thread.join();
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        self.end(Duration::ZERO);
    }
}

/// Resolves when the server is to stop.
#[derive(Clone)]
pub(super) struct Stop(watch::Receiver<Option<Instant>>);

impl Stop {
    /// Whether the order has been given.
    pub(super) fn is_given(&self) -> bool {
        self.0.borrow().is_some()
    }

    /// Waits for the order, and returns by when everything must have ended.
    pub(super) async fn wait(mut self) -> Instant {
        let deadline = self.0.wait_for(Option::is_some).await.ok().and_then(|deadline| *deadline);
        deadline.unwrap_or_else(Instant::now)
    }
}

/// The server's thread. Reports whether it could begin.
fn serve(
    listener: TcpListener,
    app: &Arc<App>,
    stop: &Stop,
    report: &mpsc::Sender<io::Result<()>>,
) {
    // Here and not on the thread of `start`, which may be one of another runtime.
    let runtime = match Builder::new_current_thread().enable_io().enable_time().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let _ = report.send(Err(error));
            return;
        }
    };
    let _ = report.send(Ok(()));
    runtime.block_on(async {
        // It has just been made and registered nowhere else, which leaves no way to fail but a kernel out of memory.
        let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
            tracing::warn!("observant cannot watch its socket; its pages are not served");
            return;
        };
        let mut connections = Connections::new(app.limits.connections);
        accept(&listener, app, stop, &mut connections).await;
        drop(listener);
        let deadline = stop.clone().wait().await;
        let _ = timeout_at(deadline, connections.ended()).await;
    });
    // Pages that still run, perhaps forever, have threads of their own that nothing waits for.
}

async fn accept(
    listener: &tokio::net::TcpListener,
    app: &Arc<App>,
    stop: &Stop,
    connections: &mut Connections,
) {
    let mut stopped = pin!(stop.clone().wait());
    let mut pause = Pause::NONE;
    loop {
        match unless(stopped.as_mut(), listener.accept()).await {
            None => return,
            Some(Ok((socket, peer))) => {
                pause = Pause::NONE;
                connections.admit(app, stop, socket, peer);
            }
            // The client gave up before we came.
            Some(Err(error)) if is_of_one_connection(&error) => {}
            Some(Err(error)) => {
                add(&app.figures.accept_failures);
                if pause.is_none() {
                    tracing::warn!("observant cannot accept connections for now: {error}");
                }
                pause = pause.longer();
                if unless(stopped.as_mut(), sleep(pause.0)).await.is_none() {
                    return;
                }
            }
        }
    }
}

/// How long accepting rests after it failed. Out of file descriptors, the listener stays readable, and without a
/// rest this thread would spin.
#[derive(Clone, Copy)]
struct Pause(Duration);

impl Pause {
    const NONE: Self = Self(Duration::ZERO);
    const FIRST: Duration = Duration::from_millis(50);
    const LONGEST: Duration = Duration::from_secs(1);

    fn is_none(self) -> bool {
        self.0.is_zero()
    }

    fn longer(self) -> Self {
        Self((self.0 * 2).clamp(Self::FIRST, Self::LONGEST))
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

/// What `future` gives, unless `stopped` resolves first.
async fn unless<S: Future, F: Future>(
    mut stopped: std::pin::Pin<&mut S>,
    future: F,
) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|cx| {
        if stopped.as_mut().poll(cx).is_ready() {
            return Poll::Ready(None);
        }
        future.as_mut().poll(cx).map(Some)
    })
    .await
}
