//! The orchestrator: lists the folder, gives every file to the team, and survives what happens.
//!
//! It knows all agents and does none of their work.

pub mod drill;
mod task;

use std::{
    collections::{HashMap, HashSet},
    fmt,
    hash::{BuildHasher as _, RandomState},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use observant::{InCurrent as _, Label, observe};
use tokio::task::{JoinError, JoinSet};

use self::{
    drill::Drill,
    task::{Done, Task, TaskError},
};
use crate::{
    analyst::Analyst,
    console::Console,
    document::{Document, Skip},
    events::{Event, EventLog},
    folder::{self, Folder, Listing},
    guard, librarian,
    library::{Library, LibraryError},
    panics::blocking,
    reader,
    run::{Reviewed, Run},
    store::{Store, StoreError},
    trace,
};

/// Reviews that a digest is made of; the model would not read many more.
const IN_A_DIGEST: usize = 100;

/// Everybody and everything a task may need.
#[derive(Debug)]
pub struct Team {
    /// The folder under review.
    pub folder: Folder,
    /// Drafts the reviews.
    pub analyst: Analyst,
    /// Drafts for the drills; always the built-in model, nobody pays for a rehearsal.
    pub sparring_partner: Analyst,
    /// Says what the reviews say, in short; the built-in model too, so that a named one gets to see files and nothing else.
    pub editor: Analyst,
    /// Registry and knowledge.
    pub store: Arc<Store>,
    /// The store, as the agents have it.
    pub library: Library,
    /// What happened.
    pub events: EventLog,
    /// What people see.
    pub console: Arc<Console>,
    /// Limits and wishes.
    pub policy: Policy,
    /// What the runs of this process have in common, in traces.
    pub session: String,
}

/// Limits and wishes for a run.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Tasks at a time.
    pub jobs: usize,
    /// Longest time for one file, everything included.
    pub deadline: Duration,
    /// Largest file, in bytes.
    pub largest_file: u64,
    /// Review files again that did not change.
    pub fresh: bool,
    /// Print the trace of one task, and record no other.
    pub trace: bool,
    /// Leave out what `.gitignore` names.
    pub honour_ignore_files: bool,
    /// Never reviewed: our own report and data.
    pub excluded: Vec<PathBuf>,
}

impl Team {
    /// Tells that the report lies at `path`.
    pub fn reported(&self, path: &Path) {
        let path = path.display().to_string();
        self.note(&Event::Reported { path: &path });
        self.console.say(&format!("report: {path}"));
    }

    /// Notes an event. A log that cannot be written is no reason to stop: that it fails is to be
    /// seen in the metrics of [`EventLog::append`].
    fn note(&self, event: &Event<'_>) {
        let _ = self.events.append(event);
    }
}

/// Why there is no run to report.
#[derive(Debug, Label)]
pub enum RunError {
    /// The store failed.
    Store(StoreError),
    /// The library failed.
    Library(LibraryError),
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Library(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for RunError {}

/// Conducts one run: all that is done in it has one conversation, and the session of this process.
pub async fn conduct(team: Arc<Team>) -> Result<Run, RunError> {
    let scope = observant::scope().session(&*team.session).conversation(random_id());
    scope.wrap(review_folder(team)).await
}

/// Sixteen digits that nobody else has.
pub fn random_id() -> String {
    format!("{:016x}", RandomState::new().hash_one(()))
}

/// Reviews the team's folder. It is called so seldom that one failure says something.
#[observe(
    workflow(mode = if team.policy.fresh { "full" } else { "incremental" }, ticket = team.session),
    health(failing(consecutive_failures = 1))
)]
async fn review_folder(team: Arc<Team>) -> Result<Run, RunError> {
    let start = Instant::now();
    let listing = plan(&team).await;
    let vanished = notice_vanished(&team, &listing).await.map_err(RunError::Store)?;
    announce(&team, &listing, &vanished);

    let traced = choose_traced(&team, &listing.files).await;
    let reviews = listing.files.into_iter().map(Task::Review);
    let drills = Drill::ALL.into_iter().map(Task::Drill);
    let endings = work_off(&team, drills.chain(reviews).collect(), traced).await;

    let mut run = Run {
        folder: team.folder.root.clone(),
        model: format!("{} at {}", team.analyst.model.name(), team.analyst.model.endpoint()),
        reviewed: Vec::new(),
        digest: None,
        related: HashMap::new(),
        skipped: listing.skipped,
        failed: Vec::new(),
        vanished,
        drills: Vec::new(),
        elapsed: Duration::ZERO,
    };
    for (task, ending) in endings {
        file(task, ending, &mut run);
    }
    run.reviewed.sort_by(|a, b| a.path.cmp(&b.path));
    run.skipped.sort_by(|a, b| a.0.cmp(&b.0));
    run.failed.sort();
    run.digest = digest(&team, &run.reviewed).await;
    run.related =
        librarian::relate(&run.reviewed, &team.library).await.map_err(RunError::Library)?;
    let store = Arc::clone(&team.store);
    blocking(move || store.measure()).await.map_err(RunError::Store)?;
    run.elapsed = start.elapsed();
    Ok(run)
}

/// What the reviews say, in short. A report without it is one, too.
async fn digest(team: &Arc<Team>, reviewed: &[Reviewed]) -> Option<String> {
    if reviewed.is_empty() {
        return None;
    }
    let line = |file: &Reviewed| format!("{}\n", file.review.summary);
    let text: String = reviewed.iter().take(IN_A_DIGEST).map(line).collect();
    let bytes = text.len() as u64;
    let document = Document { path: "digest.md".to_owned(), text, hash: String::new(), bytes };
    let endings = work_off(team, vec![Task::Digest(Arc::new(document))], None).await;
    endings.into_iter().find_map(|(_, ending)| match ending {
        Ok(Ok(Done::Digested(text))) => Some(text),
        _ => None,
    })
}

