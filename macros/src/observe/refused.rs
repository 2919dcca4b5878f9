//! Functions that cannot be observed whatever else holds: each with its reason, which ends with the way
//! out. In an annotated block they are left alone.

use crate::item::{Function, mentions};
use proc_macro2::Span;
use quote::quote;
use syn::Attribute;

/// What rustc and libraries call by its bare symbol, and so what a call's own record may need. The list of
/// `core`'s documentation.
const SYMBOLS: &[&str] = &["memcpy", "memmove", "memset", "memcmp", "bcmp", "strlen"];

/// Where the reason stands, and the message.
pub(super) fn refused(function: &Function) -> Option<(Span, String)> {
    let signature = &function.signature;
    if function.body.is_none() {
        let message = format!(
            "`{}` has no body to observe; annotate the function that implements it",
            signature.ident
        );
        return Some((signature.ident.span(), message));
    }
    if let Some(constant) = &signature.constness {
        let message = "a `const fn` cannot be observed, it may run while compiling; remove `const` or \
                       the attribute";
        return Some((constant.span, message.to_owned()));
    }
    let others = &function.attributes.others;
    if others.iter().any(|attribute| is(attribute, "naked")) {
        let message = "a naked function cannot be observed, it is its assembly and nothing else; remove \
                       the attribute";
        return Some((signature.ident.span(), message.to_owned()));
    }
    let name = signature.ident.to_string();
    if SYMBOLS.contains(&name.as_str()) && others.iter().any(|attribute| is(attribute, "no_mangle"))
    {
        let message = format!(
            "the symbol `{name}` cannot be observed, recording a call needs it; remove the attribute"
        );
        return Some((signature.ident.span(), message));
    }
    None
}

/// `#[name]` or `#[unsafe(name)]`.
fn is(attribute: &Attribute, name: &str) -> bool {
    let unsafely = attribute.path().is_ident("unsafe") && mentions(quote!(#attribute), &[name]);
    unsafely || attribute.path().is_ident(name)
}
