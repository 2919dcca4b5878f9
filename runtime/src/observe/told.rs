//! How a call ends, as its own code says: kept for the call until it does.
//!
//! Few calls are told anything, so that it is kept beside the stack of what runs, and the node of the call has a mark.

use super::judge::Fault;
use crate::span::{self, Node};
use std::cell::RefCell;

/// How a call ends, whatever it returns.
///
/// # Example
///
/// ```
/// use observant::{Outcome, observe};
///
/// #[observe]
/// fn answer(question: &str) -> String {
///     let answer = question.to_uppercase();
///     if answer.is_empty() {
///         observant::current().outcome(Outcome::Failure("empty_answer"));
///     }
///     answer
/// }
///
/// answer("");
/// let errors = observant::snapshot();
/// assert_eq!(errors.sum("observe_errors_total", &[("error_type", "empty_answer")]), 1.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It did what it should, even if it returns an error.
    Success,
    /// It did not do what it should, even if it returns no error; this is its `error_type`.
    Failure(&'static str),
    /// It took too long; `error_type` is `timeout`.
    Timeout,
    /// It was refused: by a limit, a policy, a human; `error_type` is `rejected`.
    Rejected,
}

/// The same for those who end calls.
#[derive(Clone, Copy, Debug)]
pub(super) enum Told {
    Fine,
    Fault(Fault),
}

impl From<Outcome> for Told {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Success => Self::Fine,
            Outcome::Failure(error_type) => Self::Fault(Fault::named(error_type)),
            Outcome::Timeout => Self::Fault(Fault::named("timeout")),
            Outcome::Rejected => Self::Fault(Fault::named("rejected")),
        }
    }
}

thread_local! {
    /// What was said of the calls on this thread, by the addresses of their nodes.
    static TOLD: RefCell<Vec<(*const Node, Told)>> = const { RefCell::new(Vec::new()) };
}

/// Says how the innermost call ends.
pub(super) fn tell(told: Told) {
    span::with_call(|node| {
        let key: *const Node = node;
        let keep = |all: &RefCell<Vec<(*const Node, Told)>>| {
            let mut all = all.borrow_mut();
            match all.iter_mut().find(|(known, _)| *known == key) {
                Some((_, known)) => *known = told,
                None => all.push((key, told)),
            }
            node.mark_told();
        };
        // A thread that is past having locals forgets it.
        let _ = TOLD.try_with(keep);
    });
}

/// What was said of a call; not any more.
#[inline(always)]
pub(super) fn take(node: &Node) -> Option<Told> {
    if node.is_told() { take_marked(node) } else { None }
}

#[cold]
fn take_marked(node: &Node) -> Option<Told> {
    let key: *const Node = node;
    node.unmark_told();
    let take = |all: &RefCell<Vec<(*const Node, Told)>>| {
        let mut all = all.borrow_mut();
        let place = all.iter().rposition(|(known, _)| *known == key)?;
        Some(all.swap_remove(place).1)
    };
    TOLD.try_with(take).ok().flatten()
}
