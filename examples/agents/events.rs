//! The event log: what happened, one JSON object a line, only ever appended to.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::Path,
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use observant::observe;
use serde::Serialize;

/// Something that happened in a run.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event<'a> {
    /// The folder was listed.
    Planned {
        /// The folder.
        folder: &'a str,
        /// Files to review.
        files: usize,
        /// Files left out at once.
        skipped: usize,
        /// Files known from the run before that are gone.
        vanished: usize,
    },
    /// A task began.
    Started {
        /// The task.
        task: &'a str,
    },
    /// The model had to be asked more than once.
    Retried {
        /// The task.
        task: &'a str,
        /// Requests it took.
        attempts: u32,
    },
    /// A draft went back to the analyst.
    SentBack {
        /// The task.
        task: &'a str,
        /// What the reviewer said.
        objection: &'a str,
    },
    /// A task ended.
    Ended {
        /// The task.
        task: &'a str,
        /// How: `reviewed`, `unchanged`, `skipped`, `failed`, `panicked`.
        result: &'a str,
    },
    /// The report was written.
    Reported {
        /// Where.
        path: &'a str,
    },
}

#[derive(Serialize)]
struct Record<'a> {
    /// Milliseconds since 1970.
    at: u64,
    #[serde(flatten)]
    event: &'a Event<'a>,
}

/// An open log.
#[derive(Debug)]
pub struct EventLog {
    file: Mutex<File>,
}

#[observe]
impl EventLog {
    /// Opens the log at `path` for appending, or makes it.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().append(true).create(true).open(path)?;
        Ok(Self { file: Mutex::new(file) })
    }

    /// Appends one event as one line, in one write, so that two runs never mix their lines.
    #[observe(buckets = micro)]
    pub fn append(&self, event: &Event<'_>) -> io::Result<()> {
        let elapsed = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        let at = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        let mut line = serde_json::to_vec(&Record { at, event })?;
        line.push(b'\n');
        self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(&line)
    }
}
