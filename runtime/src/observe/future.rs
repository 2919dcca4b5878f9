//! Calls of asynchronous functions, and of functions that return futures.

use super::{Suspended, judge::Verdict, site::Site};
use crate::span::Node;
use futures_core::future::FusedFuture;
use pin_project_lite::pin_project;
use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

pin_project! {
    /// A future whose life is one call: it ends when the future is done, or cancelled when it is dropped.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Observed<F, J> {
        // Before the call: what the future holds is dropped while the call still lasts.
        #[pin]
        future: F,
        call: Suspended,
        judge: Option<J>,
    }
}

/// Observes the body of an `async fn`.
#[inline]
pub fn observe_async<F: Future, J: FnOnce(&F::Output) -> Verdict>(
    site: impl Site,
    future: F,
    judge: J,
) -> Observed<F, J> {
    Observed { future, call: Suspended::start(site), judge: Some(judge) }
}

/// Observes a function that returns a future, from its first statement to the end of that future.
#[inline]
pub fn observe_future<F: Future, J: FnOnce(&F::Output) -> Verdict>(
    site: impl Site,
    make: impl FnOnce() -> F,
    judge: J,
) -> Observed<F, J> {
    let mut call = Suspended::start(site);
    let future = call.begin_with(make);
    Observed { future, call, judge: Some(judge) }
}

impl<F: Future, J: FnOnce(&F::Output) -> Verdict> Future for Observed<F, J> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let running = Node::new();
        let mut part = this.call.part(&running);
        // The only place where it is polled, with a call or without: it may be large, and becomes part of this.
        let polled = this.future.poll(cx);
        match &polled {
            Poll::Pending => part.pause(),
            Poll::Ready(value) if part.is_open() => {
                let judge = this.judge.take();
                part.finish(if let Some(judge) = judge { judge(value) } else { Verdict::OK });
            }
            Poll::Ready(_) => {}
        }
        part.leave();
        polled
    }
}

impl<F: FusedFuture, J: FnOnce(&F::Output) -> Verdict> FusedFuture for Observed<F, J> {
    fn is_terminated(&self) -> bool {
        self.future.is_terminated()
    }
}

impl<F, J> fmt::Debug for Observed<F, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observed").field("call", &self.call).finish_non_exhaustive()
    }
}
