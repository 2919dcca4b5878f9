//! What a `#[health_check]` means, and every rule across its options and the function's signature.

use super::parse::Options;
use crate::check::{self, Kind};
use crate::errors::Errors;
use crate::item::{Function, Item};
use crate::krate::Krate;
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use std::iter;
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, ReturnType, Safety};

/// One function that is a check.
pub(super) struct Model<'a> {
    pub(super) krate: Krate,
    pub(super) name: String,
    pub(super) ident: &'a Ident,
    /// Whether it is there at all.
    pub(super) conditions: Vec<&'a Attribute>,
    pub(super) options: check::Options,
    pub(super) is_async: bool,
    /// Where the returned type is written.
    pub(super) returns: Span,
}

impl<'a> Model<'a> {
    /// `None` where no registration could be right.
    pub(super) fn new(options: Options, item: &'a Item, errors: &mut Errors) -> Option<Self> {
        let function = match item {
            Item::Function(function) => &**function,
            Item::Container(container) => {
                let what = container.kind.describe();
                errors.at(
                    keyword(item),
                    format_args!(
                        "`#[health_check]` stands on a function, and this is {what}; derive `HealthCheck` on a \
                         struct, or annotate one function"
                    ),
                );
                return None;
            }
            Item::Other(other) => {
                errors.at(
                    other.keyword,
                    "`#[health_check]` stands on a function; on a struct, write `#[derive(HealthCheck)]`",
                );
                return None;
            }
        };
        let Options { check, krate } = options;
        check.examine(errors);
        let fits = examine(function, &check, errors);
        let ident = &function.signature.ident;
        let name = match check.name.value() {
            Some(name) => name.clone(),
            None => check::own_name(ident, errors),
        };
        let conditions = function.attributes.others.iter();
        let conditions = conditions.filter(|attribute| attribute.path().is_ident("cfg"));
        let returns = match &function.signature.output {
            ReturnType::Default => ident.span(),
            ReturnType::Type(_, returned) => returned.span(),
        };
        fits.then(|| Self {
            krate: krate.value().cloned().unwrap_or_default(),
            name,
            ident,
            conditions: conditions.collect(),
            options: check,
            is_async: function.signature.asyncness.is_some(),
            returns,
        })
    }
}

/// Words that begin items in which `Self` means something.
const OWNERS: [&str; 5] = ["enum", "impl", "struct", "trait", "union"];

/// Where `Self` is named, as far as it is not that of an item within.
fn owner(tokens: TokenStream) -> Option<Span> {
    for token in tokens {
        match token {
            TokenTree::Ident(name) if name == "Self" => return Some(name.span()),
            // What follows may be its own.
            TokenTree::Ident(name) if OWNERS.iter().any(|word| name == word) => return None,
            TokenTree::Group(group) => {
                if let Some(found) = owner(group.stream()) {
                    return Some(found);
                }
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    None
}

fn keyword(item: &Item) -> Span {
    match item {
        Item::Function(function) => function.signature.fn_token.span,
        Item::Container(container) => container.header.span(),
        Item::Other(other) => other.keyword,
    }
}

/// Whether the function can be called by nobody but us, without anything in hand.
fn examine(function: &Function, options: &check::Options, errors: &mut Errors) -> bool {
    let signature = &function.signature;
    let liveness = options.kind.value() == Some(&Kind::Liveness);
    let mut fits = true;
    let mut refuse = |span: Span, message: String| {
        errors.at(span, message);
        fits = false;
    };
    if function.body.is_none() {
        refuse(
            signature.ident.span(),
            format!("`{}` has no body to run; annotate a free function", signature.ident),
        );
    }
    match signature.inputs.first() {
        Some(FnArg::Receiver(receiver)) => refuse(
            receiver.span(),
            "a health check that needs a value is registered with it: derive `HealthCheck` on its type, or name this \
             method in `#[health(with = ..)]`, and call `observant::health().register(..)`"
                .to_owned(),
        ),
        Some(parameter) if liveness => refuse(
            parameter.span(),
            "a `liveness` check takes no parameters: what depends on anything outside would have this process \
             restarted when somebody else is down; say `readiness` and register it with what it needs"
                .to_owned(),
        ),
        Some(parameter) => refuse(
            parameter.span(),
            "a health check takes no parameters, as nobody hands it any; put what it needs into a type that derives \
             `HealthCheck`, and register that with `observant::health().register(..)`"
                .to_owned(),
        ),
        None => {}
    }
    let body = function.body.iter().map(Group::stream);
    if let Some(span) = iter::once(function.written.clone()).chain(body).find_map(owner) {
        refuse(
            span,
            format!(
                "`#[health_check]` stands on a free function, and `Self` is there in an `impl` alone; put a function \
                 beside the `impl` that calls `{}`, or derive `HealthCheck` on the type",
                signature.ident
            ),
        );
    }
    if let Some(parameter) = signature.generics.params.first() {
        refuse(
            parameter.span(),
            "a health check cannot be generic, as nobody chooses its types; write a function for each".to_owned(),
        );
    }
    if let Safety::Unsafe(keyword) = &signature.safety {
        refuse(
            keyword.span(),
            "a health check cannot be `unsafe`, as nobody keeps its promise; wrap it in a safe function".to_owned(),
        );
    }
    match (&signature.asyncness, options.own_runtime.key()) {
        (Some(keyword), _) if liveness => refuse(
            keyword.span(),
            "a `liveness` check cannot be `async`: what awaits anything outside would have this process restarted \
             when somebody else is down; make it a plain function, or say `readiness`"
                .to_owned(),
        ),
        (None, Some(key)) => refuse(
            key.span(),
            "`runtime` is for an `async` check; this one runs on a thread in any case, so leave it out".to_owned(),
        ),
        _ => {}
    }
    fits
}
