//! Futures whose work, and whose end, nobody's subscriber hears of: whoever traces the traffic of an
//! exporter exports the traces of that for ever.

use pin_project_lite::pin_project;
use std::{
    pin::Pin,
    task::{Context, Poll},
};
use tracing::{Dispatch, dispatcher::with_default};

/// Does something unheard.
pub(in crate::otlp) fn quietly<R>(run: impl FnOnce() -> R) -> R {
    with_default(&Dispatch::none(), run)
}

pin_project! {
    /// `tracing`'s own wrapper lets be heard what is dropped, which closes connections.
    pub(super) struct Quiet<F> {
        #[pin]
        inner: Option<F>,
    }

    impl<F> PinnedDrop for Quiet<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut inner = this.project().inner;
            quietly(|| inner.set(None));
        }
    }
}

impl<F> Quiet<F> {
    pub(super) fn new(inner: F) -> Self {
        Self { inner: Some(inner) }
    }
}

impl<F: Future> Future for Quiet<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut inner = self.project().inner;
        quietly(|| {
            let Some(future) = inner.as_mut().as_pin_mut() else { return Poll::Pending };
            let polled = future.poll(cx);
            if polled.is_ready() {
                inner.set(None);
            }
            polled
        })
    }
}
