//! What outlives a run: one SQLite database with the registry of files and the knowledge store.
//!
//! The connection lives here and nowhere else. All methods block; the orchestrator runs them off the
//! async threads.

mod check;
mod knowledge;
mod registry;

use std::{
    fmt, io,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use observant::{Label, observe};
use rusqlite::Connection;

use crate::metrics::{DATABASE_SIZE, KNOWLEDGE_ITEMS, REGISTERED_FILES};

pub use check::Probe;
pub use registry::Change;

/// Raised when the tables change; the database is a cache, so an old one is emptied, not migrated.
const SCHEMA_VERSION: i64 = 1;
/// How a database says whose it is: `PRAGMA application_id`, here "oagt".
const APPLICATION: i64 = 0x6f61_6774;
/// How long to wait for another run on the same folder.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

const SCHEMA: &str = "
    CREATE TABLE files (
        id     INTEGER PRIMARY KEY,
        path   TEXT NOT NULL UNIQUE,
        hash   TEXT NOT NULL,
        model  TEXT NOT NULL,
        review TEXT NOT NULL
    ) STRICT;
    CREATE INDEX files_by_hash ON files (hash);
    CREATE VIRTUAL TABLE knowledge USING fts5 (
        summary, body,
        content = '', contentless_delete = 1,
        tokenize = \"unicode61 remove_diacritics 0 tokenchars '_'\"
    );
    CREATE VIRTUAL TABLE vocabulary USING fts5vocab (knowledge, row);
";

/// The database of one folder.
#[derive(Debug)]
pub struct Store {
    /// Looks whether the database is in its place.
    pub probe: Arc<Probe>,
    connection: Mutex<Connection>,
}

/// Why the store could not do it.
#[derive(Debug, Label)]
pub enum StoreError {
    /// What SQLite says.
    Database(rusqlite::Error),
    /// A review in it is not readable, or could not be written as JSON.
    Encoding(serde_json::Error),
    /// The database belongs to some other program.
    NotOurs,
    /// The place for it could not be made.
    Place(io::Error),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(error) => write!(f, "the store failed: {error}"),
            Self::Encoding(error) => write!(f, "the store holds a damaged review: {error}"),
            Self::NotOurs => f.write_str("the database is not one of this program"),
            Self::Place(error) => write!(f, "the store has no place: {error}"),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Encoding(error)
    }
}

#[observe(db(system = "sqlite"))]
impl Store {
    /// Opens the database at `path`, or makes it.
    #[observe(operation = "OPEN")]
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        refuse_foreign(&connection)?;
        // A cache: losing the last transactions to a power cut only means to review again.
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        let store = Self { probe: Probe::new(path), connection: Mutex::new(connection) };
        store.prepare()?;
        store.measure()?;
        Ok(store)
    }

    /// Makes the tables where there are none of this version.
    #[observe(operation = "CREATE")]
    fn prepare(&self) -> Result<(), StoreError> {
        let mut connection = self.connection();
        let transaction =
            connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let version: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if version != SCHEMA_VERSION {
            transaction.execute_batch(
                "DROP TABLE IF EXISTS vocabulary; DROP TABLE IF EXISTS knowledge; \
                 DROP TABLE IF EXISTS files;",
            )?;
            transaction.execute_batch(SCHEMA)?;
            transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
            transaction.pragma_update(None, "application_id", APPLICATION)?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// Looks how much there is, for the metrics.
    #[observe(operation = "SELECT", collection = "files")]
    #[allow(clippy::cast_precision_loss)] // Exact up to 2^53.
    pub fn measure(&self) -> Result<(), StoreError> {
        let connection = self.connection();
        let number = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
        REGISTERED_FILES.set(number("SELECT count(*) FROM files")? as f64);
        KNOWLEDGE_ITEMS.set(number("SELECT count(*) FROM knowledge")? as f64);
        let size = number("PRAGMA page_count")? * number("PRAGMA page_size")?;
        DATABASE_SIZE.set(size as f64);
        Ok(())
    }

    /// The one connection. A panic while it was held left no transaction open, so poison is no harm.
    #[observe(skip)]
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks before anything is written: `--data` may name a folder where somebody else has a database.
#[observe(db(system = "sqlite", operation = "SELECT", collection = "sqlite_schema"))]
fn refuse_foreign(connection: &Connection) -> Result<(), StoreError> {
    let number = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let is_new = number("SELECT count(*) FROM sqlite_schema")? == 0;
    let is_ours = number("PRAGMA application_id")? == APPLICATION;
    if is_new || is_ours { Ok(()) } else { Err(StoreError::NotOurs) }
}
