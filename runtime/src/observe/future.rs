//! Calls of asynchronous functions, and of functions that return futures.

use super::{
    Suspended,
    judge::{Progress, Verdict},
    site::Site,
};
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
    let future = call.run(|| (make(), Progress::Pending));
    Observed { future, call, judge: Some(judge) }
}

impl<F: Future, J: FnOnce(&F::Output) -> Verdict> Future for Observed<F, J> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if !this.call.is_open() {
            return this.future.poll(cx);
        }
        let (future, judge) = (this.future, this.judge);
        this.call.run(|| {
            let polled = future.poll(cx);
            let progress = match (&polled, judge.take()) {
                (Poll::Ready(value), Some(decide)) => Progress::Done(decide(value)),
                (Poll::Ready(_), None) => Progress::Done(Verdict::OK),
                (Poll::Pending, kept) => {
                    *judge = kept;
                    Progress::Pending
                }
            };
            (polled, progress)
        })
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
