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

use crate::metrics::EVENT_LOG_SIZE;

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

impl Event<'_> {
    /// The type of event, as metrics count it.
    fn name(&self) -> &'static str {
        match self {
            Self::Planned { .. } => "planned",
            Self::Started { .. } => "started",
            Self::Retried { .. } => "retried",
            Self::SentBack { .. } => "sent_back",
            Self::Ended { .. } => "ended",
            Self::Reported { .. } => "reported",
        }
    }
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

#[allow(clippy::cast_precision_loss)] // Sizes are exact up to 8 PiB.
impl EventLog {
    /// Opens the log at `path` for appending, or makes it.
    #[observe(file(operation = "open"))]
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().append(true).create(true).open(path)?;
        EVENT_LOG_SIZE.set(file.metadata()?.len() as f64);
        Ok(Self { file: Mutex::new(file) })
    }

    /// Appends one event as one line, in one write, so that two runs never mix their lines.
    #[observe(file(operation = "append"), buckets = micro)]
    pub fn append(&self, event: &Event<'_>) -> io::Result<()> {
        observant::current().event(event.name());
        let elapsed = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        let at = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        let mut line = serde_json::to_vec(&Record { at, event })?;
        line.push(b'\n');
        self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(&line)?;
        observant::current().bytes(line.len() as u64);
        EVENT_LOG_SIZE.add(line.len() as f64);
        Ok(())
    }
}
