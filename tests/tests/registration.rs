//! Every observed function of every linked crate is listed before its first call, in debug and in
//! release with LTO, whatever the linker throws away; and which crates are linked.
//!
//! Builds the programs of `fixtures/registration` with cargo, in a target directory of their own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

const FIXTURES: &str = "tests/fixtures/registration";

/// The profiles: names for cargo, and the directories they build into.
const PROFILES: [(&str, &str); 2] = [("dev", "debug"), ("release-lto", "release-lto")];

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Where a profile's programs are, built once in this process.
fn programs(profile: usize) -> &'static Path {
    static BUILT: [OnceLock<PathBuf>; PROFILES.len()] = [const { OnceLock::new() }; PROFILES.len()];
    BUILT[profile].get_or_init(|| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("registration");
        let (name, directory) = PROFILES[profile];
        // What is built depends on the workspace alone, not on who runs the test.
        let status = Command::new(env!("CARGO"))
            .args(["build", "--locked", "--offline", "--package", "observant-fixture-program"])
            .args(["--profile", name, "--target-dir"])
            .arg(&target)
            .current_dir(workspace())
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_BUILD_TARGET")
            .status()
            .expect("cargo runs");
        assert!(status.success(), "cargo did not build the fixtures with profile `{name}`");
        target.join(directory)
    })
}

/// The lines a program prints.
fn lines(profile: usize, program: &str, arguments: &[&str]) -> Vec<String> {
    let path = programs(profile).join(program).with_extension(std::env::consts::EXE_EXTENSION);
    let output = Command::new(path).args(arguments).output().expect("the program was built");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// One line of a listing; the line of the source is that of the `occurrence`th `fn name`.
fn function(crate_name: &str, module: &str, name: &str, occurrence: usize) -> String {
    let (file, version) = match crate_name {
        "library" => ("library/src/lib.rs", "1.2.3"),
        "dropped" => ("dropped/src/lib.rs", "4.5.6"),
        _ => ("program/src/refers.rs", "0.1.7"),
    };
    let file = format!("{FIXTURES}/{file}");
    let source = fs::read_to_string(workspace().join(&file)).unwrap();
    let written = name.split("::").last().unwrap().split('#').next().unwrap();
    let is_it = |line: &&str| {
        let after = line.split_once(&format!("fn {written}")).map(|(_, after)| after);
        after.is_some_and(|after| after.starts_with(['(', '<']))
    };
    let numbered = source.lines().zip(1..);
    let line = numbered.filter(|(line, _)| is_it(line)).nth(occurrence).unwrap().1;
    format!("{module}|{name}|function|observant-fixture-{crate_name}|{version}|{file}|{line}")
}

fn library() -> Vec<String> {
    let listed = |module: &str, name| function("library", module, name, 0);
    let root = "observant_fixture_library";
    let apart = "observant_fixture_library::apart";
    vec![
        listed(root, "generic"),
        listed(root, "not_referred_to"),
        listed(root, "private"),
        listed(root, "referred_to"),
        listed(apart, "Store::get"),
        listed(apart, "Store::load"),
    ]
}

fn program() -> Vec<String> {
    let root = "observant_fixture_refers";
    let twins = "observant_fixture_refers::twins";
    vec![
        function("program", root, "called_later", 0),
        function("program", root, "never_called", 0),
        // In the order of lines.
        function("program", twins, "twin", 0),
        function("program", twins, "twin#2", 1),
    ]
}

fn dropped() -> Vec<String> {
    vec![
        function("dropped", "observant_fixture_dropped", "forgotten", 0),
        function("dropped", "observant_fixture_dropped::apart", "forgotten_too", 0),
    ]
}

fn is_listed_before_the_first_call(profile: usize) {
    let expected = [library(), program()].concat();
    assert_eq!(lines(profile, "observant-fixture-refers", &[]), expected);
    // With a reason to keep the code there are the same functions.
    let mut called = lines(profile, "observant-fixture-refers", &["call"]);
    assert_eq!(called.pop().as_deref(), Some("1"));
    assert_eq!(called, expected, "nothing was called when the listing was printed");
}

/// The linker sees only crates that the source names: one that stands in the manifest alone is not
/// there. `use .. as _` names it, and then all its functions are there, although nothing refers to any.
fn is_listed_once_its_crate_is_named(profile: usize) {
    let refers = lines(profile, "observant-fixture-refers", &[]);
    assert!(!refers.iter().any(|line| line.contains("dropped")), "{refers:?}");
    assert_eq!(lines(profile, "observant-fixture-names", &[]), dropped());
}

#[test]
fn in_debug() {
    is_listed_before_the_first_call(0);
    is_listed_once_its_crate_is_named(0);
}

#[test]
fn in_release_with_link_time_optimization() {
    is_listed_before_the_first_call(1);
    is_listed_once_its_crate_is_named(1);
}
