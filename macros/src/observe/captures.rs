//! The order in which parameters are dropped. A function drops its parameters in reverse order; a
//! closure or `async` block that runs its body drops what it captured in the order of first
//! mention, and only those fields that are mentioned. So each body begins with a mention of whole
//! parameters, last one first, in code that never runs.
//!
//! A binding that the body does not name stays unmentioned: rustc shall say that it is unused.
//! It is dropped after all others.

use super::lent;
use super::shape::Shape;
use crate::returns::{PLAIN, plain};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote_spanned};
use syn::visit_mut::{VisitMut, visit_pat_mut};
use syn::{Attribute, FnArg, Pat, PatIdent, Receiver, ReceiverKind, Signature, Type};

/// What dropping a value of a type does, as far as the type tells.
#[derive(Clone, Copy, PartialEq)]
enum Drops {
    Nothing,
    /// Something, and it has no fields of which a body could mention one alone.
    Whole,
    Parts,
}

/// What becomes of the parameters of a function whose body runs in something that captures them.
#[derive(Default)]
pub(super) struct Captures {
    /// Stands before the body: mentions all parameters whose order of dropping can matter.
    pub(super) mention: Option<TokenStream>,
    /// The signature, where it had to change: a parameter `_` that is dropped before others has a name
    /// now, so that it can be mentioned too.
    pub(super) signature: Option<Signature>,
    /// Whether all that the body names is captured by value, and not only what it gives away.
    pub(super) by_value: bool,
}

impl Captures {
    pub(super) fn of(signature: &Signature, body: &TokenStream, shape: &Shape) -> Self {
        if !shape.captures() {
            return Self::default();
        }
        // What outlives the function must own what it uses.
        if matches!(shape, Shape::Closure(_)) && lent::all(signature) {
            let mention = lent::mention(signature, |name| names(body, name));
            return Self { mention, signature: None, by_value: false };
        }
        let mut renamed = signature.clone();
        let (mention, any) = mention(&mut renamed, body);
        Self { mention, signature: any.then_some(renamed), by_value: true }
    }
}

