//! Programs of the kinds that are hard on what watches them: a thousand functions on many threads, threads that last
//! a moment, forks, signals, stacks of their own, panics that abort, clocks that step, two versions of ourselves.
//!
//! The programs are those of `fixtures/host`, built here by themselves with the profile `host` of the workspace: all
//! of it optimised as one unit, and panics abort.

mod clocks;
mod memory;
mod multitude;
mod processes;
mod scrapes;
mod versions;

use observant_tests::program::Program;
use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

const LOOPBACK: &str = "127.0.0.1:0";

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a member of the workspace")
}

/// Where the programs of a package come to be built, with these arguments for cargo, run in this folder.
fn build(folder: &Path, target: &str, arguments: &[&str]) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join(target);
    let output = Command::new(env!("CARGO"))
        .current_dir(folder)
        .args(["build", "--quiet", "--offline"])
        .args(arguments)
        .arg("--target-dir")
        .arg(&target)
        .env_remove("CARGO_BUILD_TARGET")
        .env_remove("RUSTFLAGS")
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    target
}

fn executable(folder: &Path, name: &str) -> PathBuf {
    folder.join(name).with_extension(std::env::consts::EXE_EXTENSION)
}

/// Where the programs of the profile `host` are, built once in this process.
fn hosts() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let package = ["--locked", "--package", "observant-fixture-host", "--profile", "host"];
        let programs = ["--bin", "observant-fixture-host", "--bin", "observant-fixture-few"];
        build(workspace(), "host", &[package.as_slice(), &programs].concat()).join("host")
    })
}

/// The program of a thousand functions.
fn host() -> PathBuf {
    executable(hosts(), "observant-fixture-host")
}

/// That program, running.
fn program() -> Program {
    Program::start(host(), &[])
}
