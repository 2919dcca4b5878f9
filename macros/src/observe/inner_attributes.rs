//! `#![allow(..)]` within a body. Tokens in, tokens out.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// `#![allow(..)]` at the start of a body may only stand at the start of a function: it moves out.
pub(super) fn split_inner_attributes(body: &Group) -> (TokenStream, Group) {
    let mut trees = body.stream().into_iter().peekable();
    let mut outer = TokenStream::new();
    let mut rest = Vec::new();
    while let Some(tree) = trees.next() {
        let inner = matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == '#')
            && matches!(trees.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '!');
        if !inner {
            rest.push(tree);
            break;
        }
        trees.next();
        outer.extend([Some(tree), trees.next()].into_iter().flatten());
    }
    if outer.is_empty() {
        return (outer, body.clone());
    }
    let mut stripped = Group::new(Delimiter::Brace, rest.into_iter().chain(trees).collect());
    stripped.set_span(body.span());
    (outer, stripped)
}
