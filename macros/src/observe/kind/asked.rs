//! What the user wrote of kinds, in `#[observe(..)]` itself: kinds, and options of kinds beside them. Spans kept,
//! nothing decided.

use super::table::Kind;
use crate::option::Written;

/// Kinds, and options that are no function's but a kind's.
#[derive(Clone, Default)]
pub(in crate::observe) struct Asked {
    pub(super) kinds: Vec<Written>,
    pub(super) options: Vec<Written>,
}

impl Asked {
    /// Takes `option`, or gives back what is neither a kind nor an option of one. `name` never comes here: beside
    /// a kind it is the name of the function.
    pub(in crate::observe) fn take(&mut self, option: Written) -> Option<Written> {
        let key = option.key.to_string();
        if Kind::called(&key).is_some() {
            self.kinds.push(option);
        } else if Kind::having(&key).next().is_some() {
            self.options.push(option);
        } else {
            return Some(option);
        }
        None
    }
}
