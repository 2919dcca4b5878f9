//! What surrounds a function, and what the function is called for it.

use crate::item::{Kind, mentions};
use crate::returns;
use proc_macro2::Ident;
use quote::quote;
use syn::{GenericArgument, GenericParam, Generics, Path, PathArguments};

/// What surrounds a function.
pub(super) enum Owner {
    /// Nothing we know of: the attribute stands on the function itself, or in a module.
    Alone,
    Type(String),
    TraitImpl {
        prefix: String,
        self_may_fail: bool,
    },
    Trait(String),
}

impl Owner {
    pub(super) fn of(kind: &Kind) -> Self {
        match kind {
            Kind::Module => Self::Alone,
            Kind::Trait(name) => Self::Trait(returns::plain(&name.to_string())),
            Kind::Impl(header) => {
                let ty = returns::type_name(&header.self_ty);
                match &header.trait_ {
                    None => Self::Type(ty),
                    Some((path, _)) => Self::TraitImpl {
                        prefix: format!("<{ty} as {}>", trait_name(path, &header.generics)),
                        self_may_fail: returns::may_fail(&header.self_ty, true),
                    },
                }
            }
        }
    }

    pub(super) fn name(&self, function: &Ident) -> String {
        let function = returns::plain(&function.to_string());
        match self {
            Self::Alone => function,
            Self::Type(prefix) | Self::Trait(prefix) | Self::TraitImpl { prefix, .. } => {
                format!("{prefix}::{function}")
            }
        }
    }

    /// Whether `Self` could be a `Result`: nobody but the standard library can write an inherent
    /// `impl` for one.
    pub(super) fn self_may_fail(&self) -> bool {
        match self {
            Self::Type(_) => false,
            Self::TraitImpl { self_may_fail, .. } => *self_may_fail,
            Self::Alone | Self::Trait(_) => true,
        }
    }
}

/// The trait's last segment. Concrete arguments stay (`From<io::Error>` and `From<fmt::Error>` for
/// one type are two functions); lifetimes and what mentions the block's own parameters go.
fn trait_name(path: &Path, generics: &Generics) -> String {
    let Some(segment) = path.segments.last() else { return String::new() };
    let name = returns::plain(&segment.ident.to_string());
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return name };
    let own: Vec<String> = generics
        .params
        .iter()
        .filter_map(|parameter| match parameter {
            GenericParam::Type(parameter) => Some(parameter.ident.to_string()),
            GenericParam::Const(parameter) => Some(parameter.ident.to_string()),
            GenericParam::Lifetime(_) => None,
        })
        .collect();
    let concrete: Vec<String> = arguments
        .args
        .iter()
        .filter_map(|argument| match argument {
            GenericArgument::Type(ty) => {
                (!mentions(quote!(#ty), &own)).then(|| returns::type_name(ty))
            }
            _ => None,
        })
        .collect();
    if concrete.is_empty() { name } else { format!("{name}<{}>", concrete.join(", ")) }
}
