//! What an observed function is expanded to: by what it returns, whether it could wait, and what stands on it.

use super::glance;
use crate::item::{Function, mentions};
use crate::returns::{Returns, Yield};
use quote::quote;
use syn::{Attribute, ReturnType, Type};

pub(super) enum Shape {
    /// The outcome is `ok` or a panic: a guard beside the body.
    Guard,
    /// The body in a closure of this return type; `None` is `()`.
    Closure(Option<Type>),
    /// As `Closure`, for `#[track_caller]`, as a closure would be its own caller, and for what calls
    /// itself, as rustc looks for an endless recursion within one function.
    EarlyExit(Option<Type>),
    /// The body in an `async` block of this output.
    Async(Yield),
    Deferred(Deferred),
}

/// A body that makes a future or a stream.
pub(super) struct Deferred {
    pub(super) stream: bool,
    /// The declared type, where it is a box.
    pub(super) boxed: Option<Type>,
    /// The type of the output or the items.
    pub(super) yields: Yield,
    /// `#[track_caller]`: no closure around the statements before the future.
    pub(super) located: bool,
}

impl Shape {
    pub(super) fn cancellable(&self) -> bool {
        matches!(self, Self::Async(_) | Self::Deferred(_))
    }

    /// Whether the body runs in something that captures the parameters.
    pub(super) fn captures(&self) -> bool {
        match self {
            Self::Guard | Self::EarlyExit(_) => false,
            Self::Closure(_) | Self::Async(_) => true,
            Self::Deferred(deferred) => !deferred.located,
        }
    }
}

/// Whether an attribute leaves the body as it is: one of the language's, by "The Rust Reference", section "Built-in attributes
/// index", or of a tool's.
fn is_inert(attribute: &Attribute) -> bool {
    let path = attribute.path();
    let is_of_tool = path.segments.len() > 1
        && path.segments.first().is_some_and(|tool| {
            ["clippy", "diagnostic", "rustfmt"].iter().any(|known| tool.ident == known)
        });
    is_of_tool || INERT.iter().any(|known| path.is_ident(known))
}

const INERT: [&str; 14] = [
    "allow",
    "cfg",
    "cold",
    "deny",
    "deprecated",
    "doc",
    "expect",
    "forbid",
    "inline",
    "must_use",
    "no_mangle",
    "target_feature",
    "track_caller",
    "warn",
];

/// `looks`: whether anything is to be learnt from what is returned.
pub(super) fn shape(function: &Function, returns: Returns, looks: bool) -> Shape {
    let is_async = function.signature.asyncness.is_some();
    // One that never waits is done when it is first polled: a call like any other. What an attribute below ours makes of
    // the body is not known.
    let could_wait = function.body.as_ref().is_some_and(glance::could_wait)
        || !function.attributes.others.iter().all(is_inert);
    let recursive = !is_async
        && function
            .body
            .as_ref()
            .is_some_and(|body| glance::plainly_recursive(body, &function.signature.ident));
    let mut attributes = function.attributes.others.iter();
    let located = attributes.any(|attribute| {
        // What holds without it holds with it, so a condition need not be known.
        let conditional = attribute.path().is_ident("cfg_attr");
        attribute.path().is_ident("track_caller")
            || (conditional && mentions(quote!(#attribute), &["track_caller"]))
    });
    let deferred = |stream, boxed: bool, yields| {
        let boxed = match &function.signature.output {
            ReturnType::Type(_, declared) if boxed => Some((**declared).clone()),
            _ => None,
        };
        Shape::Deferred(Deferred { stream, boxed, yields, located })
    };
    match returns {
        Returns::Future { boxed, output } => deferred(false, boxed, output),
        Returns::Stream { boxed, item } => deferred(true, boxed, item),
        Returns::Value(output) if is_async && (located || could_wait) => Shape::Async(output),
        Returns::Value(_) if !looks => Shape::Guard,
        Returns::Value(value) => {
            let ty = match value {
                Yield::Type(ty) => Some(*ty),
                Yield::Unit | Yield::Never | Yield::Of { .. } | Yield::Unknown => None,
            };
            if located || recursive { Shape::EarlyExit(ty) } else { Shape::Closure(ty) }
        }
    }
}
