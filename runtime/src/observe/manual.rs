//! A span that is no call of a function: it is opened and ended by hand, as requests need it.
//!
//! What runs within it runs in its [`Context`], in which observed functions find their parent. It knows
//! nothing of metrics: whoever opens one has figures of its own.

use super::context::Context;
use crate::{
    callsite::Outcome,
    clock::{self, Stamp},
    span::{
        self, Attribute, Decision, Extra, Owner, Record, SAMPLED, SpanContext, SpanId, SpanKind,
        Status, decide_root,
    },
};
use std::borrow::Cow;

/// An open span. Dropped without an end, it is never recorded.
#[derive(Debug)]
pub(crate) struct Manual {
    start: Stamp,
    context: Context,
    recording: Option<Box<Recording>>,
}

/// What is known so far of a span that is recorded.
#[derive(Debug)]
struct Recording {
    span_id: SpanId,
    decision: Decision,
    parent: Option<SpanId>,
    parent_is_remote: bool,
    extra: Extra,
}

impl Manual {
    /// Opens a span as a part of `parent`. Where nobody takes records, no span is made: what runs within is a
    /// part of `parent` itself, so that nobody downstream looks for a span that never was.
    pub(crate) fn start(kind: SpanKind, parent: Context) -> Self {
        let mode = span::mode();
        if !mode.records(SAMPLED) {
            return Self::pass(parent);
        }
        let start = clock::now();
        let around = parent.span_context();
        let decision = match around {
            Some(local) if !local.is_remote() => {
                Decision { trace_id: local.trace_id(), flags: local.flags() }
            }
            other => decide_root(other),
        };
        let span_id = SpanId::generate();
        let state = around.and_then(SpanContext::shared_state);
        let recording = mode.records(decision.flags).then(|| {
            Box::new(Recording {
                span_id,
                decision,
                parent: around.map(SpanContext::span_id),
                parent_is_remote: around.is_some_and(SpanContext::is_remote),
                extra: Extra { kind, trace_state: state.clone(), ..Extra::default() },
            })
        });
        let own = SpanContext::local(decision.trace_id, span_id, decision.flags, state);
        Self { start, context: Context { span: Some(own), ..parent }, recording }
    }

    /// No span: what runs within is a part of `parent`.
    pub(crate) fn pass(parent: Context) -> Self {
        Self { start: clock::now(), context: parent, recording: None }
    }

    /// When it began.
    pub(crate) fn started(&self) -> Stamp {
        self.start
    }

    /// That of what runs within it.
    pub(crate) fn context(&self) -> &Context {
        &self.context
    }

    /// Describes it, if it is recorded.
    pub(crate) fn describe(&mut self, describe: impl FnOnce(&mut Description<'_>)) {
        if let Some(recording) = &mut self.recording {
            describe(&mut Description(&mut recording.extra));
        }
    }

    /// Ends it, after `duration` units of the clock. Only once has an effect.
    pub(crate) fn end(&mut self, duration: u64) {
        let Some(recording) = self.recording.take() else { return };
        let Recording { span_id, decision, parent, parent_is_remote, extra } = *recording;
        span::push(Record {
            owner: Owner::Manual,
            trace_id: decision.trace_id,
            span_id,
            parent,
            parent_is_remote,
            flags: decision.flags,
            outcome: Outcome::Ok,
            error_type: None,
            start: self.start,
            duration,
            extra: Some(Box::new(extra)),
        });
    }
}

/// What is said of a span that is recorded.
#[derive(Debug)]
pub(crate) struct Description<'s>(&'s mut Extra);

impl Description<'_> {
    pub(crate) fn name(&mut self, name: impl Into<Cow<'static, str>>) {
        self.0.name = Some(name.into());
    }

    pub(crate) fn set(&mut self, attribute: Attribute) {
        self.0.set(attribute);
    }

    pub(crate) fn status(&mut self, status: Status) {
        self.0.status = status;
    }
}
