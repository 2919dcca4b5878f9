//! What a run leaves behind, as plain data: the writer turns it into a report.

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    time::Duration,
};

use crate::{
    document::{Review, Skip},
    llm::wire::Usage,
    orchestrator::drill::Drill,
};

/// Everything there is to tell about one run.
#[derive(Debug)]
pub struct Run {
    /// The folder.
    pub folder: PathBuf,
    /// The model asked, and where.
    pub model: String,
    /// Reviewed files, sorted by path.
    pub reviewed: Vec<Reviewed>,
    /// All of that in a few sentences.
    pub digest: Option<String>,
    /// For each reviewed file, the others to see also.
    pub related: HashMap<String, Vec<String>>,
    /// Files left out, sorted by path.
    pub skipped: Vec<(String, Skip)>,
    /// Files whose review failed, with the reason, sorted by path.
    pub failed: Vec<(String, String)>,
    /// Files the last run knew and this one did not find.
    pub vanished: Vec<String>,
    /// The drills, with what came of them.
    pub drills: Vec<(Drill, Result<String, String>)>,
    /// How long it all took.
    pub elapsed: Duration,
}

/// One reviewed file.
#[derive(Debug)]
pub struct Reviewed {
    /// Path below the folder.
    pub path: String,
    /// Lines of text.
    pub lines: usize,
    /// Bytes on disk.
    pub bytes: u64,
    /// How it compares with the last run.
    pub state: State,
    /// What the analyst said and the reviewer accepted.
    pub review: Review,
    /// What it cost this time.
    pub effort: Effort,
}

/// How a file compares with the last run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Not known then.
    New,
    /// Other contents now.
    Changed,
    /// The same contents.
    Unchanged,
}

impl State {
    /// The word in the report.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
        }
    }
}

/// What a review cost.
#[derive(Debug, Clone, Copy, Default)]
pub struct Effort {
    /// Drafts until one was accepted; none when an earlier review still held.
    pub rounds: u32,
    /// Requests to the model, refused ones included.
    pub requests: u32,
    /// Tokens.
    pub usage: Usage,
}

impl Run {
    /// Reviewed files in a state.
    pub fn count(&self, state: State) -> usize {
        self.reviewed.iter().filter(|file| file.state == state).count()
    }

    /// How many files were left out for each reason.
    pub fn left_out_by_reason(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for (_, reason) in &self.skipped {
            *counts.entry(reason.word()).or_default() += 1;
        }
        counts
    }

    /// Findings in all reviewed files.
    pub fn findings(&self) -> usize {
        self.reviewed.iter().map(|file| file.review.findings.len()).sum()
    }

    /// Tokens of all reviews.
    pub fn usage(&self) -> Usage {
        self.reviewed.iter().fold(Usage::default(), |sum, file| sum.and(file.effort.usage))
    }
}
