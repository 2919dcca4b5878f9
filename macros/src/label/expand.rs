//! From the model to tokens; the only `quote!` of `derive(Label)` that a user's crate compiles.

use super::model::Model;
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    let Model { krate, ident, generics, variants } = model;
    let (parameters, arguments, bounds) = generics.split_for_impl();
    let values = variants.iter().map(|(_, value)| value);
    let names = variants.iter().map(|(name, _)| name);
    let indices = 0..variants.len();
    let span = Span::mixed_site();
    // An enum without variants, or no enum, was an error already; `index` is then never called.
    let index = if variants.is_empty() {
        quote_spanned!(span=> 0)
    } else {
        quote_spanned!(span=> match self { #(Self::#names { .. } => #indices,)* })
    };
    quote_spanned! {span=>
        #[automatically_derived]
        impl #parameters #krate::Label for #ident #arguments #bounds {
            const VALUES: &'static [&'static ::core::primitive::str] = &[#(#values),*];
            fn index(&self) -> ::core::primitive::usize {
                #index
            }
        }
    }
}
