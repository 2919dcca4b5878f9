//! The bridge to `tracing`, both ways: observe spans become spans of `tracing` when somebody looks, and
//! spans and events of other code become part of our traces.
//!
//! A call costs `tracing` nothing until somebody asks for its span: a foreign span or event that needs
//! its parent, `Span::current()`, a layer that wants every span. Then [`Bridge::show_pending`] shows what
//! runs on the thread, outermost first.

mod calls;
mod entries;
mod foreign;
mod format;
mod layer;
mod outlet;
mod subscriber;
mod visit;

pub(super) use entries::Entry;
#[cfg(feature = "otlp")]
pub(crate) use entries::refused;
pub use format::{JsonFormat, TextFormat};
pub use layer::{ObserveLayer, layer};
pub(super) use outlet::Shown;
pub use subscriber::{ObserveSubscriber, subscriber};

use super::{
    SpanContext, mode,
    stack::{self, Node},
};
use crate::callsite::Callsite;
use entries::Entries;
use outlet::Outlet;
use std::{
    cell::Cell,
    fmt,
    ptr::{NonNull, null},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
};
use tracing::{Dispatch, Subscriber};

type Inner = Arc<dyn Subscriber + Send + Sync>;

/// One subscriber or layer of ours.
pub(crate) struct Bridge {
    /// What our subscriber wraps; `None` for a layer, which is shown calls by the whole that it is a part of.
    inner: Option<Inner>,
    /// Tells the bridges of a process apart; not 0.
    number: u32,
    /// Calls are shown at once.
    eager: bool,
    entries: Arc<Entries>,
}

/// In whose scope a call begins.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// 0 where no bridge is.
    pub(super) number: u32,
    /// Whom it is shown to at once, if to anybody.
    pub(super) eager: Option<Eager>,
}

/// A subscriber that calls are shown to as they begin, and the bridge that it has.
#[derive(Debug)]
pub(super) struct Eager {
    whole: Dispatch,
    /// Invariant: what `whole` keeps alive, where it is.
    bridge: NonNull<Bridge>,
}

thread_local! {
    /// This thread is showing what runs: what that sets off is not shown to anybody in turn.
    static SHOWING: Cell<bool> = const { Cell::new(false) };
}

/// The bridge that the current subscriber has, if any.
#[inline(always)]
pub(super) fn current() -> Scope {
    tracing::dispatcher::get_default(|dispatch| {
        // Not shown within `get_default`, which gives whoever asks again in it no subscriber at all.
        let scope = |bridge: &Bridge| Scope {
            number: bridge.number,
            eager: bridge
                .eager
                .then(|| Eager { whole: dispatch.clone(), bridge: NonNull::from(bridge) }),
        };
        dispatch.downcast_ref().map(scope).unwrap_or_default()
    })
}

/// Whether a subscriber is ours or has a layer of ours.
pub(crate) fn is_bridged(dispatch: &Dispatch) -> bool {
    dispatch.downcast_ref::<Bridge>().is_some()
}

impl Eager {
    /// Shows what runs on this thread.
    #[cold]
    pub(super) fn show_all(&self) {
        // SAFETY: the invariant of `bridge`.
        unsafe { self.bridge.as_ref() }.show_pending(Some(&self.whole));
    }
}

impl fmt::Debug for Bridge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bridge").field("number", &self.number).finish_non_exhaustive()
    }
}

impl Bridge {
    fn new(inner: Option<Inner>, eager: bool) -> Self {
        static NUMBERS: AtomicU32 = AtomicU32::new(1);
        mode::set_bridged();
        // After four thousand million bridges two could share a number: both show what either should.
        let number = NUMBERS.fetch_add(1, Relaxed).max(1);
        Self { inner, number, eager, entries: Arc::new(Entries::new()) }
    }

    /// Shows every call on this thread that began in this bridge's scope and is not shown yet. A layer's is told
    /// what it is a part of.
    #[inline]
    fn show_pending(&self, whole: Option<&Dispatch>) {
        if !stack::is_empty() && !SHOWING.get() {
            // Mostly one, where calls are shown as they begin: then there is nothing to gather.
            let (mut last, mut count) = (null(), 0_usize);
            self.visit_pending(|node| {
                last = node;
                count += 1;
            });
            match count {
                0 => {}
                1 => self.show(&[last], whole),
                _ => {
                    let mut pending = Vec::with_capacity(count);
                    self.visit_pending(|node| pending.push(node));
                    self.show(&pending, whole);
                }
            }
        }
    }

    /// Visits what is to be shown, innermost first.
    fn visit_pending(&self, mut visit: impl FnMut(*const Node)) {
        stack::visit(|node| {
            let settled = node.with_span(|span| {
                let shown = span.shown.as_ref().is_some_and(Shown::is_settled);
                (span.bridge == self.number).then_some(shown || span.callsite.is_none())
            });
            match settled.flatten() {
                // What is below was shown when this was.
                Some(true) => return false,
                Some(false) => visit(std::ptr::from_ref(node)),
                None => {}
            }
            true
        });
    }

    #[cold]
    fn show(&self, pending: &[*const Node], whole: Option<&Dispatch>) {
        let _showing = Showing::begin();
        for node in pending.iter().rev() {
            // SAFETY: the nodes were linked when they were gathered, and run below this function on
            // its own thread: none ends before it returns.
            self.show_one(unsafe { &**node }, whole);
        }
    }

    /// No subscriber's code runs while the span is borrowed.
    fn show_one(&self, node: &Node, whole: Option<&Dispatch>) {
        let callsite = node.with_span(|span| span.callsite.filter(|_| span.shown.is_none()));
        if let Some(callsite) = callsite.flatten() {
            self.show_first(node, callsite, whole);
        } else if let Some(mut shown) = node.with_span(|span| span.shown.take()).flatten() {
            // A call that goes on, which was shown before.
            shown.enter();
            node.with_span(|span| span.shown = Some(shown));
        }
    }

    fn show_first(&self, node: &Node, callsite: &'static Callsite, whole: Option<&Dispatch>) {
        let fields = node
            .with_span(|span| span.extra.as_mut().map(|extra| std::mem::take(&mut extra.fields)))
            .flatten();
        let mut shown =
            Shown::new(callsite.face(), fields.as_deref().unwrap_or_default(), self.outlet(whole));
        shown.enter();
        node.with_span(|span| {
            if let (Some(extra), Some(fields)) = (&mut span.extra, fields) {
                extra.fields = fields;
            }
            if let Some(id) = shown.id() {
                self.entries.insert_call(id.into_u64(), span);
            }
            span.shown = Some(shown);
        });
    }

    fn outlet(&self, whole: Option<&Dispatch>) -> Outlet {
        match (&self.inner, whole) {
            (Some(inner), _) => Outlet::Inner(Arc::clone(inner), Arc::clone(&self.entries)),
            (None, Some(whole)) => Outlet::Dispatch(whole.clone()),
            (None, None) => Outlet::Dispatch(tracing::dispatcher::get_default(Dispatch::clone)),
        }
    }

    /// The context of a span by its id.
    fn context_of(&self, id: &tracing::Id) -> Option<SpanContext> {
        self.entries.get(id.into_u64()).map(|entry| entry.context())
    }
}

/// Whether what `tracing` is told comes from showing calls.
fn is_showing() -> bool {
    SHOWING.get()
}

/// Marks a thread as showing, until it is dropped.
struct Showing {
    before: bool,
}

impl Showing {
    fn begin() -> Self {
        Self { before: SHOWING.replace(true) }
    }
}

impl Drop for Showing {
    fn drop(&mut self) {
        SHOWING.set(self.before);
    }
}
