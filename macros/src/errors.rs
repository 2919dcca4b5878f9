//! Collects everything wrong with one annotation, so that the user sees all of it at once.
//! Touches no other file of this crate.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// The faults found so far. Dropping it without asking for them is a bug in this crate and panics.
pub(crate) struct Errors {
    found: Option<syn::Error>,
    reported: bool,
}

impl Errors {
    pub(crate) fn new() -> Self {
        Self { found: None, reported: false }
    }

    /// A fault at one span.
    pub(crate) fn at(&mut self, span: Span, message: impl std::fmt::Display) {
        self.add(syn::Error::new(span, message));
    }

    /// A fault underlined over everything `tokens` covers.
    pub(crate) fn over(&mut self, tokens: impl ToTokens, message: impl std::fmt::Display) {
        self.add(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn add(&mut self, error: syn::Error) {
        match &mut self.found {
            Some(first) => first.combine(error),
            None => self.found = Some(error),
        }
    }

    /// `Ok` when nothing was wrong, else one `compile_error!` for each fault.
    pub(crate) fn finish(mut self) -> Result<(), TokenStream> {
        self.reported = true;
        match self.found.take() {
            None => Ok(()),
            Some(error) => Err(error.to_compile_error()),
        }
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        assert!(
            self.reported || std::thread::panicking(),
            "the errors of an expansion were never reported"
        );
    }
}
