//! Two copies of a crate: one as it is, and one with every function observed. Files in, files out.

use crate::{annotate::annotate, macros::Macros, package::Package};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// The two copies.
#[derive(Debug)]
pub struct Trees {
    /// As it is; it depends on `observant` all the same, so that both resolve and build alike.
    pub bare: PathBuf,
    /// With every function annotated.
    pub observed: PathBuf,
    /// Of the latter.
    pub counts: Counts,
}

/// What became of the functions.
#[derive(Debug, Default)]
pub struct Counts {
    /// Carry the attribute.
    pub functions: usize,
    /// Do not, by the reason.
    pub left: BTreeMap<&'static str, usize>,
    /// Files that are no Rust by themselves.
    pub unread: Vec<String>,
}

impl Trees {
    /// Makes both below `room`. `runtime` is the directory of the crate `observant`.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or written.
    pub fn make(package: &Package, room: &Path, runtime: &Path) -> io::Result<Self> {
        let (bare, observed) = (room.join("bare"), room.join("observed"));
        for tree in [&bare, &observed] {
            if tree.exists() {
                fs::remove_dir_all(tree)?;
            }
            copy(&package.directory, tree)?;
            depend(tree, runtime, package.build_script.is_some())?;
        }
        let mut counts = Counts::default();
        let files = sources(&observed)?;
        let mut macros = Macros::default();
        for file in &files {
            macros.learn(&fs::read_to_string(file)?);
        }
        for file in &files {
            let within = file.strip_prefix(&observed).unwrap_or(file);
            let is_root =
                package.roots.iter().chain(&package.build_script).any(|root| {
                    root.strip_prefix(&package.directory).is_ok_and(|root| root == within)
                });
            let linked = is_root && package.edition == "2015";
            // A tree may hold what is not meant to be Rust, for tests of messages.
            match annotate(&fs::read_to_string(file)?, &macros, linked) {
                Ok(annotated) => {
                    fs::write(file, annotated.text)?;
                    counts.functions += annotated.functions;
                    for (reason, number) in annotated.left {
                        *counts.left.entry(reason).or_default() += number;
                    }
                }
                Err(_) => counts.unread.push(within.display().to_string()),
            }
        }
        Ok(Self { bare, observed, counts })
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        // Neither another crate's settings nor its compiler.
        if name == ".cargo"
            || name == "rust-toolchain"
            || name == "rust-toolchain.toml"
            || name == "target"
        {
            continue;
        }
        let target = to.join(&name);
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            // Written anew, not copied: unpacked files may be read-only.
            fs::write(&target, fs::read(entry.path())?)?;
        }
    }
    Ok(())
}

/// Adds the dependency, and makes the tree a workspace of its own. What cargo packaged is normalised: every
/// table has its own header, so that one more can follow at the end.
fn depend(tree: &Path, runtime: &Path, builds: bool) -> io::Result<()> {
    let manifest = tree.join("Cargo.toml");
    let mut text = fs::read_to_string(&manifest)?;
    let runtime = runtime.display().to_string().replace('\\', "/");
    let kinds =
        if builds { &["dependencies", "build-dependencies"][..] } else { &["dependencies"] };
    for kind in kinds {
        text.extend(["\n[", kind, ".observant]\npath = \"", &runtime]);
        text.push_str("\"\ndefault-features = false\n");
    }
    if !text.lines().any(|line| line.starts_with("[workspace")) {
        text += "\n[workspace]\n";
    }
    fs::write(manifest, text)
}

/// Every file of Rust in a tree that a target could be made of.
fn sources(tree: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![tree.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let path = entry.path();
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
