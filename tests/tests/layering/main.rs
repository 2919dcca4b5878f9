//! The walls of the house: which room may use which, checked against the source itself.
//!
//! `source` finds what a file names, `rules` says what it may name; this file applies both to the
//! crates of this workspace and shows, with seeded faults, that every rule can fail. It needs no
//! build of the crates it reads.

mod rules;
mod seeded;
mod source;

use std::{fs, path::Path};

use rules::{Macros, ROOMS, Runtime};
use source::File;

/// Root of the workspace.
fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Every `.rs` file below `folder`, by its path within it.
fn files(folder: &str) -> Vec<File> {
    fn visit(base: &Path, folder: &Path, found: &mut Vec<File>) {
        let entries =
            fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                visit(base, &path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let name = path.strip_prefix(base).unwrap().to_str().unwrap().replace('\\', "/");
                found.push(File::parse(&name, &text));
            }
        }
    }
    let base = root().join(folder);
    let mut found = Vec::new();
    visit(&base, &base, &mut found);
    found.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(!found.is_empty(), "{folder} holds no source");
    found
}

fn architecture() -> String {
    fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md")
}

#[track_caller]
fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn rooms_of_the_runtime_use_only_rooms_before_them() {
    assert_none(&Runtime::new(&files("runtime/src")).faults());
}

#[test]
fn stages_of_the_macros_follow_one_another() {
    assert_none(&Macros::new(&files("macros/src")).faults());
}

#[test]
fn the_table_in_the_architecture_is_the_one_enforced() {
    let runtime = files("runtime/src");
    assert_none(&rules::table_faults(&architecture(), &Runtime::new(&runtime).rooms()));
}

#[test]
fn every_room_is_listed_once() {
    let mut names: Vec<_> = ROOMS.to_vec();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ROOMS.len());
}
