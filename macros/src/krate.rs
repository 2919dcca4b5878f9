//! Where an expansion finds the runtime. Touches `errors`.

use crate::errors::Errors;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{Expr, Path};

/// The path of the `observant` crate: `::observant`, or what `crate = path` names.
#[derive(Clone, Default)]
pub(crate) struct Krate(Option<Path>);

impl Krate {
    /// Reads the value of `crate = path`.
    pub(crate) fn from_value(value: Expr, errors: &mut Errors) -> Option<Self> {
        if let Expr::Path(path) = &value
            && path.qself.is_none()
        {
            return Some(Self(Some(path.path.clone())));
        }
        errors.over(value, "not a path; write `crate = ::renamed`");
        None
    }

    /// The hidden module that expansions call.
    pub(crate) fn door(&self) -> TokenStream {
        self.door_at(Span::mixed_site())
    }

    /// The same as if it were written at `place`.
    pub(crate) fn door_at(&self, place: Span) -> TokenStream {
        if let Some(path) = &self.0 {
            quote_spanned!(place=> #path::__private)
        } else {
            quote_spanned!(place=> ::observant::__private)
        }
    }
}

impl ToTokens for Krate {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match &self.0 {
            Some(path) => path.to_tokens(tokens),
            None => tokens.extend(quote_spanned!(Span::mixed_site()=> ::observant)),
        }
    }
}
