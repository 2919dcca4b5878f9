//! Our layer: for a subscriber that is not ours to wrap. Calls are shown to it as they begin.

use super::Bridge;
use std::any::TypeId;
use tracing::{
    Event, Id, Subscriber,
    span::{Attributes, Record},
};
use tracing_subscriber::{
    layer::{Context, Layer},
    registry::LookupSpan,
};

/// A layer for a subscriber that cannot be wrapped by [`subscriber()`](super::subscriber()): every observed call
/// becomes a span of that subscriber as it begins, which costs what a span costs there.
///
/// # Example
///
/// ```
/// use tracing_subscriber::layer::SubscriberExt as _;
///
/// let stack = tracing_subscriber::registry().with(observant::layer());
/// tracing::subscriber::set_global_default(stack).unwrap();
/// ```
pub fn layer() -> ObserveLayer {
    ObserveLayer { bridge: Bridge::new(None, true) }
}

/// Shows calls to the subscriber it is a part of; made by [`layer()`].
#[derive(Debug)]
pub struct ObserveLayer {
    bridge: Bridge,
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for ObserveLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, _: Context<'_, S>) {
        // What is shown is a call, and its frame knows all of it.
        if !super::is_showing() {
            self.bridge.begins(attributes, id);
        }
    }

    fn on_record(&self, id: &Id, record: &Record<'_>, _: Context<'_, S>) {
        if !super::is_showing() {
            self.bridge.told(id, record);
        }
    }

    fn on_follows_from(&self, id: &Id, other: &Id, _: Context<'_, S>) {
        self.bridge.follows(id, other);
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        self.bridge.happened(event);
    }

    fn on_enter(&self, id: &Id, _: Context<'_, S>) {
        if !super::is_showing() {
            self.bridge.entered(id);
        }
    }

    fn on_exit(&self, id: &Id, _: Context<'_, S>) {
        if !super::is_showing() {
            self.bridge.exited(id);
        }
    }

    fn on_close(&self, id: Id, _: Context<'_, S>) {
        self.bridge.closed(&id);
    }

    unsafe fn downcast_raw(&self, id: TypeId) -> Option<*const ()> {
        if id == TypeId::of::<Bridge>() {
            Some(std::ptr::from_ref(&self.bridge).cast())
        } else if id == TypeId::of::<Self>() {
            Some(std::ptr::from_ref(self).cast())
        } else {
            None
        }
    }
}
