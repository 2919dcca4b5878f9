//! What the options `usage`, `model` and `control_flow` read from what a call returned. Part of expansions.

use super::{
    body::current,
    judge::{AnyProbe, ResultProbe},
};
use crate::genai::IntoUsage;

impl<T, E> ResultProbe<'_, Result<T, E>> {
    /// Reads the value of what went well.
    #[inline]
    pub fn when_ok(&self, read: impl FnOnce(&T)) {
        if let Ok(value) = self.inner() {
            read(value);
        }
    }

    /// Whether it is an error that `test` says is none.
    #[inline]
    pub fn is_control_flow(&self, test: impl FnOnce(&E) -> bool) -> bool {
        self.inner().as_ref().err().is_some_and(test)
    }
}

impl<R> AnyProbe<'_, R> {
    /// Reads the value.
    #[inline]
    pub fn when_ok(&self, read: impl FnOnce(&R)) {
        read(self.inner());
    }
}

/// Tells the call that returns what `usage` reads.
#[inline]
pub fn told_usage<'r, R, U: IntoUsage>(read: impl FnOnce(&'r R) -> U, returned: &'r R) {
    if let Some(usage) = read(returned).into_usage() {
        current().usage(usage);
    }
}

/// Tells the call that returns the model that `model` reads.
#[inline]
pub fn told_model<'r, R, M: AsText>(read: impl FnOnce(&'r R) -> M, returned: &'r R) {
    read(returned).with_text(&mut |model| _ = current().model(model));
}

/// What `model = |returned| ..` may answer: a text, or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no text",
    note = "`model` answers a `&str` or `String`, or an `Option` of one"
)]
pub trait AsText {
    /// Hands the text to `use_it`, if there is one.
    fn with_text(&self, use_it: &mut dyn FnMut(&str));
}

impl AsText for str {
    fn with_text(&self, use_it: &mut dyn FnMut(&str)) {
        use_it(self);
    }
}

impl AsText for String {
    fn with_text(&self, use_it: &mut dyn FnMut(&str)) {
        use_it(self);
    }
}

impl<T: AsText + ?Sized> AsText for &T {
    fn with_text(&self, use_it: &mut dyn FnMut(&str)) {
        (**self).with_text(use_it);
    }
}

impl<T: AsText> AsText for Option<T> {
    fn with_text(&self, use_it: &mut dyn FnMut(&str)) {
        if let Some(text) = self {
            text.with_text(use_it);
        }
    }
}
