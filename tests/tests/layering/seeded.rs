//! Seeded faults: every rule of this test, seen to fail.

use super::{
    architecture, files, root,
    rules::{self, Macros, Runtime},
    source::File,
};

/// Faults of a runtime crate made of `sources`, each documented unless it says otherwise.
fn runtime(sources: &[(&str, &str)]) -> Vec<String> {
    Runtime::new(&parse(sources)).faults()
}

fn macros(sources: &[(&str, &str)]) -> Vec<String> {
    Macros::new(&parse(sources)).faults()
}

fn parse(sources: &[(&str, &str)]) -> Vec<File> {
    sources.iter().map(|(name, text)| File::parse(name, &format!("//! Room.\n{text}"))).collect()
}

#[track_caller]
fn assert_one(faults: &[String], expected: &str) {
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].starts_with(expected), "{faults:?} does not begin with `{expected}`");
}

#[test]
fn upward_uses_are_found_in_every_spelling() {
    for text in [
        "use crate::setup::Builder;",
        "use crate::{error::Error, setup::Builder};",
        "use crate::{error::{self, Error}, clock, setup};",
        "pub(crate) use crate::setup;",
        "pub use crate::setup as door;",
        "fn f() { crate::setup::init(); }",
        "fn f() -> crate::setup::Builder { todo() }",
        "type T = Vec<crate::setup::Builder>;",
        "macro_rules! m { () => { $crate::setup::init() } }",
        "fn f() { println!(\"{}\", crate::setup::init()); }",
        "use super::super::setup::Builder;",
        "use super::super::{clock, setup};",
        "mod inner { use super::super::super::setup; }",
        "impl crate::setup::Door for u8 {}",
        "#[cfg(not(test))] use crate::setup;",
    ] {
        assert_one(
            &runtime(&[("cell/counter.rs", text)]),
            "cell/counter.rs:2: `setup` comes after",
        );
    }
    let expected = "error.rs:3: `clock` comes after `error`";
    assert_one(&runtime(&[("error.rs", "\nuse super::clock;")]), expected);
    assert_one(&runtime(&[("cell/mod.rs", "use super::setup;")]), "cell/mod.rs:2: `setup` comes");
}

#[test]
fn unsafe_code_is_found_where_none_belongs() {
    for text in [
        "fn f() { unsafe { g() } }",
        "unsafe fn f() {}",
        "unsafe impl Send for T {}",
        "macro_rules! m { () => { unsafe { g() } } }",
    ] {
        let expected = "registry/mod.rs:2: `unsafe` in a room that does without";
        assert_one(&runtime(&[("registry/mod.rs", text)]), expected);
        assert_eq!(runtime(&[("cell/mod.rs", text)]), [""; 0]);
    }
    let allowed =
        "/// unsafe\nconst TEXT: &str = \"unsafe\"; #[cfg(test)] mod tests { unsafe fn f() {} }";
    assert_eq!(runtime(&[("registry/mod.rs", allowed)]), [""; 0]);
}

#[test]
fn what_is_allowed_is_not_a_fault() {
    for text in [
        "use crate::{clock, error::Error, cell::Shard}; use super::histogram; use super::*;",
        "use super::super::error::Error; use self::inner::x; use std::fmt;",
        "// crate::setup\n/// [`init`](crate::setup::init)\nconst S: &str = \"crate::setup\";",
        "pub(crate) fn f() {} pub(super) fn g() {} pub(in crate::cell) fn h() {}",
        "mod setup { pub(super) fn x() {} } use self::setup::x;",
        "#[cfg(test)] mod tests { use crate::setup::Builder; }",
        "#[cfg(test)]\nuse crate::setup;",
        "#[cfg(all(test, unix))] mod tests { use crate::setup::Builder; }",
    ] {
        assert_eq!(runtime(&[("cell/counter.rs", text)]), Vec::<String>::new(), "{text}");
    }
    assert_eq!(runtime(&[("http/mod.rs", "use crate::{expose, artifact};")]), Vec::<String>::new());
}

#[test]
fn leaves_do_not_use_one_another() {
    for (leaf, used) in
        [("expose", "system"), ("otlp", "expose"), ("artifact", "otlp"), ("http", "system")]
    {
        let text = format!("use crate::{used};");
        let expected = format!("{leaf}.rs:2: `{used}` is a leaf like `{leaf}`");
        assert_one(&runtime(&[(&format!("{leaf}.rs"), &text)]), &expected);
    }
}

#[test]
fn unknown_rooms_and_globs_are_faults() {
    assert_one(&runtime(&[("utils.rs", "")]), "utils.rs: `utils` is no room");
    assert_one(
        &runtime(&[("cell/mod.rs", "use crate::Error;")]),
        "cell/mod.rs:2: `Error` is no room",
    );
    let glob = runtime(&[("cell/mod.rs", "use crate::*;")]);
    assert!(glob[0].contains("a glob of the crate's root"), "{glob:?}");
}

#[test]
fn code_after_a_test_module_is_checked() {
    let text = "#[cfg(test)] mod tests { use crate::http; }\nuse crate::setup;";
    assert_one(&runtime(&[("cell/mod.rs", text)]), "cell/mod.rs:3: `setup` comes after");
    let text = "#[cfg(test)] mod tests;\nuse crate::setup;";
    assert_one(&runtime(&[("cell/mod.rs", text)]), "cell/mod.rs:3: `setup` comes after");
}

