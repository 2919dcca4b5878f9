//! Calls of functions that return streams: open until the end, the first error, or the drop.

use super::{Suspended, judge::Verdict, site::Site};
use crate::span::Node;
use futures_core::stream::{FusedStream, Stream};
use pin_project_lite::pin_project;
use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

pin_project! {
    /// A stream whose life is one call.
    #[must_use = "streams do nothing unless polled"]
    pub struct ObservedStream<S, J> {
        // Before the call, as in `Observed`.
        #[pin]
        stream: S,
        call: Suspended,
        judge: J,
    }
}

/// Observes a function that returns a stream. An item that `judge` faults ends the call; the stream
/// goes on for whoever reads on.
#[inline]
pub fn observe_stream<S: Stream, J: FnMut(&S::Item) -> Verdict>(
    site: impl Site,
    make: impl FnOnce() -> S,
    judge: J,
) -> ObservedStream<S, J> {
    let mut call = Suspended::start(site);
    let stream = call.begin_with(make);
    ObservedStream { stream, call, judge }
}

impl<S: Stream, J: FnMut(&S::Item) -> Verdict> Stream for ObservedStream<S, J> {
    type Item = S::Item;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let this = self.project();
        let running = Node::new();
        let mut part = this.call.part(&running);
        let polled = this.stream.poll_next(cx);
        match &polled {
            _ if !part.is_open() => {}
            Poll::Pending => part.pause(),
            Poll::Ready(None) => part.finish(Verdict::OK),
            Poll::Ready(Some(item)) => {
                part.item();
                let verdict = (this.judge)(item);
                if verdict.is_ok() { part.pause() } else { part.finish(verdict) }
            }
        }
        part.leave();
        polled
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.stream.size_hint()
    }
}

impl<S: FusedStream, J: FnMut(&S::Item) -> Verdict> FusedStream for ObservedStream<S, J> {
    fn is_terminated(&self) -> bool {
        self.stream.is_terminated()
    }
}

impl<S, J> fmt::Debug for ObservedStream<S, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObservedStream").field("call", &self.call).finish_non_exhaustive()
    }
}
