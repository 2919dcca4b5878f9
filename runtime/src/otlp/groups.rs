//! Spans of a trace, together until the trace's root in this process has ended.

use crate::span::{SpanData, TraceId, went_out};
use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};
use tokio::time::Instant;

/// A trace whose root has not ended this long after its first span is not waited for any longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Traces that are not whole yet.
#[derive(Debug, Default)]
pub(super) struct Groups {
    traces: HashMap<TraceId, Group>,
    /// In order of their first spans; some of them may be gone.
    order: VecDeque<(Instant, TraceId)>,
    /// Those whose root has ended.
    ended: Vec<TraceId>,
    spans: usize,
}

#[derive(Debug)]
struct Group {
    spans: Vec<SpanData>,
    since: Instant,
}

/// Whether a span has no parent in this process. One that came back from outside may have: a process may ask itself.
fn is_local_root(span: &SpanData) -> bool {
    span.parent_span_id.is_none_or(|parent| span.parent_is_remote && !went_out(parent))
}

impl Groups {
    /// Spans that wait.
    pub(super) fn len(&self) -> usize {
        self.spans
    }

    pub(super) fn add(&mut self, span: SpanData, now: Instant) {
        let trace = span.trace_id;
        let ended = is_local_root(&span);
        let group = self.traces.entry(trace).or_insert_with(|| {
            self.order.push_back((now, trace));
            Group { spans: Vec::new(), since: now }
        });
        group.spans.push(span);
        self.spans += 1;
        if ended {
            self.ended.push(trace);
        }
    }

    /// Takes the traces whose root has ended.
    pub(super) fn take_ended(&mut self) -> Vec<Vec<SpanData>> {
        let ended = std::mem::take(&mut self.ended);
        ended.into_iter().filter_map(|trace| self.take(trace)).collect()
    }

    /// Takes the traces that are not waited for any longer.
    pub(super) fn take_late(&mut self, now: Instant) -> Vec<Vec<SpanData>> {
        let mut late = Vec::new();
        while let Some((since, _)) = self.order.front()
            && now.saturating_duration_since(*since) >= PATIENCE
        {
            late.extend(self.take_oldest());
        }
        late
    }

    /// Takes the trace that has waited longest.
    pub(super) fn take_oldest(&mut self) -> Option<Vec<SpanData>> {
        while let Some((since, trace)) = self.order.pop_front() {
            // One that was taken, and came again, has a place further behind.
            if self.traces.get(&trace).is_some_and(|group| group.since == since) {
                return self.take(trace);
            }
        }
        None
    }

    /// Takes all there is.
    pub(super) fn take_all(&mut self) -> Vec<Vec<SpanData>> {
        std::iter::from_fn(|| self.take_oldest()).collect()
    }

    /// Takes what there is of a trace.
    pub(super) fn take(&mut self, trace: TraceId) -> Option<Vec<SpanData>> {
        let group = self.traces.remove(&trace)?;
        self.spans -= group.spans.len();
        if self.order.len() > 64 + 2 * self.traces.len() {
            let traces = &self.traces;
            self.order.retain(|(since, trace)| {
                traces.get(trace).is_some_and(|group| group.since == *since)
            });
        }
        Some(group.spans)
    }
}
