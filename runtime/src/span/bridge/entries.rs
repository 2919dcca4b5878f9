//! The spans that `tracing` knows by an id, in which a thread may be or which an id may be given for.

use super::{
    super::{
        Extra, Owner, Record, SpanContext, SpanId, TraceId, decide_root, live::Span, mode, push,
    },
    calls::{Call, Calls, Freed},
};
use crate::{
    callsite::Outcome,
    cell::Work,
    clock::{self, Stamp},
};
use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};
use tracing::Metadata;

/// So many spans are known to a bridge at once, a share in each part, besides calls that nobody asked for. Beyond,
/// foreign ones are no part of our traces.
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
    /// What was said of it through its id: of a call, mostly nothing.
    said: Mutex<Option<Box<Extra>>>,
    /// `None` for a call, whose frame makes the record.
    foreign: Option<Foreign>,
}

/// What only a span of others needs: it has no frame.
#[derive(Debug)]
struct Foreign {
    metadata: &'static Metadata<'static>,
    parent: Option<SpanId>,
    parent_is_remote: bool,
    start: Stamp,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Entry {
    /// The span of a call.
    fn of_call(call: Call, trace_state: Option<Arc<str>>) -> Self {
        let Call { trace_id, span_id, flags, recorded } = call;
        Self {
            trace_id,
            span_id,
            flags,
            recorded,
            trace_state,
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
            said: Mutex::default(),
            foreign: Some(Foreign {
                metadata,
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
    fn take_said(&self) -> Option<Box<Extra>> {
        lock(&self.said).take()
    }

    /// It is over: a span of others becomes a record. What was said of a call is given back, for its record.
    fn close(&self) -> Option<Box<Extra>> {
        let said = self.take_said();
        let Some(foreign) = &self.foreign else { return said };
        if self.recorded {
            let mut extra = said.unwrap_or_default();
            extra.trace_state.clone_from(&self.trace_state);
            push(Record {
                owner: Owner::Foreign(foreign.metadata),
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
        None
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
    /// Those of calls that nobody asked for yet.
    calls: Calls,
    /// All others.
    parts: [Mutex<Part>; PARTS],
}

impl Entries {
    pub(super) fn new() -> Self {
        Self { calls: Calls::new(), parts: std::array::from_fn(|_| Mutex::default()) }
    }

    /// An observed allocator would come back for the lock: whoever allocates with it does so as work of ours.
    #[allow(clippy::cast_possible_truncation)] // Any part will do.
    fn part(&self, id: u64) -> MutexGuard<'_, Part> {
        lock(&self.parts[id as usize % PARTS])
    }

    /// Adds the span of a call that is shown.
    pub(super) fn insert_call(&self, id: u64, span: &mut Span) {
        let call = Call {
            trace_id: span.trace_id,
            span_id: span.id(),
            flags: span.flags,
            recorded: span.recorded,
        };
        if span.trace_state.is_some() || !self.calls.claim(id, call) {
            self.insert(id, Entry::of_call(call, span.trace_state.clone()));
        }
    }

    /// Adds a span; one that has the id is replaced. Without room, it is known to nobody.
    pub(super) fn insert(&self, id: u64, entry: Entry) {
        let _work = Work::begin();
        let mut part = self.part(id);
        if part.len() >= MOST / PARTS && !part.contains_key(&id) {
            REFUSED.fetch_add(1, Relaxed);
        } else {
            part.insert(id, Arc::new(entry));
        }
    }

    /// The span with this id, to be told something or to be entered.
    pub(super) fn get(&self, id: u64) -> Option<Arc<Entry>> {
        let _work = Work::begin();
        let mut part = self.part(id);
        if let Some(known) = part.get(&id) {
            return Some(Arc::clone(known));
        }
        let entry = Arc::new(Entry::of_call(self.calls.ask(id)?, None));
        part.insert(id, Arc::clone(&entry));
        Some(entry)
    }

    /// Forgets a span that is over. What was said of a call through its id is given back.
    pub(super) fn close(&self, id: u64) -> Option<Box<Extra>> {
        let place = self.calls.release(id);
        if place == Freed::Done {
            return None;
        }
        let known = {
            let mut part = self.part(id);
            let known = part.remove(&id);
            if place == Freed::Asked {
                self.calls.release_asked(id);
            }
            known
        };
        known?.close()
    }

    /// What was said of a call through its id, by which somebody keeps it open.
    pub(super) fn take_said(&self, id: u64) -> Option<Box<Extra>> {
        self.part(id).get(&id)?.take_said()
    }
}
