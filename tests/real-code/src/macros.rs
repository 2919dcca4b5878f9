//! `macro_rules!`: the rules of one, the fragments a rule takes, and which macros take whole items.
//! Tokens in, facts out.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};

/// One rule: `(matcher) => { transcriber }`.
pub(crate) struct Rule {
    pub(crate) matcher: Group,
    pub(crate) transcriber: Group,
}

/// The rules within the braces of a `macro_rules!`.
pub(crate) fn rules(trees: &[TokenTree]) -> Vec<Rule> {
    let mut rules = Vec::new();
    for window in trees.windows(4) {
        if let [TokenTree::Group(matcher), equals, arrow, TokenTree::Group(transcriber)] = window
            && is_punct(equals, '=')
            && is_punct(arrow, '>')
        {
            let (matcher, transcriber) = (matcher.clone(), transcriber.clone());
            rules.push(Rule { matcher, transcriber });
        }
    }
    rules
}

/// What a rule's variables stand for: `$body:block`.
#[derive(Debug, Default)]
pub(crate) struct Fragments(BTreeMap<String, String>);

impl Fragments {
    pub(crate) fn of(matcher: &Group) -> Self {
        let mut fragments = Self::default();
        fragments.collect(matcher.stream());
        fragments
    }

    fn collect(&mut self, stream: TokenStream) {
        let trees: Vec<_> = stream.into_iter().collect();
        for window in trees.windows(4) {
            if let [dollar, name, colon, specifier] = window
                && is_punct(dollar, '$')
                && is_punct(colon, ':')
                && let (Some(name), Some(specifier)) = (word(name), word(specifier))
            {
                self.0.insert(name, specifier);
            }
        }
        for tree in trees {
            if let TokenTree::Group(group) = tree {
                self.collect(group.stream());
            }
        }
    }

    pub(crate) fn specifier(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// Which macros hand on the items they are given, so that an attribute may stand before those.
#[derive(Debug, Default)]
pub struct Macros {
    takes_items: BTreeSet<String>,
    /// Those that look at functions themselves.
    takes_functions: BTreeSet<String>,
}

impl Macros {
    /// Reads the definitions of one file.
    pub fn learn(&mut self, source: &str) {
        if let Ok(trees) = crate::annotate::tokens(source.trim_start_matches('\u{feff}')) {
            self.definitions(&trees);
        }
    }

    fn definitions(&mut self, trees: &[TokenTree]) {
        for window in trees.windows(4) {
            if let [macro_rules, bang, name, TokenTree::Group(body)] = window
                && word(macro_rules).as_deref() == Some("macro_rules")
                && is_punct(bang, '!')
                && let Some(name) = word(name)
            {
                self.definition(&name, body);
            }
        }
        for tree in trees {
            if let TokenTree::Group(group) = tree {
                self.definitions(&group.stream().into_iter().collect::<Vec<_>>());
            }
        }
    }

    fn definition(&mut self, name: &str, body: &Group) {
        let trees: Vec<_> = body.stream().into_iter().collect();
        for rule in rules(&trees) {
            if Fragments::of(&rule.matcher).0.values().any(|specifier| specifier == "item") {
                self.takes_items.insert(name.to_owned());
            }
            if mentions(rule.matcher.stream(), "fn") {
                self.takes_functions.insert(name.to_owned());
            }
        }
    }

    pub(crate) fn take_items(&self, name: &str) -> bool {
        name == "cfg_if"
            || (self.takes_items.contains(name) && !self.takes_functions.contains(name))
    }
}

/// Whether `name!(..)` is no macro: `return !(..)`.
pub(crate) fn is_operator(name: &str) -> bool {
    ["return", "in", "if", "while", "match", "else", "break"].contains(&name)
}

pub(crate) fn mentions(stream: TokenStream, name: &str) -> bool {
    stream.into_iter().any(|tree| match tree {
        TokenTree::Ident(word) => word == name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

pub(crate) fn is_punct(tree: &TokenTree, character: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == character)
}

pub(crate) fn word(tree: &TokenTree) -> Option<String> {
    match tree {
        TokenTree::Ident(word) => Some(word.to_string()),
        _ => None,
    }
}

pub(crate) fn group(tree: &TokenTree, delimiter: Delimiter) -> Option<&Group> {
    match tree {
        TokenTree::Group(group) if group.delimiter() == delimiter => Some(group),
        _ => None,
    }
}
