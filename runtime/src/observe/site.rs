//! Where a call is counted: a callsite, or one combination of a callsite's labels.

use crate::{
    callsite::Callsite,
    cell::{self, CellSet, Shard},
    metric::{Label, LabelValue},
};

/// Sealed: a callsite, with or without labels.
pub trait Site: Copy + sealed::Sealed {
    /// This thread's shard; `None` when switched off.
    #[doc(hidden)]
    fn resolve(self) -> Option<Target>;
}

pub(super) mod sealed {
    pub trait Sealed {}
    impl Sealed for &'static crate::callsite::Callsite {}
    impl Sealed for super::Labelled {}
}

/// The shard into which a call that starts on this thread is counted.
#[derive(Clone, Copy, Debug)]
pub struct Target(pub(super) &'static Shard);

impl Site for &'static Callsite {
    #[inline(always)]
    fn resolve(self) -> Option<Target> {
        match cell::find(self.state()) {
            Some(shard) => Some(Target(shard)),
            None => first(self),
        }
    }
}

/// The function is off, or this thread never called it.
#[cold]
#[inline(never)]
fn first(callsite: &'static Callsite) -> Option<Target> {
    if !callsite.is_on() {
        return None;
    }
    callsite.make_cells().and_then(cell::entering).map(Target)
}

/// A callsite with the values of its labels at this call.
#[derive(Clone, Copy, Debug)]
pub struct Labelled(Option<&'static CellSet>);

impl Site for Labelled {
    #[inline(always)]
    fn resolve(self) -> Option<Target> {
        self.0.and_then(cell::entering).map(Target)
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
