//! A body within an expansion: in braces of its own or ours, after statements of ours, in a closure. What
//! is the user's must still look so to lints. Tokens in, tokens out.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};

/// A group that stands where the user's stood, yet is not the user's: errors point at the right
/// line, lints keep away.
pub(super) fn located(delimiter: Delimiter, contents: TokenStream, place: Span) -> Group {
    let mut group = Group::new(delimiter, contents);
    group.set_span(Span::mixed_site().located_at(place));
    group
}

/// The body as a block inside ours. Its braces stay the user's, and with them all lints on blocks;
/// but around a lone expression rustc would call them unused, and offer to remove the function's.
pub(super) fn nested(body: &Group) -> Group {
    if is_expression(body) {
        located(Delimiter::Brace, body.stream(), body.span())
    } else {
        body.clone()
    }
}

/// The body after statements of ours: a lone expression goes without braces, for lints speak of it
/// where it stands.
pub(super) fn following(body: &Group) -> TokenStream {
    const ITEMS: [&str; 8] =
        ["fn", "struct", "enum", "union", "impl", "trait", "mod", "macro_rules"];
    let item =
        |tree| matches!(tree, TokenTree::Ident(word) if ITEMS.iter().any(|item| word == item));
    if is_expression(body) && !body.stream().into_iter().any(item) {
        body.stream()
    } else {
        nested(body).to_token_stream()
    }
}

/// Whether a body has no statement that ends with `;`.
fn is_expression(body: &Group) -> bool {
    let statement = |tree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ';');
    !body.stream().into_iter().any(statement)
}

/// `tokens` as if they were written at `place`. Where that is the body of a closure or block that they
/// make, lints take what it encloses for the user's, as it is.
pub(super) fn written_at(place: Span, tokens: TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut tree| {
            tree.set_span(place);
            tree
        })
        .collect()
}

/// The body after `before`, in braces that stand for its own.
pub(super) fn braced(body: &Group, before: &TokenStream) -> Group {
    let user = following(body);
    let mut braces = Group::new(Delimiter::Brace, quote!(#before #user));
    braces.set_span(body.span());
    braces
}
