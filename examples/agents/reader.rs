//! The reader's tools: from a path to a [`Document`], or the reason why not.
//!
//! Plain blocking functions; the orchestrator runs them off the async threads.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use observant::observe;

use crate::{
    document::{Document, Skip},
    folder,
    hash::sha256,
};

/// How far into a file a NUL byte is looked for, as git does.
const BINARY_PROBE: usize = 8 * 1024;

/// Loads the file `path` below `root`, if it is text of at most `limit` bytes.
///
/// A folder full of pictures is no fault of the reader; a panic is, and so is a disk that does not answer.
#[observe(
    agent = "reader",
    buckets = default,
    health(degraded(error_ratio = off), failing(error_ratio = off, consecutive_failures = off)),
    deadline = "30s"
)]
pub fn load(root: &Path, path: &Path, limit: u64) -> Result<Document, Skip> {
    let bytes = read(root, path, limit)?;
    let hash = sha256(&bytes);
    let size = bytes.len() as u64;
    let text = decode(bytes)?;
    Ok(Document { path: folder::readable(path), text, hash, bytes: size })
}

/// Reads at most `limit` bytes; a file that grows meanwhile is too large, not endless.
#[observe(file(operation = "read", path = folder::readable(path)))]
fn read(root: &Path, path: &Path, limit: u64) -> Result<Vec<u8>, Skip> {
    let file = File::open(root.join(path)).map_err(|error| refusal(&error))?;
    let size = file.metadata().map_err(|error| refusal(&error))?.len();
    if size > limit {
        return Err(Skip::TooLarge { bytes: size, limit });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| refusal(&error))?;
    observant::current().bytes(bytes.len() as u64);
    match bytes.len() as u64 {
        0 => Err(Skip::Empty),
        read if read > limit => Err(Skip::TooLarge { bytes: read, limit }),
        _ => Ok(bytes),
    }
}

/// Text, if the bytes are UTF-8 without NUL.
#[observe]
fn decode(bytes: Vec<u8>) -> Result<String, Skip> {
    // UTF-16 is full of NUL bytes and still text, so its mark is looked at first.
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Skip::NotUtf8);
    }
    if bytes.iter().take(BINARY_PROBE).any(|byte| *byte == 0) {
        return Err(Skip::Binary);
    }
    let mut text = String::from_utf8(bytes).map_err(|_| Skip::NotUtf8)?;
    if text.starts_with('\u{feff}') {
        text.remove(0);
    }
    if text.trim().is_empty() { Err(Skip::Empty) } else { Ok(text) }
}

fn refusal(error: &io::Error) -> Skip {
    match error.kind() {
        io::ErrorKind::NotFound => Skip::Gone,
        _ => Skip::Unreadable(error.to_string()),
    }
}
