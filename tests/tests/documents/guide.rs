//! The guide against the source: what its pages name is there, and their snippets are compiled.

use std::{collections::BTreeSet, fs, path::Path};

use super::{is_variable, quoted, read, root};

/// The pages, by name.
fn pages() -> Vec<(String, String)> {
    let folder = fs::read_dir(root().join("docs/guide")).expect("there is a guide");
    let mut pages: Vec<_> = folder
        .map(|entry| {
            let path = entry.expect("it is there").path();
            let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
            (name, fs::read_to_string(&path).expect("a page is text"))
        })
        .collect();
    pages.sort();
    assert!(pages.len() > 5, "{pages:?}");
    pages
}

/// All of the runtime's source.
fn source() -> String {
    fn gather(folder: &Path, into: &mut String) {
        for entry in fs::read_dir(folder).expect("a folder can be read") {
            let path = entry.expect("it is there").path();
            if path.is_dir() {
                gather(&path, into);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                into.push_str(&fs::read_to_string(&path).expect("source is text"));
            }
        }
    }
    let mut source = String::new();
    gather(&root().join("runtime/src"), &mut source);
    source
}

/// Words of `text` that begin with one of `beginnings`.
fn words<'t>(text: &'t str, beginnings: &[&str]) -> BTreeSet<&'t str> {
    text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .filter(|word| beginnings.iter().any(|beginning| word.starts_with(beginning)))
        .collect()
}

/// A family without what a histogram's samples have after its name.
fn family(name: &str) -> &str {
    let of = |suffix| name.strip_suffix(suffix);
    of("_bucket").or_else(|| of("_sum")).or_else(|| of("_count")).unwrap_or(name)
}

/// Those of `names` that no source has as a name.
fn unknown<'n>(names: &BTreeSet<&'n str>, source: &str) -> Vec<&'n str> {
    let is_there = |name: &str| source.contains(&format!("\"{name}\""));
    // What ends in `_` stands for all that begin so.
    let names = names.iter().copied().filter(|name| !name.ends_with('_'));
    names.filter(|name| !is_there(name) && !is_there(family(name))).collect()
}

#[test]
fn every_page_is_compiled() {
    let snippets = read("tests/src/snippets.rs");
    for (name, text) in pages() {
        let compiled = snippets.contains(&format!("docs/guide/{name}\")"));
        assert!(
            compiled || !text.contains("```rust"),
            "{name} is missing in tests/src/snippets.rs"
        );
    }
}

#[test]
fn families_of_the_guide_are_emitted() {
    let source = source();
    for (name, text) in pages() {
        let named = words(&text, &["observe_", "observant_", "gen_ai_", "process_", "tokio_"]);
        assert_eq!(unknown(&named, &source), [""; 0], "{name}");
    }
    let seeded =
        words("sum(observe_calls_totals) observe_call_duration_seconds_bucket", &["observe_"]);
    assert_eq!(unknown(&seeded, &source), ["observe_calls_totals"]);
}

#[test]
fn variables_and_methods_of_the_guide_exist() {
    let known = read("README.md");
    let known: BTreeSet<&str> = quoted(&known).filter(|name| is_variable(name)).collect();
    let source = source();
    for (name, text) in pages() {
        for variable in words(&text, &["OBSERVANT_", "OTEL_"]) {
            // `OTEL_EXPORTER_OTLP_*` stands for all of them.
            let stem = variable.ends_with('_') && known.iter().any(|one| one.starts_with(variable));
            assert!(stem || known.contains(variable), "{name}: {variable}");
        }
        for call in text.split("builder().").skip(1) {
            let method = call.split('(').next().unwrap_or_default();
            assert!(source.contains(&format!("pub fn {method}")), "{name}: builder().{method}");
        }
    }
}
