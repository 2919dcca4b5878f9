//! Where a call is counted: a callsite, or one combination of a callsite's labels.

use super::frame::Frame;
use crate::{
    callsite::Callsite,
    cell::{self, CellSet, Shard},
    metric::{Label, LabelValue},
};

/// Sealed: a callsite, with or without labels. Starting a call is one call of a function that is not
/// generic: what an observed function itself holds should be small.
pub trait Site: Copy + sealed::Sealed {
    /// This thread's shard; `None` when switched off.
    #[doc(hidden)]
    fn resolve(self) -> Option<Target>;

    /// Starts a call in `frame` unless switched off.
    #[doc(hidden)]
    fn begin(self, frame: &Frame);

    /// The same for a call that a guard ends.
    #[doc(hidden)]
    fn begin_guarded(self, frame: &Frame);
}

pub(super) mod sealed {
    pub trait Sealed {}
    impl Sealed for &'static crate::callsite::Callsite {}
    impl Sealed for super::Labelled {}
}

/// The shard into which a call that starts on this thread is counted. It lasts as long as the thread: the
/// call is started, and then its set is what is kept.
#[derive(Clone, Copy, Debug)]
pub struct Target(pub(super) &'static Shard);

impl Site for &'static Callsite {
    #[inline(never)]
    fn resolve(self) -> Option<Target> {
        let state = self.state();
        match cell::find(state) {
            Some(shard) => Some(Target(shard)),
            None if Callsite::is_off(state) => None,
            None => first(self).map(Target),
        }
    }

    #[inline(never)]
    fn begin(self, frame: &Frame) {
        let state = self.state();
        match cell::find(state) {
            Some(shard) => frame.begin(shard),
            None if Callsite::is_off(state) => {}
            None => begin_first(self, frame),
        }
    }

    #[inline(never)]
    fn begin_guarded(self, frame: &Frame) {
        let state = self.state();
        match cell::find(state) {
            Some(shard) => frame.begin_guarded(shard),
            None if Callsite::is_off(state) => {}
            None => begin_first(self, frame),
        }
    }
}

/// This thread's first call. That of a guard is no different.
#[cold]
#[inline(never)]
fn begin_first(callsite: &'static Callsite, frame: &Frame) {
    if let Some(shard) = first(callsite) {
        frame.begin_guarded(shard);
    }
}

fn first(callsite: &'static Callsite) -> Option<&'static Shard> {
    callsite.make_cells().and_then(cell::entering)
}

/// A callsite with the values of its labels at this call.
#[derive(Clone, Copy, Debug)]
pub struct Labelled(Option<&'static CellSet>);

impl Site for Labelled {
    #[inline(never)]
    fn resolve(self) -> Option<Target> {
        self.0.and_then(cell::entering).map(Target)
    }

    #[inline(never)]
    fn begin(self, frame: &Frame) {
        if let Some(shard) = self.0.and_then(cell::entering) {
            frame.begin(shard);
        }
    }

    #[inline(never)]
    fn begin_guarded(self, frame: &Frame) {
        if let Some(shard) = self.0.and_then(cell::entering) {
            frame.begin_guarded(shard);
        }
    }
}

#[cfg(feature = "off")]
impl Labelled {
    /// Nothing is counted.
    pub(super) const OFF: Self = Self(None);
}

/// Evaluates the labels of a call, if the callsite is on.
#[inline]
#[cfg(not(feature = "off"))]
pub fn labelled<const N: usize>(
    callsite: &'static Callsite,
    values: impl FnOnce() -> [LabelValue; N],
) -> Labelled {
    if callsite.is_on() { Labelled(callsite.variant(&values())) } else { Labelled(None) }
}

/// The value of a label from an expression.
#[inline]
pub fn label<L: Label>(value: &L) -> LabelValue {
    LabelValue::OneOf { index: value.index(), values: L::VALUES }
}

/// The value of a label from a literal.
#[inline]
pub const fn literal(value: &'static str) -> LabelValue {
    LabelValue::Literal(value)
}
