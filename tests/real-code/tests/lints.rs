//! What lints say of `fixtures/shapes`, every lint of rustc and clippy on, is the same with its
//! annotations and without: nothing fires because of us, and nothing that would have is hidden.
//!
//! Once with the compiler that runs this, once with nightly where rustup has it.

use observant_real_code::{Cargo, Diagnostics, differences, everything};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const HOME: &str = env!("CARGO_MANIFEST_DIR");

/// Stands where an annotation stood: lints on blank lines have nothing to say of it.
const INERT: &str = "// Not annotated here.";

fn room(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("lints").join(name)
}

fn is_annotation(line: &str) -> bool {
    let line = line.trim();
    ["#[observant::observe", "#[observe("].iter().any(|start| line.starts_with(start))
        && line.ends_with(']')
}

/// Copies the fixture to a package of its own, its annotations as they are or replaced by nothing.
fn tree(name: &str, annotated: bool) -> PathBuf {
    let (from, to) = (Path::new(HOME).join("fixtures/shapes"), room(name));
    fs::create_dir_all(to.join("src")).unwrap();
    let runtime = Path::new(HOME).join("../../runtime");
    let manifest = fs::read_to_string(from.join("Cargo.toml")).unwrap();
    let dependency = format!(
        "\n[dependencies.observant]\npath = \"{}\"\ndefault-features = false\n\n[workspace]\n",
        runtime.display()
    );
    write(&to.join("Cargo.toml"), &(manifest + &dependency));
    // What the workspace resolved is what is there offline.
    fs::copy(Path::new(HOME).join("../../Cargo.lock"), to.join("Cargo.lock")).unwrap();
    let mut annotations = 0;
    for entry in fs::read_dir(from.join("src")).unwrap() {
        let path = entry.unwrap().path();
        let mut text = String::new();
        for line in fs::read_to_string(&path).unwrap().lines() {
            let ours = is_annotation(line);
            annotations += usize::from(ours);
            text.push_str(if ours && !annotated { INERT } else { line });
            text.push('\n');
        }
        write(&to.join("src").join(path.file_name().unwrap()), &text);
    }
    assert!(annotations > 100, "{annotations} annotations");
    to
}

/// Writes only what changed, so that cargo need not look again.
fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).ok().as_deref() != Some(text) {
        fs::write(path, text).unwrap();
    }
}

fn both(toolchain: Option<&str>) -> (Diagnostics, Diagnostics) {
    let name = toolchain.unwrap_or("pinned");
    let cargo = |tree: &str| Cargo {
        target: room(name).join("target").join(tree),
        toolchain: toolchain.map(str::to_owned),
    };
    let bare = tree(&format!("{name}/bare"), false);
    let observed = tree(&format!("{name}/observed"), true);
    let mut lints = everything(&cargo("bare"), &bare).unwrap();
    lints.extend(["clippy::restriction", "clippy::cargo"].map(str::to_owned));
    let of = |kind, tree: &Path| Diagnostics::of(&cargo(kind), tree, &[], &lints).unwrap();
    (of("bare", &bare), of("observed", &observed))
}

fn compare(toolchain: Option<&str>) {
    let (bare, observed) = both(toolchain);
    // The fixture is full of faults: a lint that is not on would find none.
    for lint in
        ["unused_variables", "missing_docs", "clippy::implicit_return", "clippy::redundant_clone"]
    {
        assert!(bare.0.keys().any(|(found, ..)| found == lint), "{lint} is not on");
    }
    let differing: BTreeSet<_> = differences(&bare, &observed)
        .into_iter()
        .filter(|line| !HIDDEN.iter().any(|lint| line.starts_with(&format!("hidden {lint} "))))
        .collect();
    let known = hidden();
    let news: Vec<_> = differing.difference(&known).collect();
    assert!(news.is_empty(), "{} differ:\n{news:#?}", news.len());
    let mended: Vec<_> = known.difference(&differing).collect();
    assert!(mended.is_empty(), "not hidden any more, so the fixture need not say so: {mended:#?}");
}

/// What is hidden by the nature of an annotation. Constant functions cannot be observed.
const HIDDEN: [&str; 1] = ["clippy::missing_const_for_fn"];

/// What the fixture says is hidden: `// hidden: lint, lint` at the end of the line where it would be told.
fn hidden() -> BTreeSet<String> {
    let mut hidden = BTreeSet::new();
    for entry in fs::read_dir(Path::new(HOME).join("fixtures/shapes/src")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        for (line, number) in fs::read_to_string(&path).unwrap().lines().zip(1..) {
            let lints = line.split_once("// hidden: ").map_or("", |(_, lints)| lints);
            for lint in lints.split(", ").filter(|lint| !lint.is_empty()) {
                hidden.insert(format!("hidden {lint} at src/{name}:{number}"));
            }
        }
    }
    assert!(!hidden.is_empty(), "the fixture says nothing");
    hidden
}

#[test]
fn the_pinned_compiler_says_the_same_of_annotated_code() {
    compare(None);
}

#[test]
fn nightly_says_the_same_of_annotated_code() {
    let toolchains = Command::new("rustup").args(["toolchain", "list"]).output();
    let installed = toolchains.is_ok_and(|output| {
        String::from_utf8_lossy(&output.stdout).lines().any(|line| line.starts_with("nightly-"))
    });
    if installed {
        compare(Some("nightly"));
    } else {
        eprintln!("skipped: rustup has no nightly toolchain here");
    }
}

/// The comparison itself can fail, both ways.
#[test]
fn a_lint_more_or_less_is_a_difference() {
    let one =
        |lint: &str, line| Diagnostics([((lint.to_owned(), "a.rs".to_owned(), line), 1)].into());
    assert_eq!(differences(&one("dead_code", 1), &one("dead_code", 1)), Vec::<String>::new());
    assert_eq!(
        differences(&one("dead_code", 1), &one("dead_code", 2)),
        ["added dead_code at a.rs:2", "hidden dead_code at a.rs:1"]
    );
}
