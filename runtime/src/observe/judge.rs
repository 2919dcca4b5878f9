//! How a call is judged by what it returned: ok, or an error of some type.
//!
//! No bound may be put on a user's types, so the question "is this a `Result`, and what is known of
//! its error?" is answered by method resolution: the methods of [`Probe`] are defined for results of
//! labelled errors, those of the type it dereferences to for all results, and those of the type
//! behind that for everything. rustc takes the first that fits.

use crate::{cell::OTHER, metric::Label};
use std::{any::type_name, ops::Deref, ptr::NonNull};

/// What became of a call that returned.
#[derive(Clone, Copy, Debug)]
pub struct Verdict(Option<Fault>);

impl Verdict {
    /// It did what it should.
    pub const OK: Self = Self(None);

    /// That of whatever cannot fail. One for all functions that return such a value, where a closure of each
    /// would take its time to compile.
    #[inline]
    pub const fn ok<R: ?Sized>(_: &R) -> Self {
        Self::OK
    }

    #[inline]
    const fn error(error_type: &'static str) -> Self {
        Self(Some(Fault::named(error_type)))
    }

    /// An error of which nothing but the Rust type is known.
    #[inline]
    fn error_of<E>() -> Self {
        Self(Some(Fault::of_type(type_name::<E>())))
    }

    #[inline]
    pub(super) fn is_ok(self) -> bool {
        self.0.is_none()
    }

    #[inline]
    pub(super) fn fault(self) -> Option<Fault> {
        self.0
    }
}

/// The type of an error: a text, and whether that is the path of a Rust type. In two words, which functions give to one
/// another in registers: whatever is observed and can fail has a verdict.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault {
    /// Invariant: where a `&'static str` begins.
    text: NonNull<u8>,
    /// Invariant: the length of that, and [`PATH`].
    length: usize,
}

/// Beside a length, which no text is long enough to have.
const PATH: usize = 1 << (usize::BITS - 1);

// SAFETY: it is a `&'static str` in other words.
unsafe impl Send for Fault {}
// SAFETY: as above.
unsafe impl Sync for Fault {}

impl Fault {
    /// An error of no known type.
    pub(super) const OTHER: Self = Self::named(OTHER);

    /// An error that is called this.
    #[inline]
    pub(super) const fn named(name: &'static str) -> Self {
        // SAFETY: a reference is not null.
        let text = unsafe { NonNull::new_unchecked(name.as_ptr().cast_mut()) };
        Self { text, length: name.len() }
    }

    /// An error of a Rust type, by its path.
    #[inline]
    const fn of_type(path: &'static str) -> Self {
        let Self { text, length } = Self::named(path);
        Self { text, length: length | PATH }
    }

    /// What the value of `error_type` is worked out from.
    pub(super) fn key(self) -> &'static str {
        let text = NonNull::slice_from_raw_parts(self.text, self.length & !PATH);
        // SAFETY: the invariants of both fields.
        unsafe { str::from_utf8_unchecked(text.as_ref()) }
    }

    /// Whether it is what `ok_if` or `error_if` refused, and no error of its own.
    #[inline(always)]
    pub(super) fn is_refused(self) -> bool {
        self.length == REFUSED.len() && self.key() == REFUSED
    }

    /// The value of the label `error_type`.
    pub(super) fn error_type(self) -> &'static str {
        if self.length & PATH != 0 { last_segment(self.key()) } else { self.key() }
    }
}

/// What refused values without an error of their own are called.
pub(super) const REFUSED: &str = "refused";

/// Types that hold any error at all: their name says nothing.
const OPAQUE: [&str; 3] = ["anyhow::Error", "eyre::Report", "rootcause::report::owned::Report"];

/// The value of `error_type` for errors of this type.
pub(crate) fn error_type_of<E>() -> &'static str {
    last_segment(type_name::<E>())
}

