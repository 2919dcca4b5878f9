//! How a body ends, seen on its raw tokens: in `Box::pin(..)`, in an `async` block, or otherwise.

use super::body::following;
use proc_macro2::{Delimiter, Group, Spacing, Span, TokenStream, TokenTree};
use quote::quote;

/// A body split before its last expression, as far as that can be told without parsing.
pub(super) struct Tail {
    braces: Span,
    before: Vec<TokenTree>,
    last: Vec<TokenTree>,
}

impl Tail {
    pub(super) fn of(body: &Group) -> Self {
        let trees: Vec<TokenTree> = body.stream().into_iter().collect();
        let start = async_block(&trees).or_else(|| box_pin(&trees)).unwrap_or(trees.len());
        let mut before = trees;
        let last = before.split_off(start);
        Self { braces: body.span(), before, last }
    }

    /// For a body that ends in `Box::pin(argument)`: the path that boxes, and the body ending in
    /// `argument` instead. `None` where a `return` could leave the body with a box in its hands.
    pub(super) fn unboxed(self) -> Option<(TokenStream, Self)> {
        let Some((TokenTree::Group(arguments), path)) = self.last.split_last() else { return None };
        if arguments.delimiter() != Delimiter::Parenthesis {
            return None;
        }
        let argument: Vec<TokenTree> = arguments.stream().into_iter().collect();
        let plain = async_block(&argument) != Some(0);
        if returns(&self.before) || (plain && returns(&argument)) {
            return None;
        }
        let path = path.iter().cloned().collect();
        Some((path, Self { braces: self.braces, before: self.before, last: argument }))
    }

    /// Puts `pin` at the start of an `async` block the body ends in; does nothing to others.
    pub(super) fn pinned(mut self, pin: Option<TokenStream>) -> Self {
        let (Some(pin), Some(0)) = (pin, async_block(&self.last)) else { return self };
        if let Some(TokenTree::Group(block)) = self.last.last_mut() {
            let user = following(block);
            let mut pinned = Group::new(Delimiter::Brace, quote!(#pin #user));
            pinned.set_span(block.span());
            *block = pinned;
        }
        self
    }

    pub(super) fn into_block(self) -> Group {
        let mut block =
            Group::new(Delimiter::Brace, self.before.into_iter().chain(self.last).collect());
        block.set_span(self.braces);
        block
    }
}

/// Where a trailing `async {}` or `async move {}` begins, if a statement can begin there.
fn async_block(trees: &[TokenTree]) -> Option<usize> {
    let trees = match trees.split_last()? {
        // The comma after the only argument of a call.
        (TokenTree::Punct(comma), rest) if comma.as_char() == ',' => rest,
        _ => trees,
    };
    let (TokenTree::Group(block), rest) = trees.split_last()? else { return None };
    if block.delimiter() != Delimiter::Brace {
        return None;
    }
    let rest = match rest.split_last() {
        Some((TokenTree::Ident(word), rest)) if word == "move" => rest,
        _ => rest,
    };
    match rest.split_last() {
        Some((TokenTree::Ident(word), rest)) if word == "async" && ends_statement(rest) => {
            Some(rest.len())
        }
        _ => None,
    }
}

/// Where a trailing `Box::pin(..)` begins: of the standard library's `Box`, as far as a path tells. What another one takes
/// need be no future.
fn box_pin(trees: &[TokenTree]) -> Option<usize> {
    let (TokenTree::Group(arguments), rest) = trees.split_last()? else { return None };
    if arguments.delimiter() != Delimiter::Parenthesis {
        return None;
    }
    let mut rest = word(rest, "pin")?;
    rest = word(colons(rest)?, "Box")?;
    if let Some(module) = colons(rest) {
        let module = word(module, "boxed").and_then(colons)?;
        rest = word(module, "std").or_else(|| word(module, "alloc"))?;
        rest = colons(rest).unwrap_or(rest);
    }
    ends_statement(rest).then_some(rest.len())
}

fn word<'a>(trees: &'a [TokenTree], expected: &str) -> Option<&'a [TokenTree]> {
    match trees.split_last()? {
        (TokenTree::Ident(word), rest) if word == expected => Some(rest),
        _ => None,
    }
}

fn colons(trees: &[TokenTree]) -> Option<&[TokenTree]> {
    match trees {
        [rest @ .., TokenTree::Punct(first), TokenTree::Punct(second)]
            if first.as_char() == ':'
                && first.spacing() == Spacing::Joint
                && second.as_char() == ':' =>
        {
            Some(rest)
        }
        _ => None,
    }
}

/// Whether what follows `trees` begins a statement.
fn ends_statement(trees: &[TokenTree]) -> bool {
    match trees.last() {
        None => true,
        Some(TokenTree::Punct(punct)) => punct.as_char() == ';',
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Brace,
        Some(TokenTree::Ident(_) | TokenTree::Literal(_)) => false,
    }
}

/// Whether the word `return` stands anywhere in `trees`.
fn returns(trees: &[TokenTree]) -> bool {
    trees.iter().any(|tree| match tree {
        TokenTree::Ident(word) => word == "return",
        TokenTree::Group(group) => returns(&group.stream().into_iter().collect::<Vec<_>>()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
