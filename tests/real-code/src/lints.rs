//! What clippy and rustc say of a tree with everything on, and how two trees differ in it.

use crate::cargo::Cargo;
use serde_json::Value;
use std::{collections::BTreeMap, io, path::Path};

/// How often each lint spoke, by lint, file and line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(pub BTreeMap<(String, String, u64), usize>);

/// Lints that are about the crate and not its code, or differ with what is linked.
const NOT_OF_THE_CODE: [&str; 2] = ["unused_crate_dependencies", "clippy::multiple_crate_versions"];

/// What clippy is asked for in any case: all that a strict crate turns on as a whole, and the one lint
/// that asks for the opposite taste.
const GROUPS: [&str; 6] = [
    "warnings",
    "clippy::all",
    "clippy::pedantic",
    "clippy::nursery",
    "clippy::implicit_return",
    "future-incompatible",
];

/// Every lint of rustc that is stable, by name.
///
/// # Errors
///
/// When rustc cannot be asked.
pub fn everything(cargo: &Cargo, directory: &Path) -> io::Result<Vec<String>> {
    let output = cargo.run(directory, &["rustc", "--quiet", "--", "-W", "help"])?;
    // `name  level  meaning`, until the table of groups begins.
    let table = output.stdout.lines().skip_while(|line| !line.trim_start().starts_with("----"));
    let lints = table
        .take_while(|line| !line.contains("sub-lints"))
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let (name, level) = (words.next()?, words.next()?);
            matches!(level, "allow" | "warn").then(|| name.to_owned())
        })
        .collect::<Vec<_>>();
    if lints.is_empty() {
        return Err(io::Error::other(format!("rustc lists no lints: {}", output.stderr)));
    }
    Ok(lints)
}

impl Diagnostics {
    /// Has clippy look at the package at `tree`, with `lints` on and whatever a strict crate turns on.
    ///
    /// # Errors
    ///
    /// When cargo cannot be started, or the tree does not compile.
    pub fn of(
        cargo: &Cargo,
        tree: &Path,
        features: &[String],
        lints: &[String],
    ) -> io::Result<Self> {
        let chosen = features.join(",");
        let mut arguments =
            vec!["clippy", "--tests", "--message-format=json", "--features", &chosen];
        arguments.push("--");
        for lint in GROUPS.iter().copied().chain(lints.iter().map(String::as_str)) {
            arguments.extend(["-W", lint]);
        }
        let (output, messages) = cargo.messages(tree, &arguments)?;
        if !output.success {
            return Err(io::Error::other(output.stderr));
        }
        let mut found = Self::default();
        let tree = tree.display().to_string();
        for message in messages {
            let own = message["manifest_path"].as_str().is_some_and(|path| path.starts_with(&tree));
            if own && message["reason"] == "compiler-message" {
                found.note(&message["message"]);
            }
        }
        Ok(found)
    }

    fn note(&mut self, message: &Value) {
        let Some(lint) = message["code"]["code"].as_str() else { return };
        if NOT_OF_THE_CODE.contains(&lint) {
            return;
        }
        let spans = message["spans"].as_array();
        let primary = spans.into_iter().flatten().find(|span| span["is_primary"] == true);
        let place = primary.map_or((String::new(), 0), |span| {
            let file = span["file_name"].as_str().unwrap_or_default();
            (file.to_owned(), span["line_start"].as_u64().unwrap_or_default())
        });
        *self.0.entry((lint.to_owned(), place.0, place.1)).or_default() += 1;
    }

    /// How many were found.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.values().sum()
    }
}

/// What the annotation added, then what it hid, a line each.
#[must_use]
pub fn differences(bare: &Diagnostics, observed: &Diagnostics) -> Vec<String> {
    let less = |from: &Diagnostics, by: &Diagnostics, what: &str| {
        let mut lines = Vec::new();
        for (place, count) in &from.0 {
            let other = by.0.get(place).copied().unwrap_or_default();
            if *count > other {
                let (lint, file, number) = place;
                lines.push(format!("{what} {lint} at {file}:{number}"));
            }
        }
        lines
    };
    [less(observed, bare, "added"), less(bare, observed, "hidden")].concat()
}

/// What an annotation hides by its nature, as the documentation of `#[observe]` says, and lints of clippy's
/// `restriction` that speak of a whole function.
const BY_NATURE: [&str; 11] = [
    "clippy::arbitrary_source_item_ordering",
    "clippy::default_numeric_fallback",
    "clippy::implicit_return",
    "clippy::manual_async_fn",
    "clippy::missing_const_for_fn",
    "clippy::missing_errors_doc",
    "clippy::question_mark_used",
    "clippy::redundant_clone",
    "clippy::unnecessary_wraps",
    "clippy::unwrap_in_result",
    "unused_variables",
];

/// Whether a line of [`differences`] says only that such a lint is hidden.
#[must_use]
pub fn is_by_nature(line: &str) -> bool {
    BY_NATURE.iter().any(|lint| line.starts_with(&format!("hidden {lint} ")))
}
