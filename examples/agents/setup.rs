//! From options to a team, with every check that can be made before any work is done, and what the
//! program says and returns when one fails.

use std::{fmt, io, path::PathBuf, process::ExitCode, sync::Arc};

use observant::observe;

use crate::{
    analyst::Analyst,
    chaos::Chaos,
    cli::Options,
    console::Console,
    events::EventLog,
    folder::{Folder, FolderError},
    library::{Library, LibraryError},
    llm::{
        Manner, Model, prices,
        server::{self, BuiltIn},
    },
    metrics::{self, Area},
    orchestrator::{self, Policy, RunError, Team},
    place::Place,
    store::{Store, StoreError},
    writer::{Destination, WriteError},
};

/// Why the program ends without having done its work.
#[derive(Debug)]
pub struct Failure {
    message: String,
    usage: bool,
}

impl Failure {
    /// The user asked for what cannot be.
    pub fn usage(error: impl fmt::Display) -> Self {
        Self { message: format!("{error} (--help says more)"), usage: true }
    }

    /// Something broke.
    pub fn other(error: impl fmt::Display) -> Self {
        Self { message: error.to_string(), usage: false }
    }

    /// Says so on standard error and gives the exit status: 2 for wrong usage, else 1.
    pub fn report(self) -> ExitCode {
        eprintln!("agents: {}", self.message);
        if self.usage { ExitCode::from(2) } else { ExitCode::FAILURE }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::other(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::other(error)
    }
}

impl From<LibraryError> for Failure {
    fn from(error: LibraryError) -> Self {
        Self::other(error)
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        Self::other(error)
    }
}

impl From<FolderError> for Failure {
    fn from(error: FolderError) -> Self {
        match error {
            FolderError::Missing(_) | FolderError::NotAFolder(_) => Self::usage(error),
            FolderError::Refused(..) => Self::other(error),
        }
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::NotOurs(_) | WriteError::NotAFile(_) => Self::usage(error),
            WriteError::Refused(..) => Self::other(error),
        }
    }
}

/// A team that can begin.
#[derive(Debug)]
pub struct Assembled {
    /// Who works.
    pub team: Team,
    /// Where the report goes.
    pub destination: Destination,
    /// The folder of the store and the event log.
    pub memory: PathBuf,
    /// Must be kept: it ends when dropped.
    pub model_server: BuiltIn,
}

/// Checks everything and puts the team together.
#[observe]
pub async fn assemble(options: Options, console: &Arc<Console>) -> Result<Assembled, Failure> {
    let folder = Folder::open(&options.folder)?;
    let destination = Destination::claim(&options.out)?;
    let place = Place::prepare(options.data.as_deref(), &folder.root).map_err(StoreError::Place)?;
    let store = Arc::new(open_store(&place)?);
    let library = Library::open(Arc::clone(&store)).await?;
    let events = EventLog::open(&place.events())?;

    let model_server = BuiltIn::start()?;
    let built_in = Model::built_in(model_server.address, server::MODEL).map_err(Failure::other)?;
    let named = if options.built_in { None } else { Model::from_env().map_err(Failure::usage)? };
    if options.chaos == Some(Chaos::Model) && named.is_some() {
        return Err(Failure::usage(
            "`--chaos model` stops the built-in model, and OPENAI_BASE_URL names another: add --built-in",
        ));
    }
    prices::set();
    metrics::measure(Area::Memory, &place.directory);
    introduce(&folder, named.as_ref(), &built_in, &place, console);

    let analyst = |name, model, manner| Analyst { name, model, manner };
    let team = Team {
        folder,
        analyst: analyst("analyst", named.unwrap_or_else(|| built_in.clone()), Manner::Whole),
        sparring_partner: analyst("sparring_partner", built_in.clone(), Manner::Whole),
        editor: analyst("editor", built_in, Manner::Streamed),
        store,
        library,
        events,
        console: Arc::clone(console),
        policy: policy(&options, &destination, &place),
        session: orchestrator::random_id(),
    };
    Ok(Assembled { team, destination, memory: place.directory, model_server })
}

fn open_store(place: &Place) -> Result<Store, Failure> {
    let path = place.store();
    Store::open(&path).map_err(|error| {
        Failure::other(format!(
            "{error}: `{}`; name another place with --data, or remove the file if it is only this \
             program's memory",
            path.display()
        ))
    })
}

fn introduce(
    folder: &Folder,
    named: Option<&Model>,
    built_in: &Model,
    place: &Place,
    console: &Console,
) {
    console.say(&format!("folder: {}", folder.root.display()));
    match named {
        Some(model) => console.say(&format!(
            "model: {} at {}, which is sent the text of every file",
            model.name(),
            model.endpoint()
        )),
        None => console.say(&format!(
            "model: {} at {}, built in (OPENAI_BASE_URL names another)",
            built_in.name(),
            built_in.endpoint()
        )),
    }
    console.say(&format!("memory: {}", place.directory.display()));
}

fn policy(options: &Options, destination: &Destination, place: &Place) -> Policy {
    let mut excluded = vec![destination.path.clone(), place.directory.clone()];
    excluded.extend(place.files());
    Policy {
        jobs: options.jobs.get(),
        deadline: options.deadline,
        largest_file: options.largest_file,
        // Else there would be nothing left to do once something is broken.
        fresh: options.fresh || options.chaos.is_some(),
        trace: options.trace,
        honour_ignore_files: options.honour_ignore_files,
        excluded,
    }
}
