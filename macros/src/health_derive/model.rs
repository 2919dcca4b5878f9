//! What a `#[derive(HealthCheck)]` means: which fields are parts, called how, and the rules across them.

use super::parse::{Asked, Input};
use crate::check::{self, Kind};
use crate::errors::Errors;
use crate::item::mentions;
use crate::krate::Krate;
use proc_macro2::{Ident, Span};
use quote::ToTokens;
use std::collections::HashMap;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, ExprPath, Field, GenericParam, Generics, Member, Type};

pub(super) struct Model<'a> {
    pub(super) krate: Krate,
    pub(super) ident: &'a Ident,
    pub(super) generics: &'a Generics,
    pub(super) options: check::Options,
    pub(super) body: Body<'a>,
}

pub(super) enum Body<'a> {
    /// A function looks at all of it.
    With(ExprPath),
    Parts(Vec<Part<'a>>),
}

pub(super) struct Part<'a> {
    pub(super) name: String,
    pub(super) member: Member,
    /// Where it is written.
    pub(super) span: Span,
    pub(super) with: Option<ExprPath>,
    pub(super) options: check::Options,
    /// Its type, where it depends on the struct's parameters and has to be a check.
    pub(super) bound: Option<&'a Type>,
}

impl<'a> Model<'a> {
    pub(super) fn new(input: &'a DeriveInput, parsed: Input<'a>, errors: &mut Errors) -> Self {
        let Input { options: Asked { check, with, .. }, krate, fields } = parsed;
        examine(&check, errors);
        let body = if let Some(with) = with.value() {
            for (_, asked) in &fields {
                if let Some(key) = asked.first_key() {
                    errors.at(
                        key.span(),
                        "the struct is checked by its own `with`, which looks at the fields as it likes; leave this out",
                    );
                }
            }
            Body::With(with.clone())
        } else {
            Body::Parts(parts(input, fields, errors))
        };
        Self {
            krate: krate.value().cloned().unwrap_or_default(),
            ident: &input.ident,
            generics: &input.generics,
            options: check,
            body,
        }
    }
}

fn examine(options: &check::Options, errors: &mut Errors) {
    options.examine(errors);
    if let (Some(Kind::Liveness), Some(key)) = (options.kind.value(), options.kind.key()) {
        errors.at(
            key.span(),
            "what holds a value cannot be a `liveness` check: depending on anything outside, it would have this process \
             restarted when somebody else is down; say `readiness`, or write a `#[health_check(liveness)]` function",
        );
    }
}

fn parts<'a>(
    input: &'a DeriveInput,
    fields: Vec<(&'a Field, Asked)>,
    errors: &mut Errors,
) -> Vec<Part<'a>> {
    let parameters: Vec<String> = input
        .generics
        .params
        .iter()
        .filter_map(|parameter| match parameter {
            GenericParam::Type(parameter) => Some(parameter.ident.to_string()),
            GenericParam::Lifetime(_) | GenericParam::Const(_) => None,
        })
        .collect();
    let mut names: HashMap<String, Span> = HashMap::new();
    let mut parts = Vec::new();
    for (place, (field, asked)) in fields.into_iter().enumerate() {
        let Asked { check, skip, with } = asked;
        if skip.key().is_some() {
            if let Some(key) = with.key().or(check.first_key()) {
                errors.at(
                    key.span(),
                    format_args!(
                        "`{key}` says nothing of a field that is skipped; leave one of them out"
                    ),
                );
            }
            continue;
        }
        examine(&check, errors);
        let member = field.ident.clone().map_or_else(|| Member::from(place), Member::Named);
        let span = field.ident.as_ref().map_or_else(|| field.ty.span(), Ident::span);
        let name = match (check.name.value(), &field.ident) {
            (Some(name), _) => name.clone(),
            (None, Some(ident)) => check::own_name(ident, errors),
            (None, None) => place.to_string(),
        };
        if names.insert(name.clone(), span).is_some() {
            errors.at(
                check.name.key().map_or(span, Ident::span),
                format_args!(
                    "another field's check is called `{name}` already; rename one of them"
                ),
            );
        }
        let bound = (with.value().is_none() && mentions(field.ty.to_token_stream(), &parameters))
            .then_some(&field.ty);
        parts.push(Part { name, member, span, with: with.value().cloned(), options: check, bound });
    }
    if parts.is_empty() && matches!(input.data, Data::Struct(_)) {
        errors.at(
            input.ident.span(),
            format_args!(
                "`{}` has no field to check; say how to check it with `#[health(with = path::to::function)]`, or \
                 implement `HealthCheck`",
                input.ident
            ),
        );
    }
    parts
}
