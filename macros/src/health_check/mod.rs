//! `#[health_check]`: parse what was written, decide what it means, expand.

mod expand;
mod model;
mod parse;

use crate::errors::Errors;
use crate::item;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

const ATTRIBUTE: &str = "health_check";

/// The whole of `#[health_check(arguments)] item`.
pub(crate) fn expand(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let parsed = match item::parse(ATTRIBUTE, item) {
        Ok(parsed) => parsed,
        Err(error) => {
            let error = error.to_compile_error();
            return quote!(#error #item);
        }
    };
    let mut errors = Errors::new();
    let options = parse::Options::parse(arguments, &mut errors);
    let model = model::Model::new(options, &parsed, &mut errors);
    let mut tokens = errors.finish().err().unwrap_or_default();
    // The user's item is there in any case, and untouched.
    parsed.to_tokens(&mut tokens);
    if let Some(model) = model {
        tokens.extend(expand::expand(&model));
    }
    tokens
}
