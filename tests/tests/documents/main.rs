//! What the documents say against what the source says: settings, features, options, families, links.
//!
//! Reads files of the workspace; the families come from this very process. Rust snippets are compiled as doctests of
//! this crate, see `src/snippets.rs`.

mod guide;
mod links;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

type Names = BTreeSet<String>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The first cells of the table whose header row begins with `| header |`.
fn column(document: &str, header: &str) -> Vec<String> {
    let start = format!("| {header} |");
    let rows = document.lines().skip_while(|line| !line.starts_with(&start)).skip(2);
    // `\|` is a bar within a cell.
    rows.take_while(|line| line.starts_with('|'))
        .map(|row| row.replace("\\|", "\u{1}"))
        .filter_map(|row| row.split('|').nth(1).map(|cell| cell.trim().replace('\u{1}', "|")))
        .collect()
}

/// What stands between backticks in `text`.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Everything `text` quotes that `is_wanted`, such as the string literals of a source file.
fn literals(text: &str, is_wanted: impl Fn(&str) -> bool) -> Names {
    text.split('"').filter(|literal| is_wanted(literal)).map(str::to_owned).collect()
}

fn is_variable(text: &str) -> bool {
    let name = text.strip_prefix("OBSERVANT_").or_else(|| text.strip_prefix("OTEL_"));
    name.is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    })
}

#[test]
fn the_readme_lists_every_setting() {
    let mut known = Names::new();
    for file in ["environment", "export", "sampling"] {
        known.extend(literals(&read(&format!("runtime/src/config/{file}.rs")), is_variable));
    }
    // Those of OTLP have a form for each signal, which the README tells once.
    let source = read("runtime/src/config/otlp.rs");
    let general = source.split("per_signal!(\"").skip(1).filter_map(|rest| rest.split('"').next());
    known.extend(general.map(|name| format!("OTEL_EXPORTER_OTLP_{name}")));
    assert!(known.len() > 40, "{known:?}");
    let readme = read("README.md");
    let written: Names =
        quoted(&readme).filter(|name| is_variable(name)).map(str::to_owned).collect();
    assert_eq!(written, known);
}

#[test]
fn the_readme_lists_every_feature() {
    let manifest = read("runtime/Cargo.toml");
    let table = manifest.split("[features]").nth(1).expect("features").split("\n[").next();
    let keys = table.unwrap_or_default().lines().filter_map(|line| line.split_once(" = "));
    // A name that begins with `_` is no feature for users.
    let is_public = |key: &&str| !key.starts_with(['#', '_']) && *key != "default";
    let keys = keys.map(|(key, _)| key).filter(is_public);
    let known: Names = keys.map(str::to_owned).collect();
    assert!(known.contains("http"), "{known:?}");
    let cells = column(&read("README.md"), "feature");
    let written: Names = cells.iter().flat_map(|cell| quoted(cell)).map(str::to_owned).collect();
    assert_eq!(written, known);
}

/// The options and the kinds that the message about an unknown option lists.
fn options_and_kinds() -> (Names, Names) {
    let message = read("tests/ui/observe/fail/unknown_option.stderr");
    let line = message.lines().next().expect("a message");
    let (_, list) = line.split_once("one of").expect("the list of options");
    let (options, kinds) = list.split_once("an agent kind (").expect("the list of kinds");
    let names = |list| quoted(list).map(str::to_owned).collect();
    (names(options), names(kinds))
}

#[test]
fn the_readme_lists_every_option() {
    let (known, _) = options_and_kinds();
    assert!(known.contains("name"), "{known:?}");
    let written = column(&read("README.md"), "option").into_iter().map(|cell| {
        let option = cell.trim_start_matches("`#[observe(").to_owned();
        option
            .split(|end: char| !end.is_ascii_alphanumeric() && end != '_')
            .next()
            .unwrap()
            .to_owned()
    });
    assert_eq!(written.collect::<Names>(), known);
}

/// What a table says of each kind, in its last column: `kind`, then options.
fn kinds(document: &str) -> BTreeSet<Vec<String>> {
    let rows = document.lines().skip_while(|line| !line.starts_with("| kind |")).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    let cells = rows.map(|row| row.trim_matches('|').split('|').collect::<Vec<_>>());
    let ends = cells.map(|cells| format!("{}{}", cells[0], cells[cells.len() - 1]));
    ends.map(|ends| quoted(&ends).map(str::to_owned).collect()).collect()
}

/// What the attribute's documentation says of options is held against the macro in the macro's own tests.
#[test]
fn the_readme_lists_every_kind_with_its_options() {
    let (_, known) = options_and_kinds();
    assert!(known.contains("agent"), "{known:?}");
    let written = kinds(&read("README.md"));
    assert_eq!(written.iter().map(|kind| kind[0].clone()).collect::<Names>(), known);
    assert_eq!(written, kinds(&read("runtime/src/genai/kinds.md")));
}

/// The readers above, on text with known content: they are not blind.
#[test]
fn the_readers_see() {
    let table = "| a | b |\n|---|---|\n| `x \\| y` | `z` |\n| `w` `v` |\n\n| `u` |";
    assert_eq!(column(table, "a"), ["`x | y`", "`w` `v`"]);
    assert_eq!(column(table, "c"), [""; 0]);
    let table = "| kind | options |\n|---|---|\n| `x` | **`y`**, `z` |\n\n| `u` | `v` |";
    assert_eq!(kinds(table), [["x", "y", "z"].map(str::to_owned).to_vec()].into());
    assert_eq!(quoted("a `b` c `d`").collect::<Vec<_>>(), ["b", "d"]);
    let source = "f(\"OBSERVANT_A\", \"OBSERVANT_\", \"OTEL_B_C\", \"OTEL_b\", \"HOME\")";
    assert_eq!(
        literals(source, is_variable),
        ["OBSERVANT_A", "OTEL_B_C"].map(str::to_owned).into()
    );
}

#[test]
fn the_readme_lists_every_metric_of_the_system() {
    let source = include_str!("../../../runtime/src/system/families.rs");
    let names: Vec<&str> = source
        .split("fn place")
        .next()
        .unwrap_or_default()
        .split('"')
        .filter(|text| {
            ["process_", "cgroup_", "system_", "tokio_", "observant_"]
                .iter()
                .any(|of| text.starts_with(of))
        })
        .filter(|text| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
        .collect();
    assert!(names.len() > 50, "{names:?}");
    let readme = include_str!("../../../README.md");
    let missing: Vec<_> =
        names.into_iter().filter(|name| !readme.contains(&format!("`{name}`"))).collect();
    assert_eq!(missing, [""; 0]);
}