#[test]
fn files_of_tests_are_known_by_their_declaration() {
    let uses = "use crate::setup;";
    let declared = [("cell/mod.rs", "#[cfg(test)] mod tests;"), ("cell/tests.rs", uses)];
    assert_eq!(runtime(&declared), Vec::<String>::new());
    let pretended = [("cell/mod.rs", "mod tests;"), ("cell/tests.rs", uses)];
    assert_one(&runtime(&pretended), "cell/tests.rs:2: `setup` comes after");
}

#[test]
fn lib_holds_no_logic() {
    let clean = "#![warn(missing_docs)] mod error; pub mod snapshot; pub use error::{Error, Kind}; \
                 #[doc(hidden)] pub mod __private { pub use crate::private::*; }";
    assert_eq!(runtime(&[("lib.rs", clean)]), Vec::<String>::new());
    for text in [
        "pub fn init() {}",
        "pub const X: u8 = 1;",
        "macro_rules! m { () => {} }",
        "pub mod door { pub fn open() {} }",
        "impl Clone for error::Error { fn clone(&self) -> Self { loop {} } }",
    ] {
        assert_one(&runtime(&[("lib.rs", &format!("mod error;\n{text}"))]), "lib.rs:3:");
    }
}

#[test]
fn long_and_silent_files_are_faults() {
    let long = "fn f() {}\n".repeat(400);
    assert_one(&runtime(&[("cell/mod.rs", &long)]), "cell/mod.rs: 401 lines without tests");
    let tested = format!("#[cfg(test)]\nmod tests {{\n{long}}}\n");
    assert_eq!(runtime(&[("cell/mod.rs", &tested)]), Vec::<String>::new());
    let silent = File::parse("cell/mod.rs", "// Not a module's documentation.\n");
    assert_one(&Runtime::new(&[silent]).faults(), "cell/mod.rs: begins without `//!`");
}

#[test]
fn macros_are_parsed_then_modelled_then_expanded() {
    fn stages<'s>(parse: &'s str, model: &'s str, expand: &'s str) -> Vec<(&'s str, &'s str)> {
        let mut files = vec![("option.rs", ""), ("observe/parse.rs", parse)];
        files.extend([("observe/model.rs", model), ("observe/expand.rs", expand)]);
        files
    }
    let model = "use crate::{option::Slot, observe::parse::Args}; use super::parse;";
    assert_eq!(
        macros(&stages("use crate::option;", model, "use super::model;")),
        Vec::<String>::new()
    );
    for backward in ["use super::expand::quote;", "use crate::observe::{expand, parse};"] {
        let expected = "observe/model.rs:2: `observe::expand` is named at a stage before it";
        assert_one(&macros(&stages("", backward, "")), expected);
    }
    let mut two = stages("", "", "");
    two.extend([("label/parse.rs", ""), ("label/model.rs", "use crate::observe::parse;")]);
    two.push(("label/expand.rs", ""));
    assert_one(&macros(&two), "label/model.rs:2: `observe::parse` is another macro");
    let mut shared = stages("", "", "");
    shared[0].1 = "use crate::observe::parse::Args;";
    assert_one(&macros(&shared), "option.rs:2: `observe::parse` is a macro");
    assert_one(&macros(&stages("", "", "")[..3]), "observe: every macro has a `expand`");
}

#[test]
fn the_table_must_name_the_rooms_in_order() {
    let table =
        "text\n\n| room | what |\n|---|---|\n| `error` `clock` | a `b` |\n| `cell/` | c |\n\n| x |";
    assert_eq!(rules::table_faults(table, &["error", "clock", "cell"]), Vec::<String>::new());
    for rooms in [&["error", "cell", "clock"][..], &["error", "clock"], &[]] {
        assert_one(&rules::table_faults(table, rooms), "ARCHITECTURE.md lists");
    }
    assert_one(&rules::table_faults("no table", &["error"]), "ARCHITECTURE.md lists");
}

/// The same on the real source: were the readers blind to it, these would pass in silence.
#[test]
fn faults_seeded_into_the_real_source_are_found() {
    let mut sources = files("runtime/src");
    let before = Runtime::new(&sources).faults().len();
    let test_modules: Vec<_> = sources.iter().flat_map(|file| file.test_modules.clone()).collect();
    let folder = root().join("runtime/src");
    for index in 0..sources.len() {
        let name = sources[index].name.clone();
        let text = std::fs::read_to_string(folder.join(&name)).unwrap();
        let seeded = File::parse(&name, &format!("{text}\nuse crate::nowhere::Thing;\n"));
        let exempt = seeded.module.is_empty()
            || test_modules.iter().any(|module| seeded.module.starts_with(module));
        let clean = std::mem::replace(&mut sources[index], seeded);
        let found = Runtime::new(&sources).faults().len() - before;
        assert_eq!(found, usize::from(!exempt), "{name}");
        sources[index] = clean;
    }
    let rooms = Runtime::new(&sources).rooms();
    assert!(!rules::table_faults(&architecture(), &rooms[1..]).is_empty());
}
