//! A light scanner of items: finds functions, `impl` blocks, traits and inline modules, parses
//! signatures, and leaves every body as the raw tokens it was. Bodies belong to rustc: what is
//! wrong in them is said once, by rustc, at the user's line. Touches no other file of this crate.

use proc_macro2::{Delimiter, Group, Ident, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, ItemImpl, Meta, Signature, Token, Visibility};

/// An item, taken apart as far as an attribute needs.
pub(crate) enum Item {
    Function(Box<Function>),
    Container(Box<Container>),
    Other(Other),
}

/// A function with or without a body.
pub(crate) struct Function {
    pub(crate) attributes: Attributes,
    /// Visibility and `default`.
    pub(crate) qualifiers: TokenStream,
    pub(crate) signature: Signature,
    /// The signature as it was written: printed anew, some of its tokens would seem to stand elsewhere.
    pub(crate) written: TokenStream,
    /// `None` where a `;` stands in its place.
    pub(crate) body: Option<Group>,
}

/// A thing that holds functions.
pub(crate) struct Container {
    pub(crate) attributes: Attributes,
    pub(crate) kind: Kind,
    /// Everything between the attributes and the braces.
    pub(crate) header: TokenStream,
    /// `#![..]` at the start of the braces.
    pub(crate) inner: TokenStream,
    pub(crate) braces: Span,
    pub(crate) members: Vec<Item>,
}

pub(crate) enum Kind {
    Impl(Box<ItemImpl>),
    Trait(Ident),
    Module,
}

impl Kind {
    pub(crate) fn describe(&self) -> &'static str {
        match self {
            Self::Impl(_) => "an `impl` block",
            Self::Trait(_) => "a trait",
            Self::Module => "a module",
        }
    }
}

/// Anything else; re-emitted as it came.
pub(crate) struct Other {
    pub(crate) attributes: Attributes,
    /// The token that says what it is.
    pub(crate) keyword: Span,
    /// Set for `mod name;`.
    pub(crate) module: Option<Ident>,
    pub(crate) tokens: TokenStream,
}

/// Outer attributes, ours apart from the rest.
pub(crate) struct Attributes {
    /// Those that are, or under some `cfg_attr` may become, the attribute asked for.
    pub(crate) ours: Vec<Attribute>,
    pub(crate) others: Vec<Attribute>,
}

/// Reads one item. `attribute` is the name of the attribute to set apart.
pub(crate) fn parse(attribute: &str, tokens: &TokenStream) -> syn::Result<Item> {
    let scan = |input: ParseStream<'_>| scan(attribute, input);
    scan.parse2(tokens.clone())
}

fn scan(attribute: &str, input: ParseStream<'_>) -> syn::Result<Item> {
    let (ours, others) = input
        .call(Attribute::parse_outer)?
        .into_iter()
        .partition(|candidate| is_ours(candidate, attribute));
    let attributes = Attributes { ours, others };
    let ahead = input.fork();
    let start = input.fork();
    ahead.parse::<Visibility>()?;
    if at_function(&ahead) {
        return function(attributes, input).map(|function| Item::Function(Box::new(function)));
    }
    let (keyword, kind) = keyword(&ahead)?;
    let (header, braces) = header(input, kind)?;
    let container = match (kind, &braces) {
        (Keyword::Impl, Some(_)) => Some(Kind::Impl(Box::new(parse_impl(&header)?))),
        (Keyword::Trait, Some(_)) => Some(Kind::Trait(name_after(&header, "trait")?)),
        (Keyword::Module, Some(_)) => Some(Kind::Module),
        _ => None,
    };
    let (Some(kind), Some(braces)) = (container, braces) else {
        let module = match kind {
            Keyword::Module => Some(name_after(&header, "mod")?),
            _ => None,
        };
        let tokens = between(&start, input)?;
        return Ok(Item::Other(Other { attributes, keyword, module, tokens }));
    };
    let (inner, members) = contents(attribute, &braces)?;
    let braces = braces.span();
    let container = Container { attributes, kind, header, inner, braces, members };
    Ok(Item::Container(Box::new(container)))
}

