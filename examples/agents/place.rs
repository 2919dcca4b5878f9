//! Where the store and the event log live: in the user's cache folder, one place for each reviewed
//! folder, so that a stranger's folder stays as it was.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use observant::observe;

use crate::hash::sha256;

/// The place for what is remembered about one folder.
#[derive(Debug, Clone)]
pub struct Place {
    /// The directory.
    pub directory: PathBuf,
}

impl Place {
    /// Makes `chosen`, or the place in the cache folder that belongs to `reviewed`.
    ///
    /// # Errors
    ///
    /// When the directory cannot be made.
    #[observe(name = "Place::prepare", file(operation = "create"))]
    pub fn prepare(chosen: Option<&Path>, reviewed: &Path) -> io::Result<Self> {
        let directory = match chosen {
            Some(directory) => directory.to_owned(),
            None => cache_folder().join("observant-agents").join(key(reviewed)),
        };
        make_private(&directory)?;
        Ok(Self { directory: fs::canonicalize(directory)? })
    }

    /// The database.
    pub fn store(&self) -> PathBuf {
        self.directory.join("store.db")
    }

    /// All of the team's files, for those who put them into the folder under review.
    pub fn files(&self) -> [PathBuf; 4] {
        // SQLite keeps two files beside the database while it is open.
        let beside = ["store.db-wal", "store.db-shm"].map(|name| self.directory.join(name));
        let [journal, index] = beside;
        [self.store(), journal, index, self.events()]
    }

    /// The event log.
    pub fn events(&self) -> PathBuf {
        self.directory.join("events.ndjson")
    }
}

/// The same folder, the same key; no other folder's path is readable in it.
fn key(folder: &Path) -> String {
    let mut key = sha256(folder.as_os_str().as_encoded_bytes());
    key.truncate(16);
    key
}

fn cache_folder() -> PathBuf {
    let variable = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = || variable("HOME");
    let cache = if cfg!(windows) {
        variable("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        home().map(|home| home.join("Library/Caches"))
    } else {
        variable("XDG_CACHE_HOME").or_else(|| home().map(|home| home.join(".cache")))
    };
    cache.unwrap_or_else(env::temp_dir)
}

/// The index holds the words of somebody's files: for its owner only.
fn make_private(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}
