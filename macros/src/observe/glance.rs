//! What a glance at the raw tokens of a body tells, without parsing it: whether it could wait, whether it
//! calls itself. Tokens in, answers out; a wrong "could" costs little, so doubt is a "could".

use crate::item::mentions;
use crate::returns::plain;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::Ident;

/// Macros of the standard library: none of them returns or breaks but for what it is given.
const KNOWN_MACROS: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "concat",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "eprint",
    "eprintln",
    "format",
    "matches",
    "panic",
    "print",
    "println",
    "stringify",
    "todo",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
];

/// Whether the body of an `async fn` may wait for something. Any macro may, whatever it is called: a name of the standard
/// library's can be somebody else's.
pub(super) fn could_wait(body: &Group) -> bool {
    mentions(body.stream(), &["await", "yield"]) || expands(&trees(body.stream()), &|_| true)
}

/// Whether the body calls the function it belongs to, and has no way out that only rustc could see.
pub(super) fn plainly_recursive(body: &Group, name: &Ident) -> bool {
    let name = plain(&name.to_string());
    let trees = trees(body.stream());
    calls(&trees, &name) && !questions(&trees) && !hides(&trees)
}

fn trees(stream: TokenStream) -> Vec<TokenTree> {
    stream.into_iter().collect()
}

fn is_punct(tree: &TokenTree, character: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == character)
}

fn is_word(tree: &TokenTree, name: &str) -> bool {
    matches!(tree, TokenTree::Ident(word) if plain(&word.to_string()) == name)
}

/// Whether anything in `trees`, however deep, satisfies `test`, which sees one level at a time.
fn anywhere(trees: &[TokenTree], test: &impl Fn(&[TokenTree]) -> bool) -> bool {
    test(trees)
        || trees.iter().any(|tree| match tree {
            TokenTree::Group(group) => anywhere(&self::trees(group.stream()), test),
            _ => false,
        })
}

/// Whether a macro is called of which nothing is known.
fn hides(trees: &[TokenTree]) -> bool {
    expands(trees, &|name| !KNOWN_MACROS.iter().any(|known| name == known))
}

/// Whether a macro is called whose name `is_sought`.
fn expands(trees: &[TokenTree], is_sought: &impl Fn(&Ident) -> bool) -> bool {
    anywhere(trees, &|trees| {
        trees.windows(3).any(|window| match window {
            [TokenTree::Ident(name), bang, TokenTree::Group(_)] if is_punct(bang, '!') => {
                is_sought(name)
            }
            // `macro_rules! name {}`
            [_, bang, TokenTree::Ident(_)] => is_punct(bang, '!'),
            _ => false,
        })
    })
}

fn questions(trees: &[TokenTree]) -> bool {
    anywhere(trees, &|trees| trees.iter().any(|tree| is_punct(tree, '?')))
}

/// `name(..)`, `self.name(..)`, `Self::name(..)`, `<T as Trait>::name(..)` or `Trait::name(self, ..)`.
fn calls(trees: &[TokenTree], name: &str) -> bool {
    anywhere(trees, &|trees| {
        (0..trees.len()).any(|at| {
            let Some(TokenTree::Group(arguments)) = trees.get(at + 1) else { return false };
            arguments.delimiter() == Delimiter::Parenthesis
                && is_word(&trees[at], name)
                && match &trees[..at] {
                    [.., receiver, dot] if is_punct(dot, '.') => is_word(receiver, "self"),
                    [.., owner, _, colon] if is_punct(colon, ':') => {
                        is_word(owner, "Self") || is_punct(owner, '>') || takes_self(arguments)
                    }
                    _ => true,
                }
        })
    })
}

fn takes_self(arguments: &Group) -> bool {
    match trees(arguments.stream()).as_slice() {
        [first] => is_word(first, "self"),
        [first, second, ..] => is_word(first, "self") && is_punct(second, ','),
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proc_macro2::Span;

    fn body(text: &str) -> Group {
        Group::new(Delimiter::Brace, text.parse().expect("lexes"))
    }

    #[test]
    fn what_could_wait() {
        for text in [
            "a.await",
            "{ f(x.await) }",
            "select! {}",
            "a::join!(b)",
            "async { a.await }",
            "println!(\"{}\", a)",
            "return Ok(vec![1])",
        ] {
            assert!(could_wait(&body(text)), "{text}");
        }
        for text in ["", "f(x)?", "if a != (b) {}", "return Ok(Vec::new())"] {
            assert!(!could_wait(&body(text)), "{text}");
        }
    }

    #[test]
    fn what_calls_itself() {
        let name = Ident::new("f", Span::call_site());
        for text in ["f(1)", "if a { Self::f(1) } else { g() }", "self.f()", "X::f(self, 1)"] {
            assert!(plainly_recursive(&body(text), &name), "{text}");
        }
        for text in ["self.inner.f()", "g::f(1)", "f", "X::f(&self.0, 1)", "f()?", "f(m!(1))"] {
            assert!(!plainly_recursive(&body(text), &name), "{text}");
        }
    }
}
