//! What the values of a label are, and the rules across variants.

use super::parse::{Input, Named};
use crate::errors::Errors;
use crate::krate::Krate;
use crate::returns::plain;
use proc_macro2::Ident;
use syn::{Data, DeriveInput, Generics};

/// The bound on the values of one label: each is a series in every family that has the label.
const MOST_VALUES: usize = 200;

pub(super) struct Model<'a> {
    pub(super) krate: Krate,
    pub(super) ident: &'a Ident,
    pub(super) generics: &'a Generics,
    /// Variants with their values, in written order.
    pub(super) variants: Vec<(Ident, String)>,
}

impl<'a> Model<'a> {
    pub(super) fn new(input: &'a DeriveInput, parsed: Input, errors: &mut Errors) -> Self {
        let ident = &input.ident;
        let mut variants: Vec<(Ident, String)> = Vec::new();
        for Named { ident, rename } in parsed.variants {
            let span = rename.as_ref().map_or_else(|| ident.span(), |(_, span)| *span);
            let value = rename.map_or_else(|| plain(&ident.to_string()), |(value, _)| value);
            if let Some((other, _)) = variants.iter().find(|(_, taken)| *taken == value) {
                errors.at(
                    span,
                    format_args!(
                        "value `{value}` is that of `{other}` already; rename one of them"
                    ),
                );
            }
            variants.push((ident, value));
        }
        if matches!(input.data, Data::Enum(_)) && variants.is_empty() {
            errors.at(ident.span(), "`Label` needs at least one variant; add one");
        }
        if variants.len() > MOST_VALUES {
            errors.at(
                ident.span(),
                format_args!(
                    "`{ident}` has {} variants, more than the {MOST_VALUES} values a label may \
                     have; group them",
                    variants.len()
                ),
            );
        }
        let krate = parsed.krate.value().cloned().unwrap_or_default();
        Self { krate, ident, generics: &input.generics, variants }
    }
}
