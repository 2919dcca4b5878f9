//! What belongs to everything that runs for one conversation, session or user. It goes on spans, never on metrics: there
//! are as many of these as there are people.

use std::sync::Arc;

/// Whom what runs is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) conversation: Option<Arc<str>>,
    pub(crate) session: Option<Arc<str>>,
    pub(crate) user_hash: Option<Arc<str>>,
}

impl Scope {
    /// This, and what is said further out where this says nothing.
    pub(crate) fn within(self, outer: Option<&Self>) -> Self {
        let Some(outer) = outer else { return self };
        Self {
            conversation: self.conversation.or_else(|| outer.conversation.clone()),
            session: self.session.or_else(|| outer.session.clone()),
            user_hash: self.user_hash.or_else(|| outer.user_hash.clone()),
        }
    }
}
