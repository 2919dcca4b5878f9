//! Every page as a service.

use super::{
    prefix::Prefix,
    response::{Body, ResponseFuture},
};
use crate::http::{Ask, Desk};
use hyper::{Request, Response, StatusCode, http::Extensions};
use std::{
    convert::Infallible,
    fmt,
    net::SocketAddr,
    sync::Arc,
    task::{Context, Poll},
};
use tower_service::Service;

type FindPeer = dyn Fn(&Extensions) -> Option<SocketAddr> + Send + Sync;

/// Every endpoint as a service: `/metrics`, `/status`, `/health`, `/live`, `/ready`, `/startup` and `/`,
/// which lists them. Made by [`Guard::endpoints`](crate::Guard::endpoints); clones are the same.
///
/// Paths are matched as a router hands them on. One that takes off the path it matched, as axum's
/// `nest_service` does, needs nothing more; to one that does not, [`at`](Self::at) says what to take off.
///
/// # Example
///
/// ```
/// use hyper::{Request, StatusCode};
/// use tower_service::Service as _;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let observant = observant::builder().listen("off").init()?;
/// let mut endpoints = observant.endpoints().at("/internal");
///
/// let request = Request::get("/internal/live").body(())?;
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// let response = endpoints.call(request).await?;
/// assert_eq!(response.status(), StatusCode::OK);
/// # Ok::<(), std::convert::Infallible>(())
/// # })?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Endpoints {
    desk: Result<Desk, Absent>,
    prefix: Prefix,
    peer: Arc<FindPeer>,
}

/// Why nobody answers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Absent {
    /// Everything is.
    Disabled,
    /// The thread that answers could not be started.
    NoThread,
}

impl Endpoints {
    /// A service that asks at `desk`.
    pub(crate) fn new(desk: Result<Desk, Absent>) -> Self {
        Self { desk, prefix: Prefix::new(""), peer: Arc::new(|_| None) }
    }

    /// Answers below `path` alone, `/internal/metrics` for `/internal`, and 404 elsewhere.
    #[must_use]
    pub fn at(mut self, path: &str) -> Self {
        self.prefix = Prefix::new(path);
        self
    }

    /// How to find out whom a request comes from, by what the server left in its extensions. Without it
    /// nobody counts as being on loopback; see [Who sees what](super#who-sees-what).
    ///
    /// With axum, served by `into_make_service_with_connect_info::<SocketAddr>()`:
    ///
    /// ```ignore
    /// observant.endpoints().peer(|extensions| {
    ///     extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer)
    /// })
    /// ```
    #[must_use]
    pub fn peer(
        mut self,
        find: impl Fn(&Extensions) -> Option<SocketAddr> + Send + Sync + 'static,
    ) -> Self {
        self.peer = Arc::new(find);
        self
    }

    fn answer<B>(&self, request: Request<B>) -> ResponseFuture {
        let desk = match &self.desk {
            Ok(desk) => desk,
            Err(Absent::Disabled) => {
                return ResponseFuture::text(
                    StatusCode::NOT_FOUND,
                    "observant is disabled in this program (OBSERVANT_DISABLED)\n",
                );
            }
            Err(Absent::NoThread) => {
                return ResponseFuture::text(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "this program could start no thread to answer\n",
                );
            }
        };
        let (parts, _unread) = request.into_parts();
        let Some(uri) = self.prefix.strip(&parts.uri) else {
            return ResponseFuture::text(StatusCode::NOT_FOUND, "no such page\n");
        };
        let peer = (self.peer)(&parts.extensions);
        let mut request = Request::new(());
        *request.method_mut() = parts.method;
        *request.version_mut() = parts.version;
        *request.headers_mut() = parts.headers;
        *request.uri_mut() = uri;
        match desk.ask(request, peer) {
            Ask::Taken(answer) => ResponseFuture::asked(answer),
            Ask::Busy => ResponseFuture::text(
                StatusCode::SERVICE_UNAVAILABLE,
                "too many of these requests at one time\n",
            ),
            Ask::Ended => ResponseFuture::ended(),
        }
    }
}

impl<B> Service<Request<B>> for Endpoints {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> ResponseFuture {
        self.answer(request)
    }
}

impl fmt::Debug for Endpoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoints").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}
