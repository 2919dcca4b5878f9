//! What the user wrote in `#[health(..)]`, on the struct and on its fields: each option checked by itself.

use crate::check;
use crate::errors::Errors;
use crate::krate::Krate;
use crate::option::{Slot, Value, Written};
use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Expr, ExprPath, Field, Meta};

pub(super) struct Input<'a> {
    pub(super) options: Asked,
    pub(super) krate: Slot<Krate>,
    pub(super) fields: Vec<(&'a Field, Asked)>,
}

/// The options of one thing.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) check: check::Options,
    pub(super) skip: Slot<()>,
    pub(super) with: Slot<ExprPath>,
}

impl Asked {
    pub(super) fn first_key(&self) -> Option<&Ident> {
        self.skip.key().or(self.with.key()).or(self.check.first_key())
    }
}

impl<'a> Input<'a> {
    pub(super) fn parse(input: &'a DeriveInput, errors: &mut Errors) -> Self {
        let mut krate = Slot::default();
        let mut options = Asked::default();
        read(&input.attrs, &mut options, errors, |option, errors| {
            if option.key == "skip" {
                errors.at(
                    option.key.span(),
                    "`skip` is for a field; what is not to be checked derives nothing",
                );
            } else if option.key == "crate" {
                if let Some((key, value)) = option.assigned(errors, "crate = ::renamed")
                    && let Some(path) = Krate::from_value(value, errors)
                {
                    krate.set(errors, &key, path);
                }
            } else {
                unknown(&option.key, "`with`, `crate`", errors);
            }
        });
        let mut fields = Vec::new();
        match &input.data {
            Data::Struct(data) => {
                for field in &data.fields {
                    fields.push((field, of_field(field, errors)));
                }
            }
            Data::Enum(data) => not_a_struct(data.enum_token.span, errors),
            Data::Union(data) => not_a_struct(data.union_token.span, errors),
        }
        Self { options, krate, fields }
    }
}

fn of_field(field: &Field, errors: &mut Errors) -> Asked {
    let mut options = Asked::default();
    let mut skip = Slot::default();
    read(&field.attrs, &mut options, errors, |option, errors| {
        if option.key != "skip" {
            unknown(&option.key, "`with`, `skip`", errors);
        } else if matches!(option.value, Value::Nothing) {
            skip.set(errors, &option.key, ());
        } else {
            errors.at(option.key.span(), "`skip` takes no value; write `skip` alone");
        }
    });
    options.skip = skip;
    options
}

fn not_a_struct(keyword: Span, errors: &mut Errors) {
    errors.at(
        keyword,
        "the parts of a check are fields that are always there; derive `HealthCheck` on a struct",
    );
}

fn unknown(key: &Ident, more: &str, errors: &mut Errors) {
    errors.at(
        key.span(),
        format_args!("unknown option `{key}`; expected one of {}, {more}", check::KNOWN),
    );
}

fn read(
    attributes: &[Attribute],
    options: &mut Asked,
    errors: &mut Errors,
    mut other: impl FnMut(Written, &mut Errors),
) {
    let Asked { check, with, .. } = options;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("health")) {
        let Meta::List(list) = &attribute.meta else {
            errors.over(attribute, "options go in parentheses; write `#[health(degraded)]`");
            continue;
        };
        check::parse(list.tokens.clone(), check, errors, |option, errors| {
            if option.key != "with" {
                other(option, errors);
                return;
            }
            let Some((key, value)) = option.assigned(errors, "with = path::to::function") else {
                return;
            };
            match ungrouped(value) {
                Expr::Path(path) => with.set(errors, &key, path),
                value => errors.at(
                    value.span(),
                    "`with` takes the path of a function that gets a reference; write `with = path::to::function`",
                ),
            }
        });
    }
}

fn ungrouped(value: Expr) -> Expr {
    match value {
        Expr::Group(group) => ungrouped(*group.expr),
        value => value,
    }
}
