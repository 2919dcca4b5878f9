//! Every endpoint as a service, in real servers of axum and hyper and in no server at all. There is one guard a process,
//! so a test has it for itself; nothing listens but what a test serves.

mod alone;
mod servers;

use observant::{Builder, Guard, observe, tower::Endpoints};
use std::{
    net::SocketAddr,
    ops::Deref,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};
use tokio::{net::TcpListener, runtime::Runtime};

/// A function of this program.
#[observe]
fn load() {}

/// The program, set up for one test.
struct Observant {
    guard: Guard,
    _one: MutexGuard<'static, ()>,
}

impl Deref for Observant {
    type Target = Guard;

    fn deref(&self) -> &Guard {
        &self.guard
    }
}

fn observant(set: impl FnOnce(Builder) -> Builder) -> Observant {
    static ONE: Mutex<()> = Mutex::new(());
    let one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    load();
    let registry = prometheus::Registry::new();
    registry.register(Box::new(Slow)).unwrap();
    let builder = observant::builder().listen("off").prometheus_registry(registry);
    let guard = set(builder).init().unwrap();
    assert_eq!(guard.local_addr(), None);
    Observant { guard, _one: one }
}

/// Whether scrapes take as long as their clients let them.
static SLOW: AtomicBool = AtomicBool::new(false);

/// Makes them so, until dropped.
struct Slowly;

impl Slowly {
    fn begin() -> Self {
        SLOW.store(true, Relaxed);
        Self
    }
}

impl Drop for Slowly {
    fn drop(&mut self) {
        SLOW.store(false, Relaxed);
    }
}

struct Slow;

impl prometheus::core::Collector for Slow {
    fn desc(&self) -> Vec<&prometheus::core::Desc> {
        Vec::new()
    }

    fn collect(&self) -> Vec<prometheus::proto::MetricFamily> {
        while SLOW.load(Relaxed) {
            thread::sleep(Duration::from_millis(1));
        }
        Vec::new()
    }
}

/// A server of the user's own, on a runtime with one thread.
struct Server {
    address: SocketAddr,
    _runtime: Runtime,
}

impl Server {
    fn axum(router: axum::Router) -> Self {
        Self::start(async move |listener: TcpListener| {
            let service = router.into_make_service_with_connect_info::<SocketAddr>();
            axum::serve(listener, service).await.unwrap();
        })
    }

    /// hyper alone, whose requests have their whole path.
    fn hyper(endpoints: Endpoints) -> Self {
        Self::start(async move |listener: TcpListener| {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                let service = hyper_util::service::TowerToHyperService::new(endpoints.clone());
                let io = hyper_util::rt::TokioIo::new(socket);
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new().serve_connection(io, service),
                );
            }
        })
    }

    fn start<S, F>(serve: S) -> Self
    where
        S: FnOnce(TcpListener) -> F + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(serve(listener));
        Self { address, _runtime: runtime }
    }
}
