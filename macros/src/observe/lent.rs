//! Functions that keep their parameters: the closure around the body borrows them, and so lints see that
//! the body would do with a reference. That is for parameters which hold nothing but memory, as nobody
//! can tell when those are dropped. Tokens in, tokens out.

use crate::returns::{PLAIN, plain};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::{FnArg, GenericArgument, Pat, PathArguments, ReceiverKind, Signature, Type};

/// Types that hold memory, and what their arguments hold.
const MEMORY: &[&str] = &[
    "BTreeMap", "BTreeSet", "Box", "HashMap", "HashSet", "Option", "OsString", "PathBuf", "String",
    "Vec", "VecDeque",
];

/// Whether all parameters can be lent, and any gains by it.
pub(super) fn all(signature: &Signature) -> bool {
    let mut gains = false;
    let all = signature.inputs.iter().all(|parameter| match parameter {
        FnArg::Receiver(receiver) => matches!(receiver.kind, ReceiverKind::Reference(..)),
        FnArg::Typed(parameter) => {
            let simple = matches!(*parameter.pat, Pat::Ident(_) | Pat::Wild(_));
            let held = holds_memory(&parameter.ty);
            gains |= held;
            simple && parameter.attrs.is_empty() && (held || is_plain(&parameter.ty))
        }
    });
    all && gains
}

/// A mention of the exclusive references, which gives them away in code that never runs: borrowed, as
/// everything that is used in a closure of an edition before 2021, nothing borrowed through them could be
/// returned.
pub(super) fn mention(
    signature: &Signature,
    is_named: impl Fn(&str) -> bool,
) -> Option<TokenStream> {
    let exclusive: Vec<Ident> = signature
        .inputs
        .iter()
        .filter_map(|parameter| match parameter {
            FnArg::Receiver(receiver) => match &receiver.kind {
                ReceiverKind::Reference(_, _, Some(_)) => {
                    Some(Ident::new("self", receiver.self_token.span))
                }
                _ => None,
            },
            FnArg::Typed(parameter) => match (&*parameter.ty, &*parameter.pat) {
                (Type::Reference(reference), Pat::Ident(binding))
                    if reference.mutability.is_some() =>
                {
                    Some(binding.ident.clone())
                }
                _ => None,
            },
        })
        .filter(|name| is_named(&plain(&name.to_string())))
        .collect();
    let span = Span::mixed_site();
    (!exclusive.is_empty()).then(|| {
        quote_spanned!(span=> if false {
            *(&mut (), #(#exclusive),*).0 = ();
            loop {}
        })
    })
}

fn is_plain(ty: &Type) -> bool {
    match ty {
        Type::Reference(_) | Type::Ptr(_) | Type::FnPtr(_) => true,
        Type::Path(path) if path.qself.is_none() => path
            .path
            .segments
            .last()
            .is_some_and(|last| PLAIN.iter().any(|plain| last.ident == plain)),
        _ => false,
    }
}

fn holds_memory(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last() else { return false };
    let known = path.qself.is_none() && MEMORY.iter().any(|memory| last.ident == memory);
    let arguments = match &last.arguments {
        PathArguments::None => return known,
        PathArguments::AngleBracketed(arguments) => &arguments.args,
        PathArguments::Parenthesized(_) => return false,
    };
    let harmless = |argument: &GenericArgument| match argument {
        GenericArgument::Type(Type::Reference(_)) => false,
        GenericArgument::Type(ty) => is_plain(ty) || holds_memory(ty),
        _ => false,
    };
    known && arguments.iter().all(harmless)
}
