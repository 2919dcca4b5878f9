//! How calls end, as their own code says: kept until they do.
//!
//! Few calls are told anything, so that it is kept beside the stack of what runs, and the node of the call has a mark. A call
//! that outlives its node takes it along with its span, or with what stands for one.

use super::{
    live::Span,
    stack::{Carried, Node},
};
use std::cell::RefCell;

/// How a call ends, whatever it returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// Well.
    Fine,
    /// With an error of this type.
    Error(&'static str),
}

thread_local! {
    /// What was said of the calls on this thread, by the addresses of their nodes.
    static TOLD: RefCell<Vec<(*const Node, Told)>> = const { RefCell::new(Vec::new()) };
}

impl Node {
    /// Says how the call ends; the last word counts.
    pub(crate) fn tell(&self, told: Told) {
        let own: *const Self = self;
        let keep = |all: &RefCell<Vec<(*const Self, Told)>>| {
            let mut all = all.borrow_mut();
            match all.iter_mut().find(|(known, _)| *known == own) {
                Some((_, known)) => *known = told,
                None => all.push((own, told)),
            }
            self.mark_told();
        };
        // A thread that is past having locals forgets it.
        let _ = TOLD.try_with(keep);
    }

    /// What was said of the call, in this part or an earlier one; not any more.
    #[cold]
    #[inline(never)]
    pub(crate) fn take_told(&self) -> Option<Told> {
        let earlier = self.with_span(|span| span.told.take()).flatten();
        if !self.is_told() {
            return earlier;
        }
        self.unmark_told();
        let own: *const Self = self;
        let take = |all: &RefCell<Vec<(*const Self, Told)>>| {
            let mut all = all.borrow_mut();
            let place = all.iter().rposition(|(known, _)| *known == own)?;
            Some(all.swap_remove(place).1)
        };
        TOLD.try_with(take).ok().flatten().or(earlier)
    }
}

impl Carried {
    /// Keeps what was said of a call that goes on later, and has no span to keep it with.
    pub(crate) fn with_told(told: Told) -> Self {
        let mut span = Span::apart();
        span.told = Some(told);
        Self::new(span)
    }

    /// Keeps what was said of a call that goes on later.
    pub(crate) fn keep_told(&mut self, told: Told) {
        self.get_mut().told = Some(told);
    }
}
