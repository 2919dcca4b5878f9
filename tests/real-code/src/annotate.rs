//! Puts `#[observe]` before every function of a source file. Text in, text out; works on tokens, so that
//! functions within functions, macros and conditional code are found too. Touches nothing else.

use crate::{
    macros::{Fragments, Macros, is_punct, word},
    qualifiers::{Qualifiers, has_attribute},
};
use proc_macro2::{Delimiter, LexError, TokenStream, TokenTree};
use std::collections::BTreeMap;

/// What is written before a function, on the same line, so that every line keeps its number.
pub const ATTRIBUTE: &str = "#[::observant::observe] ";

/// A source file with its functions annotated.
#[derive(Debug, Default)]
pub struct Annotated {
    /// The new text.
    pub text: String,
    /// How many functions carry the attribute now.
    pub functions: usize,
    /// Functions that do not, by the reason.
    pub left: BTreeMap<&'static str, usize>,
}

/// Functions that are not observable, or that no text can be put before.
const CONST: &str = "const";
const NAKED: &str = "naked";
const OBSERVED: &str = "observed already";
const MACRO_INPUT: &str = "input of a macro";
const MACRO_PARTS: &str = "qualifiers or body handed to a macro";

/// Annotates `source`. `macros` are those of the whole crate; `linked` asks for `extern crate`, which the
/// root of a crate of the edition 2015 needs.
///
/// # Errors
///
/// When `source` is not made of Rust's tokens.
pub fn annotate(source: &str, macros: &Macros, linked: bool) -> Result<Annotated, LexError> {
    let source = source.trim_start_matches('\u{feff}');
    let trees = tokens(source)?;
    let mut scan = Scan { macros, places: Vec::new(), left: BTreeMap::new() };
    scan.trees(&trees, &Fragments::default());
    let functions = scan.places.len();
    let mut inserts: Vec<(usize, &str)> =
        scan.places.into_iter().map(|place| (place, ATTRIBUTE)).collect();
    if let (true, Some(place)) = (linked, first_item(&trees)) {
        inserts.insert(0, (place, "extern crate observant; "));
    }
    inserts.sort_by_key(|(place, _)| *place);
    let mut text = String::with_capacity(source.len() + inserts.len() * ATTRIBUTE.len());
    let mut copied = 0;
    for (place, insert) in inserts {
        text.push_str(&source[copied..place]);
        text.push_str(insert);
        copied = place;
    }
    text.push_str(&source[copied..]);
    Ok(Annotated { text, functions, left: scan.left })
}

/// The tokens of a file; a line for the shell before them stays where it is.
pub(crate) fn tokens(source: &str) -> Result<Vec<TokenTree>, LexError> {
    let shell = source.starts_with("#!") && !source[2..].trim_start().starts_with('[');
    let line = if shell { source.find('\n').unwrap_or(source.len()) } else { 0 };
    let blank = " ".repeat(line);
    let stream: TokenStream = format!("{blank}{}", &source[line..]).parse()?;
    Ok(stream.into_iter().collect())
}

/// Where the first token after `#![..]` stands.
fn first_item(mut trees: &[TokenTree]) -> Option<usize> {
    while let [hash, bang, TokenTree::Group(_), rest @ ..] = trees
        && is_punct(hash, '#')
        && is_punct(bang, '!')
    {
        trees = rest;
    }
    trees.first().map(|tree| tree.span().byte_range().start)
}

struct Scan<'m> {
    macros: &'m Macros,
    /// Bytes at which the attribute goes.
    places: Vec<usize>,
    left: BTreeMap<&'static str, usize>,
}

impl Scan<'_> {
    fn trees(&mut self, trees: &[TokenTree], fragments: &Fragments) {
        let mut at = 0;
        while let Some(tree) = trees.get(at) {
            at += match (tree, &trees[at + 1..]) {
                (hash, [TokenTree::Group(_), ..]) if is_punct(hash, '#') => 2,
                (hash, [bang, TokenTree::Group(_), ..])
                    if is_punct(hash, '#') && is_punct(bang, '!') =>
                {
                    3
                }
                (TokenTree::Ident(name), [bang, rest @ ..]) if is_punct(bang, '!') => {
                    2 + self.macro_call(&name.to_string(), rest, fragments)
                }
                (TokenTree::Ident(name), _) if name == "fn" => {
                    self.function(trees, at, fragments);
                    1
                }
                (TokenTree::Group(group), _) => {
                    self.trees(&group.stream().into_iter().collect::<Vec<_>>(), fragments);
                    1
                }
                _ => 1,
            };
        }
    }

    /// What follows `name!`; answers how many tokens of it are done with.
    fn macro_call(&mut self, name: &str, after: &[TokenTree], fragments: &Fragments) -> usize {
        let definition = name == "macro_rules";
        let named =
            after.iter().take(2).take_while(|tree| word(tree).is_some() || is_punct(tree, '$'));
        let skipped = if definition { named.count() } else { 0 };
        let Some(TokenTree::Group(group)) = after.get(skipped) else { return 0 };
        let inner: Vec<_> = group.stream().into_iter().collect();
        if definition {
            for rule in crate::macros::rules(&inner) {
                let output: Vec<_> = rule.transcriber.stream().into_iter().collect();
                self.trees(&output, &Fragments::of(&rule.matcher));
            }
        } else if crate::macros::is_operator(name) || self.macros.take_items(name) {
            self.trees(&inner, fragments);
        } else {
            let mut within =
                Scan { macros: self.macros, places: Vec::new(), left: BTreeMap::new() };
            within.trees(&inner, fragments);
            self.leave(MACRO_INPUT, within.places.len());
        }
        skipped + 1
    }

    fn leave(&mut self, reason: &'static str, functions: usize) {
        if functions > 0 {
            *self.left.entry(reason).or_default() += functions;
        }
    }

    fn function(&mut self, trees: &[TokenTree], at: usize, fragments: &Fragments) {
        let Some(name) = trees.get(at + 1) else { return };
        if word(name).is_none() && !is_punct(name, '$') {
            // The type of a pointer to a function.
            return;
        }
        let body = body(&trees[at + 1..], fragments);
        if let Body::Absent = body {
            return;
        }
        let qualifiers = Qualifiers::before(trees, at, fragments);
        let before = &trees[..qualifiers.start];
        let reason = if qualifiers.constant {
            Some(CONST)
        } else if has_attribute(before, "naked") {
            Some(NAKED)
        } else if has_attribute(before, "observe") {
            Some(OBSERVED)
        } else if qualifiers.unknown || matches!(body, Body::Unknown) {
            Some(MACRO_PARTS)
        } else {
            None
        };
        match reason {
            Some(reason) => self.leave(reason, 1),
            None => self.places.push(trees[qualifiers.start].span().byte_range().start),
        }
    }
}

