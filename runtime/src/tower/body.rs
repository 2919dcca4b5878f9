//! The body of a response: the request lasts until it ends.

use super::exchange::Exchange;
use crate::observe::error_type_of;
use ::http::{HeaderMap, Method, StatusCode, header::CONTENT_LENGTH};
use bytes::Buf;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

pin_project! {
    /// The body of a response that [`ServerLayer`](super::ServerLayer) watches over.
    pub struct ServerBody<B> {
        // Before the request: what the body holds is dropped while the request still lasts.
        #[pin]
        body: B,
        exchange: Exchange,
        // Bytes to come, where that is known: a server that has them all does not ask again.
        left: Option<u64>,
    }
}

impl<B: Body> ServerBody<B> {
    pub(super) fn new(body: B, mut exchange: Exchange, head: &Head<'_>) -> Self {
        let left = head.length.or_else(|| body.size_hint().exact());
        if !head.has_body() || body.is_end_stream() || left == Some(0) {
            exchange.end();
        }
        Self { body, exchange, left }
    }
}

/// What decides whether a body is sent at all (RFC 9110, section 6.4.1).
#[derive(Debug)]
pub(super) struct Head<'r> {
    pub(super) method: &'r Method,
    pub(super) status: StatusCode,
    pub(super) length: Option<u64>,
}

impl<'r> Head<'r> {
    pub(super) fn new(method: &'r Method, status: StatusCode, headers: &HeaderMap) -> Self {
        let length =
            headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        Self { method, status, length }
    }

    fn has_body(&self) -> bool {
        let without = [StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED].contains(&self.status)
            || self.status.is_informational()
            || self.method == Method::HEAD
            || self.method == Method::CONNECT && self.status.is_success();
        !without
    }
}

impl<B: Body> Body for ServerBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let mut this = self.project();
        let polled = this.exchange.run(|| this.body.as_mut().poll_frame(cx));
        match &polled {
            Poll::Pending => {}
            Poll::Ready(None) => this.exchange.end(),
            Poll::Ready(Some(Err(_))) => this.exchange.fail(error_type_of::<B::Error>()),
            Poll::Ready(Some(Ok(frame))) => {
                if let (Some(data), Some(left)) = (frame.data_ref(), this.left.as_mut()) {
                    *left = left.saturating_sub(data.remaining() as u64);
                }
                if *this.left == Some(0) || this.body.is_end_stream() {
                    this.exchange.end();
                }
            }
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B> fmt::Debug for ServerBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerBody").field("left", &self.left).finish_non_exhaustive()
    }
}
