//! Around a service of HTTP: the context that came with a request, its span, how long it took.

use super::{
    body::{Head, ServerBody},
    conventions::Values,
    exchange::Exchange,
    is_on,
};
use crate::observe::{error_type_of, extract};
use ::http::{Method, Request, Response, request::Parts};
use http_body::Body;
use pin_project_lite::pin_project;
use std::{
    borrow::Cow,
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};
use tower_layer::Layer;
use tower_service::Service;

/// Observes the requests that a service of HTTP answers.
///
/// - The context that came in the headers of the request holds for everything that works on it, the
///   body of the response included: observed functions are parts of the caller's trace.
/// - Each request is a span of kind server, by the semantic conventions: `GET /tasks/{id}`, with
///   `http.route`, `http.response.status_code`, `error.type` and more. Of a query only the keys are shown.
/// - `http_server_request_duration_seconds` counts it by method, route, status, scheme and type of error.
///   Unknown methods are `_OTHER`; so are routes beyond 1,000 and combinations beyond
///   [`Builder::series`](crate::Builder::series), which `observant_series_overflow_total` counts. A path is
///   never a label.
///
/// Both last until the body of the response has ended: a response that streams for a minute took a
/// minute, and one that breaks off has failed. Status 5xx is an error; a service's own error counts by
/// its type, a panic as `panic`, and a request that nobody waits for any more as `cancelled`.
///
/// The route of a request is what [`route`](Self::route) says, else with the feature `axum` the
/// `MatchedPath` that axum has found, else unknown. Put it on the router itself, with
/// [`Router::layer`](https://docs.rs/axum/0.8/axum/struct.Router.html#method.layer), so that axum has
/// found one.
///
/// # Example
///
/// ```
/// use observant::ServerLayer;
/// use tower_layer::Layer as _;
///
/// # struct Service;
/// # let service = Service;
/// // A router of axum: `Router::new().route(..).layer(ServerLayer::new())`. Any other service:
/// let service = ServerLayer::new()
///     .route(|request| match request.uri.path().split('/').nth(1) {
///         Some("tasks") => Some("/tasks/{id}".into()),
///         _ => None,
///     })
///     .layer(service);
/// ```
#[derive(Clone, Default)]
#[must_use = "a layer does nothing until a service is wrapped in it"]
pub struct ServerLayer {
    settings: Arc<Settings>,
}

type Route = Arc<dyn Fn(&Parts) -> Option<Cow<'static, str>> + Send + Sync>;

#[derive(Clone, Default)]
struct Settings {
    route: Option<Route>,
    scheme: Option<&'static str>,
    values: Values,
}

impl ServerLayer {
    /// A layer that takes what the conventions say.
    pub fn new() -> Self {
        Self::default()
    }

    fn with(mut self, set: impl FnOnce(&mut Settings)) -> Self {
        set(Arc::make_mut(&mut self.settings));
        self
    }

    /// How to tell a request's route: a template like `/tasks/{id}`, never a path; `None` where there is
    /// none.
    pub fn route(
        self,
        route: impl Fn(&Parts) -> Option<Cow<'static, str>> + Send + Sync + 'static,
    ) -> Self {
        self.with(|settings| settings.route = Some(Arc::new(route)))
    }

    /// The scheme that clients use, such as `https` behind a proxy: requests of HTTP/1.1 do not tell.
    /// Where they do not, it is `http`.
    pub fn scheme(self, scheme: &'static str) -> Self {
        self.with(|settings| settings.scheme = Some(scheme))
    }

    /// Whether spans show the values of queries too, all but signatures. Default no.
    pub fn query(self, shown: bool) -> Self {
        self.with(|settings| settings.values = if shown { Values::Shown } else { Values::Hidden })
    }
}

impl Settings {
    fn route_of(&self, parts: &Parts) -> Option<Cow<'static, str>> {
        let told = self.route.as_ref().and_then(|route| route(parts));
        #[cfg(feature = "axum")]
        let told = told.or_else(|| {
            let matched = parts.extensions.get::<axum::extract::MatchedPath>()?;
            Some(matched.as_str().to_owned().into())
        });
        told
    }

    fn begin(&self, parts: &Parts) -> Exchange {
        let parent = extract(&parts.headers);
        if !is_on() {
            return Exchange::unobserved(parent);
        }
        Exchange::server(parent, parts, self.route_of(parts), self.scheme, self.values)
    }
}

impl fmt::Debug for ServerLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerLayer").finish_non_exhaustive()
    }
}

impl<S> Layer<S> for ServerLayer {
    type Service = Server<S>;

    fn layer(&self, inner: S) -> Server<S> {
        Server { inner, settings: Arc::clone(&self.settings) }
    }
}

/// A service whose requests are observed; made by [`ServerLayer`].
#[derive(Clone)]
pub struct Server<S> {
    inner: S,
    settings: Arc<Settings>,
}

impl<S: fmt::Debug> fmt::Debug for Server<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("inner", &self.inner).finish_non_exhaustive()
    }
}

impl<S, B, R> Service<Request<B>> for Server<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    R: Body,
{
    type Response = Response<ServerBody<R>>;
    type Error = S::Error;
    type Future = ServerFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (parts, body) = request.into_parts();
        let mut exchange = self.settings.begin(&parts);
        let method = parts.method.clone();
        let request = Request::from_parts(parts, body);
        let future = exchange.run(|| self.inner.call(request));
        ServerFuture { future, method, exchange: Some(exchange) }
    }
}

pin_project! {
    /// The future of a request that is observed; made by [`Server`].
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct ServerFuture<F> {
        // Before the request: what the future holds is dropped while the request still lasts.
        #[pin]
        future: F,
        method: Method,
        exchange: Option<Exchange>,
    }
}

impl<F, R, E> Future for ServerFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
    R: Body,
{
    type Output = Result<Response<ServerBody<R>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let exchange = this.exchange.as_mut().expect("polled after it was ready");
        let result = ready!(exchange.run(|| this.future.poll(cx)));
        let Some(mut exchange) = this.exchange.take() else { unreachable!("it was there") };
        Poll::Ready(match result {
            Ok(response) => {
                let (parts, body) = response.into_parts();
                exchange.answered(parts.status);
                let head = Head::new(this.method, parts.status, &parts.headers);
                let body = ServerBody::new(body, exchange, &head);
                Ok(Response::from_parts(parts, body))
            }
            Err(error) => {
                exchange.fail(error_type_of::<E>());
                Err(error)
            }
        })
    }
}

impl<F> fmt::Debug for ServerFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerFuture").finish_non_exhaustive()
    }
}
