//! What a function's declared return type says: a plain value, a future or a stream, and whether
//! it could be an error. Touches no other file of this crate.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::punctuated::Punctuated;
use syn::visit_mut::{VisitMut, visit_type_mut};
use syn::{
    GenericArgument, Path, PathArguments, ReturnType, Signature, Token, Type, TypeParamBound,
    parse_quote,
};

/// How a function hands out its result.
pub(crate) enum Returns {
    /// By returning it, or as the output of an `async fn`.
    Value(Yield),
    /// As a future: `impl Future<Output = ..>`, or boxed.
    Future { boxed: bool, output: Yield },
    /// As a stream: `impl Stream<Item = ..>`, or boxed.
    Stream { boxed: bool, item: Yield },
}

/// The type on which the outcome is judged.
pub(crate) enum Yield {
    /// `()`, written or not.
    Unit,
    /// `!`
    Never,
    Type(Box<Type>),
    /// What a future or stream of this type yields, where the type may be an alias: its last
    /// argument is only a hint.
    Of {
        declared: Box<Type>,
        hint: Option<Box<Type>>,
    },
    /// A future or stream that does not say.
    Unknown,
}

impl Returns {
    pub(crate) fn of(signature: &Signature) -> Self {
        let ReturnType::Type(_, declared) = &signature.output else {
            return Self::Value(Yield::Unit);
        };
        if signature.asyncness.is_some() {
            return Self::Value(Yield::of(declared));
        }
        deferred(declared).unwrap_or_else(|| Self::Value(Yield::of(declared)))
    }

    pub(crate) fn judged(&self) -> &Yield {
        match self {
            Self::Value(value) => value,
            Self::Future { output, .. } => output,
            Self::Stream { item, .. } => item,
        }
    }
}

impl Yield {
    fn of(ty: &Type) -> Self {
        match bare(ty) {
            Type::Never(_) => Self::Never,
            Type::Tuple(tuple) if tuple.elems.is_empty() => Self::Unit,
            other => Self::Type(Box::new(other.clone())),
        }
    }

    /// Whether a value of this type could be an `Err`. Aliases of `Result` cannot be told from
    /// other names, so every unknown name could.
    pub(crate) fn may_fail(&self, self_may_fail: bool) -> bool {
        match self {
            Self::Unit | Self::Never => false,
            Self::Type(ty) => may_fail(ty, self_may_fail),
            Self::Of { .. } | Self::Unknown => true,
        }
    }

    /// Whether the name alone says that errors are possible.
    pub(crate) fn is_result(&self) -> bool {
        let (Self::Type(ty) | Self::Of { hint: Some(ty), .. }) = self else { return false };
        matches!(bare(ty), Type::Path(path) if last(&path.path)
            .is_some_and(|(name, _)| name.ends_with("Result")))
    }
}

/// Types of the standard library that drop nothing, and are never an `Err`. As of the names below, somebody
/// may give another type one of these; an alias of `Result` called `u8` is nobody's.
pub(crate) const PLAIN: &[&str] = &[
    "bool",
    "char",
    "f32",
    "f64",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "Duration",
    "Instant",
    "SystemTime",
];

/// Other names of the standard library whose values are never an `Err`.
const INFALLIBLE: &[&str] = &[
    "str", "Arc", "BTreeMap", "BTreeSet", "Box", "Cow", "HashMap", "HashSet", "Option", "Ordering",
    "OsString", "PathBuf", "Pin", "Rc", "String", "Vec", "VecDeque",
];

fn is_infallible(name: &str) -> bool {
    PLAIN.contains(&name) || INFALLIBLE.contains(&name)
}

/// See [`Yield::may_fail`].
pub(crate) fn may_fail(ty: &Type, self_may_fail: bool) -> bool {
    match bare(ty) {
        Type::Path(path) if path.qself.is_none() => match last(&path.path) {
            Some((name, _)) if name == "Self" => self_may_fail,
            Some((name, _)) => !is_infallible(&name),
            None => true,
        },
        Type::Path(_) | Type::Macro(_) | Type::Infer(_) | Type::Verbatim(_) => true,
        _ => false,
    }
}

