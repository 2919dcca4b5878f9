//! Around a client of HTTP: the span of a request that goes out, and the context in its headers.

use super::{conventions::Values, exchange::Exchange, is_on};
use crate::observe::{current_context, error_type_of};
use ::http::{Request, Response};
use pin_project_lite::pin_project;
use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};
use tower_layer::Layer;
use tower_service::Service;

/// Observes the requests that a client of HTTP sends, and sends the current context with them.
///
/// Each request is a span of kind client, by the semantic conventions, which ends when the head of the
/// response is there: what is read of its body later is the caller's business. Status 4xx and 5xx
/// are errors, a client's own error counts by its type. Credentials in a URL are never shown, nor
/// the values of its query unless asked for.
///
/// Retries and redirects within the client are requests of their own if the layer is nearer to the wire
/// than they are, which is where it belongs.
///
/// Clients that are no services of `http::Request`, as `reqwest`, take the context by
/// `observant::inject(request.headers_mut())`.
///
/// # Example
///
/// ```
/// use observant::ClientLayer;
/// use tower_layer::Layer as _;
///
/// # struct Service;
/// # let client = Service;
/// let client = ClientLayer::new().layer(client);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[must_use = "a layer does nothing until a service is wrapped in it"]
pub struct ClientLayer {
    values: Values,
}

impl ClientLayer {
    /// A layer that takes what the conventions say.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether spans show the values of queries too, all but signatures. Default no.
    pub fn query(mut self, shown: bool) -> Self {
        self.values = if shown { Values::Shown } else { Values::Hidden };
        self
    }
}

impl<S> Layer<S> for ClientLayer {
    type Service = Client<S>;

    fn layer(&self, inner: S) -> Client<S> {
        Client { inner, values: self.values }
    }
}

/// A client whose requests are observed; made by [`ClientLayer`].
#[derive(Clone, Debug)]
pub struct Client<S> {
    inner: S,
    values: Values,
}

impl<S, B, R> Service<Request<B>> for Client<S>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ClientFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (mut parts, body) = request.into_parts();
        let parent = current_context();
        let mut exchange = if is_on() {
            Exchange::client(parent, &parts, self.values)
        } else {
            Exchange::unobserved(parent)
        };
        exchange.context().inject(&mut parts.headers);
        let request = Request::from_parts(parts, body);
        let future = exchange.run(|| self.inner.call(request));
        ClientFuture { future, exchange }
    }
}

pin_project! {
    /// The future of a request that is observed; made by [`Client`].
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct ClientFuture<F> {
        // Before the request: what the future holds is dropped while the request still lasts.
        #[pin]
        future: F,
        exchange: Exchange,
    }
}

impl<F, R, E> Future for ClientFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let result = ready!(this.exchange.run(|| this.future.poll(cx)));
        match &result {
            Ok(response) => {
                this.exchange.answered(response.status());
                this.exchange.end();
            }
            Err(_) => this.exchange.fail(error_type_of::<E>()),
        }
        Poll::Ready(result)
    }
}

impl<F> fmt::Debug for ClientFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientFuture").finish_non_exhaustive()
    }
}
