//! A user's return type written once more, inside the body.

use crate::returns::without_impl;
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit_mut::VisitMut;
use syn::{Generics, Lifetime, ParenthesizedGenericArguments, Type, TypeFnPtr};

/// A type of the user's, written once more. As it is the user's, rustc explains a wrong body as
/// ever, and one fault in both copies once. Only where `clippy::type_complexity` could complain of
/// our copy in a trait's stead, its punctuation becomes ours.
pub(super) fn repeated(ty: &Type, generics: &Generics) -> TokenStream {
    let tokens = anonymous(without_impl(ty), generics).to_token_stream();
    if weight(tokens.clone(), 1) < NOTICEABLE { tokens } else { relocated(tokens) }
}

/// The type without the names of the function's own lifetimes, which rustc finds by itself: a name that
/// the body uses is not needless. Within the signature of a function `'_` would mean another thing.
fn anonymous(mut ty: Type, generics: &Generics) -> Type {
    struct Renamer<'a>(&'a Generics);
    impl VisitMut for Renamer<'_> {
        fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
            if self.0.lifetimes().any(|own| own.lifetime.ident == lifetime.ident) {
                lifetime.ident = Ident::new("_", lifetime.ident.span());
            }
        }
        fn visit_type_fn_ptr_mut(&mut self, _: &mut TypeFnPtr) {}
        fn visit_parenthesized_generic_arguments_mut(
            &mut self,
            _: &mut ParenthesizedGenericArguments,
        ) {
        }
    }
    Renamer(generics).visit_type_mut(&mut ty);
    ty
}

/// Half of clippy's default `type-complexity-threshold`: weighed from outside, not exactly as there.
const NOTICEABLE: usize = 125;

/// Ten for each name, times its depth.
fn weight(tokens: TokenStream, mut depth: usize) -> usize {
    let mut weight = 0;
    for tree in tokens {
        weight += match tree {
            TokenTree::Group(group) => self::weight(group.stream(), depth + 1),
            TokenTree::Ident(_) => 10 * depth,
            TokenTree::Punct(punct) => {
                match punct.as_char() {
                    '<' => depth += 1,
                    '>' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                0
            }
            TokenTree::Literal(_) => 0,
        };
    }
    weight
}

/// The same tokens, all but the names ours.
fn relocated(tokens: TokenStream) -> TokenStream {
    let ours = |place: Span| Span::mixed_site().located_at(place);
    tokens
        .into_iter()
        .map(|tree| match tree {
            TokenTree::Group(group) => {
                let mut ours_now = Group::new(group.delimiter(), relocated(group.stream()));
                ours_now.set_span(ours(group.span()));
                TokenTree::Group(ours_now)
            }
            // The quote of a lifetime belongs to its name.
            TokenTree::Punct(mut punct) if punct.as_char() != '\'' => {
                punct.set_span(ours(punct.span()));
                TokenTree::Punct(punct)
            }
            other => other,
        })
        .collect()
}