enum Body {
    Present,
    Absent,
    /// A macro decides.
    Unknown,
}

/// What follows the name of a function. Braces within `<..>` are arguments.
fn body(trees: &[TokenTree], fragments: &Fragments) -> Body {
    let mut depth = 0_usize;
    let mut before = None;
    for (at, tree) in trees.iter().enumerate() {
        match tree {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace && depth == 0 => {
                return Body::Present;
            }
            TokenTree::Punct(punct) => match punct.as_char() {
                ';' if depth == 0 => return Body::Absent,
                '<' => depth += 1,
                '>' if before != Some('-') => depth = depth.saturating_sub(1),
                _ => {}
            },
            TokenTree::Ident(name) if name == "fn" && depth == 0 => {
                // `-> fn()`, or the next function.
                let pointer = matches!(trees.get(at + 1), Some(TokenTree::Group(_)));
                if !pointer {
                    return Body::Unknown;
                }
            }
            TokenTree::Ident(name)
                if before == Some('$')
                    && depth == 0
                    && fragments.specifier(&name.to_string()) == Some("block") =>
            {
                return Body::Present;
            }
            _ => {}
        }
        before = match tree {
            TokenTree::Punct(punct) => Some(punct.as_char()),
            _ => None,
        };
    }
    Body::Unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn annotated(source: &str) -> Annotated {
        let mut macros = Macros::default();
        macros.learn(source);
        annotate(source, &macros, false).expect("lexes")
    }

    /// `@` is where the attribute is expected.
    #[track_caller]
    fn check(expected: &str) {
        let found = annotated(&expected.replace('@', ""));
        assert_eq!(found.text, expected.replace('@', ATTRIBUTE));
        assert_eq!(found.functions, expected.matches('@').count());
    }

    #[test]
    fn functions_of_every_kind() {
        check("@fn a() {}");
        check(
            "/// Says.\n#[inline]\n@pub(crate) async unsafe fn a<'a>(x: &'a u8) -> u8 where u8: Copy { 1 }",
        );
        check("impl A { @default fn a() {} @extern \"C\" fn b() {} @pub fn c() { @fn d() {} } }");
        check("trait A { fn required(&self); @fn provided(&self) -> [u8; { 1 }] { [1] } }");
        check("@fn a() -> Array<{ 1 }> { x } mod b { @fn c() { let f: fn(u8) -> u8 = d; } }");
        check("extern \"C\" { fn a(); } type A = unsafe extern \"C\" fn(u8);");
        check("@fn generic<F: Fn() -> u8>(f: F) -> impl Fn() -> u8 { @fn inner() {} f }");
        check("#![no_std]\n//! Says.\n@fn é() { \"fn\"; /* fn */ 'f' }");
    }

    #[test]
    fn what_is_left_out() {
        let found = annotated(
            "const fn a() {} pub const unsafe fn b() {} #[unsafe(naked)] fn c() {} \
             #[observant::observe] fn d() {} unknown! { fn e() {} }",
        );
        assert_eq!(found.functions, 0);
        let reasons = [(CONST, 2), (NAKED, 1), (OBSERVED, 1), (MACRO_INPUT, 1)];
        assert_eq!(found.left, reasons.into());
    }

    #[test]
    fn within_macros() {
        check(
            "macro_rules! a { ($(#[$m:meta])* $v:vis fn $n:ident $b:block) => { \
             $(#[$m])* @$v fn $n() $b @fn c() {} }; } a! { fn d {} }",
        );
        check("macro_rules! cfg_a { ($($i:item)*) => { $($i)* } } cfg_a! { @fn b() {} }");
        check("cfg_if! { if #[cfg(a)] { @fn b() {} } }");
        check(
            "macro_rules! a { ($c:tt) => { $c fn b() {} }; ($($c:tt)?) => { $(const)? fn b() {} } }",
        );
    }

    #[test]
    fn the_root_of_a_crate_of_2015() {
        let found = annotate("#!/bin/x\n#![a]\nuse b;", &Macros::default(), true).expect("lexes");
        assert_eq!(found.text, "#!/bin/x\n#![a]\nextern crate observant; use b;");
    }

    #[test]
    fn what_is_no_rust() {
        assert!(annotate("fn a( {", &Macros::default(), false).is_err());
    }
}
