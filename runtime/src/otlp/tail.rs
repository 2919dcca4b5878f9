//! The tail rule: of the traces that were not chosen, those with an error and slow ones are kept.
//!
//! Only spans that were not chosen wait here. It knows this process's part of a trace and no other.

use super::{groups::Groups, state, state::Reason};
use crate::span::{SAMPLED, SpanData, Status, TraceId};
use std::{
    collections::{HashSet, VecDeque},
    time::Duration,
};
use tokio::time::Instant;

/// Kept traces that are remembered, for spans of them that end after their root.
const REMEMBERED: usize = 4_096;

/// The rule, and what it has not decided upon.
#[derive(Debug)]
pub(super) struct Tail {
    slow: Duration,
    undecided: Groups,
    kept: HashSet<TraceId>,
    kept_in_order: VecDeque<TraceId>,
}

impl Tail {
    pub(super) fn new(slow: Duration) -> Self {
        Self {
            slow,
            undecided: Groups::default(),
            kept: HashSet::new(),
            kept_in_order: VecDeque::new(),
        }
    }

    /// Spans that wait.
    pub(super) fn len(&self) -> usize {
        self.undecided.len()
    }

    /// Takes a span in; hands it back if it is kept in any case.
    pub(super) fn add(&mut self, span: SpanData, now: Instant) -> Option<SpanData> {
        if span.flags & SAMPLED != 0 || self.kept.contains(&span.trace_id) {
            return Some(span);
        }
        self.undecided.add(span, now);
        None
    }

    /// Decides where roots have ended, or are not waited for; what is kept goes to `keep`.
    pub(super) fn decide(&mut self, now: Instant, mut keep: impl FnMut(SpanData)) {
        for spans in self.undecided.take_ended() {
            self.judge(spans, &mut keep);
        }
        let late = self.undecided.take_late(now);
        state::count_timed_out(late.len());
        for spans in late {
            self.judge(spans, &mut keep);
        }
    }

    /// Decides upon everything that is there: nothing more will come.
    pub(super) fn decide_all(&mut self, mut keep: impl FnMut(SpanData)) {
        for spans in self.undecided.take_all() {
            self.judge(spans, &mut keep);
        }
    }

    /// Makes room: the trace that has waited longest is given up.
    pub(super) fn give_up_oldest(&mut self) -> bool {
        let Some(spans) = self.undecided.take_oldest() else { return false };
        state::count_dropped(Reason::Tail, spans.len());
        true
    }

    fn judge(&mut self, spans: Vec<SpanData>, keep: &mut impl FnMut(SpanData)) {
        if !spans.iter().any(|span| is_worth_it(span, self.slow)) {
            state::count_discarded(spans.len());
            return;
        }
        if let Some(span) = spans.first() {
            self.remember(span.trace_id);
        }
        spans.into_iter().for_each(keep);
    }

    fn remember(&mut self, trace: TraceId) {
        if self.kept.insert(trace) {
            self.kept_in_order.push_back(trace);
        }
        if self.kept_in_order.len() > REMEMBERED
            && let Some(oldest) = self.kept_in_order.pop_front()
        {
            self.kept.remove(&oldest);
        }
    }
}

fn is_worth_it(span: &SpanData, slow: Duration) -> bool {
    let took = span.end_unix_nanos.saturating_sub(span.start_unix_nanos);
    matches!(span.status, Status::Error(_)) || Duration::from_nanos(took) >= slow
}
