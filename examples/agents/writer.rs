//! The writer: turns a run into `report.md`.
//!
//! It never overwrites a file somebody else wrote, and never leaves half a report.

mod markdown;
mod report;

use std::{
    collections::{HashMap, HashSet},
    ffi::OsString,
    fmt,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use observant::{Label, observe};

use crate::{
    run::{Reviewed, Run},
    store::{Store, StoreError},
};

/// First line of every report; how one is told from a stranger's file of the same name.
const MARK: &str = "<!-- Written by the `agents` example of Observant; it will be overwritten. -->";
/// Related files named with each file.
const SEE_ALSO: u32 = 3;

/// A path the report may be written to.
#[derive(Debug, Clone)]
pub struct Destination {
    /// The canonical path.
    pub path: PathBuf,
}

/// Why there is no report.
#[derive(Debug, Label)]
pub enum WriteError {
    /// The file there is not a report of ours.
    NotOurs(PathBuf),
    /// What is there is no file: a folder, a device, a link to nowhere.
    NotAFile(PathBuf),
    /// The operating system refused.
    Refused(PathBuf, io::Error),
    /// Related files could not be looked up.
    Store(StoreError),
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOurs(path) => write!(
                f,
                "`{}` exists and is not a report of this program; move it, or name another file \
                 with --out",
                path.display()
            ),
            Self::NotAFile(path) => write!(
                f,
                "`{}` is no regular file; name another one for the report with --out",
                path.display()
            ),
            Self::Refused(path, error) => {
                write!(f, "the report cannot be written to `{}`: {error}", path.display())
            }
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for WriteError {}

#[observe]
impl Destination {
    /// Makes sure, before any work is done, that a report can be written to `path`.
    pub fn claim(path: &Path) -> Result<Self, WriteError> {
        let refused = |error| WriteError::Refused(path.to_owned(), error);
        let name = path.file_name().ok_or_else(|| {
            refused(io::Error::new(io::ErrorKind::InvalidInput, "it names no file"))
        })?;
        let parent = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let mut path = fs::canonicalize(parent).map_err(refused)?.join(name);
        if fs::symlink_metadata(&path).is_ok() {
            // A report behind a link is replaced where it is; the link stays.
            path = fs::canonicalize(&path).map_err(|_| WriteError::NotAFile(path))?;
        }
        let destination = Self { path };
        destination.refuse_what_is_not_ours()?;
        destination.probe()?;
        Ok(destination)
    }

    /// The report will take the place of what is there, so that must be a report. A device must not
    /// even be opened: it could block, or be replaced for the whole machine.
    fn refuse_what_is_not_ours(&self) -> Result<(), WriteError> {
        let refused = |error| WriteError::Refused(self.path.clone(), error);
        match fs::metadata(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Ok(data) if !data.is_file() => return Err(WriteError::NotAFile(self.path.clone())),
            known => known.map_err(refused)?,
        };
        let file = File::open(&self.path).map_err(refused)?;
        let mut start = Vec::new();
        file.take(MARK.len() as u64).read_to_end(&mut start).map_err(refused)?;
        if start.is_empty() || start == MARK.as_bytes() {
            Ok(())
        } else {
            Err(WriteError::NotOurs(self.path.clone()))
        }
    }

    /// Finds out now whether the directory can be written to, not when the work is done.
    fn probe(&self) -> Result<(), WriteError> {
        let draft = self.draft();
        File::create(&draft)
            .and_then(|_| fs::remove_file(&draft))
            .map_err(|error| WriteError::Refused(self.path.clone(), error))
    }

    /// Puts `report` there, whole or not at all.
    fn fill(&self, report: &str) -> Result<(), WriteError> {
        let draft = self.draft();
        fs::write(&draft, report)
            .and_then(|()| fs::rename(&draft, &self.path))
            .map_err(|error| WriteError::Refused(self.path.clone(), error))
    }

    /// Beside the report, so that the rename stays within one file system.
    #[observe(skip)]
    fn draft(&self) -> PathBuf {
        let mut name = OsString::from(".");
        name.push(self.path.file_name().unwrap_or_default());
        name.push(format!(".{}.draft", std::process::id()));
        self.path.with_file_name(name)
    }
}

/// Writes the report of `run`.
#[observe(health(failing(consecutive_failures = 1)))]
pub fn write(run: &Run, store: &Store, destination: &Destination) -> Result<(), WriteError> {
    let related = relate(&run.reviewed, store).map_err(WriteError::Store)?;
    destination.fill(&report::compose(run, &related))
}

/// For every file, the others to see also: found through the knowledge store by the words of its
/// review that few files share.
#[observe]
fn relate(
    reviewed: &[Reviewed],
    store: &Store,
) -> Result<HashMap<String, Vec<String>>, StoreError> {
    let telling = store.telling_words()?;
    let mut related = HashMap::with_capacity(reviewed.len());
    for file in reviewed {
        let words = search_words(file, &telling);
        related.insert(file.path.clone(), store.see_also(&file.path, &words, SEE_ALSO)?);
    }
    Ok(related)
}

fn search_words<'a>(file: &Reviewed, telling: &'a HashSet<String>) -> Vec<&'a str> {
    let outline = file.review.outline.iter().flat_map(|entry| entry.split_whitespace());
    let terms = file.review.terms.iter().map(String::as_str);
    let mut words: Vec<&str> = terms
        .chain(outline)
        .filter_map(|word| telling.get(&word.to_lowercase()))
        .map(String::as_str)
        .collect();
    let mut seen = HashSet::new();
    words.retain(|word| seen.insert(*word));
    words
}
