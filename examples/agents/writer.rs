//! The writer: turns a run into `report.md`.
//!
//! It never overwrites a file somebody else wrote, and never leaves half a report.

mod markdown;
mod report;

use std::{
    ffi::OsString,
    fmt,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use observant::{Label, observe};

use crate::{
    metrics::{self, Area},
    run::Run,
};

/// First line of every report; how one is told from a stranger's file of the same name.
const MARK: &str = "<!-- Written by the `agents` example of Observant; it will be overwritten. -->";

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
    #[observe(file(operation = "look"))]
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
    #[observe(file(operation = "probe"))]
    fn probe(&self) -> Result<(), WriteError> {
        let draft = self.draft();
        File::create(&draft)
            .and_then(|_| fs::remove_file(&draft))
            .map_err(|error| WriteError::Refused(self.path.clone(), error))
    }

    /// Puts `report` there, whole or not at all.
    #[observe(file(operation = "write"))]
    fn fill(&self, report: &str) -> Result<(), WriteError> {
        let draft = self.draft();
        fs::write(&draft, report)
            .and_then(|()| fs::rename(&draft, &self.path))
            .map_err(|error| WriteError::Refused(self.path.clone(), error))?;
        observant::current().bytes(report.len() as u64);
        metrics::measure(Area::Report, &self.path);
        Ok(())
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
#[observe(agent = "writer", buckets = default, health(failing(consecutive_failures = 1)))]
pub fn write(run: &Run, destination: &Destination) -> Result<(), WriteError> {
    destination.fill(&report::compose(run))
}
