//! Whether the store is where it should be. No call of [`Store`] tells: SQLite goes on with the files it has open when
//! they are deleted, and all it writes to them is lost.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{Connection, OpenFlags};

use super::{APPLICATION, Store, StoreError};

/// Looks at the database of a store, and keeps nothing of it open.
#[derive(Debug)]
pub struct Probe {
    path: PathBuf,
    /// Whether the store is in use. Held for as long as a look takes, so that none is under way when the store closes:
    /// the last connection to close is the one that tidies up.
    in_use: Mutex<bool>,
}

impl Probe {
    pub(super) fn new(path: &Path) -> Arc<Self> {
        Arc::new(Self { path: path.to_owned(), in_use: Mutex::new(true) })
    }

    /// Opens the database once more, by its name and without making one, and looks whether it is one of ours.
    pub fn is_in_place(&self) -> Result<(), StoreError> {
        let in_use = self.in_use.lock().unwrap_or_else(PoisonError::into_inner);
        if !*in_use {
            return Ok(());
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        let application: i64 =
            connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
        // Reads a table too: the number alone is on the first page.
        connection.query_row("SELECT count(*) FROM files", [], |_| Ok(()))?;
        if application == APPLICATION { Ok(()) } else { Err(StoreError::NotOurs) }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        *self.probe.in_use.lock().unwrap_or_else(PoisonError::into_inner) = false;
    }
}
