//! The runtime with other features than the rest of the workspace has: `off`, and without `http`.
//!
//! cargo unifies features within one build, so the program is built here, by itself, from the workspace's lock file and
//! without a network: everything it needs, the workspace needs too.

mod off;
mod without_http;

use observant_tests::program::Program;
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// The program, built with these features of the runtime.
fn build(features: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a member of the workspace");
    // Within the target directory, apart from what the workspace builds, and one for each set of features, since the
    // program has one name in all of them.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("features-{features}"));
    let output = Command::new(env!("CARGO"))
        .current_dir(root)
        .args([
            "build",
            "--quiet",
            "--offline",
            "--locked",
            "--package",
            "observant-fixture-features",
        ])
        .args(["--features", features])
        .arg("--target-dir")
        .arg(&target)
        .env_remove("CARGO_BUILD_TARGET")
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let name = format!("observant-fixture-features{}", std::env::consts::EXE_SUFFIX);
    target.join("debug").join(name)
}

/// Runs the program with these features and variables.
fn program(features: &str, environment: &[(&str, &str)]) -> Program {
    Program::start(build(features), environment)
}
