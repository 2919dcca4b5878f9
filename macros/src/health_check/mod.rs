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
    let report = errors.finish();
    let registration = match (&report, model) {
        (Ok(()), Some(model)) => expand::expand(&model),
        // What is wrong with it is said once.
        _ => TokenStream::new(),
    };
    // The user's item is there in any case, and untouched.
    let mut tokens = report.err().unwrap_or_default();
    parsed.to_tokens(&mut tokens);
    tokens.extend(registration);
    tokens
}
