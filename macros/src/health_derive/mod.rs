//! `#[derive(HealthCheck)]`: parse what was written, decide what it means, expand.

mod expand;
mod model;
mod parse;

use crate::errors::Errors;
use proc_macro2::TokenStream;
use quote::ToTokens;

/// The whole of `#[derive(HealthCheck)] item`.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let input = match syn::parse2::<syn::DeriveInput>(item) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut errors = Errors::new();
    let parsed = parse::Input::parse(&input, &mut errors);
    let model = model::Model::new(&input, parsed, &mut errors);
    // After an error there still is an implementation, so that uses of it are not errors as well.
    let mut tokens = errors.finish().err().unwrap_or_default();
    expand::expand(&model).to_tokens(&mut tokens);
    tokens
}
