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
    runtime::{Builder, Handle},
    sync::{Semaphore, watch},
    task::{JoinSet, yield_now},
    time::{Instant, sleep, timeout_at},
};

#[cfg(feature = "tower")]
use super::desk::{self, Desk, Orders};
use super::{
    Limits, Pages, ServerSettings, Token,
    connections::Connections,
    figures::{Figures, add},
    hosts::Hosts,
    scrapes::Renderings,
};
use crate::{background::spawn, error::Error, threads::Workers};

/// What every request may look at.
pub(super) struct App {
    pub(super) pages: Pages,
    pub(super) hosts: Hosts,
    pub(super) token: Option<Token>,
    pub(super) limits: Limits,
    pub(super) connections: Connections,
    pub(super) figures: Arc<Figures>,
    pub(super) renderings: Arc<Renderings>,
    /// By whether the request came by way of another server: how slow its clients are is not in our hands.
    places: [Places; 2],
    /// Where pages are made.
    pub(super) workers: Workers,
}

/// For pages that cost something.
pub(super) struct Places {
    /// For those who wait for any of them.
    pub(super) pages: Arc<Semaphore>,
    pub(super) scrapes: Arc<Semaphore>,
    pub(super) statuses: Arc<Semaphore>,
}

impl Places {
    fn new(limits: &Limits) -> Self {
        Self {
            pages: Arc::new(Semaphore::new(limits.pages)),
            scrapes: Arc::new(Semaphore::new(limits.scrapes)),
            statuses: Arc::new(Semaphore::new(limits.statuses)),
        }
    }
}

/// Where a request came from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Client {
    /// In another server nobody may know.
    pub(super) peer: Option<SocketAddr>,
    /// Another server handed the request over.
    pub(super) is_mounted: bool,
}

impl Client {
    /// On a connection of ours.
    pub(super) fn of(peer: SocketAddr) -> Self {
        Self { peer: Some(peer), is_mounted: false }
    }
}

impl App {
    pub(super) fn places(&self, client: Client) -> &Places {
        &self.places[usize::from(client.is_mounted)]
    }

    pub(super) fn new(settings: ServerSettings, pages: Pages) -> Self {
        let ServerSettings { address: _, way_out: _, hosts, any_host, token, limits } = settings;
        Self {
            pages,
            hosts: Hosts::new(hosts, any_host),
            token,
            limits,
            connections: Connections::new(limits.connections),
            figures: Arc::default(),
            renderings: Arc::default(),
            places: [Places::new(&limits), Places::new(&limits)],
            workers: Workers::new("observant-page"),
        }
    }
}

/// Listens on the address of `settings`, if there is one, and answers from `pages` until shut down.
///
/// # Errors
///
/// When the address cannot be listened on, or the thread cannot be started.
pub(crate) fn start(settings: ServerSettings, pages: Pages) -> Result<RunningServer, Error> {
    let (listener, bound) = match settings.address.clone() {
        Some(address) => {
            let (listener, bound) =
                bind(&address).map_err(|source| Error::bind(address, settings.way_out, source))?;
            (Some(listener), Some(bound))
        }
        None => (None, None),
    };
    #[cfg(feature = "tower")]
    let (desk, orders) = Desk::new(settings.limits.connections);
    let app = Arc::new(App::new(settings, pages));
    let (stop, stopped) = watch::channel(None);
    let (report, begun) = mpsc::channel();
    let task = Task {
        listener,
        app,
        stop: Stop(stopped),
        #[cfg(feature = "tower")]
        orders,
    };
    let thread = spawn("observant-http", move || serve(task, &report)).map_err(Error::thread)?;
    let mut server = RunningServer {
        address: bound,
        #[cfg(feature = "tower")]
        desk,
        stop,
        runtime: None,
        thread: Some(thread),
        process: process::id(),
    };
    match begun.recv() {
        Ok(Ok(runtime)) => {
            server.runtime = Some(runtime);
            Ok(server)
        }
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
    address: Option<SocketAddr>,
    #[cfg(feature = "tower")]
    desk: Desk,
    /// When the server must have ended, once it is to.
    stop: watch::Sender<Option<Instant>>,
    /// Its own.
    runtime: Option<Handle>,
    thread: Option<JoinHandle<()>>,
    /// Who started it.
    process: u32,
}

impl RunningServer {
    /// Where it listens, with the port the system chose for port 0; `None` if it only answers for other servers.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// The runtime of its thread.
    pub(crate) fn runtime(&self) -> Option<Handle> {
        self.runtime.clone()
    }

    #[cfg(test)]
    pub(super) fn local_addr(&self) -> SocketAddr {
        self.address.expect("a server of a test listens")
    }

    /// Where other servers hand over requests.
    #[cfg(feature = "tower")]
    pub(crate) fn desk(&self) -> Desk {
        self.desk.clone()
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

/// What the server's thread works with.
struct Task {
    listener: Option<TcpListener>,
    app: Arc<App>,
    stop: Stop,
    #[cfg(feature = "tower")]
    orders: Orders,
}

/// The server's thread. Reports whether it could begin.
fn serve(task: Task, report: &mpsc::Sender<io::Result<Handle>>) {
    // Here and not on the thread of `start`, which may be one of another runtime.
    let runtime = match Builder::new_current_thread().enable_io().enable_time().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let _ = report.send(Err(error));
            return;
        }
    };
    let _ = report.send(Ok(runtime.handle().clone()));
    runtime.block_on(async {
        let Task { listener, app, stop, .. } = task;
        #[cfg(feature = "tower")]
        let mounted = tokio::spawn(desk::serve(Arc::clone(&app), task.orders, stop.clone()));
        let mut connections = JoinSet::new();
        // It has just been made and registered nowhere else, which leaves no way to fail but a kernel out of memory.
        match listener.map(tokio::net::TcpListener::from_std).transpose() {
            Ok(Some(listener)) => accept(&listener, &app, &stop, &mut connections).await,
            Ok(None) => {}
            Err(_) => {
                tracing::warn!("observant cannot watch its socket; its pages are not served");
            }
        }
        let deadline = stop.clone().wait().await;
        let ended = async { while connections.join_next().await.is_some() {} };
        let _ = timeout_at(deadline, ended).await;
        #[cfg(feature = "tower")]
        let _ = timeout_at(deadline, mounted).await;
    });
    // Pages that still run, perhaps forever, have threads of their own that nothing waits for.
}

async fn accept(
    listener: &tokio::net::TcpListener,
    app: &Arc<App>,
    stop: &Stop,
    connections: &mut JoinSet<()>,
) {
    let mut stopped = pin!(stop.clone().wait());
    let mut pause = Pause::NONE;
    loop {
        match unless(stopped.as_mut(), listener.accept()).await {
            None => return,
            Some(Ok(accepted)) => {
                pause = Pause::NONE;
                if app.connections.is_full() {
                    // Of those that came together, some have sent what they want: they are read before one of them goes.
                    yield_now().await;
                }
                app.connections.admit(app, stop, accepted, connections);
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
pub(super) async fn unless<S: Future, F: Future>(
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
