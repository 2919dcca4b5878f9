//! What other rooms keep with calls and contexts for as long as these last, in the place of a span where there is none.

use super::{
    Extra, SpanContext, TraceId,
    live::Span,
    stack::{self, Carried, Node, Place},
};
use std::{any::Any, sync::Arc};

/// What another room keeps with a call for as long as it lasts; it goes with contexts, too.
pub(crate) type Rider = Arc<dyn Any + Send + Sync>;

/// What what is kept here is to the trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InTrace {
    /// A span of it.
    Span,
    /// A span that runs elsewhere, of which what runs above is a part.
    Context,
    /// No span: a call without one, for which something is kept.
    Apart,
    /// Nothing: something is kept for what runs above.
    Beside,
    /// What runs above is no part of what runs below.
    Barrier,
}

impl Span {
    /// No span, but a place to keep something.
    fn none(in_trace: InTrace, rider: Option<Rider>) -> Self {
        Self {
            trace_id: TraceId::NONE,
            span_id: 0,
            parent: 0,
            callsite: None,
            extra: None,
            shown: None,
            entry: None,
            trace_state: None,
            error_type: None,
            bridge: 0,
            flags: 0,
            recorded: false,
            remote: false,
            in_trace,
            rider,
            told: None,
        }
    }

    /// No span, but a place to keep something for a call.
    pub(super) fn apart() -> Self {
        Self::none(InTrace::Apart, None)
    }

    /// What runs elsewhere, or nothing, as that of which what runs here is a part; `rider` goes with it.
    pub(crate) fn attached(context: Option<&SpanContext>, rider: Option<Rider>) -> Self {
        match context {
            Some(context) => Self { in_trace: InTrace::Context, rider, ..Self::elsewhere(context) },
            None => Self::none(InTrace::Barrier, rider),
        }
    }

    /// What is kept with the call; not any more.
    pub(crate) fn take_rider(&mut self) -> Option<Rider> {
        self.rider.take()
    }

    /// The type of the error that the call ends with.
    pub(crate) fn error_type(&self) -> Option<&'static str> {
        self.error_type
    }

    /// What this is to the trace.
    #[inline(always)]
    pub(super) fn place_in_trace(&self) -> InTrace {
        self.in_trace
    }

    /// Whether it is kept for a call of ours.
    fn is_call(&self) -> bool {
        self.callsite.is_some() || self.in_trace == InTrace::Apart
    }

    /// Whether it stands for what runs elsewhere.
    fn is_context(&self) -> bool {
        matches!(self.in_trace, InTrace::Barrier | InTrace::Context)
    }
}

impl Node {
    /// Keeps something with the call, whose span, if it has one, is in `place`.
    pub(crate) fn carry(&self, place: &Place, rider: Rider) {
        let mut rider = Some(rider);
        self.with_span(|span| span.rider = rider.take());
        if rider.is_some() {
            self.put_span(place, Span::none(InTrace::Apart, rider));
        }
    }

    /// Puts the node on top of what runs, to keep something for what runs above. It is unlinked, and its span taken, before
    /// either goes.
    pub(crate) fn keep_beside(&self, place: &Place, rider: Rider) {
        self.put_span(place, Span::none(InTrace::Beside, Some(rider)));
        self.link();
    }

    /// What is kept with the call.
    pub(crate) fn rider(&self) -> Option<Rider> {
        self.with_span(|span| span.rider.clone()).flatten()
    }

    /// Says something of the span, if it has one that is recorded.
    pub(crate) fn say(&self, say: impl FnOnce(&mut Extra)) {
        self.with_span(|span| span.say(say));
    }
}

/// What is kept with the innermost call or context on this thread with which anything is; what is attached to the
/// thread ends the search.
pub(crate) fn rider() -> Option<Rider> {
    let mut found = None;
    stack::visit(|node| {
        if !node.is_marked() {
            return true;
        }
        let look = |span: &mut Span| {
            found.clone_from(&span.rider);
            found.is_none() && !span.is_context()
        };
        node.with_span(look).unwrap_or(false)
    });
    found
}

/// Looks at the innermost call on this thread, unless that is attached to what runs elsewhere, or at nothing.
pub(crate) fn with_call(look: impl FnOnce(&Node)) {
    let mut look = Some(look);
    stack::visit(|node| {
        let is_call = !node.is_marked() || node.with_span(|span| span.is_call()) == Some(true);
        if !is_call {
            // A barrier, which has no span, ends the search, too.
            return node.with_span(|span| !span.is_context()).unwrap_or(false);
        }
        if let Some(look) = look.take() {
            look(node);
        }
        false
    });
}

impl Carried {
    /// Keeps something with a call that has no span yet to keep it with.
    pub(crate) fn with_rider(rider: Rider) -> Self {
        Self::new(Span::none(InTrace::Apart, Some(rider)))
    }

    /// Keeps something with the call.
    pub(crate) fn carry(&mut self, rider: Rider) {
        self.get_mut().rider = Some(rider);
    }
}
