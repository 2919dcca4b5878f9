//! Spans and events of other code, as parts of our traces.

use super::{
    super::{
        Link, Status,
        live::{self, Span},
        stack::{self, Node, Place},
    },
    Bridge,
    entries::Entry,
    outlet,
    visit::Visitor,
};
use std::{cell::RefCell, sync::Arc};
use tracing::{
    Event, Id, Level,
    span::{Attributes, Record},
};

/// The spans of others that this thread is in, and the nodes that stand for them.
struct Entered(RefCell<Vec<In>>);

/// One of them: its id, whose id that is, and what stands for it.
type In = (u64, u32, Box<(Node, Place)>);

thread_local! {
    static ENTERED: Entered = const { Entered(RefCell::new(Vec::new())) };
}

/// A guard that was forgotten leaves its span entered; what is destroyed after must not meet the node.
impl Drop for Entered {
    fn drop(&mut self) {
        for (_, _, entered) in self.0.get_mut().drain(..).rev() {
            leave(&entered.0);
        }
    }
}

/// Takes the node of a span away that a thread is no longer in.
fn leave(node: &Node) {
    node.unlink(node.callees());
    drop(node.take_span());
}

impl Bridge {
    /// A span of others begins.
    pub(super) fn begins(&self, attributes: &Attributes<'_>, id: &Id) {
        let parent = if attributes.is_contextual() {
            live::current()
        } else {
            attributes.parent().and_then(|parent| self.context_of(parent))
        };
        let entry = Entry::foreign(attributes.metadata(), parent.as_ref());
        if entry.is_recorded() {
            let mut fields = Visitor::default();
            attributes.record(&mut fields);
            entry.say(|extra| fields.tell(extra));
        }
        self.entries.insert(id.into_u64(), entry);
    }

    /// A span is told more of itself.
    pub(super) fn told(&self, id: &Id, record: &Record<'_>) {
        if let Some(entry) = self.entries.get(id.into_u64()).filter(|entry| entry.is_recorded()) {
            let mut fields = Visitor::default();
            record.record(&mut fields);
            entry.say(|extra| fields.tell(extra));
        }
    }

    /// A span has to do with another that it is no part of.
    pub(super) fn follows(&self, id: &Id, other: &Id) {
        if let (Some(entry), Some(context)) =
            (self.entries.get(id.into_u64()), self.context_of(other))
        {
            entry.say(|extra| extra.linked(Link { context, attributes: Vec::new() }));
        }
    }

    /// This thread is in a span from now on.
    pub(super) fn entered(&self, id: &Id) {
        let Some(entry) = self.entries.get(id.into_u64()) else { return };
        let node = Box::new((Node::new(), Place::new()));
        node.0.put_span(&node.1, Span::entered(entry, self.number));
        // A thread that is past having locals is in no span.
        let _ = ENTERED.try_with(|entered| {
            node.0.link();
            entered.0.borrow_mut().push((id.into_u64(), self.number, node));
        });
    }

    /// This thread is no longer in a span.
    pub(super) fn exited(&self, id: &Id) {
        let _ = ENTERED.try_with(|entered| {
            let node = {
                let mut entered = entered.0.borrow_mut();
                let of =
                    |(known, bridge, _): &In| (*known, *bridge) == (id.into_u64(), self.number);
                entered.iter().rposition(of).map(|place| entered.remove(place).2)
            };
            if let Some(node) = node {
                leave(&node.0);
            }
        });
    }

    /// A span is over. What was said of a call through its id waits for the call, which closes it here and now.
    pub(super) fn closed(&self, id: &Id) {
        if let Some(said) = self.entries.close(id.into_u64()) {
            outlet::leave(id, said);
        }
    }

    /// Something happened, within a span or not.
    pub(super) fn happened(&self, event: &Event<'_>) {
        if event.is_contextual() {
            let recorded = stack::with_current(|node| node.with_span(|span| span.recorded));
            if recorded.flatten() == Some(true) {
                let (event, failed) = read(event);
                stack::with_current(|node| node.with_span(|span| span.happened(event, failed)));
            }
        } else if let Some(entry) = event.parent().and_then(|id| self.entries.get(id.into_u64()))
            && entry.is_recorded()
        {
            let (event, failed) = read(event);
            entry.happened(event, failed);
        }
    }
}

impl Entry {
    /// An error within a span of others makes it one; how a call ended, its outcome says.
    fn happened(&self, event: super::super::Event, failed: bool) {
        self.say(|extra| {
            extra.happened(event);
            if failed && self.is_foreign() && extra.status == Status::Unset {
                extra.status = Status::Error("".into());
            }
        });
    }
}

/// What happened, and whether it is an error.
fn read(event: &Event<'_>) -> (super::super::Event, bool) {
    let mut fields = Visitor::default();
    event.record(&mut fields);
    let metadata = event.metadata();
    (fields.into_event(metadata), *metadata.level() == Level::ERROR)
}

impl Span {
    /// Something happened while it was the innermost.
    fn happened(&mut self, event: super::super::Event, failed: bool) {
        match &self.entry {
            Some(entry) => entry.happened(event, failed),
            None => self.say(|extra| extra.happened(event)),
        }
    }

    /// A span of others, or a call's, that this thread is in by its id.
    fn entered(entry: Arc<Entry>, bridge: u32) -> Self {
        let mut span = Self::elsewhere(&entry.context());
        span.recorded = entry.is_recorded();
        span.bridge = bridge;
        span.entry = Some(entry);
        span
    }
}
