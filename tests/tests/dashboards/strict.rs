//! `strict.py`: files of `dashboards/` read as YAML, and judged by schemas that are not ours. Knows no file.

use super::FOLDER;
use serde_json::Value;
use std::{
    env,
    path::Path,
    process::{Command, Output, Stdio},
};

/// Runs the script in `folder`; `None` where there is no Python with its packages.
fn run(folder: &Path, arguments: &[&str]) -> Option<Output> {
    let python = env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let packages = "import importlib.util as i; \
        assert all(map(i.find_spec, ['yaml', 'kubernetes_validate', 'cloudcoil', 'grafana_foundation_sdk']))";
    let asked = Command::new(&python).args(["-c", packages]).stderr(Stdio::null()).status();
    if !asked.is_ok_and(|status| status.success()) {
        let message =
            "SKIPPED: no Python with the packages of `strict.py`, which .ci/run lists; set PYTHON";
        assert!(env::var_os("CI").is_none(), "{message}");
        eprintln!("{message}");
        return None;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/dashboards/strict.py");
    let mut command = Command::new(python);
    command.arg(script).args(arguments).current_dir(folder);
    Some(command.output().expect("python starts"))
}

/// The documents of a file of `dashboards/`.
pub(super) fn read(file: &str) -> Option<Vec<Value>> {
    let output = run(Path::new(FOLDER), &["json", file])?;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{file}: {said}");
    Some(serde_json::from_slice(&output.stdout).expect("JSON"))
}

/// What the schemas of `what` have against files in a folder.
pub(super) fn judged(folder: &Path, what: &str, files: &[&str]) -> Option<Result<(), String>> {
    let output = run(folder, &[&[what], files].concat())?;
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    Some(if output.status.success() { Ok(()) } else { Err(said.into_owned()) })
}
