//! `#![allow(..)]` within a body. Tokens in, tokens out.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// `#![allow(..)]` at the start of a body may only stand at the start of a function: before ours.
pub(super) fn split_inner_attributes(body: &Group) -> (TokenStream, Group) {
    let mut trees = body.stream().into_iter().peekable();
    let mut attributes = TokenStream::new();
    let mut rest = Vec::new();
    while let Some(tree) = trees.next() {
        let inner = matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == '#')
            && matches!(trees.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '!');
        if !inner {
            rest.push(tree);
            break;
        }
        attributes.extend([Some(tree), trees.next(), trees.next()].into_iter().flatten());
    }
    if attributes.is_empty() {
        return (attributes, body.clone());
    }
    let mut stripped = Group::new(Delimiter::Brace, rest.into_iter().chain(trees).collect());
    stripped.set_span(body.span());
    (attributes, stripped)
}
