//! One task: a file goes from the reader to the analyst, to and fro between analyst and reviewer,
//! and into the store, all before its deadline.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use observant::{Label, observe};

use super::{
    Team,
    drill::{self, Drill},
};
use crate::{
    analyst::{Analyst, Conversation},
    document::{Document, Review, Skip},
    events::Event,
    folder, grounding, guard,
    library::LibraryError,
    llm::ModelError,
    metrics::{FINDINGS, REGISTERED_FILES},
    panics::{ERRAND, Errand, apart, blocking},
    reader,
    reviewer::{self, Objection},
    run::{Effort, Reviewed, State},
    store::{Change, StoreError},
};

/// Drafts the reviewer looks at before a file is given up.
const ROUNDS: u32 = 5;

/// Something to do.
#[derive(Debug, Clone)]
pub(super) enum Task {
    /// Review the file at this path below the folder.
    Review(PathBuf),
    /// Rehearse a mishap.
    Drill(Drill),
    /// Say in a few sentences what the reviews say.
    Digest(Arc<Document>),
}

/// Whether a task is real: a label of [`perform`], so that drills never spoil the figures of reviews.
#[derive(Debug, Clone, Copy, Label)]
enum Mode {
    Review,
    Drill,
    Digest,
}

impl Mode {
    fn word(self) -> &'static str {
        Self::VALUES[self.index()]
    }
}

/// What came of a task.
#[derive(Debug)]
pub(super) enum Done {
    /// The file has a review.
    Reviewed(Box<Reviewed>),
    /// The file is not for review.
    Skipped(Skip),
    /// A drill got its answer, after this many requests.
    Rehearsed {
        /// Requests it took.
        requests: u32,
    },
    /// The sentences.
    Digested(String),
}

/// Why a task came to nothing.
#[derive(Debug, Label)]
pub(super) enum TaskError {
    /// It took too long.
    DeadlineExceeded(Duration),
    /// The model gave no answer.
    Model(ModelError),
    /// The reviewer never accepted a draft; this was the last objection.
    NotAccepted(Objection),
    /// The store failed.
    Store(StoreError),
    /// A tool of the library failed.
    Library(LibraryError),
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DeadlineExceeded(deadline) => {
                write!(f, "cut off at its deadline of {:.1} s", deadline.as_secs_f64())
            }
            Self::Model(error) => error.fmt(f),
            Self::NotAccepted(objection) => {
                write!(f, "no draft was accepted in {ROUNDS} rounds, at last because {objection}")
            }
            Self::Store(error) => error.fmt(f),
            Self::Library(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for TaskError {}

impl TaskError {
    /// The metrics' `error_type`: not only that the model failed, but how.
    pub(super) fn reason(&self) -> &'static str {
        match self {
            Self::Model(error) => error.reason(),
            Self::Library(error) => LibraryError::VALUES[error.index()],
            Self::NotAccepted(objection) => objection.reason(),
            other => Self::VALUES[other.index()],
        }
    }
}

impl From<ModelError> for TaskError {
    fn from(error: ModelError) -> Self {
        Self::Model(error)
    }
}

impl From<LibraryError> for TaskError {
    fn from(error: LibraryError) -> Self {
        Self::Library(error)
    }
}

impl From<StoreError> for TaskError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Task {
    /// What people call it: the path below the folder, or the drill.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Review(path) => folder::readable(path),
            Self::Drill(drill) => format!("drill \"{}\"", drill.title()),
            Self::Digest(_) => "digest".to_owned(),
        }
    }

    /// Whether it is the one at this path, or this drill.
    pub(super) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Review(one), Self::Review(other)) => one == other,
            (Self::Drill(one), Self::Drill(other)) => one == other,
            _ => false,
        }
    }

    /// The agent that answers for it.
    fn agent(&self, team: &Team) -> &'static str {
        match self {
            Self::Review(_) => team.analyst.name,
            Self::Drill(_) => team.sparring_partner.name,
            Self::Digest(_) => team.editor.name,
        }
    }

    fn mode(&self) -> Mode {
        match self {
            Self::Review(_) => Mode::Review,
            Self::Drill(_) => Mode::Drill,
            Self::Digest(_) => Mode::Digest,
        }
    }

    fn deadline(&self, team: &Team) -> Duration {
        match self {
            Self::Review(_) | Self::Digest(_) => team.policy.deadline,
            Self::Drill(drill) => drill.deadline(),
        }
    }
}

impl Done {
    /// The word in the event log.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Reviewed(file) if file.effort.rounds == 0 => "unchanged",
            Self::Reviewed(_) => "reviewed",
            Self::Skipped(_) => "skipped",
            Self::Rehearsed { .. } => "rehearsed",
            Self::Digested(_) => "digested",
        }
    }
}