/// The mention, and whether `signature` had to change for it.
fn mention(signature: &mut Signature, body: &TokenStream) -> (Option<TokenStream>, bool) {
    let drops: Vec<Drops> = signature.inputs.iter().map(drops).collect();
    let dropping = drops.iter().filter(|drops| **drops != Drops::Nothing).count();
    let ordered = dropping > 1 || drops.contains(&Drops::Parts);
    let mut mentions = Vec::new();
    let (mut earlier, mut renamed) = (false, false);
    for (place, (parameter, drops)) in signature.inputs.iter_mut().zip(drops).enumerate() {
        let ordered = ordered && drops != Drops::Nothing;
        let parameter_mentions = match parameter {
            FnArg::Receiver(receiver) => {
                let word = Ident::new("self", receiver.self_token.span);
                let relevant = ordered || receiver.mutability.is_some();
                let named = relevant && by_value(receiver) && names(body, "self");
                Vec::from_iter(named.then_some(word))
            }
            FnArg::Typed(parameter) => {
                if earlier && ordered && matches!(*parameter.pat, Pat::Wild(_)) {
                    renamed = true;
                    let name = format_ident!("_unnamed{place}", span = Span::mixed_site());
                    *parameter.pat = Pat::Ident(PatIdent {
                        attrs: Vec::new(),
                        by_ref: None,
                        mutability: None,
                        ident: name,
                        subpat: None,
                    });
                }
                bindings(&parameter.pat, ordered, body)
            }
        };
        earlier |= ordered;
        if !parameter_mentions.is_empty() {
            mentions.push(statement(parameter_mentions, attributes(parameter)));
        }
    }
    mentions.reverse();
    let span = Span::mixed_site();
    let mention = quote_spanned!(span=> if false { #(#mentions)* });
    ((!mentions.is_empty()).then_some(mention), renamed)
}

/// An assignment to a place beside the names: nowhere else does `clippy::used_underscore_binding`
/// leave them alone.
fn statement(mut bindings: Vec<Ident>, attributes: &[Attribute]) -> TokenStream {
    bindings.reverse();
    let conditions: Vec<&Attribute> =
        attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect();
    let span = Span::mixed_site();
    let statement = quote_spanned!(span=> *(&mut (), #(&#bindings),*).0 = (););
    if conditions.is_empty() {
        statement
    } else {
        quote_spanned!(span=> #(#conditions)* { #statement })
    }
}

fn attributes(parameter: &FnArg) -> &[Attribute] {
    match parameter {
        FnArg::Receiver(receiver) => &receiver.attrs,
        FnArg::Typed(parameter) => &parameter.attrs,
    }
}

fn by_value(receiver: &Receiver) -> bool {
    !matches!(receiver.kind, ReceiverKind::Reference(..))
}

fn drops(parameter: &FnArg) -> Drops {
    match parameter {
        FnArg::Receiver(receiver) => match &receiver.kind {
            ReceiverKind::Reference(..) => Drops::Nothing,
            ReceiverKind::Typed(_, ty) => of_type(ty),
            _ => Drops::Parts,
        },
        // Where it may be absent, nothing is known of it; a pattern is a parameter in parts.
        FnArg::Typed(parameter) => of_type(&parameter.ty),
    }
}

fn of_type(ty: &Type) -> Drops {
    const WHOLE: &[&str] = &[
        "Arc", "BTreeMap", "BTreeSet", "Cow", "HashMap", "HashSet", "PathBuf", "Rc", "String",
        "Vec", "VecDeque",
    ];
    match ty {
        Type::Group(group) => of_type(&group.elem),
        Type::Paren(paren) => of_type(&paren.elem),
        Type::Array(array) => of_type(&array.elem),
        Type::Reference(_) | Type::Ptr(_) | Type::Never(_) | Type::FnPtr(_) => Drops::Nothing,
        Type::Tuple(tuple) if tuple.elems.iter().all(|ty| of_type(ty) == Drops::Nothing) => {
            Drops::Nothing
        }
        Type::Path(path) if path.qself.is_none() => match path.path.segments.last() {
            Some(last) if PLAIN.iter().any(|plain| last.ident == plain) => Drops::Nothing,
            Some(last) if WHOLE.iter().any(|whole| last.ident == whole) => Drops::Whole,
            _ => Drops::Parts,
        },
        _ => Drops::Parts,
    }
}

/// The names in `pattern` to mention. One that is `mut` counts in any case: in a closure rustc
/// takes `n -= 1` for an assignment nobody reads.
fn bindings(pattern: &Pat, ordered: bool, body: &TokenStream) -> Vec<Ident> {
    struct Finder<'a> {
        ordered: bool,
        body: &'a TokenStream,
        found: Vec<Ident>,
    }
    impl VisitMut for Finder<'_> {
        fn visit_pat_mut(&mut self, pattern: &mut Pat) {
            if let Pat::Ident(binding) = pattern {
                let name = binding.ident.to_string();
                let relevant = self.ordered || binding.mutability.is_some();
                let used = || name.starts_with('_') || names(self.body, &plain(&name));
                if binding.by_ref.is_none() && relevant && used() {
                    self.found.push(binding.ident.clone());
                }
            }
            visit_pat_mut(self, pattern);
        }
    }
    let mut finder = Finder { ordered, body, found: Vec::new() };
    finder.visit_pat_mut(&mut pattern.clone());
    finder.found
}

/// Whether `tokens` name a variable, be it inside the text of a `format!`.
fn names(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|tree| match tree {
        TokenTree::Ident(word) => plain(&word.to_string()) == name,
        TokenTree::Group(group) => names(&group.stream(), name),
        TokenTree::Literal(literal) => {
            let text = literal.to_string();
            text.contains('{')
                && text
                    .split(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
                    .any(|word| word == name)
        }
        TokenTree::Punct(_) => false,
    })
}
