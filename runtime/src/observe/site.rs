//! Where a call is counted: a callsite, or one combination of a callsite's labels.

use super::frame::Frame;
use crate::{
    callsite::Callsite,
    cell::{self, CellSet, Shard, Work},
    genai::GivenValues,
    metric::{Label, LabelValue},
    span::{self, FieldValue, Fields},
};

/// Sealed: a callsite, with or without labels. Starting a call is one call of a function that is not
/// generic: what an observed function itself holds should be small.
pub trait Site: Sized + sealed::Sealed {
    /// The fields of the call's span; `None` where there are none, or nobody wants them.
    #[doc(hidden)]
    #[inline(always)]
    fn take_fields(&mut self) -> Fields {
        None
    }

    /// What the options of the call's kind say.
    #[doc(hidden)]
    #[inline(always)]
    fn take_given(&mut self) -> GivenValues {
        None
    }

    /// What a call starts with; `None` when switched off.
    #[doc(hidden)]
    fn resolve(self) -> Option<Start>;

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
    #[cfg(not(feature = "off"))]
    impl Sealed for super::Labelled {}
}

/// What a call starts with. The shard lasts as long as the thread: the call is started, and then its set is
/// what is kept.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// Where it is counted: this thread's.
    pub(super) shard: &'static Shard,
    pub(super) callsite: &'static Callsite,
}

impl Site for &'static Callsite {
    #[inline(never)]
    fn resolve(self) -> Option<Start> {
        let state = self.state();
        match cell::find(state) {
            Some(shard) => Some(Start { shard, callsite: self }),
            None if Callsite::is_off(state) => None,
            None => first(self),
        }
    }

    #[inline(never)]
    fn begin(self, frame: &Frame) {
        let state = self.state();
        match cell::find(state) {
            Some(shard) => frame.begin(Start { shard, callsite: self }),
            None if Callsite::is_off(state) => {}
            None => begin_first(self, frame),
        }
    }

    #[inline(never)]
    fn begin_guarded(self, frame: &Frame) {
        let state = self.state();
        match cell::find(state) {
            Some(shard) => frame.begin_guarded(Start { shard, callsite: self }),
            None if Callsite::is_off(state) => {}
            None => begin_first(self, frame),
        }
    }
}

/// This thread's first call. That of a guard is no different.
#[cold]
#[inline(never)]
fn begin_first(callsite: &'static Callsite, frame: &Frame) {
    if let Some(start) = first(callsite) {
        frame.begin_guarded(start);
    }
}

fn first(callsite: &'static Callsite) -> Option<Start> {
    let shard = callsite.make_cells().and_then(cell::entering)?;
    Some(Start { shard, callsite })
}

/// A callsite with the values of its labels at this call.
#[cfg(not(feature = "off"))]
#[derive(Clone, Copy, Debug)]
pub struct Labelled {
    callsite: &'static Callsite,
    /// `None` when switched off.
    cells: Option<&'static CellSet>,
}

#[cfg(not(feature = "off"))]
impl Site for Labelled {
    #[inline(never)]
    fn resolve(self) -> Option<Start> {
        let Self { callsite, cells } = self;
        cell::entering(cells?).map(|shard| Start { shard, callsite })
    }

    #[inline(never)]
    fn begin(self, frame: &Frame) {
        let Self { callsite, cells } = self;
        if let Some(shard) = cells.and_then(cell::entering) {
            frame.begin(Start { shard, callsite });
        }
    }

    #[inline(never)]
    fn begin_guarded(self, frame: &Frame) {
        let Self { callsite, cells } = self;
        if let Some(shard) = cells.and_then(cell::entering) {
            frame.begin_guarded(Start { shard, callsite });
        }
    }
}

/// A site with the values of its span's fields at this call.
#[derive(Debug)]
pub struct Fielded<S>(S, Fields);

impl<S: Site> sealed::Sealed for Fielded<S> {}

#[cfg(feature = "off")]
impl<S> Fielded<S> {
    /// Nobody asks.
    pub(super) fn without(site: S) -> Self {
        Self(site, None)
    }
}

impl<S: Site> Site for Fielded<S> {
    fn take_fields(&mut self) -> Fields {
        self.1.take()
    }

    fn resolve(self) -> Option<Start> {
        self.0.resolve()
    }

    fn begin(self, frame: &Frame) {
        frame.begin_guarded_with(self.0.resolve(), self.1, None);
    }

    fn begin_guarded(self, frame: &Frame) {
        frame.begin_guarded_with(self.0.resolve(), self.1, None);
    }
}

/// Evaluates the labels of a call, if the callsite is on.
#[inline]
#[cfg(not(feature = "off"))]
pub fn labelled<const N: usize>(
    callsite: &'static Callsite,
    values: impl FnOnce() -> [LabelValue; N],
) -> Labelled {
    let cells = if callsite.is_on() { callsite.variant(&values()) } else { None };
    Labelled { callsite, cells }
}

/// Evaluates the fields of a call's span, if the callsite is on and somebody wants them; `read` hands
/// them to what it is given.
#[inline]
#[cfg(not(feature = "off"))]
pub fn fielded<S: Site>(
    callsite: &'static Callsite,
    site: S,
    read: impl FnOnce(&mut dyn FnMut(&[&dyn tracing::Value])),
) -> Fielded<S> {
    let mut fields = None;
    // A call of our own work, as where the program's allocator is observed, is not counted.
    if callsite.is_on() && !cell::is_at_work() && span::wants_fields(callsite) {
        read(&mut |values| {
            let _work = Work::begin();
            fields = Some(Box::new(values.iter().map(|value| FieldValue::of(*value)).collect()));
        });
    }
    Fielded(site, fields)
}

/// The value of a field from an expression.
#[inline]
pub fn value<V: tracing::Value>(value: &V) -> &dyn tracing::Value {
    value
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
