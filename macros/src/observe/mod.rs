//! `#[observe]`: parse what was written, decide what it means, expand.

mod body;
mod buckets;
mod captures;
mod early_exit;
mod expand;
mod fields;
mod glance;
mod health;
mod inner_attributes;
mod kind;
mod lent;
mod model;
mod owner;
mod parse;
mod refused;
mod repeated;
mod shape;
mod site;
mod slo;
mod tail;
mod verdict;
mod wishes;

use crate::errors::Errors;
use crate::item::{self, Item};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

/// Our name, as it stands before methods inside an annotated block too.
pub(crate) const ATTRIBUTE: &str = "observe";

/// The whole of `#[observe(arguments)] item`.
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
    let plan = model::plan(options, &parsed, &mut errors);
    match errors.finish() {
        Ok(()) => expand::expand(&parsed, &plan),
        Err(mut report) => {
            // The user's item is still there, so that nothing else seems to be missing.
            parsed.to_tokens(&mut report);
            report
        }
    }
}

/// What becomes of an item; the same tree as the [`Item`] itself.
enum Plan {
    Observe(Box<model::Observed>),
    Members(Vec<Plan>),
    Leave,
}

impl Plan {
    fn members<'a>(&'a self, items: &'a [Item]) -> impl Iterator<Item = (&'a Item, &'a Plan)> {
        let plans = match self {
            Self::Members(plans) => plans.as_slice(),
            Self::Observe(_) | Self::Leave => &[],
        };
        items.iter().zip(plans)
    }
}
