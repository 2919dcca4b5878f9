//! What the example's sources annotate, read from the sources, so that a function that is annotated
//! and not listed shows.

use std::{fs, path::Path};

use crate::program::workspace;

/// An annotated function: its module, and the last part of its name.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Annotated {
    pub(crate) module: String,
    pub(crate) function: String,
}

/// Every annotated function of the example.
pub(crate) fn of_the_example() -> Vec<Annotated> {
    let root = workspace().join("examples/agents");
    let mut found = Vec::new();
    walk(&root, &root, &mut found);
    found.sort();
    found
}

fn walk(root: &Path, folder: &Path, found: &mut Vec<Annotated>) {
    for entry in fs::read_dir(folder).expect("the sources can be listed") {
        let path = entry.expect("the sources can be listed").path();
        if path.is_dir() {
            walk(root, &path, found);
        } else {
            let relative = path.strip_prefix(root).expect("it is below").with_extension("");
            let mut module = "agents".to_owned();
            for part in relative.iter().filter(|part| *part != "main") {
                module.push_str("::");
                module.push_str(part.to_str().expect("sources have plain names"));
            }
            let text = fs::read_to_string(&path).expect("the sources can be read");
            found.extend(
                annotated(&text).map(|name| Annotated { module: module.clone(), function: name }),
            );
        }
    }
}

/// Names of functions below `#[observe]`, and of those in an annotated `impl` block without
/// `#[observe(skip)]`. Relies on rustfmt: an item ends with a brace at its own indentation.
fn annotated(text: &str) -> impl Iterator<Item = String> {
    let mut names = Vec::new();
    let (mut pending, mut skipped, mut in_impl) = (false, false, false);
    for line in text.lines() {
        let code = line.trim();
        if code.starts_with("#[observe") {
            skipped = code.contains("skip");
            pending = !skipped;
        } else if let Some(name) = function_name(code) {
            let counts = pending || (in_impl && line.starts_with("    ") && !skipped);
            names.extend(counts.then(|| name.to_owned()));
            (pending, skipped) = (false, false);
        } else if pending && code.starts_with("impl ") {
            (pending, in_impl) = (false, true);
        } else if line == "}" {
            in_impl = false;
        }
    }
    names.into_iter()
}

/// `load` for `pub(super) async fn load(..`.
fn function_name(code: &str) -> Option<&str> {
    let (before, after) = code.split_once("fn ")?;
    let modifiers = ["pub", "pub(crate)", "pub(super)", "async", "const", "unsafe"];
    let only_modifiers = before.split_whitespace().all(|word| modifiers.contains(&word));
    let end = after.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    (only_modifiers && end > 0).then(|| &after[..end])
}

#[test]
fn the_sources_are_read_right() {
    let text = "\
#[observe]
pub async fn one() {}
fn not_this() {}
#[observe(labels(mode = mode), buckets = slow)]
/// Doc that says fn something(
pub(super) fn two(mode: Mode) {}
#[observe]
impl Store {
    fn three(&self) {
        let closure = || fn_like(4);
    }
    #[observe(skip)]
    fn not_that(&self) {}
    pub fn four(&self) {}
}
impl Other {
    fn nor_that(&self) {}
}
";
    assert_eq!(annotated(text).collect::<Vec<_>>(), ["one", "two", "three", "four"]);
}
