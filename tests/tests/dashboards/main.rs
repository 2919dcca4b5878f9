//! `dashboards/` under Prometheus' own tools: unit tests in the runtime hold the files against what the code writes, and
//! against what it emits.

mod boards;
mod compose;
mod figures;
#[cfg(unix)]
mod kubernetes;
mod rules;
mod strict;

use observant_tests::prometheus::is_there;
use std::{path::Path, process::Command};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../dashboards");

/// What promtool has against files in a folder, if anything; `None` where there is no promtool.
fn promtool(folder: &Path, arguments: &[&str]) -> Option<Result<(), String>> {
    if !is_there("promtool") {
        return None;
    }
    let output =
        Command::new("promtool").args(arguments).current_dir(folder).output().expect("it starts");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    Some(if output.status.success() { Ok(()) } else { Err(said.into_owned()) })
}
