//! Expansions compared with files, as formatted source: `macros/tests/golden/<case>.rs` holds the
//! annotated item, `<case>.expanded.rs` what becomes of it. `BLESS=1 cargo test -p
//! observant-macros` writes the latter anew.

use proc_macro2::{TokenStream, TokenTree};
use std::path::{Path, PathBuf};
use syn::{Item, Meta};

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = std::fs::read_dir(directory())
        .expect("tests/golden is there")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| !path.to_string_lossy().ends_with(".expanded.rs"))
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "no golden cases");
    cases
}

/// What rustc would do with the file: expands each outermost attribute of ours.
fn expand(source: &str) -> TokenStream {
    let file = syn::parse_file(source).expect("a golden case parses");
    let mut expanded = TokenStream::new();
    for item in file.items {
        expanded.extend(expand_item(item));
    }
    expanded
}

fn expand_item(mut item: Item) -> TokenStream {
    if let Item::Enum(item) = &item {
        return crate::label::expand(quote::quote!(#item));
    }
    if let Item::Macro(item) = &item {
        return crate::metrics::expand(item.mac.tokens.clone());
    }
    if let Item::Struct(item) = &item {
        return crate::health_derive::expand(quote::quote!(#item));
    }
    let attributes = match &mut item {
        Item::Fn(item) => &mut item.attrs,
        Item::Impl(item) => &mut item.attrs,
        Item::Trait(item) => &mut item.attrs,
        Item::Mod(item) => &mut item.attrs,
        other => panic!("no golden case for {}", quote::quote!(#other)),
    };
    let ours = ["observe", "health_check"];
    let place = attributes
        .iter()
        .position(|attribute| ours.iter().any(|name| attribute.path().is_ident(name)));
    let attribute = attributes.remove(place.expect("an annotated item"));
    let is_check = attribute.path().is_ident("health_check");
    let arguments = match attribute.meta {
        Meta::List(list) => list.tokens,
        _ => TokenStream::new(),
    };
    let item = quote::quote!(#item);
    if is_check {
        crate::health_check::expand(arguments, &item)
    } else {
        crate::observe::expand(arguments, &item)
    }
}

fn pretty(tokens: TokenStream) -> String {
    let file = syn::parse2(tokens).expect("an expansion parses");
    prettyplease::unparse(&file)
        .replace(concat!("\"", env!("CARGO_PKG_NAME"), "\""), "\"PACKAGE\"")
        .replace(concat!("\"", env!("CARGO_PKG_VERSION"), "\""), "\"VERSION\"")
}

#[test]
fn expansions_are_as_committed() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut wrong = Vec::new();
    for case in cases() {
        let source = std::fs::read_to_string(&case).expect("readable");
        let expanded = pretty(expand(&source));
        let committed = case.with_extension("expanded.rs");
        if bless {
            std::fs::write(&committed, expanded).expect("writable");
        } else if std::fs::read_to_string(&committed).ok().as_deref() != Some(&expanded) {
            wrong.push(format!("{}:\n{expanded}", case.display()));
        }
    }
    assert!(wrong.is_empty(), "differ from the committed expansion:\n{}", wrong.join("\n"));
}

/// With `crate = ..` nothing may name the crate by its usual name, and everything absolute names
/// `core` or `std`.
#[test]
fn every_path_is_absolute_and_follows_the_crate_option() {
    for case in cases() {
        let source = std::fs::read_to_string(&case).expect("readable");
        if !source.contains("crate = ::renamed") {
            continue;
        }
        let expanded = pretty(expand(&source));
        assert!(!expanded.contains("observant::"), "{expanded}");
        assert!(expanded.contains("::renamed::"), "{expanded}");
    }
}

#[test]
fn the_body_is_there_once_and_untouched() {
    let body: TokenStream =
        "{ let x = marker(1)?; Ok(x + r#\"raw\"#.len()) }".parse().expect("lexes");
    for header in [
        "fn f() -> Result<usize, E>",
        "fn f() -> usize",
        "async fn f() -> Result<usize, E>",
        "fn f() -> impl Future<Output = R>",
        "fn f() -> BoxFuture<'static, R>",
        "fn f() -> BoxStream<'static, R>",
    ] {
        let header: TokenStream = header.parse().expect("lexes");
        let item = quote::quote!(#header #body);
        let expanded = crate::observe::expand(TokenStream::new(), &item).to_string();
        let inner = body.to_string();
        let inner = inner.trim_start_matches('{').trim_end_matches('}').trim();
        assert_eq!(expanded.matches(inner).count(), 1, "{expanded}");
    }
}

/// Not Rust, and none of our business: it reaches rustc as it was.
#[test]
fn a_body_that_does_not_parse_is_passed_on() {
    let broken: TokenStream = "fn f() -> u8 { let = ; }".parse().expect("lexes");
    let expanded = crate::observe::expand(TokenStream::new(), &broken).to_string();
    assert!(expanded.contains("let = ;"), "{expanded}");
    assert!(!expanded.contains("compile_error"), "{expanded}");
}

fn count(tokens: TokenStream, word: &str) -> usize {
    tokens
        .into_iter()
        .map(|tree| match tree {
            TokenTree::Group(group) => count(group.stream(), word),
            TokenTree::Ident(ident) => usize::from(ident == word),
            _ => 0,
        })
        .sum()
}

#[test]
fn one_static_one_submission_one_async_block() {
    let item: TokenStream =
        "async fn f(x: u8) -> Result<u8, E> { g(x).await }".parse().expect("lexes");
    let expanded = crate::observe::expand(TokenStream::new(), &item);
    for word in ["static", "submit", "async"] {
        let expected = if word == "async" { 2 } else { 1 };
        assert_eq!(count(expanded.clone(), word), expected, "{word} in {expanded}");
    }
}
