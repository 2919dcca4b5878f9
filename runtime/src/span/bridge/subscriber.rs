//! Our subscriber: the outermost wrapper of a program's own, which shows it calls when it looks.

use super::{Bridge, Inner, format::with_parent};
use std::{any::TypeId, fmt, sync::Arc};
use tracing::{
    Dispatch, Event, Id, Metadata, Subscriber,
    level_filters::LevelFilter,
    span::{Attributes, Record},
    subscriber::Interest,
};
use tracing_core::span::Current;
use tracing_subscriber::layer::{Identity, SubscriberExt as _};

/// Wraps a program's whole subscriber, so that observed calls are spans for it, and its spans and events
/// parts of our traces. A call costs it nothing until it looks: an event or span within the call, or
/// `Span::current()`.
///
/// It must be the outermost: wrap what is complete, as `registry().with(..)` makes it. What its filters
/// refuse is in no trace either: where every layer has a filter of its own, what all of them refuse.
///
/// # Example
///
/// ```
/// use tracing_subscriber::layer::SubscriberExt as _;
///
/// let stack = tracing_subscriber::registry().with(tracing_subscriber::fmt::layer());
/// tracing::subscriber::set_global_default(observant::subscriber(stack)).unwrap();
/// ```
pub fn subscriber<S: Subscriber + Send + Sync + 'static>(inner: S) -> ObserveSubscriber {
    // A registry without any layer never frees a span.
    let inner: Inner = Arc::new(inner.with(Identity::new()));
    ObserveSubscriber { bridge: Bridge::new(Some(Arc::clone(&inner)), false), inner }
}

/// A program's subscriber and the calls it is shown; made by [`subscriber()`].
pub struct ObserveSubscriber {
    inner: Inner,
    bridge: Bridge,
}

impl ObserveSubscriber {
    /// Shows every call at once, whoever looks: for a stack with a layer that wants all spans.
    #[must_use]
    pub fn eager(mut self, eager: bool) -> Self {
        self.bridge.eager = eager;
        self
    }

    #[inline]
    fn show_pending(&self) {
        self.bridge.show_pending(None);
    }
}

impl fmt::Debug for ObserveSubscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObserveSubscriber").field("bridge", &self.bridge).finish_non_exhaustive()
    }
}

impl Subscriber for ObserveSubscriber {
    fn on_register_dispatch(&self, dispatch: &Dispatch) {
        self.inner.on_register_dispatch(dispatch);
    }

    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        self.inner.register_callsite(metadata)
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.show_pending();
        self.inner.enabled(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        self.inner.max_level_hint()
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        self.show_pending();
        let id = self.inner.new_span(attributes);
        self.bridge.begins(attributes, &id);
        id
    }

    fn record(&self, id: &Id, record: &Record<'_>) {
        self.inner.record(id, record);
        self.bridge.told(id, record);
    }

    fn record_follows_from(&self, id: &Id, other: &Id) {
        self.show_pending();
        self.inner.record_follows_from(id, other);
        self.bridge.follows(id, other);
    }

    fn event_enabled(&self, event: &Event<'_>) -> bool {
        self.inner.event_enabled(event)
    }

    fn event(&self, event: &Event<'_>) {
        self.show_pending();
        let tell = || self.inner.event(event);
        match event.parent() {
            Some(parent) => with_parent(self.bridge.context_of(parent), tell),
            None => tell(),
        }
        self.bridge.happened(event);
    }

    fn enter(&self, id: &Id) {
        self.show_pending();
        self.inner.enter(id);
        self.bridge.entered(id);
    }

    fn exit(&self, id: &Id) {
        self.bridge.exited(id);
        self.inner.exit(id);
    }

    fn clone_span(&self, id: &Id) -> Id {
        self.inner.clone_span(id)
    }

    #[allow(deprecated)] // Whoever calls it is told so.
    fn drop_span(&self, id: Id) {
        self.inner.drop_span(id);
    }

    fn try_close(&self, id: Id) -> bool {
        let closed = self.inner.try_close(id.clone());
        if closed {
            self.bridge.closed(&id);
        }
        closed
    }

    fn current_span(&self) -> Current {
        self.show_pending();
        self.inner.current_span()
    }

    unsafe fn downcast_raw(&self, id: TypeId) -> Option<*const ()> {
        if id == TypeId::of::<Bridge>() {
            Some(std::ptr::from_ref(&self.bridge).cast())
        } else if id == TypeId::of::<Self>() {
            Some(std::ptr::from_ref(self).cast())
        } else {
            // SAFETY: the caller's promise is handed on.
            unsafe { self.inner.downcast_raw(id) }
        }
    }
}
