//! Whether the store is where it should be. No call of [`Store`] tells: SQLite goes on with the files it has open when
//! they are deleted, and all it writes to them is lost.

use rusqlite::{Connection, OpenFlags};

use super::{APPLICATION, Store, StoreError};

impl Store {
    /// Opens the database once more, by its name and without making one, and looks whether it is this one.
    pub fn is_in_place(&self) -> Result<(), StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        let application: i64 =
            connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
        // Reads a table too: the number alone is on the first page.
        connection.query_row("SELECT count(*) FROM files", [], |_| Ok(()))?;
        if application == APPLICATION { Ok(()) } else { Err(StoreError::NotOurs) }
    }
}