/// `StoreError` of `crate::store::StoreError<'_, u8>`; what is inside a box or reference.
fn last_segment(path: &'static str) -> &'static str {
    const POINTERS: [&str; 5] =
        ["&mut ", "&", "alloc::boxed::Box<", "alloc::sync::Arc<", "alloc::rc::Rc<"];
    let mut inner = path;
    while let Some(rest) = POINTERS.iter().find_map(|pointer| inner.strip_prefix(pointer)) {
        inner = rest;
    }
    let end = inner.find(['<', '>', ',', ' ']).unwrap_or(inner.len());
    let path = &inner[..end];
    let name = path.rsplit("::").next().unwrap_or(path);
    let written = name.chars().all(|character| character.is_alphanumeric() || character == '_');
    let named = (written && !name.is_empty() && name != "dyn") || path == "()";
    if named && !OPAQUE.contains(&path) { name } else { OTHER }
}

/// What `error_type = ..` may answer: a constant text, or an enum that derives [`Label`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an error type: its values are not bounded",
    label = "this answers an unbounded type",
    note = "`error_type` answers a `&'static str` or an enum with `#[derive(observant::Label)]`"
)]
pub trait IntoErrorType {
    /// The value of the label `error_type`.
    fn into_error_type(self) -> &'static str;
}

impl IntoErrorType for &'static str {
    #[inline]
    fn into_error_type(self) -> &'static str {
        self
    }
}

impl<L: Label> IntoErrorType for L {
    #[inline]
    fn into_error_type(self) -> &'static str {
        text_of(&self)
    }
}

fn text_of<L: Label>(label: &L) -> &'static str {
    L::VALUES.get(label.index()).copied().unwrap_or(OTHER)
}

/// Looks at what a function returned. Methods here: for results whose errors are labelled.
#[derive(Debug)]
#[repr(transparent)]
pub struct Probe<'a, R>(pub &'a R);

/// Methods for every result.
#[derive(Debug)]
#[repr(transparent)]
pub struct ResultProbe<'a, R>(&'a R);

/// Methods for everything.
#[derive(Debug)]
#[repr(transparent)]
pub struct AnyProbe<'a, R>(&'a R);

impl<'a, R> Deref for Probe<'a, R> {
    type Target = ResultProbe<'a, R>;

    #[inline]
    fn deref(&self) -> &ResultProbe<'a, R> {
        // SAFETY: both are transparent wrappers of `&'a R`.
        unsafe { &*std::ptr::from_ref(self).cast() }
    }
}

impl<'a, R> Deref for ResultProbe<'a, R> {
    type Target = AnyProbe<'a, R>;

    #[inline]
    fn deref(&self) -> &AnyProbe<'a, R> {
        // SAFETY: both are transparent wrappers of `&'a R`.
        unsafe { &*std::ptr::from_ref(self).cast() }
    }
}

impl<R> ResultProbe<'_, R> {
    /// What is looked at.
    #[inline]
    pub(super) fn inner(&self) -> &R {
        self.0
    }
}

impl<R> AnyProbe<'_, R> {
    /// What is looked at.
    #[inline]
    pub(super) fn inner(&self) -> &R {
        self.0
    }
}

impl<T, E: Label> Probe<'_, Result<T, E>> {
    /// An error is one of its variants.
    #[inline]
    pub fn verdict(&self) -> Verdict {
        match self.0 {
            Ok(_) => Verdict::OK,
            Err(error) => Verdict::error(text_of(error)),
        }
    }

    /// Refused, whatever it is.
    #[inline]
    pub fn refused(&self) -> Verdict {
        Verdict::error(self.0.as_ref().err().map_or(REFUSED, text_of))
    }

    /// Its own verdict, unless that is ok and it is refused.
    #[inline]
    pub fn verdict_unless(&self, refused: bool) -> Verdict {
        if refused { self.refused() } else { self.verdict() }
    }
}

