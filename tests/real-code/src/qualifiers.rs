//! What stands before `fn`: visibility, `const`, `unsafe`, `extern "C"`, parts that a macro hands on, and
//! attributes before all of that. Tokens in, facts out.

use crate::macros::{Fragments, group, is_punct, mentions, word};
use proc_macro2::{Delimiter, TokenTree};

/// What was found before the `fn` of one function.
pub(crate) struct Qualifiers {
    /// The first of them, or the `fn` itself.
    pub(crate) start: usize,
    /// `const` is, or in some expansion of a macro may be, one of them.
    pub(crate) constant: bool,
    /// A macro hands on something that could be any of them.
    pub(crate) unknown: bool,
}

const WORDS: [&str; 8] = ["pub", "default", "async", "unsafe", "safe", "extern", "const", "gen"];

impl Qualifiers {
    /// Those before `trees[at]`.
    pub(crate) fn before(trees: &[TokenTree], at: usize, fragments: &Fragments) -> Self {
        let mut found = Self { start: at, constant: false, unknown: false };
        while found.step(&trees[..found.start], fragments) {}
        found
    }

    /// Takes in what the tokens before end with, if it is a qualifier.
    fn step(&mut self, before: &[TokenTree], fragments: &Fragments) -> bool {
        let taken = match before {
            [.., dollar, TokenTree::Ident(name)] if is_punct(dollar, '$') => {
                match fragments.specifier(&name.to_string()) {
                    Some("vis") => {}
                    Some("tt" | "ident") => self.unknown = true,
                    _ => return false,
                }
                2
            }
            [.., dollar, repeated, repeat]
                if is_punct(dollar, '$')
                    && ['?', '*', '+'].iter().any(|c| is_punct(repeat, *c)) =>
            {
                let Some(repeated) = group(repeated, Delimiter::Parenthesis) else { return false };
                let first = repeated.stream().into_iter().next();
                match first {
                    // `$(#[$attribute])*`
                    Some(hash) if is_punct(&hash, '#') => return false,
                    Some(dollar) if is_punct(&dollar, '$') => self.unknown = true,
                    _ => self.constant |= mentions(repeated.stream(), "const"),
                }
                3
            }
            [.., external, TokenTree::Literal(_)]
                if word(external).as_deref() == Some("extern") =>
            {
                2
            }
            [.., public, TokenTree::Group(_)] if word(public).as_deref() == Some("pub") => 2,
            [.., TokenTree::Ident(name)] if WORDS.iter().any(|word| name == word) => {
                self.constant |= name == "const";
                1
            }
            _ => return false,
        };
        self.start -= taken;
        true
    }
}

/// Whether an attribute that names `name` is the last of `before`, or among those right before it.
pub(crate) fn has_attribute(mut before: &[TokenTree], name: &str) -> bool {
    while let [rest @ .., hash, TokenTree::Group(attribute)] = before
        && is_punct(hash, '#')
    {
        if mentions(attribute.stream(), name) {
            return true;
        }
        before = rest;
    }
    false
}