/// The attribute's last segment decides, so that `observant::observe` and `observe` both count.
fn is_ours(candidate: &Attribute, attribute: &str) -> bool {
    let conditional = || match &candidate.meta {
        Meta::List(list) => {
            list.path.is_ident("cfg_attr") && mentions(list.tokens.clone(), &[attribute])
        }
        Meta::Path(_) | Meta::NameValue(_) => false,
    };
    let path = candidate.path();
    path.segments.last().is_some_and(|segment| segment.ident == attribute) || conditional()
}

/// Whether any of `names` stands anywhere in `tokens`.
pub(crate) fn mentions(tokens: TokenStream, names: &[impl AsRef<str>]) -> bool {
    tokens.into_iter().any(|tree| match tree {
        TokenTree::Ident(word) => names.iter().any(|name| word == name.as_ref()),
        TokenTree::Group(group) => mentions(group.stream(), names),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// After visibility: `default`, `const`, `async`, `unsafe`, `extern ".."` in any number, then `fn`.
fn at_function(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    loop {
        if ahead.peek(Token![fn]) {
            return true;
        }
        let qualifier = ahead.peek(Token![const])
            || ahead.peek(Token![async])
            || ahead.peek(Token![unsafe])
            || ahead.peek(Token![extern])
            || ahead.peek(Token![default])
            || ahead.peek(syn::LitStr);
        if !qualifier || ahead.parse::<TokenTree>().is_err() {
            return false;
        }
    }
}

fn function(attributes: Attributes, input: ParseStream<'_>) -> syn::Result<Function> {
    let visibility: Visibility = input.parse()?;
    let default: Option<Token![default]> = input.parse()?;
    let start = input.fork();
    let signature: Signature = input.parse()?;
    let written = between(&start, input)?;
    let body = if input.parse::<Option<Token![;]>>()?.is_some() {
        None
    } else {
        match input.parse()? {
            TokenTree::Group(body) => Some(unwrap_group(body)),
            other => return Err(syn::Error::new(other.span(), "expected the function's body")),
        }
    };
    let qualifiers = quote!(#visibility #default);
    Ok(Function { attributes, qualifiers, signature, written, body })
}

/// `$body:block` of a `macro_rules!` arrives inside an invisible group.
fn unwrap_group(group: Group) -> Group {
    if group.delimiter() == Delimiter::None {
        let mut trees = group.stream().into_iter();
        if let (Some(TokenTree::Group(only)), None) = (trees.next(), trees.next()) {
            return unwrap_group(only);
        }
    }
    group
}

#[derive(Clone, Copy, PartialEq)]
enum Keyword {
    Impl,
    Trait,
    Module,
    /// `const`, `static`, `type`, `use`, `extern crate`: ends at `;`, braces are expressions.
    Statement,
    Other,
}

/// The word that says what the item is, past visibility and modifiers.
fn keyword(ahead: ParseStream<'_>) -> syn::Result<(Span, Keyword)> {
    let mut first = None;
    loop {
        let span = ahead.span();
        let first = *first.get_or_insert(span);
        let modifier = ahead.peek(Token![unsafe])
            || ahead.peek(Token![auto])
            || (ahead.peek(Token![const])
                && (ahead.peek2(Token![impl]) || ahead.peek2(Token![trait])))
            || (ahead.peek(Token![default]) && !ahead.peek2(Token![!]) && !ahead.peek2(Token![::]));
        if ahead.peek(Token![extern]) && ahead.peek2(Token![crate]) {
            return Ok((span, Keyword::Statement));
        }
        let kind = match ahead.call(Ident::parse_any) {
            // A macro called by an absolute path, or something rustc will reject by itself.
            Err(_) => return Ok((first, Keyword::Other)),
            Ok(_) if modifier => continue,
            Ok(word) => match word.to_string().as_str() {
                "impl" => Keyword::Impl,
                "trait" => Keyword::Trait,
                "mod" => Keyword::Module,
                "const" | "static" | "type" | "use" => Keyword::Statement,
                _ => Keyword::Other,
            },
        };
        return Ok((span, kind));
    }
}

/// Everything up to the item's braces, or up to and with its `;`.
///
/// Braces inside `<..>` are const arguments: angle brackets are counted, arrows are not.
fn header(input: ParseStream<'_>, kind: Keyword) -> syn::Result<(TokenStream, Option<Group>)> {
    let mut header = TokenStream::new();
    let mut depth = 0_usize;
    let mut arrow = false;
    while !input.is_empty() {
        let tree: TokenTree = input.parse()?;
        match &tree {
            TokenTree::Group(group)
                if group.delimiter() == Delimiter::Brace
                    && depth == 0
                    && kind != Keyword::Statement =>
            {
                return Ok((header, Some(group.clone())));
            }
            TokenTree::Punct(punct) => {
                match punct.as_char() {
                    ';' if depth == 0 || kind == Keyword::Statement => {
                        header.append(tree);
                        return Ok((header, None));
                    }
                    '<' => depth += 1,
                    '>' if !arrow => depth = depth.saturating_sub(1),
                    _ => {}
                }
                arrow = matches!(punct.as_char(), '-' | '=') && punct.spacing() == Spacing::Joint;
            }
            _ => arrow = false,
        }
        header.append(tree);
    }
    Ok((header, None))
}

fn parse_impl(header: &TokenStream) -> syn::Result<ItemImpl> {
    syn::parse2(quote!(#header {}))
}

fn name_after(header: &TokenStream, keyword: &str) -> syn::Result<Ident> {
    let mut trees = header.clone().into_iter();
    let found = trees.any(|tree| matches!(tree, TokenTree::Ident(word) if word == keyword));
    match trees.next() {
        Some(TokenTree::Ident(name)) if found => Ok(name),
        // `$name:ident` may arrive inside an invisible group.
        Some(TokenTree::Group(group)) if found => Ident::parse_any.parse2(group.stream()),
        _ => Err(syn::Error::new_spanned(header, "expected a name")),
    }
}

fn contents(attribute: &str, braces: &Group) -> syn::Result<(TokenStream, Vec<Item>)> {
    let contents = |input: ParseStream<'_>| {
        let inner = input.call(Attribute::parse_inner)?;
        let mut members = Vec::new();
        while !input.is_empty() {
            members.push(scan(attribute, input)?);
        }
        Ok((quote!(#(#inner)*), members))
    };
    contents.parse2(braces.stream())
}

/// The tokens between two places of one stream.
fn between(start: ParseStream<'_>, end: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    let end = end.fork();
    while start.cursor() != end.cursor() && !start.is_empty() {
        tokens.append(start.parse::<TokenTree>()?);
    }
    Ok(tokens)
}

impl Item {
    pub(crate) fn attributes(&self) -> &Attributes {
        match self {
            Self::Function(function) => &function.attributes,
            Self::Container(container) => &container.attributes,
            Self::Other(other) => &other.attributes,
        }
    }
}

/// Prints the item without our attributes: what the user gets when the annotation is wrong.
impl ToTokens for Item {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Function(function) => {
                let Function { attributes, qualifiers, written, body, .. } = &**function;
                let others = &attributes.others;
                tokens.extend(quote!(#(#others)* #qualifiers #written));
                match body {
                    Some(body) => body.to_tokens(tokens),
                    None => tokens.extend(quote!(;)),
                }
            }
            Self::Container(container) => {
                let members = &container.members;
                container.print(&quote!(#(#members)*), tokens);
            }
            Self::Other(other) => {
                let others = &other.attributes.others;
                tokens.append_all(others);
                other.tokens.to_tokens(tokens);
            }
        }
    }
}

impl Container {
    /// Prints the container around `members`.
    pub(crate) fn print(&self, members: &TokenStream, tokens: &mut TokenStream) {
        let Self { attributes: Attributes { others, .. }, header, inner, braces, .. } = self;
        let mut group = Group::new(Delimiter::Brace, quote!(#inner #members));
        group.set_span(*braces);
        tokens.extend(quote!(#(#others)* #header #group));
    }
}
