//! What expansions meet under the feature `off`: the same names, of size zero, that do nothing.

use super::{
    frame::Frame,
    judge::Verdict,
    site::{Fielded, Site, Start, sealed},
};
use crate::{
    callsite::{Extras, Metadata},
    metric::LabelValue,
    span::Node,
};

/// A function that is not observed.
#[derive(Debug)]
pub struct Callsite(());

impl Callsite {
    /// Checks what the real one checks, and forgets it.
    pub const fn new(meta: Metadata) -> Self {
        meta.check();
        Self(())
    }

    /// Nothing asks for more.
    #[must_use]
    pub const fn with(self, _: &'static Extras) -> Self {
        self
    }
}

/// One combination of labels that is not counted.
#[derive(Clone, Copy, Debug)]
pub struct Labelled(());

/// Where nothing starts.
macro_rules! nowhere {
    ($site:ty) => {
        impl sealed::Sealed for $site {}

        impl Site for $site {
            #[inline(always)]
            fn resolve(self) -> Option<Start> {
                None
            }

            #[inline(always)]
            fn begin(self, _: &Frame) {}

            #[inline(always)]
            fn begin_guarded(self, _: &Frame) {}
        }
    };
}

nowhere!(&'static Callsite);
nowhere!(Labelled);

/// Labels nobody asks for.
#[inline]
pub fn labelled<const N: usize>(
    _: &'static Callsite,
    _: impl FnOnce() -> [LabelValue; N],
) -> Labelled {
    Labelled(())
}

/// Fields nobody asks for.
#[inline]
pub fn fielded<S: Site>(
    _: &'static Callsite,
    site: S,
    _: impl FnOnce(&mut dyn FnMut(&[&dyn tracing::Value])),
) -> Fielded<S> {
    Fielded::without(site)
}

/// A call in a future or stream that is not observed.
#[derive(Debug)]
pub(super) struct Suspended(());

impl Suspended {
    #[inline]
    pub(super) fn start(_: impl Site) -> Self {
        Self(())
    }

    #[inline]
    #[allow(clippy::unused_self)] // As the real one.
    pub(super) fn begin_with<R>(&mut self, make: impl FnOnce() -> R) -> R {
        make()
    }

    #[inline(always)]
    #[allow(clippy::unused_self)]
    pub(super) fn part(&mut self, _: &Node) -> Part {
        Part(())
    }
}

/// A part of such a call.
pub(super) struct Part(());

#[allow(clippy::unused_self)] // As the real one.
impl Part {
    pub(super) fn is_open(&self) -> bool {
        false
    }

    pub(super) fn leave(self) {}

    pub(super) fn item(&mut self) {}

    pub(super) fn pause(&mut self) {}

    pub(super) fn finish(&mut self, _: Verdict) {}
}

/// Registers nothing.
#[doc(hidden)]
#[macro_export]
macro_rules! __submit_nothing {
    ($callsite:ident) => {};
}

pub use __submit_nothing as submit;
