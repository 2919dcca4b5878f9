//! The folder under review: is it one, and which files does it hold?
//!
//! Reads directories, never files. Links are reported and not followed, so a loop of them ends here.

use std::{
    fmt::{self, Write as _},
    fs, io,
    path::{Path, PathBuf},
};

use ignore::{DirEntry, WalkBuilder};
use observant::{Label, observe};

use crate::document::Skip;

/// Folders made by tools, not by people.
const LEFT_OUT: [&str; 2] = ["target", "node_modules"];

/// A folder that exists and can be listed.
#[derive(Debug, Clone)]
pub struct Folder {
    /// Its canonical path.
    pub root: PathBuf,
}

/// What is in the folder.
#[derive(Debug, Default)]
pub struct Listing {
    /// Regular files, sorted, as paths below the root.
    pub files: Vec<PathBuf>,
    /// What was seen and left out at once.
    pub skipped: Vec<(String, Skip)>,
    /// Folders that could not be listed: nothing is known about what lies beneath.
    pub blind_spots: Vec<String>,
}

/// Why there is nothing to review at all.
#[derive(Debug, Label)]
pub enum FolderError {
    /// No such folder.
    Missing(PathBuf),
    /// It is a file.
    NotAFolder(PathBuf),
    /// It is there, and the operating system refuses to list it.
    Refused(PathBuf, io::Error),
}

impl fmt::Display for FolderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(path) => write!(f, "there is no folder `{}`", path.display()),
            Self::NotAFolder(path) => {
                write!(f, "`{}` is a file; name the folder it is in", path.display())
            }
            Self::Refused(path, error) => {
                write!(f, "the folder `{}` cannot be listed: {error}", path.display())
            }
        }
    }
}

impl std::error::Error for FolderError {}

#[observe]
impl Folder {
    /// Makes sure that `path` is a folder that can be listed.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let refused = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => FolderError::Missing(path.to_owned()),
            _ => FolderError::Refused(path.to_owned(), error),
        };
        let root = fs::canonicalize(path).map_err(refused)?;
        if !root.is_dir() {
            return Err(FolderError::NotAFolder(path.to_owned()));
        }
        fs::read_dir(&root).map_err(refused)?;
        Ok(Self { root })
    }

    /// Lists every file below, except hidden ones, [`LEFT_OUT`], the `excluded` paths, and (when
    /// `honour_ignore_files`) what `.gitignore` and `.ignore` name.
    #[observe(file(operation = "list"))]
    pub fn list(&self, excluded: &[PathBuf], honour_ignore_files: bool) -> Listing {
        let mut walk = WalkBuilder::new(&self.root);
        walk.standard_filters(honour_ignore_files)
            .hidden(true)
            .require_git(false)
            .follow_links(false)
            .filter_entry({
                let excluded = excluded.to_vec();
                move |entry| entry.depth() == 0 || !is_left_out(entry, &excluded)
            });

        let mut listing = Listing::default();
        for entry in walk.build() {
            match entry {
                Ok(entry) => self.sort_in(&entry, &mut listing),
                Err(error) => self.note_blind_spot(&error, &mut listing),
            }
        }
        listing.files.sort();
        listing.skipped.sort_by(|a, b| a.0.cmp(&b.0));
        listing
    }
}

impl Folder {
    fn sort_in(&self, entry: &DirEntry, listing: &mut Listing) {
        let Some(kind) = entry.file_type() else { return };
        let relative = entry.path().strip_prefix(&self.root).unwrap_or(entry.path());
        if kind.is_file() {
            listing.files.push(relative.to_owned());
        } else if kind.is_symlink() {
            listing.skipped.push((readable(relative), Skip::Link));
        } else if !kind.is_dir() {
            listing.skipped.push((readable(relative), Skip::Special));
        }
    }

    fn note_blind_spot(&self, error: &ignore::Error, listing: &mut Listing) {
        let path = path_of(error)
            .map(|path| path.strip_prefix(&self.root).unwrap_or(path))
            .map_or_else(|| ".".to_owned(), readable);
        let reason = error.io_error().map_or_else(|| error.to_string(), root_cause);
        listing.blind_spots.push(path.clone());
        listing.skipped.push((path, Skip::Unreadable(reason)));
    }
}

/// A path as people read it: `/` between parts, and escapes for control characters and bytes that
/// are not UTF-8, so that two different names stay different and none of them steers a terminal.
pub fn readable(path: &Path) -> String {
    let mut text = String::new();
    for (position, part) in path.components().enumerate() {
        if position > 0 {
            text.push('/');
        }
        for chunk in part.as_os_str().as_encoded_bytes().utf8_chunks() {
            chunk.valid().chars().for_each(|c| push_visible(&mut text, c));
            for byte in chunk.invalid() {
                let _ = write!(text, "\\x{byte:02x}");
            }
        }
    }
    text
}

fn push_visible(text: &mut String, c: char) {
    if c.is_control() { text.extend(c.escape_default()) } else { text.push(c) }
}

fn is_left_out(entry: &DirEntry, excluded: &[PathBuf]) -> bool {
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    let is_made_by_tools = is_folder && LEFT_OUT.iter().any(|name| entry.file_name() == *name);
    is_made_by_tools || excluded.iter().any(|path| path == entry.path())
}

/// The innermost error: what the operating system said, without the path we name ourselves.
fn root_cause(error: &io::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

/// The path an error of the walker is about; the walker nests it.
fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            path_of(err)
        }
        ignore::Error::Loop { child, .. } => Some(child),
        _ => None,
    }
}
