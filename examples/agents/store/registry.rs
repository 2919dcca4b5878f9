//! The registry of files: which were reviewed before, what they held then, what was said of them.

use std::collections::HashSet;

use observant::observe;
use rusqlite::{OptionalExtension, params};

use super::{Store, StoreError};
use crate::document::{Document, Review};

/// How a document compares with the run before.
#[derive(Debug)]
pub enum Change {
    /// Not seen before.
    New,
    /// Seen with other contents.
    Changed,
    /// Seen with these contents; with the review, if the same model wrote it.
    Unchanged(Option<Box<Review>>),
}

#[observe(db(system = "sqlite", collection = "files"))]
impl Store {
    /// Compares a document with what the registry knows of its path.
    #[observe(operation = "SELECT")]
    pub fn compare(&self, document: &Document, model: &str) -> Result<Change, StoreError> {
        let connection = self.connection();
        let known = connection
            .prepare_cached("SELECT hash, model, review FROM files WHERE path = ?1")?
            .query_row([&document.path], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
            })
            .optional()?;
        observant::current().rows(u64::from(known.is_some()));
        match known {
            None => Ok(Change::New),
            Some((hash, _, _)) if hash != document.hash => Ok(Change::Changed),
            Some((_, by, _)) if by != model => Ok(Change::Unchanged(None)),
            Some((_, _, review)) => {
                Ok(Change::Unchanged(Some(Box::new(serde_json::from_str(&review)?))))
            }
        }
    }

    /// Whether a file is registered.
    #[observe(operation = "SELECT")]
    pub fn knows(&self, path: &str) -> Result<bool, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached("SELECT 1 FROM files WHERE path = ?1")?;
        let known = statement.exists([path])?;
        observant::current().rows(u64::from(known));
        Ok(known)
    }

    /// Records a review and makes the document's words searchable.
    #[observe(operation = "INSERT")]
    pub fn record(
        &self,
        document: &Document,
        review: &Review,
        model: &str,
    ) -> Result<(), StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        let id: i64 = transaction
            .prepare_cached(
                "INSERT INTO files (path, hash, model, review) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (path) DO UPDATE
                 SET hash = excluded.hash, model = excluded.model, review = excluded.review
                 RETURNING id",
            )?
            .query_row(
                params![document.path, document.hash, model, serde_json::to_string(review)?],
                |row| row.get(0),
            )?;
        Self::index(&transaction, id, &review.summary, &document.text)?;
        transaction.commit()?;
        Ok(())
    }

    /// Forgets every registered file that is not among `present`, except beneath `blind_spots`,
    /// where nobody could look. Returns the vanished paths, sorted.
    #[observe(operation = "DELETE")]
    pub fn forget_vanished(
        &self,
        present: &HashSet<String>,
        blind_spots: &[String],
    ) -> Result<Vec<String>, StoreError> {
        let vanished: Vec<(i64, String)> = self
            .registered()?
            .into_iter()
            .filter(|(_, path)| !present.contains(path))
            .filter(|(_, path)| !blind_spots.iter().any(|spot| lies_beneath(path, spot)))
            .collect();
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        for (id, _) in &vanished {
            transaction.prepare_cached("DELETE FROM files WHERE id = ?1")?.execute([id])?;
            Self::unindex(&transaction, *id)?;
        }
        transaction.commit()?;
        Ok(vanished.into_iter().map(|(_, path)| path).collect())
    }

    #[observe(operation = "SELECT")]
    fn registered(&self) -> Result<Vec<(i64, String)>, StoreError> {
        let connection = self.connection();
        let mut statement =
            connection.prepare_cached("SELECT id, path FROM files ORDER BY path")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        observant::current().rows(rows.len() as u64);
        Ok(rows)
    }
}

fn lies_beneath(path: &str, folder: &str) -> bool {
    folder == "."
        || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
