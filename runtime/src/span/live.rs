//! The span of something that runs: opened with its parent from the thread's stack, closed into a record.

use super::{
    Extra, Owner, Record, SAMPLED, SpanContext, SpanId, TraceId,
    bridge::{self, Entry, Scope, Shown},
    decide_root,
    fields::FieldValue,
    kept::{InTrace, Rider},
    mode::{self, Mode},
    push, random,
    stack::{self, Carried, Node, Place},
    told::Told,
};
use crate::{
    callsite::{Callsite, Outcome},
    cell::{CellSet, Work},
    clock::Stamp,
};
use std::{
    fmt,
    panic::{RefUnwindSafe, UnwindSafe},
    sync::Arc,
};

/// What is known of a span while it runs.
#[allow(clippy::struct_field_names)] // As everybody calls them.
pub(crate) struct Span {
    pub(super) trace_id: TraceId,
    /// 0 until somebody asks, where nothing is recorded.
    pub(super) span_id: u64,
    /// 0 for the root of a trace.
    pub(super) parent: u64,
    /// `None` for a context that came from elsewhere.
    pub(super) callsite: Option<&'static Callsite>,
    /// What was said of it.
    pub(super) extra: Option<Box<Extra>>,
    /// The span that `tracing` was shown.
    pub(super) shown: Option<Shown>,
    /// Of one that runs elsewhere and was entered by its id there, what is known by that.
    pub(super) entry: Option<Arc<Entry>>,
    pub(super) trace_state: Option<Arc<str>>,
    /// Of a call that ends with an error, its type.
    pub(super) error_type: Option<&'static str>,
    /// The bridge in whose scope it was opened; 0 for none.
    pub(super) bridge: u32,
    pub(super) flags: u8,
    pub(super) recorded: bool,
    /// Of a context: it is that of another process. Of a call: its parent is.
    pub(super) remote: bool,
    pub(super) in_trace: InTrace,
    /// What another room keeps with the call or context.
    pub(super) rider: Option<Rider>,
    /// How the call ends, as its code said in an earlier part.
    pub(super) told: Option<Told>,
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Span").field("trace_id", &self.trace_id).finish_non_exhaustive()
    }
}

// What is said of a span is no state of the user's: a panic leaves it as good as it was.
impl UnwindSafe for Span {}
impl RefUnwindSafe for Span {}

/// How a call ended that has a span.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ending {
    pub(crate) cells: &'static CellSet,
    pub(crate) outcome: Outcome,
    pub(crate) start: Stamp,
    /// In units of the clock.
    pub(crate) duration: u64,
}

impl Span {
    /// A span that runs elsewhere, as the parent of what runs here.
    pub(crate) fn elsewhere(context: &SpanContext) -> Self {
        Self {
            trace_id: context.trace_id(),
            span_id: context.span_id().number(),
            parent: 0,
            callsite: None,
            extra: None,
            shown: None,
            entry: None,
            trace_state: context.shared_state(),
            error_type: None,
            bridge: 0,
            flags: context.flags(),
            recorded: false,
            remote: context.is_remote(),
            in_trace: InTrace::Span,
            rider: None,
            told: None,
        }
    }

    /// The part of a trace that `parent` is, or of a new one.
    #[inline(always)]
    fn child(callsite: Option<&'static Callsite>, parent: Option<&Node>, mode: Mode) -> Self {
        let from = |above: &mut Self| {
            let (mut flags, remote) = (above.flags, above.callsite.is_none() && above.remote);
            if remote {
                flags = decide_root(Some(&above.context())).flags;
            }
            (above.trace_id, above.span_id, flags, remote, above.trace_state.clone())
        };
        let (trace_id, parent, flags, remote, trace_state) =
            parent.and_then(|parent| parent.with_span(from)).unwrap_or_else(|| {
                let decision = decide_root(None);
                (decision.trace_id, 0, decision.flags, false, None)
            });
        let recorded = mode.records(flags);
        let span_id = if recorded { random() | u64::from(parent == 0) } else { 0 };
        Self {
            trace_id,
            span_id,
            parent,
            callsite,
            extra: None,
            shown: None,
            entry: None,
            trace_state,
            error_type: None,
            bridge: 0,
            flags,
            recorded,
            remote,
            in_trace: InTrace::Span,
            rider: None,
            told: None,
        }
    }

    /// What others need to know of it.
    pub(super) fn context(&mut self) -> SpanContext {
        let span_id = self.id();
        let state = self.trace_state.clone();
        if self.callsite.is_none() && self.remote {
            SpanContext::remote(self.trace_id, span_id, self.flags, state)
        } else {
            SpanContext::local(self.trace_id, span_id, self.flags, state)
        }
    }

    /// Its id, which it is given now if nobody asked before.
    pub(super) fn id(&mut self) -> SpanId {
        SpanId::new(self.span_id).unwrap_or_else(|| {
            let id = SpanId::generate();
            self.span_id = id.number();
            id
        })
    }

    /// Says something of it, if it is recorded.
    pub(crate) fn say(&mut self, say: impl FnOnce(&mut Extra)) {
        if self.recorded {
            say(self.extra.get_or_insert_default());
        }
    }

    /// Opens the span of a call that is to run later, as a part of what runs now.
    #[inline(always)]
    pub(crate) fn of_suspended(callsite: &'static Callsite, fields: Fields) -> Option<Carried> {
        let mode = mode::get();
        callsite.has_spans().then(|| {
            let bridge = scope(mode).number;
            let open = |parent: Option<&Node>| Self::child(Some(callsite), parent, mode);
            let mut carried = Carried::new(stack::with_nearest(open));
            carried.get_mut().complete(fields, bridge);
            carried
        })
    }