/// One task for every file.
#[observe(plan(agent = "orchestrator"), buckets = default)]
async fn plan(team: &Arc<Team>) -> Listing {
    let team = Arc::clone(team);
    blocking(move || team.folder.list(&team.policy.excluded, team.policy.honour_ignore_files)).await
}

/// Where one task alone is traced, which: the first file that is for review, or a drill where none is.
async fn choose_traced(team: &Arc<Team>, files: &[PathBuf]) -> Option<Task> {
    if !team.policy.trace {
        return None;
    }
    let (team, files) = (Arc::clone(team), files.to_owned());
    let limit = team.policy.largest_file;
    let is_for_review = move |path: &PathBuf| {
        let document = reader::load(&team.folder.root, path, limit);
        document.is_ok_and(|document| guard::screen(&document).is_ok())
    };
    let first = blocking(move || files.into_iter().find(is_for_review)).await;
    Some(first.map_or(Task::Drill(Drill::OverloadedModel), Task::Review))
}

#[observe(step, buckets = default)]
async fn notice_vanished(team: &Team, listing: &Listing) -> Result<Vec<String>, StoreError> {
    let files = listing.files.iter().map(|path| folder::readable(path));
    let present: HashSet<String> =
        files.chain(listing.skipped.iter().map(|(path, _)| path.clone())).collect();
    let blind_spots = listing.blind_spots.clone();
    let store = Arc::clone(&team.store);
    blocking(move || store.forget_vanished(&present, &blind_spots)).await
}

fn announce(team: &Team, listing: &Listing, vanished: &[String]) {
    let (files, skipped) = (listing.files.len(), listing.skipped.len());
    team.note(&Event::Planned {
        folder: &team.folder.root.display().to_string(),
        files,
        skipped,
        vanished: vanished.len(),
    });
    if files == 0 {
        team.console
            .say("the folder holds no file to review (hidden and ignored files are left out)");
    } else {
        let drills = Drill::ALL.len();
        team.console.say(&format!(
            "plan: {files} to review, {skipped} left out at once, and {drills} drills"
        ));
    }
    for path in vanished.iter().take(10) {
        team.console.say(&format!("vanished since the last run: {path}"));
    }
    if vanished.len() > 10 {
        team.console.say(&format!("and {} more have vanished", vanished.len() - 10));
    }
}

/// How a task ended: with a result, an error, or a panic.
type Ending = Result<Result<Done, TaskError>, JoinError>;

/// Runs all tasks, at most `jobs` at a time. Nothing a task does, panicking included, ends another.
#[observe(step)]
async fn work_off(team: &Arc<Team>, tasks: Vec<Task>, traced: Option<Task>) -> Vec<(Task, Ending)> {
    let total = tasks.len();
    let mut waiting = tasks.into_iter();
    let mut running = JoinSet::new();
    let mut at_work = HashMap::new();
    let mut endings = Vec::with_capacity(total);
    loop {
        while running.len() < team.policy.jobs
            && let Some(task) = waiting.next()
        {
            let is_traced = traced.as_ref().is_some_and(|traced| traced.is(&task));
            let work = task::perform(Arc::clone(team), task.clone(), is_traced);
            let handle = running.spawn(work.with_context(trace::of_task(is_traced)));
            at_work.insert(handle.id(), task);
        }
        let (id, ending) = match running.join_next_with_id().await {
            None => break,
            Some(Ok((id, result))) => (id, Ok(result)),
            Some(Err(error)) => (error.id(), Err(error)),
        };
        let Some(task) = at_work.remove(&id) else { continue };
        endings.push((task, ending));
        let (task, ending) = &endings[endings.len() - 1];
        tell(team, task, ending, endings.len(), total);
    }
    team.console.clear();
    endings
}

fn tell(team: &Team, task: &Task, ending: &Ending, done: usize, total: usize) {
    let name = task.name();
    let result = match ending {
        Ok(Ok(result)) => result.word(),
        Ok(Err(_)) => "failed",
        Err(_) => "panicked",
    };
    team.note(&Event::Ended { task: &name, result });
    let (news, keep) = match (task, ending) {
        (Task::Drill(drill), ending) => match drill.judge(ending) {
            Ok(outcome) => (outcome, true),
            Err(surprise) => (format!("not as rehearsed, {surprise}"), true),
        },
        (Task::Review(_), Ok(Ok(Done::Skipped(reason)))) => (format!("left out, {reason}"), false),
        (_, Ok(Ok(_))) => (result.to_owned(), false),
        (_, Ok(Err(error))) => (format!("failed, {error}"), true),
        (_, Err(_)) => (result.to_owned(), true),
    };
    team.console.progress(done, total, &format!("{name}: {news}"), keep);
}

/// Puts a task's ending where the report looks for it.
fn file(task: Task, ending: Ending, run: &mut Run) {
    match (task, ending) {
        (Task::Drill(drill), ending) => run.drills.push((drill, drill.judge(&ending))),
        (Task::Review(_), Ok(Ok(Done::Reviewed(reviewed)))) => run.reviewed.push(*reviewed),
        (task, Ok(Ok(Done::Skipped(reason)))) => run.skipped.push((task.name(), reason)),
        (Task::Digest(_), _) => {}
        // A review never ends as a drill does, or as a digest.
        (task, Ok(Ok(Done::Rehearsed { .. } | Done::Digested(_)))) => {
            run.skipped.push((task.name(), Skip::Special));
        }
        (task, Ok(Err(error))) => run.failed.push((task.name(), error.to_string())),
        (task, Err(_)) => run.failed.push((task.name(), "it panicked".to_owned())),
    }
}
