//! `metrics!`: parse what was written, decide what it means, expand.

mod expand;
mod labels;
mod model;
mod names;
mod parse;

use crate::errors::Errors;
use proc_macro2::TokenStream;

/// The whole of `metrics! { written }`.
pub(crate) fn expand(written: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let input = parse::Input::parse(written, &mut errors);
    let model = model::Model::new(input, &mut errors);
    // What is right is there in any case, so that uses of it are not errors as well.
    let mut tokens = errors.finish().err().unwrap_or_default();
    tokens.extend(expand::expand(&model));
    tokens
}