/// Performs a task, and cuts it off at its deadline: the work is then dropped where it stands, its
/// request to the model with it, and counts as `cancelled`. With `anew` no review at hand will do.
#[observe(
    task(name = task.mode().word(), mode = task.mode().word(), agent = task.agent(&team), ticket = task.name()),
    labels(mode = task.mode()),
    fields(task = %task.name()),
    error_type = TaskError::reason,
    buckets = slow
)]
pub(super) async fn perform(team: Arc<Team>, task: Task, anew: bool) -> Result<Done, TaskError> {
    let deadline = task.deadline(&team);
    let errand = Errand { name: task.name(), drill: matches!(task, Task::Drill(_)) };
    team.note(&Event::Started { task: &errand.name });
    let work = async {
        match task {
            Task::Review(path) => review_file(&team, &path, anew).await,
            Task::Drill(drill) => drill::rehearse(drill, &team).await,
            Task::Digest(document) => {
                let (review, _) = agree(Arc::clone(&team), team.editor.clone(), document).await?;
                Ok(Done::Digested(review.summary))
            }
        }
    };
    match ERRAND.scope(errand, tokio::time::timeout(deadline, work)).await {
        Ok(result) => result,
        Err(_) => Err(TaskError::DeadlineExceeded(deadline)),
    }
}

/// Reviews one file, unless it is not for review, or a review of the same contents is at hand.
///
/// Judged here and not in [`perform`], where drills fail on purpose.
#[observe(
    step,
    error_type = TaskError::reason,
    health,
    slo(name = "reviews", success = 95, latency = "30s", latency_percent = 95)
)]
async fn review_file(team: &Arc<Team>, path: &Path, anew: bool) -> Result<Done, TaskError> {
    let document = match load(team, path).await {
        Ok(document) => Arc::new(document),
        Err(reason) => return Ok(Done::Skipped(reason)),
    };
    if let Err(reason) = guard::screen(&document) {
        return Ok(Done::Skipped(reason));
    }
    let (state, known) = compare(team, &document).await?;
    let (review, effort) = match known {
        Some(review) if !anew => (review, Effort::default()),
        _ => {
            let analyst = team.analyst.clone();
            apart(agree(Arc::clone(team), analyst, Arc::clone(&document))).await?
        }
    };
    let fresh = effort.rounds > 0;
    FINDINGS.with(fresh).add(review.findings.len() as u64);
    if fresh {
        record(team, &document, review.clone()).await?;
        REGISTERED_FILES.add(if state == State::New { 1.0 } else { 0.0 });
    }
    Ok(Done::Reviewed(Box::new(Reviewed {
        path: document.path.clone(),
        lines: document.lines(),
        bytes: document.bytes,
        state,
        review,
        effort,
    })))
}

/// Analyst and reviewer talk until a draft is accepted.
#[observe(step, error_type = TaskError::reason)]
async fn agree(
    team: Arc<Team>,
    analyst: Analyst,
    document: Arc<Document>,
) -> Result<(Review, Effort), TaskError> {
    let mut conversation = Conversation::about(&document);
    let mut effort = Effort::default();
    loop {
        let answer = analyst.draft(&conversation).await?;
        effort.rounds += 1;
        effort.requests += answer.attempts;
        effort.usage = effort.usage.and(answer.usage);
        if answer.attempts > 1 {
            team.note(&Event::Retried { task: &document.path, attempts: answer.attempts });
        }
        let objection = match reviewer::judge(&document, &answer.text) {
            Ok(review) => {
                grounding::grade(&document, &review);
                return Ok((review, effort));
            }
            Err(objection) if effort.rounds == ROUNDS => {
                return Err(TaskError::NotAccepted(objection));
            }
            Err(objection) => objection,
        };
        let reason = objection.to_string();
        team.note(&Event::SentBack { task: &document.path, objection: &reason });
        conversation.send_back(answer.text, &objection);
    }
}

async fn load(team: &Arc<Team>, path: &Path) -> Result<Document, Skip> {
    let (team, path) = (Arc::clone(team), path.to_owned());
    blocking(move || reader::load(&team.folder.root, &path, team.policy.largest_file)).await
}

/// How the document compares with the last run, and the review that still holds, if any.
async fn compare(
    team: &Arc<Team>,
    document: &Arc<Document>,
) -> Result<(State, Option<Review>), StoreError> {
    let (asking, document) = (Arc::clone(team), Arc::clone(document));
    let change =
        blocking(move || asking.store.compare(&document, asking.analyst.model.name())).await?;
    Ok(match change {
        Change::New => (State::New, None),
        Change::Changed => (State::Changed, None),
        Change::Unchanged(review) => {
            (State::Unchanged, review.filter(|_| !team.policy.fresh).map(|review| *review))
        }
    })
}

async fn record(
    team: &Arc<Team>,
    document: &Arc<Document>,
    review: Review,
) -> Result<(), StoreError> {
    let (team, document) = (Arc::clone(team), Arc::clone(document));
    blocking(move || team.store.record(&document, &review, team.analyst.model.name())).await
}
