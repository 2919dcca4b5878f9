//! Chaos: breaks one thing that the program lives on while it serves, so that its health is to be seen changing, and mends
//! it when told so by SIGUSR1.
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
    llm::server::{BuiltIn, Stopped},
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
/// anything. Told so, it mends that, and the next time breaks it again. Dropped, it puts the memory back. Unless `busy`, the
/// team reviews once more what it meets then.
pub async fn reign(
    chaos: Option<Chaos>,
    busy: bool,
    team: Arc<Team>,
    memory: PathBuf,
    server: BuiltIn,
) -> Infallible {
    let Some(chaos) = chaos else { return pending().await };
    let mut told = Told::listen();
    tokio::time::sleep(CALM).await;
    let console = Arc::clone(&team.console);
    let mut server = Some(server);
    loop {
        let broken = Broken::new(chaos, &memory, &mut server, &console).await;
        if told.is_first() && !busy {
            // The team stays: with it the store would be closed, and there would be nothing to look at.
            review_once_more(Arc::clone(&team), &console).await;
        }
        told.again().await;
        broken.mend(&mut server, &console);
        told.again().await;
    }
}

/// What is broken, and what it takes to mend it.
#[derive(Debug)]
enum Broken {
    /// The memory, which is moved back; `None` where it could not be moved away.
    Store(Option<Displaced>),
    /// The model server, which begins anew where it was. `None` where it could not.
    Model(Option<Stopped>),
    /// The runtime, which nobody mends.
    Stall,
}

impl Broken {
    async fn new(
        chaos: Chaos,
        memory: &Path,
        server: &mut Option<BuiltIn>,
        console: &Console,
    ) -> Self {
        match chaos {
            Chaos::Store => Self::Store(displace(memory, console)),
            Chaos::Model => {
                let Some(server) = server.take() else { return Self::Model(None) };
                let stopped = server.stop().await;
                console.say("chaos: the model server has stopped");
                if let Err(error) = &stopped {
                    console.say(&format!("chaos: the model server lost its place: {error}"));
                }
                Self::Model(stopped.ok())
            }
            Chaos::Stall => {
                stall();
                console.say(&format!(
                    "chaos: the async runtime stands still, and Ctrl-C with it: `kill -9 {}` ends it",
                    process::id()
                ));
                Self::Stall
            }
        }
    }

    /// Mends it.
    fn mend(self, server: &mut Option<BuiltIn>, console: &Console) {
        match self {
            Self::Store(displaced) => {
                drop(displaced);
                console.say("chaos: the memory is back");
            }
            Self::Model(Some(stopped)) => match stopped.start() {
                Ok(started) => {
                    *server = Some(started);
                    console.say("chaos: the model server is back");
                }
                Err(error) => {
                    console.say(&format!("chaos: the model server does not come back: {error}"));
                }
            },
            Self::Model(None) | Self::Stall => {}
        }
    }
}

/// Word from outside: SIGUSR1.
#[derive(Debug)]
struct Told {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
    times: u32,
}

impl Told {
    fn listen() -> Self {
        #[cfg(unix)]
        use tokio::signal::unix::{SignalKind, signal};
        Self {
            #[cfg(unix)]
            signal: signal(SignalKind::user_defined1()).ok(),
            times: 0,
        }
    }

    /// Whether there was none yet.
    fn is_first(&self) -> bool {
        self.times == 0
    }

    /// Waits for the next one.
    async fn again(&mut self) {
        #[cfg(unix)]
        match &mut self.signal {
            Some(signal) => _ = signal.recv().await,
            None => pending().await,
        }
        #[cfg(not(unix))]
        pending::<()>().await;
        self.times += 1;
    }
}

/// Reviews the folder so long after each review, for ever; without a pause, never.
pub async fn review_again(pause: Option<Duration>, team: Arc<Team>) -> Infallible {
    let Some(pause) = pause else { return pending().await };
    let console = Arc::clone(&team.console);
    loop {
        tokio::time::sleep(pause).await;
        review_once_more(Arc::clone(&team), &console).await;
    }
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
