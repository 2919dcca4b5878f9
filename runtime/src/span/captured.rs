//! Spans kept for tests that asked for them, by the trace that each test's capture is the root of.

use super::{Record, SAMPLED, SpanContext, SpanData, SpanId, TraceId, mode, record::Anchor};
use crate::cell::Work;
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// More spans than this are only counted: a test that makes more has other questions.
const MOST: usize = 100_000;

/// What a capture holds.
#[derive(Debug, Default)]
struct Kept {
    spans: Vec<SpanData>,
    refused: u64,
}

/// Locked at work alone: an observed allocator would come back for it.
static KEPT: Mutex<Option<HashMap<TraceId, Kept>>> = Mutex::new(None);

fn kept() -> MutexGuard<'static, Option<HashMap<TraceId, Kept>>> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A trace of its own, whose spans are kept until it is dropped.
#[derive(Debug)]
pub(crate) struct Captured {
    trace_id: TraceId,
    root: SpanId,
}

impl Captured {
    /// Begins a trace.
    pub(crate) fn begin() -> Self {
        let _work = Work::begin();
        let captured = Self { trace_id: TraceId::generate(), root: SpanId::generate() };
        kept().get_or_insert_default().insert(captured.trace_id, Kept::default());
        mode::set_tested();
        captured
    }

    /// What makes code a part of the trace.
    pub(crate) fn context(&self) -> SpanContext {
        SpanContext::local(self.trace_id, self.root, SAMPLED, None)
    }

    /// The spans that ended so far, in the order of their ends, and how many more there were.
    pub(crate) fn spans(&self) -> (Vec<SpanData>, u64) {
        let _work = Work::begin();
        let kept = kept();
        let Some(kept) = kept.as_ref().and_then(|kept| kept.get(&self.trace_id)) else {
            return (Vec::new(), 0);
        };
        let mut spans = kept.spans.clone();
        for span in &mut spans {
            // The capture is no span that anybody made.
            span.parent_span_id = span.parent_span_id.filter(|parent| *parent != self.root);
        }
        (spans, kept.refused)
    }
}

impl Drop for Captured {
    fn drop(&mut self) {
        let _work = Work::begin();
        let removed = kept().as_mut().and_then(|kept| kept.remove(&self.trace_id));
        drop(removed);
    }
}

/// Keeps a record if a test asked for it; else gives it back.
pub(super) fn keep(record: Record) -> Option<Record> {
    let Some(_work) = Work::begin() else { return Some(record) };
    let wanted = |kept: &Option<HashMap<TraceId, Kept>>| {
        kept.as_ref().is_some_and(|kept| kept.contains_key(&record.trace_id))
    };
    if !wanted(&kept()) {
        return Some(record);
    }
    let span = record.resolve(&Anchor::now());
    if let Some(kept) = kept().as_mut().and_then(|kept| kept.get_mut(&span.trace_id)) {
        if kept.spans.len() < MOST {
            kept.spans.push(span);
        } else {
            kept.refused += 1;
        }
    }
    None
}
