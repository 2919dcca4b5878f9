//! The spans that `tracing` knows by an id, in which a thread may be or which an id may be given for.

use super::super::{
    Extra, Owner, Record, SpanContext, SpanId, TraceId, decide_root, live::Span, mode, push,
};
use crate::{
    callsite::Outcome,
    clock::{self, Stamp},
};
use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
};
use tracing::Metadata;

/// So many spans are known to a bridge at once. Beyond, foreign ones are no part of our traces.
const MOST: usize = 65_536;
/// Parts with a lock each.
const PARTS: usize = 16;

/// Spans past the bound.
static REFUSED: AtomicU64 = AtomicU64::new(0);

/// How many foreign spans were no part of our traces since too many were open.
#[cfg(feature = "otlp")]
pub(crate) fn refused() -> u64 {
    REFUSED.load(Relaxed)
}

/// A span that `tracing` knows.
#[derive(Debug)]
pub(in super::super) struct Entry {
    trace_id: TraceId,
    span_id: SpanId,
    flags: u8,
    recorded: bool,
    trace_state: Option<Arc<str>>,
    metadata: &'static Metadata<'static>,
    /// What was said of it through its id: of a call, mostly nothing.
    said: Mutex<Option<Box<Extra>>>,
    /// `None` for a call, whose frame makes the record.
    foreign: Option<Foreign>,
}

/// What only a span of others needs: it has no frame.
#[derive(Debug)]
struct Foreign {
    parent: Option<SpanId>,
    parent_is_remote: bool,
    start: Stamp,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Entry {
    /// The span of a call that is shown.
    pub(super) fn of_call(span: &mut Span, metadata: &'static Metadata<'static>) -> Self {
        let context = span.context();
        Self {
            trace_id: context.trace_id(),
            span_id: context.span_id(),
            flags: context.flags(),
            recorded: span.recorded,
            trace_state: context.shared_state(),
            metadata,
            said: Mutex::default(),
            foreign: None,
        }
    }

    /// A span of others that begins now as a part of `parent`, or of a new trace.
    pub(super) fn foreign(
        metadata: &'static Metadata<'static>,
        parent: Option<&SpanContext>,
    ) -> Self {
        let local = parent.filter(|parent| !parent.is_remote());
        let (trace_id, flags) = if let Some(parent) = local {
            (parent.trace_id(), parent.flags())
        } else {
            let decision = decide_root(parent);
            (decision.trace_id, decision.flags)
        };
        Self {
            trace_id,
            span_id: SpanId::generate(),
            flags,
            recorded: mode::get().records(flags),
            trace_state: parent.and_then(SpanContext::shared_state),
            metadata,
            said: Mutex::default(),
            foreign: Some(Foreign {
                parent: parent.map(SpanContext::span_id),
                parent_is_remote: parent.is_some_and(SpanContext::is_remote),
                start: clock::now(),
            }),
        }
    }

    pub(in super::super) fn context(&self) -> SpanContext {
        SpanContext::local(self.trace_id, self.span_id, self.flags, self.trace_state.clone())
    }

    pub(in super::super) fn is_recorded(&self) -> bool {
        self.recorded
    }

    /// Whether it is a span of others, and no call's.
    pub(super) fn is_foreign(&self) -> bool {
        self.foreign.is_some()
    }

    /// Says something of it, if it is recorded.
    pub(super) fn say(&self, say: impl FnOnce(&mut Extra)) {
        if self.recorded {
            say(lock(&self.said).get_or_insert_default());
        }
    }

    /// What was said of it through its id.
    pub(in super::super) fn take_said(&self) -> Option<Box<Extra>> {
        lock(&self.said).take()
    }

    /// It is over: a span of others becomes a record.
    pub(super) fn close(&self) {
        let Some(foreign) = &self.foreign else { return };
        if !self.recorded {
            return;
        }
        let mut extra = self.take_said().unwrap_or_default();
        extra.trace_state.clone_from(&self.trace_state);
        push(Record {
            owner: Owner::Foreign(self.metadata),
            trace_id: self.trace_id,
            span_id: self.span_id,
            parent: foreign.parent,
            parent_is_remote: foreign.parent_is_remote,
            flags: self.flags,
            outcome: Outcome::Ok,
            error_type: None,
            start: foreign.start,
            duration: clock::between(foreign.start, clock::now()),
            extra: Some(extra),
        });
    }
}

/// Spreads ids, which a program's own subscriber numbers: nobody can choose them to collide.
#[derive(Clone, Copy, Debug, Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        // The golden ratio's: neighbours come far apart, and the map looks at both ends.
        self.0 = (self.0 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(32);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

type Part = HashMap<u64, Arc<Entry>, BuildHasherDefault<Spread>>;

/// Spans by the id that `tracing` gave them.
#[derive(Debug)]
pub(super) struct Entries {
    parts: [Mutex<Part>; PARTS],
    count: AtomicUsize,
}

impl Entries {
    pub(super) fn new() -> Self {
        Self { parts: std::array::from_fn(|_| Mutex::default()), count: AtomicUsize::new(0) }
    }

    #[allow(clippy::cast_possible_truncation)] // Any part will do.
    fn part(&self, id: u64) -> MutexGuard<'_, Part> {
        lock(&self.parts[id as usize % PARTS])
    }

    /// Adds a span; one that has the id is replaced. Without a place, it is known to nobody.
    pub(super) fn insert(&self, id: u64, entry: Entry) -> Arc<Entry> {
        let entry = Arc::new(entry);
        if self.count.fetch_add(1, Relaxed) >= MOST {
            self.count.fetch_sub(1, Relaxed);
            REFUSED.fetch_add(1, Relaxed);
        } else if self.part(id).insert(id, Arc::clone(&entry)).is_some() {
            self.count.fetch_sub(1, Relaxed);
        }
        entry
    }

    pub(super) fn get(&self, id: u64) -> Option<Arc<Entry>> {
        self.part(id).get(&id).cloned()
    }

    /// Forgets a span that is over, and gives it back.
    pub(super) fn remove(&self, id: u64) -> Option<Arc<Entry>> {
        let removed = self.part(id).remove(&id);
        if removed.is_some() {
            self.count.fetch_sub(1, Relaxed);
        }
        removed
    }
}
