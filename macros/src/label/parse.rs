//! What the user wrote in `#[label(..)]`, on the enum and on its variants: spans kept, nothing
//! decided.

use crate::errors::Errors;
use crate::krate::Krate;
use crate::option::{Slot, Written, written};
use proc_macro2::{Ident, Span};
use syn::{Attribute, Data, DeriveInput, Expr, Lit, Meta, Variant};

/// The bound on a label value, in characters.
const LONGEST_VALUE: usize = 128;

pub(super) struct Input {
    pub(super) krate: Slot<Krate>,
    pub(super) variants: Vec<Named>,
}

/// A variant and what it is to be called.
pub(super) struct Named {
    pub(super) ident: Ident,
    pub(super) rename: Option<(String, Span)>,
}

impl Input {
    pub(super) fn parse(input: &DeriveInput, errors: &mut Errors) -> Self {
        let mut krate = Slot::default();
        for option in options(&input.attrs, errors) {
            if option.key != "crate" {
                unknown(&option.key, "`crate`", errors);
                continue;
            }
            let Some((key, value)) = option.assigned(errors, "crate = ::renamed") else { continue };
            if let Some(path) = Krate::from_value(value, errors) {
                krate.set(errors, &key, path);
            }
        }
        let variants = match &input.data {
            Data::Enum(data) => {
                data.variants.iter().map(|variant| Named::parse(variant, errors)).collect()
            }
            Data::Struct(data) => {
                not_an_enum(data.struct_token.span, errors);
                Vec::new()
            }
            Data::Union(data) => {
                not_an_enum(data.union_token.span, errors);
                Vec::new()
            }
        };
        Self { krate, variants }
    }
}

impl Named {
    fn parse(variant: &Variant, errors: &mut Errors) -> Self {
        let mut rename = Slot::default();
        for option in options(&variant.attrs, errors) {
            if option.key != "rename" {
                unknown(&option.key, "`rename`", errors);
                continue;
            }
            let Some((key, value)) = option.assigned(errors, "rename = \"..\"") else { continue };
            if let Some(value) = text(&value, errors) {
                rename.set(errors, &key, value);
            }
        }
        Self { ident: variant.ident.clone(), rename: rename.value().cloned() }
    }
}

fn not_an_enum(keyword: Span, errors: &mut Errors) {
    errors.at(keyword, "`Label` has a fixed set of values; derive it on an `enum`");
}

fn unknown(key: &Ident, known: &str, errors: &mut Errors) {
    errors.at(key.span(), format_args!("unknown option `{key}`; expected {known}"));
}

fn options(attributes: &[Attribute], errors: &mut Errors) -> Vec<Written> {
    let mut options = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("label")) {
        match &attribute.meta {
            Meta::List(list) => options.extend(written(list.tokens.clone(), errors)),
            Meta::Path(_) | Meta::NameValue(_) => errors
                .over(attribute, "options go in parentheses; write `#[label(rename = \"..\")]`"),
        }
    }
    options
}

fn text(value: &Expr, errors: &mut Errors) -> Option<(String, Span)> {
    let literal = match value {
        Expr::Group(group) => return text(&group.expr, errors),
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(literal) => Some(literal),
            _ => None,
        },
        _ => None,
    };
    let Some(literal) = literal else {
        errors.over(value, "`rename` takes a string literal; write `rename = \"..\"`");
        return None;
    };
    let (text, span) = (literal.value(), literal.span());
    if text.trim().is_empty() {
        errors.at(span, "`rename` is empty; leave it out to use the variant's own name");
    } else if text.chars().any(char::is_control) {
        errors.at(span, "`rename` contains a control character; use printable characters");
    } else if text.chars().count() > LONGEST_VALUE {
        errors.at(
            span,
            format_args!("`rename` is longer than {LONGEST_VALUE} characters; shorten it"),
        );
    } else {
        return Some((text, span));
    }
    None
}
