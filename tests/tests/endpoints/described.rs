//! `schema/openapi.json` by `schemathesis`, which makes requests out of it, well-formed ones and others, and holds the
//! answers against it.

use super::program;
use observant_tests::{program::Program, prometheus::is_there};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

const DESCRIPTION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../runtime/schema/openapi.json");

/// What it says, if it finds something; `None` where there is no schemathesis.
fn schemathesis(
    program: &Program,
    description: &Path,
    more: &[&str],
) -> Option<Result<(), String>> {
    if !is_there("schemathesis") {
        return None;
    }
    let mut command = Command::new("schemathesis");
    command
        .arg("run")
        .arg(description)
        .args(["--url", &format!("http://{}", program.address())])
        .args(["--checks", "all", "--max-examples", "25", "--generation-deterministic"])
        .args(["--request-timeout", "20", "--no-color"]);
    command.args(more);
    let output = command.current_dir(std::env::temp_dir()).output().expect("it starts");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    Some(if output.status.success() { Ok(()) } else { Err(said.into_owned()) })
}

#[test]
fn every_endpoint_is_as_described() {
    let program = program(&[]);
    if let Some(Err(found)) = schemathesis(&program, Path::new(DESCRIPTION), &[]) {
        panic!("{found}");
    }
}

/// As a client that is not on this machine, which a proxy speaks for.
#[test]
fn every_endpoint_is_as_described_from_elsewhere() {
    let program = program(&[("OBSERVANT_TOKEN", "s3cret")]);
    let more = ["--header", "X-Forwarded-For: 192.0.2.7"];
    if let Some(Err(found)) = schemathesis(&program, Path::new(DESCRIPTION), &more) {
        panic!("{found}");
    }
}

/// A description beside the published schema of health, removed when dropped.
struct Seeded(PathBuf);

impl Seeded {
    fn new(from: &str, to: &str) -> Self {
        static FOLDERS: AtomicU32 = AtomicU32::new(0);
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let name = format!("observant-openapi-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("a folder can be made");
        let published = Path::new(DESCRIPTION);
        let text = fs::read_to_string(published).expect("it is there");
        assert!(text.contains(from), "{from}");
        fs::write(folder.join("openapi.json"), text.replace(from, to)).expect("it can be written");
        fs::copy(published.with_file_name("health.json"), folder.join("health.json"))
            .expect("it can be copied");
        Self(folder)
    }
}

impl Drop for Seeded {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_description_that_is_wrong_is_found() {
    let program = program(&[]);
    for (from, to, found) in [
        ("\"application/json\"", "\"application/xml\"", "Undocumented Content-Type"),
        ("\"lifecycle\"", "\"lifecicle\"", "Response violates schema"),
    ] {
        let seeded = Seeded::new(from, to);
        match schemathesis(&program, &seeded.0.join("openapi.json"), &["--include-path=/status"]) {
            None => return,
            Some(said) => {
                let said = said.expect_err(found);
                assert!(said.contains(found), "{said}");
            }
        }
    }
}