impl<T, E> ResultProbe<'_, Result<T, E>> {
    /// An error is called by its Rust type.
    #[inline]
    pub fn verdict(&self) -> Verdict {
        if self.0.is_ok() { Verdict::OK } else { Verdict::error_of::<E>() }
    }

    /// Refused, whatever it is.
    #[inline]
    pub fn refused(&self) -> Verdict {
        if self.0.is_ok() { Verdict::error(REFUSED) } else { Verdict::error_of::<E>() }
    }

    /// Its own verdict, unless that is ok and it is refused.
    #[inline]
    pub fn verdict_unless(&self, refused: bool) -> Verdict {
        if refused { self.refused() } else { self.verdict() }
    }

    /// The same; an error is called what `error_type` says.
    #[inline]
    pub fn verdict_unless_with<T2: IntoErrorType>(
        &self,
        refused: bool,
        error_type: impl FnOnce(&E) -> T2,
    ) -> Verdict {
        if refused { self.refused_with(error_type) } else { self.verdict_with(error_type) }
    }

    /// An error is called what `error_type` says.
    #[inline]
    pub fn verdict_with<T2: IntoErrorType>(&self, error_type: impl FnOnce(&E) -> T2) -> Verdict {
        match self.0 {
            Ok(_) => Verdict::OK,
            Err(error) => Verdict::error(error_type(error).into_error_type()),
        }
    }

    /// Refused, whatever it is; an error is called what `error_type` says.
    #[inline]
    pub fn refused_with<T2: IntoErrorType>(&self, error_type: impl FnOnce(&E) -> T2) -> Verdict {
        match self.0 {
            Ok(_) => Verdict::error(REFUSED),
            Err(error) => Verdict::error(error_type(error).into_error_type()),
        }
    }
}

#[allow(clippy::unused_self)] // Found by method resolution.
impl<R> AnyProbe<'_, R> {
    /// Nothing is known, so nothing is wrong.
    #[inline]
    pub fn verdict(&self) -> Verdict {
        Verdict::OK
    }

    /// Refused.
    #[inline]
    pub fn refused(&self) -> Verdict {
        Verdict::error(REFUSED)
    }

    /// Ok, unless it is refused.
    #[inline]
    pub fn verdict_unless(&self, refused: bool) -> Verdict {
        if refused { self.refused() } else { self.verdict() }
    }

    /// The same; what is refused is called what `error_type` says of the value.
    #[inline]
    pub fn verdict_unless_with<T: IntoErrorType>(
        &self,
        refused: bool,
        error_type: impl FnOnce(&R) -> T,
    ) -> Verdict {
        if refused { self.refused_with(error_type) } else { self.verdict() }
    }

    /// Refused, and called what `error_type` says of the value.
    #[inline]
    pub fn refused_with<T: IntoErrorType>(&self, error_type: impl FnOnce(&R) -> T) -> Verdict {
        Verdict::error(error_type(self.0).into_error_type())
    }
}

/// Gives the closure of `ok_if` and `error_if` its type.
#[inline]
pub fn predicate<R>(test: impl FnOnce(&R) -> bool, returned: &R) -> bool {
    test(returned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name<E>() -> &'static str {
        last_segment(type_name::<E>())
    }

    #[test]
    fn errors_are_called_by_the_last_segment_of_their_type() {
        assert_eq!(name::<std::num::ParseIntError>(), "ParseIntError");
        assert_eq!(name::<Vec<std::io::Error>>(), "Vec");
        assert_eq!(name::<String>(), "String");
        assert_eq!(name::<()>(), "()");
        assert_eq!(name::<&'static str>(), "str");
        assert_eq!(name::<Box<std::io::Error>>(), "Error");
        assert_eq!(name::<std::sync::Arc<Box<std::fmt::Error>>>(), "Error");
    }

    #[test]
    fn types_that_say_nothing_are_other() {
        assert_eq!(name::<Box<dyn std::error::Error + Send + Sync>>(), OTHER);
        assert_eq!(name::<(u8, u8)>(), OTHER);
        assert_eq!(name::<[u8; 2]>(), OTHER);
        assert_eq!(name::<fn() -> u8>(), OTHER);
        assert_eq!(last_segment("anyhow::Error"), OTHER);
    }
}
