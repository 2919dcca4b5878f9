//! Where a call is counted: a callsite, or one combination of a callsite's labels.

use crate::{
    callsite::Callsite,
    cell::{self, CellSet, Shard},
    metric::{Label, LabelValue},
};

/// Sealed: a callsite, with or without labels.
pub trait Site: Copy + sealed::Sealed {
    /// The thread's shard and the cells it belongs to; `None` when switched off.
    #[doc(hidden)]
    fn resolve(self) -> Option<Target>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for &'static crate::callsite::Callsite {}
    impl Sealed for super::Labelled {}
}

/// A thread's shard for a call that starts.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    pub(super) shard: &'static Shard,
    /// `None` when the callsite has to be asked.
    pub(super) cells: Cells,
}

/// Whose cells a call uses: what another thread needs to find its own shard.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cells {
    Of(&'static Callsite),
    Set(&'static CellSet),
}

impl Cells {
    /// The cells; they exist, since the call started.
    pub(super) fn set(self) -> Option<&'static CellSet> {
        match self {
            Self::Of(callsite) => callsite.cells(),
            Self::Set(set) => Some(set),
        }
    }

    /// The shard of the thread on which the call ends.
    pub(super) fn shard(self) -> Option<&'static Shard> {
        self.set().map(cell::current)
    }
}

impl Site for &'static Callsite {
    #[inline(always)]
    fn resolve(self) -> Option<Target> {
        match cell::find(self.state()) {
            Some(shard) => Some(Target { shard, cells: Cells::Of(self) }),
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
    let set = callsite.make_cells()?;
    let shard = cell::find(set.id()).unwrap_or_else(|| cell::join(set));
    Some(Target { shard, cells: Cells::Of(callsite) })
}

/// A callsite with the values of its labels at this call.
#[derive(Clone, Copy, Debug)]
pub struct Labelled(Option<&'static CellSet>);

impl Site for Labelled {
    #[inline(always)]
    fn resolve(self) -> Option<Target> {
        let set = self.0?;
        Some(Target { shard: cell::current(set), cells: Cells::Set(set) })
    }
}

/// Evaluates the labels of a call, if the callsite is on.
#[inline]
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
