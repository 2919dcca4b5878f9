//! What is written, against what is committed, what is emitted, and what Prometheus takes.

mod boards;
mod catalog;
mod checks;
mod kubernetes;
mod promql;
mod rules;
mod seeded;
mod served;
mod units;

use std::{fs, path::PathBuf};

/// A path within the repository.
fn path(of: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(of)
}

/// A file of the repository that is written here; `BLESS=1` writes it anew.
#[track_caller]
fn assert_committed(file: &str, text: &str) {
    let path = path(file);
    if std::env::var_os("BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == text, "{file} is not what is written; BLESS=1 writes it anew");
}