/// `ty` with every `impl Trait` in it, however deep, replaced by `_`: the form in which it may be
/// written inside the body.
pub(crate) fn without_impl(ty: &Type) -> Type {
    struct Eraser;
    impl VisitMut for Eraser {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            if let Type::ImplTrait(_) = ty {
                *ty = parse_quote!(_);
            } else {
                visit_type_mut(self, ty);
            }
        }
    }
    let mut erased = ty.clone();
    Eraser.visit_type_mut(&mut erased);
    erased
}

/// The bounds of `impl Fn(..)`, where they name nothing but types that are known everywhere: no
/// parameter of the function or of the block around it.
pub(crate) fn closure_bounds(ty: &Type) -> Option<&Punctuated<TypeParamBound, Token![+]>> {
    const KNOWN: &[&str] =
        &["Fn", "FnMut", "FnOnce", "Result", "Send", "Sync", "_", "mut", "static", "dyn"];
    fn known(tokens: TokenStream) -> bool {
        tokens.into_iter().all(|tree| match tree {
            TokenTree::Ident(word) => {
                let word = word.to_string();
                KNOWN.contains(&word.as_str()) || is_infallible(&word)
            }
            TokenTree::Group(group) => known(group.stream()),
            TokenTree::Punct(_) | TokenTree::Literal(_) => true,
        })
    }
    let Type::ImplTrait(promised) = bare(ty) else { return None };
    let closure =
        promised.bounds.iter().any(|bound| match bound {
            TypeParamBound::Trait(bound) => bound.path.segments.last().is_some_and(|segment| {
                matches!(segment.arguments, PathArguments::Parenthesized(_))
            }),
            _ => false,
        });
    let bounds = &promised.bounds;
    (closure && known(quote!(#bounds))).then_some(bounds)
}

/// A type without the parentheses and invisible groups around it.
fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => bare(&group.elem),
        Type::Paren(paren) => bare(&paren.elem),
        other => other,
    }
}

fn last(path: &Path) -> Option<(String, &PathArguments)> {
    path.segments.last().map(|segment| (segment.ident.to_string(), &segment.arguments))
}

fn deferred(ty: &Type) -> Option<Returns> {
    match bare(ty) {
        Type::ImplTrait(ty) => from_bounds(&ty.bounds, false),
        Type::Path(path) if path.qself.is_none() => {
            let (name, arguments) = last(&path.path)?;
            let argument = || types(arguments).last();
            match name.as_str() {
                "Pin" => pinned(argument()?),
                "BoxFuture" | "LocalBoxFuture" => {
                    Some(Returns::Future { boxed: true, output: aliased(ty, argument()) })
                }
                "BoxStream" | "LocalBoxStream" => {
                    Some(Returns::Stream { boxed: true, item: aliased(ty, argument()) })
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// Many crates have a `BoxFuture` of their own: what it yields is left to rustc. Only an `impl` cannot
/// be asked, for it cannot be written again.
fn aliased(declared: &Type, argument: Option<&Type>) -> Yield {
    let written = |ty: &Type| quote!(#ty).to_string();
    match argument {
        Some(argument) if written(&without_impl(argument)) != written(argument) => {
            Yield::of(argument)
        }
        _ => Yield::Of {
            declared: Box::new(declared.clone()),
            hint: argument.cloned().map(Box::new),
        },
    }
}

/// `Box<dyn Future<..> + ..>` or `Box<impl Future<..>>` inside a `Pin`.
fn pinned(ty: &Type) -> Option<Returns> {
    let Type::Path(path) = bare(ty) else { return None };
    let (name, arguments) = last(&path.path)?;
    if name != "Box" {
        return None;
    }
    match bare(types(arguments).last()?) {
        Type::TraitObject(ty) => from_bounds(&ty.bounds, true),
        Type::ImplTrait(ty) => from_bounds(&ty.bounds, true),
        _ => None,
    }
}

fn types(arguments: &PathArguments) -> impl Iterator<Item = &Type> {
    let arguments = match arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        PathArguments::None | PathArguments::Parenthesized(_) => None,
    };
    arguments.into_iter().flatten().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// Traits that what we put around a future or stream implements where that does. `Captures` is
/// what everybody calls a trait that all types implement.
const FORWARDED: &[&str] = &[
    "Captures",
    "Debug",
    "FusedFuture",
    "FusedStream",
    "RefUnwindSafe",
    "Send",
    "Sized",
    "Sync",
    "Unpin",
    "UnwindSafe",
];

/// `None` where more is promised than what we put around it could keep: then it is a value like any
/// other.
fn from_bounds<'a>(
    bounds: impl IntoIterator<Item = &'a TypeParamBound> + Clone,
    boxed: bool,
) -> Option<Returns> {
    let mut deferred = 0;
    for bound in bounds.clone() {
        match bound {
            TypeParamBound::Trait(bound) => {
                let (name, _) = last(&bound.path)?;
                if matches!(name.as_str(), "Future" | "Stream") {
                    deferred += 1;
                } else if !FORWARDED.contains(&name.as_str()) {
                    return None;
                }
            }
            TypeParamBound::Lifetime(_) | TypeParamBound::PreciseCapture(_) => {}
            _ => return None,
        }
    }
    if deferred != 1 {
        return None;
    }
    bounds.into_iter().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else { return None };
        let (name, arguments) = last(&bound.path)?;
        match name.as_str() {
            "Future" => {
                let output = associated(arguments, "Output").unwrap_or(Yield::Unknown);
                Some(Returns::Future { boxed, output })
            }
            "Stream" => {
                let item = associated(arguments, "Item").unwrap_or(Yield::Unknown);
                Some(Returns::Stream { boxed, item })
            }
            _ => None,
        }
    })
}

fn associated(arguments: &PathArguments, name: &str) -> Option<Yield> {
    let PathArguments::AngleBracketed(arguments) = arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::AssocType(binding) if binding.ident == name => {
            Some(Yield::of(&binding.ty))
        }
        _ => None,
    })
}

/// A type as a person would say it in a function's name: last segments, no generics.
pub(crate) fn type_name(ty: &Type) -> String {
    match bare(ty) {
        Type::Path(path) => last(&path.path).map(|(name, _)| plain(&name)).unwrap_or_default(),
        Type::Reference(reference) => {
            let mutability = if reference.mutability.is_some() { "mut " } else { "" };
            format!("&{mutability}{}", type_name(&reference.elem))
        }
        Type::Slice(slice) => format!("[{}]", type_name(&slice.elem)),
        Type::Array(array) => {
            let length = &array.len;
            format!("[{}; {}]", type_name(&array.elem), quote!(#length))
        }
        Type::Tuple(tuple) => {
            let elements: Vec<String> = tuple.elems.iter().map(type_name).collect();
            format!("({})", elements.join(", "))
        }
        Type::TraitObject(object) => {
            let first = object.bounds.iter().find_map(|bound| match bound {
                TypeParamBound::Trait(bound) => last(&bound.path),
                _ => None,
            });
            format!("dyn {}", first.map(|(name, _)| plain(&name)).unwrap_or_default())
        }
        other => quote!(#other).to_string(),
    }
}

/// An identifier's text without `r#`.
pub(crate) fn plain(identifier: &str) -> String {
    identifier.strip_prefix("r#").unwrap_or(identifier).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn returns(text: &str) -> Returns {
        let signature: Signature = syn::parse_str(&format!("fn f() {text}")).expect("a signature");
        Returns::of(&signature)
    }

    #[test]
    fn what_cannot_be_an_error() {
        for text in [
            "",
            "-> ()",
            "-> !",
            "-> u8",
            "-> (Result<u8, ()>, u8)",
            "-> &'static Result<u8, ()>",
            "-> *const u8",
            "-> [Answer; 2]",
            "-> fn() -> Answer",
            "-> String",
            "-> std::vec::Vec<Answer>",
            "-> Option<Answer>",
            "-> Box<dyn Fn()>",
            "-> impl Iterator<Item = Answer>",
            "-> (u8)",
            "-> impl Future<Output = u8>",
        ] {
            assert!(!returns(text).judged().may_fail(true), "{text}");
        }
    }

    #[test]
    fn what_could_be_an_error() {
        for text in [
            "-> Result<(), ()>",
            "-> io::Result<()>",
            "-> Answer",
            "-> T",
            "-> Self",
            "-> Self::Output",
            "-> <T as Tool>::Output",
            "-> answer!()",
            "-> impl Future",
            "-> BoxFuture<'_, u8>",
            "-> impl Future<Output = Answer> + Send",
            "-> Pin<Box<dyn Send + Future<Output = Answer>>>",
        ] {
            assert!(returns(text).judged().may_fail(true), "{text}");
        }
        assert!(!returns("-> Self").judged().may_fail(false));
    }

    #[test]
    fn known_results_by_their_name() {
        for (text, known) in [
            ("-> Result<(), ()>", true),
            ("-> anyhow::Result<()>", true),
            ("-> ParseResult", true),
            ("-> impl Future<Output = io::Result<u8>>", true),
            ("-> BoxStream<'static, Result<u8, ()>>", true),
            ("-> BoxFuture<'static, u8>", false),
            ("-> Answer", false),
            ("-> Results", false),
            ("-> Vec<Result<(), ()>>", false),
        ] {
            assert_eq!(returns(text).judged().is_result(), known, "{text}");
        }
    }

    #[test]
    fn futures_and_streams() {
        for (text, future, boxed) in [
            ("-> impl Future<Output = u8> + Send + 'static", true, false),
            ("-> impl std::future::Future<Output = u8>", true, false),
            (
                "-> ::core::pin::Pin<Box<dyn ::core::future::Future<Output = u8> + Send>>",
                true,
                true,
            ),
            ("-> Pin<Box<impl Future<Output = u8>>>", true, true),
            ("-> BoxFuture<'_, u8>", true, true),
            ("-> futures::future::LocalBoxFuture<'a, u8>", true, true),
            ("-> impl futures_core::Stream<Item = u8>", false, false),
            ("-> BoxStream<'_, u8>", false, true),
            ("-> Pin<Box<dyn Stream<Item = u8>>>", false, true),
        ] {
            match returns(text) {
                Returns::Future { boxed: found, .. } => {
                    assert_eq!((true, found), (future, boxed), "{text}");
                }
                Returns::Stream { boxed: found, .. } => {
                    assert_eq!((false, found), (future, boxed), "{text}");
                }
                Returns::Value(_) => panic!("{text} is a value"),
            }
        }
        for text in [
            "-> impl Future<Output = u8> + Clone",
            "-> impl Stream<Item = u8> + Sink<u8>",
            "-> impl Future<Output = u8> + Stream<Item = u8>",
            "-> impl FusedFuture<Output = u8>",
            "-> Pin<&mut u8>",
            "-> impl Iterator",
            "-> Result<BoxFuture<'_, u8>, ()>",
        ] {
            assert!(matches!(returns(text), Returns::Value(_)), "{text}");
        }
    }

    #[test]
    fn impl_is_erased_however_deep() {
        let ty: Type = syn::parse_str("Result<Vec<(u8, impl Iterator<Item = impl Send>)>, E>")
            .expect("a type");
        let erased = without_impl(&ty);
        assert_eq!(quote!(#erased).to_string(), "Result < Vec < (u8 , _) > , E >");
    }

    #[test]
    fn names_of_types() {
        for (text, name) in [
            ("Registry<T>", "Registry"),
            ("crate::store::Registry<'a, T, 3>", "Registry"),
            ("&'a mut Registry<T>", "&mut Registry"),
            ("[T]", "[T]"),
            ("[u8; 4]", "[u8; 4]"),
            ("(A<B>, C)", "(A, C)"),
            ("dyn Tool<T> + Send", "dyn Tool"),
            ("r#type", "type"),
            ("(u8)", "u8"),
            ("*const u8", "* const u8"),
        ] {
            assert_eq!(type_name(&syn::parse_str(text).expect("a type")), name);
        }
    }
}
