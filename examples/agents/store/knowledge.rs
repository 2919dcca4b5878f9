//! The knowledge store: full-text search over every document reviewed so far.

use std::collections::HashSet;

use observant::observe;
use rusqlite::{Transaction, params};

use super::{Store, StoreError};

/// A word in more documents than this tells none of them apart, and is slow to search for.
const COMMON: i64 = 40;
/// Words of a query.
const LONGEST_QUERY: usize = 8;

#[observe(db(system = "sqlite"))]
impl Store {
    /// The words that some documents share and not all: at least two, at most [`COMMON`].
    #[observe(operation = "SELECT", collection = "vocabulary")]
    pub fn telling_words(&self) -> Result<HashSet<String>, StoreError> {
        let connection = self.connection();
        let mut statement =
            connection.prepare_cached("SELECT term FROM vocabulary WHERE doc BETWEEN 2 AND ?1")?;
        let words = statement.query_map([COMMON], |row| row.get(0))?;
        let words = words.collect::<Result<HashSet<_>, _>>()?;
        observant::current().rows(words.len() as u64);
        Ok(words)
    }

    /// Up to `limit` other files with the same contents as `path`, or, failing those, that share
    /// the most telling of `words`, best first.
    #[observe(retrieval(provider = "sqlite", source = "knowledge", top_k = limit), buckets = default)]
    pub fn see_also(
        &self,
        path: &str,
        words: &[&str],
        limit: u32,
    ) -> Result<Vec<String>, StoreError> {
        let twins = self.twins(path, limit)?;
        if twins.is_empty() { self.search(path, words, limit) } else { Ok(twins) }
    }

    /// Files with the same contents.
    #[observe(operation = "SELECT", collection = "files")]
    fn twins(&self, path: &str, limit: u32) -> Result<Vec<String>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached(
            "SELECT path FROM files
             WHERE hash = (SELECT hash FROM files WHERE path = ?1) AND path <> ?1
             ORDER BY path LIMIT ?2",
        )?;
        let paths = statement.query_map(params![path, limit], |row| row.get(0))?;
        listed(paths)
    }

    /// Files that hold any of `words`, ranked by BM25.
    #[observe(operation = "SELECT", collection = "knowledge")]
    fn search(&self, except: &str, words: &[&str], limit: u32) -> Result<Vec<String>, StoreError> {
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let connection = self.connection();
        let mut statement = connection.prepare_cached(
            "SELECT files.path FROM knowledge JOIN files ON files.id = knowledge.rowid
             WHERE knowledge MATCH ?1 AND files.path <> ?2
             ORDER BY bm25(knowledge), files.path LIMIT ?3",
        )?;
        let paths = statement.query_map(params![query(words), except, limit], |row| row.get(0))?;
        listed(paths)
    }

    /// Replaces what the index knows of document `id`.
    #[observe(operation = "INSERT", collection = "knowledge")]
    pub(super) fn index(
        transaction: &Transaction<'_>,
        id: i64,
        summary: &str,
        body: &str,
    ) -> Result<(), StoreError> {
        Self::unindex(transaction, id)?;
        transaction
            .prepare_cached("INSERT INTO knowledge (rowid, summary, body) VALUES (?1, ?2, ?3)")?
            .execute(params![id, summary, body])?;
        Ok(())
    }

    /// Takes document `id` out of the index.
    #[observe(operation = "DELETE", collection = "knowledge")]
    pub(super) fn unindex(transaction: &Transaction<'_>, id: i64) -> Result<(), StoreError> {
        transaction.prepare_cached("DELETE FROM knowledge WHERE rowid = ?1")?.execute([id])?;
        Ok(())
    }
}

/// The rows of a statement, counted.
fn listed(rows: impl Iterator<Item = rusqlite::Result<String>>) -> Result<Vec<String>, StoreError> {
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    observant::current().rows(rows.len() as u64);
    Ok(rows)
}

/// `"parser" OR "lexer"`: quoted, so that no word is taken for an operator.
fn query(words: &[&str]) -> String {
    let quoted: Vec<String> = words
        .iter()
        .take(LONGEST_QUERY)
        .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
        .collect();
    quoted.join(" OR ")
}
