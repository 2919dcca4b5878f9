//! From the model to tokens; the only `quote!` of `derive(HealthCheck)` that a user's crate compiles.

use super::model::{Body, Model, Part};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{ExprPath, WhereClause, parse_quote_spanned};

pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    let Model { krate, ident, generics, options, body } = model;
    let door = krate.door();
    let span = Span::mixed_site();
    let (parameters, arguments, bounds) = generics.split_for_impl();
    let bounds = bounded(bounds, body, &door);
    let check = match body {
        Body::With(path) => with(path, &quote_spanned!(span=> self), &door),
        Body::Parts(parts) => {
            let parts = parts.iter().map(|part| expand_part(part, &door));
            quote_spanned!(span=> #door::Check::parts([#(#parts),*]))
        }
    };
    let own_options = options.first_key().map(|_| {
        let mut tokens = options.tokens(&door);
        if let Some(name) = options.name.value() {
            tokens.extend(quote_spanned!(span=> .name(#name)));
        }
        quote_spanned! {span=>
            fn options(&self) -> #door::CheckOptions {
                #tokens
            }
        }
    });
    quote_spanned! {span=>
        #[automatically_derived]
        impl #parameters #door::HealthCheck for #ident #arguments #bounds {
            fn check(&self) -> #door::Check<'_> {
                #check
            }
            #own_options
        }
    }
}

/// Fields of a type that the struct leaves open have to be checks.
fn bounded(
    bounds: Option<&WhereClause>,
    body: &Body<'_>,
    door: &TokenStream,
) -> Option<WhereClause> {
    let Body::Parts(parts) = body else { return bounds.cloned() };
    let mut bounds = bounds.cloned();
    for bound in parts.iter().filter_map(|part| part.bound) {
        let bounds = bounds.get_or_insert_with(|| parse_quote_spanned!(bound.span()=> where));
        bounds.predicates.push(parse_quote_spanned!(bound.span()=> #bound: #door::HealthCheck));
    }
    bounds
}

fn expand_part(part: &Part<'_>, door: &TokenStream) -> TokenStream {
    let Part { name, member, span, with: path, options, bound: _ } = part;
    let here = Span::mixed_site();
    let at = here.located_at(*span);
    let value = quote_spanned!(at=> &self.#member);
    let made = if let Some(path) = path {
        let check = with(path, &value, door);
        quote_spanned!(here=> #door::Part::with(#name, #check))
    } else {
        quote_spanned!(at=> #door::Part::new(#name, #value))
    };
    if options.first_key().is_none() {
        return made;
    }
    let options = options.tokens(door);
    quote!(#made.options(#options))
}

/// The check that calls `path` with a reference.
fn with(path: &ExprPath, value: &TokenStream, door: &TokenStream) -> TokenStream {
    let at = Span::mixed_site().located_at(path.span());
    quote_spanned!(at=> #door::looked(move || #path(#value)).check())
}
