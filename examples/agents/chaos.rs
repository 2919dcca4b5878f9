//! Chaos: breaks one thing that the program lives on while it serves, so that its health is to be seen changing.
//!
//! What breaks, breaks for real, and nobody tells the checks: they find it by themselves.

use std::{
    convert::Infallible,
    ffi::OsString,
    fs,
    future::pending,
    io, mem,
    path::{Path, PathBuf},
    process,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::runtime::Handle;

use crate::{
    console::Console,
    llm::server::BuiltIn,
    orchestrator::{self, Team},
};

/// How long all stays well, to be looked at.
const CALM: Duration = Duration::from_secs(5);

/// What to break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chaos {
    /// Somebody clears the folder the store lies in.
    Store,
    /// The built-in model server goes away.
    Model,
    /// Every thread of the async runtime waits for a lock that nobody gives back.
    Stall,
}

impl Chaos {
    /// Reads what the command line says.
    pub fn parse(value: &str) -> Result<Self, String> {
        match value {
            "store" => Ok(Self::Store),
            "model" => Ok(Self::Model),
            "stall" => Ok(Self::Stall),
            other => Err(format!("`{other}` cannot be broken; `store`, `model` and `stall` can")),
        }
    }
}

/// Keeps what the team lives on, its `memory` and its `server`, and after a while breaks what `chaos` names, if
/// anything. Dropped, it puts the memory back.
pub async fn reign(
    chaos: Option<Chaos>,
    team: Arc<Team>,
    memory: PathBuf,
    server: BuiltIn,
) -> Infallible {
    let Some(chaos) = chaos else { return pending().await };
    tokio::time::sleep(CALM).await;
    let console = Arc::clone(&team.console);
    let _displaced = match chaos {
        Chaos::Store => displace(&memory, &console),
        Chaos::Model => {
            drop(server);
            console.say("chaos: the model server has stopped");
            None
        }
        Chaos::Stall => {
            stall();
            console.say(&format!(
                "chaos: the async runtime stands still, and Ctrl-C with it: `kill -9 {}` ends it",
                process::id()
            ));
            None
        }
    };
    // The team stays: with it the store would be closed, and there would be nothing to look at.
    review_once_more(Arc::clone(&team), &console).await;
    pending().await
}

/// A folder that was moved away; dropping it moves it back.
#[derive(Debug)]
struct Displaced {
    from: PathBuf,
    to: PathBuf,
}

impl Displaced {
    fn new(folder: &Path) -> io::Result<Self> {
        // A hidden one, so that it is left out where the memory lies in the folder under review.
        let mut name = OsString::from(".");
        name.push(folder.file_name().unwrap_or_default());
        name.push(".displaced");
        let to = folder.with_file_name(name);
        fs::rename(folder, &to)?;
        Ok(Self { from: folder.to_owned(), to })
    }
}

impl Drop for Displaced {
    fn drop(&mut self) {
        if let Err(error) = fs::rename(&self.to, &self.from) {
            eprintln!("agents: the memory stays at `{}`: {error}", self.to.display());
        }
    }
}

/// To the program it is as if the folder were deleted, as caches are: SQLite goes on with the files it has open, no call
/// fails, and whatever is recorded from here on is lost.
fn displace(memory: &Path, console: &Console) -> Option<Displaced> {
    let displaced = Displaced::new(memory);
    match &displaced {
        Ok(displaced) => console.say(&format!(
            "chaos: the memory was moved away, to {}, until Ctrl-C",
            displaced.to.display()
        )),
        Err(error) => console.say(&format!("chaos: the memory cannot be moved away: {error}")),
    }
    displaced.ok()
}

/// A lock of the standard library, awaited where only those of tokio should be: it takes a thread along for each task.
fn stall() {
    let lock = Arc::new(Mutex::new(()));
    mem::forget(lock.lock());
    for _ in 0..Handle::current().metrics().num_workers() {
        let lock = Arc::clone(&lock);
        tokio::spawn(async move { drop(lock.lock().unwrap_or_else(PoisonError::into_inner)) });
    }
}

/// So that the agents meet it, and are judged by how they fare.
async fn review_once_more(team: Arc<Team>, console: &Console) {
    match orchestrator::conduct(team).await {
        Ok(run) => console.say(&format!(
            "once more: {} reviewed, {} failed",
            run.reviewed.len(),
            run.failed.len()
        )),
        Err(error) => console.say(&format!("once more: {error}")),
    }
}
