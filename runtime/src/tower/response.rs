//! What the service answers with: a future that any runtime can poll, and a body.

use hyper::{
    Response, StatusCode,
    body::{Body as HttpBody, Bytes, Frame, SizeHint},
    header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER},
};
use std::{
    convert::Infallible,
    fmt,
    future::Future,
    mem,
    pin::Pin,
    task::{Context, Poll, ready},
};
use tokio::sync::oneshot;

/// The body of a response: one piece, its length known.
pub struct Body(Bytes);

impl HttpBody for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let rest = mem::take(&mut self.0);
        Poll::Ready((!rest.is_empty()).then(|| Ok(Frame::data(rest))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.len() as u64)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body").field("length", &self.0.len()).finish()
    }
}

/// The response of [`Endpoints`](super::Endpoints), once our thread has made it.
#[must_use = "futures do nothing unless polled"]
pub struct ResponseFuture(State);

enum State {
    Known(Option<Response<Body>>),
    Asked(oneshot::Receiver<Response<Bytes>>),
}

impl ResponseFuture {
    pub(super) fn asked(answer: oneshot::Receiver<Response<Bytes>>) -> Self {
        Self(State::Asked(answer))
    }

    /// A line for people.
    pub(super) fn text(status: StatusCode, text: &'static str) -> Self {
        Self(State::Known(Some(line(status, text))))
    }

    pub(super) fn ended() -> Self {
        Self(State::Known(Some(ended())))
    }
}

impl Future for ResponseFuture {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let response = match &mut self.0 {
            State::Known(response) => response.take().unwrap_or_else(ended),
            State::Asked(answer) => match ready!(Pin::new(answer).poll(cx)) {
                Ok(response) => {
                    self.0 = State::Known(None);
                    response.map(Body)
                }
                Err(_gone) => ended(),
            },
        };
        Poll::Ready(Ok(response))
    }
}

impl fmt::Debug for ResponseFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}

fn line(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

fn ended() -> Response<Body> {
    line(
        StatusCode::SERVICE_UNAVAILABLE,
        "observant has ended in this program: its guard was dropped\n",
    )
}
