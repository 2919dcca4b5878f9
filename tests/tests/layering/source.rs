//! What one source file names: the paths that lead out of it, its length, its first line.
//!
//! Works on tokens, so that strings and comments say nothing and the bodies of macros do.

use std::{collections::BTreeSet, iter::Peekable, ops::RangeInclusive, vec};

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// A source file of a crate.
pub(crate) struct File {
    /// Path within `src`, with `/`.
    pub(crate) name: String,
    /// Where the file stands in the tree of modules; empty for `lib.rs`.
    pub(crate) module: Vec<String>,
    /// Every path that leads through the root of the crate or a module round this one.
    pub(crate) mentions: Vec<Mention>,
    /// Modules declared for tests alone, from the root of the crate.
    pub(crate) test_modules: Vec<Vec<String>>,
    /// Lines outside items that exist for tests alone.
    pub(crate) lines: usize,
    /// Whether the file begins with a `//!`.
    pub(crate) documented: bool,
    /// Where `unsafe` is written, by line, outside items that exist for tests alone.
    pub(crate) unsafe_code: Vec<usize>,
    /// Items that are neither modules nor re-exports, by line: `lib.rs` must have none.
    pub(crate) logic: Vec<usize>,
}

/// A path from the root of the crate.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    /// Up to its first two segments; `*` for a glob, `self` for the crate itself.
    pub(crate) path: Vec<String>,
    /// Line in the file.
    pub(crate) line: usize,
}

/// Tokens that can be cloned, to look further ahead than one.
type Tokens = Peekable<vec::IntoIter<TokenTree>>;

fn buffered(stream: TokenStream) -> Tokens {
    stream.into_iter().collect::<Vec<_>>().into_iter().peekable()
}

impl File {
    /// Reads `text`, the file `name` of a crate's `src`.
    ///
    /// # Panics
    ///
    /// When `text` is not made of Rust tokens.
    pub(crate) fn parse(name: &str, text: &str) -> Self {
        let stream: TokenStream = text.parse().unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut module: Vec<_> =
            name.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
        if matches!(module.last().map(String::as_str), Some("mod" | "lib")) {
            module.pop();
        }
        let mut walk = Walk { module: module.clone(), ..Walk::default() };
        walk.tokens(stream.clone());
        let tested: BTreeSet<_> = walk.test_lines.into_iter().flatten().collect();
        Self {
            name: name.to_owned(),
            module,
            mentions: walk.mentions,
            test_modules: walk.test_modules,
            lines: text.lines().count() - tested.len(),
            documented: text.starts_with("//!"),
            unsafe_code: walk.unsafe_code,
            logic: logic(stream),
        }
    }
}

#[derive(Default)]
struct Walk {
    module: Vec<String>,
    mentions: Vec<Mention>,
    test_modules: Vec<Vec<String>>,
    test_lines: Vec<RangeInclusive<usize>>,
    unsafe_code: Vec<usize>,
}