    /// What only some spans have when they open. They are in their place already: what is small is written there
    /// at once, and never copied.
    #[inline(always)]
    fn complete(&mut self, fields: Fields, bridge: u32) {
        self.bridge = bridge;
        if fields.is_some() {
            self.keep(fields);
        }
    }

    #[cold]
    fn keep(&mut self, fields: Fields) {
        // The span of an observed allocator has fields, too.
        let _work = Work::begin();
        self.extra.get_or_insert_default().fields =
            fields.map(|fields| *fields).unwrap_or_default();
    }

    /// Whether nothing comes of it when it is over, and it owns nothing.
    #[inline(always)]
    fn is_idle(&self) -> bool {
        !self.recorded
            && self.extra.is_none()
            && self.shown.is_none()
            && self.entry.is_none()
            && self.trace_state.is_none()
            && self.rider.is_none()
    }

    /// The call is over.
    #[inline(never)]
    pub(crate) fn close(&mut self, ending: Ending) {
        let Some(callsite) = self.callsite else { return };
        if let Some(shown) = &mut self.shown
            && let Some(said) = shown.end(ending.outcome, self.error_type)
        {
            self.say(|extra| extra.absorb(*said));
        }
        if self.recorded {
            push(self.record(callsite, ending));
        } else if self.extra.is_some() {
            let _work = Work::begin();
            self.extra = None;
        }
    }

    fn record(&mut self, callsite: &'static Callsite, ending: Ending) -> Record {
        let span_id = self.id();
        let mut extra = self.extra.take();
        if let Some(state) = self.trace_state.take() {
            // The span of an observed allocator has the same state.
            let _work = Work::begin();
            extra.get_or_insert_default().trace_state = Some(state);
        }
        Record {
            owner: Owner::Call { callsite, cells: ending.cells },
            trace_id: self.trace_id,
            span_id,
            parent: SpanId::new(self.parent),
            parent_is_remote: self.remote,
            flags: self.flags,
            outcome: ending.outcome,
            error_type: self.error_type,
            start: ending.start,
            duration: ending.duration,
            extra,
        }
    }
}

/// The values of the fields that an annotation names, in its order; `None` where nobody wants them.
pub(crate) type Fields = Option<Box<Vec<FieldValue>>>;

/// Whether anybody wants spans.
#[inline(always)]
pub(crate) fn is_wanted() -> bool {
    mode::get().is_on()
}

/// Whether a span that opened now would want to know its fields.
pub(crate) fn wants_fields(callsite: &'static Callsite) -> bool {
    let mode = mode::get();
    // Of a trace that would begin here nobody knows yet whether it is sampled.
    let flags = || stack::with_current(|node| node.with_span(|span| span.flags)).flatten();
    mode.is_on()
        && callsite.has_spans()
        && (mode.is_bridged() || mode.records(flags().unwrap_or(SAMPLED)))
}

impl Node {
    /// Opens the span of a call, which is linked, in `place`.
    pub(crate) fn open(&self, place: &Place, callsite: &'static Callsite, fields: Fields) {
        let mode = mode::get();
        if callsite.has_spans() {
            // Once: asking `tracing` is a good part of what a call costs that nobody samples.
            let scope = scope(mode);
            let below = self.below_with_span();
            self.put_span(place, Span::child(Some(callsite), below, mode));
            self.with_span(|span| span.complete(fields, scope.number));
            if let Some(eager) = &scope.eager {
                eager.show_all();
            }
        }
    }

    /// The call is over, and with it its span, if it has one; `conclude` has the last word on that.
    #[inline(always)]
    pub(crate) fn close(&self, ending: Ending, conclude: impl FnOnce(&mut Span, &Ending)) {
        if self.with_span(|span| span.is_idle()) == Some(true) {
            // What nobody samples is not moved to be dropped.
            self.forget_span();
        } else if let Some(mut span) = self.take_span_in_place() {
            conclude(&mut span, &ending);
            span.close(ending);
        }
    }

    /// The call ends with an error of this type, which its span tells if it has one.
    pub(crate) fn fails(&self, error_type: &'static str) {
        self.with_span(|span| span.error_type = Some(error_type));
    }

    /// What was suspended goes on, linked, with its span.
    #[cold]
    #[inline(never)]
    pub(crate) fn resume(&self, span: &Carried) {
        self.lend_span(span);
        if let Some(eager) = &scope(mode::get()).eager {
            eager.show_all();
        }
    }

    /// What runs goes on later; it is unlinked.
    #[cold]
    #[inline(never)]
    pub(crate) fn suspend(&self, span: &mut Carried) {
        self.return_span();
        if let Some(shown) = &mut span.get_mut().shown {
            shown.exit();
        }
    }
}

impl Carried {
    /// The call ends with an error of this type.
    pub(crate) fn fails(&mut self, error_type: &'static str) {
        self.get_mut().error_type = Some(error_type);
    }
}

/// In whose scope what begins now begins.
#[inline(always)]
fn scope(mode: Mode) -> Scope {
    if mode.is_bridged() { bridge::current() } else { Scope::default() }
}

/// The context of what runs innermost on this thread, if that has a span.
pub(crate) fn current() -> Option<SpanContext> {
    stack::with_current(|node| node.with_span(Span::context)).flatten()
}