impl Walk {
    fn tokens(&mut self, stream: TokenStream) {
        let mut tokens = buffered(stream);
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Punct(hash)
                    if hash.as_char() == '#' && is_test_attribute(tokens.peek()) =>
                {
                    let first = hash.span().start().line;
                    let last = self.skip_test_item(&mut tokens).unwrap_or(first);
                    self.test_lines.push(first..=last);
                }
                TokenTree::Ident(ident) => {
                    let line = ident.span().start().line;
                    match ident.to_string().as_str() {
                        "mod" => self.inline_module(&mut tokens),
                        "crate" => self.path(&mut tokens, 0, line),
                        "super" => self.relative(&mut tokens, line),
                        "unsafe" => self.unsafe_code.push(line),
                        _ => {}
                    }
                }
                TokenTree::Group(group) => self.tokens(group.stream()),
                _ => {}
            }
        }
    }

    /// `mod name { .. }`: what is inside is one module deeper.
    fn inline_module(&mut self, tokens: &mut Tokens) {
        let Some(TokenTree::Ident(name)) = tokens.peek() else { return };
        let name = name.to_string();
        tokens.next();
        if let Some(TokenTree::Group(group)) = tokens.peek() {
            let body = group.stream();
            tokens.next();
            self.module.push(name);
            self.tokens(body);
            self.module.pop();
        }
    }

    /// `super::..`, as often as it is written.
    fn relative(&mut self, tokens: &mut Tokens, line: usize) {
        let mut depth = self.module.len().saturating_sub(1);
        let mut ahead = tokens.clone();
        while is_path_separator(&mut ahead) {
            if !matches!(ahead.peek(), Some(TokenTree::Ident(ident)) if *ident == "super") {
                break;
            }
            ahead.next();
            *tokens = ahead.clone();
            depth = depth.saturating_sub(1);
        }
        self.path(tokens, depth, line);
    }

    /// The rest of a path that has led to the first `depth` modules round this one.
    fn path(&mut self, tokens: &mut Tokens, depth: usize, line: usize) {
        if is_path_separator(tokens) {
            let base = self.module[..depth].to_vec();
            self.segments(tokens, base, line);
        }
    }

    /// The segments of a path after those in `path`, each member of a group for itself.
    fn segments(&mut self, tokens: &mut Tokens, mut path: Vec<String>, line: usize) {
        match tokens.peek() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                let mut members = buffered(group.stream());
                tokens.next();
                while let Some(member) = members.peek() {
                    let line = member.span().start().line;
                    self.segments(&mut members, path.clone(), line);
                    while members.next().is_some_and(|token| !is_punct(&token, ',')) {}
                }
                return;
            }
            Some(TokenTree::Ident(ident)) => {
                path.push(ident.to_string());
                tokens.next();
                if is_path_separator(tokens) {
                    self.segments(tokens, path, line);
                    return;
                }
            }
            Some(token) if is_punct(token, '*') => path.push("*".to_owned()),
            _ => {}
        }
        if path.is_empty() {
            // `$crate::$name`: whatever it is, it hides what is used.
            path.push("?".to_owned());
        }
        path.truncate(2);
        self.mentions.push(Mention { path, line });
    }

    /// Skips what `#[cfg(test)]` stands before; answers with its last line.
    fn skip_test_item(&mut self, tokens: &mut Tokens) -> Option<usize> {
        let mut last = None;
        let mut module = None;
        let mut previous = String::new();
        for token in tokens.by_ref() {
            last = Some(token.span().end().line);
            match &token {
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => break,
                token if is_punct(token, ';') => {
                    self.test_modules.extend(module);
                    break;
                }
                TokenTree::Ident(ident) if previous == "mod" => {
                    let mut path = self.module.clone();
                    path.push(ident.to_string());
                    module = Some(path);
                }
                _ => {}
            }
            previous = token.to_string();
        }
        last
    }
}

fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}

/// Takes `::` if it is next.
fn is_path_separator(tokens: &mut Tokens) -> bool {
    let mut ahead = tokens.clone();
    let joint = |token: &TokenTree| {
        matches!(token, TokenTree::Punct(punct)
            if punct.as_char() == ':' && punct.spacing() == Spacing::Joint)
    };
    let found = ahead.next().is_some_and(|token| joint(&token))
        && ahead.next().is_some_and(|token| is_punct(&token, ':'));
    if found {
        *tokens = ahead;
    }
    found
}

/// The `[cfg(test)]` of an attribute, `all(test, ..)` included.
fn is_test_attribute(token: Option<&TokenTree>) -> bool {
    let Some(TokenTree::Group(group)) = token else { return false };
    let text: String = group.stream().to_string().split_whitespace().collect();
    text == "cfg(test)" || text.starts_with("cfg(all(test,")
}

/// Lines of items other than `mod name;`, `use ..;` and modules that hold nothing else.
fn logic(stream: TokenStream) -> Vec<usize> {
    let mut tokens = buffered(stream);
    let mut found = Vec::new();
    while let Some(token) = tokens.next() {
        let line = token.span().start().line;
        let is_attribute = is_punct(&token, '#');
        if is_attribute {
            tokens.next_if(|token| is_punct(token, '!'));
            tokens.next();
            continue;
        }
        let mut item = vec![token];
        while item.last().is_some_and(|token| !ends_item(token, &item)) {
            let Some(token) = tokens.next() else { break };
            item.push(token);
        }
        if keyword(&item) == Some("mod".to_owned()) {
            if let Some(TokenTree::Group(body)) = item.last() {
                found.extend(logic(body.stream()));
            }
        } else if keyword(&item) != Some("use".to_owned()) {
            found.push(line);
        }
    }
    found
}

fn ends_item(token: &TokenTree, item: &[TokenTree]) -> bool {
    let is_body = matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    is_punct(token, ';') || (is_body && keyword(item) != Some("use".to_owned()))
}

/// The word that says what an item is, behind its visibility.
fn keyword(item: &[TokenTree]) -> Option<String> {
    item.iter().find_map(|token| match token {
        TokenTree::Ident(ident) if *ident != "pub" => Some(ident.to_string()),
        _ => None,
    })
}
