//! Linux: what `/proc` and `/sys` say, below roots that tests may set.

mod cgroup;
mod disks;
mod host;
mod network;
mod process;
#[cfg(test)]
mod tests;

use super::samples::Samples;
use std::{
    fs::File,
    io::{self, ErrorKind, Read as _},
    path::{Path, PathBuf},
};

/// Where the files are.
#[derive(Clone, Debug)]
pub(super) struct Roots {
    pub(super) proc: PathBuf,
    pub(super) sys: PathBuf,
}

impl Default for Roots {
    fn default() -> Self {
        Self { proc: "/proc".into(), sys: "/sys".into() }
    }
}

/// Reads one of them.
pub(super) type Read = fn(&Roots) -> io::Result<Samples>;

/// What is read, each for itself: where one fails or hangs the others are there.
pub(super) const SOURCES: [(&str, Read); 5] = [
    ("process", process::read),
    ("cgroup", cgroup::read),
    ("host", host::read),
    ("disks", disks::read),
    ("network", network::read),
];

/// Ticks in a second: `USER_HZ`, which is 100 on all that Rust runs on ("`proc_pid_stat(5)`", "`sysconf(3)`").
const TICKS_PER_SECOND: f64 = 100.0;

/// No file of interest is longer: one that is would be no such file.
const LONGEST: u64 = 4 << 20;

/// A file's text.
fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(LONGEST).read_to_string(&mut text)?;
    Ok(text)
}

/// The text of a file that need not be there, or be for everybody.
fn read_if_there(path: &Path) -> io::Result<Option<String>> {
    /// What the files of pressure answer where the kernel was started without (`EOPNOTSUPP`, Linux).
    const NOT_SUPPORTED: i32 = 95;
    match read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::NotFound | ErrorKind::PermissionDenied | ErrorKind::NotADirectory
            ) || error.raw_os_error() == Some(NOT_SUPPORTED) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// The number after a key at the beginning of a line: `key 12`, `key: 12 kB`.
fn number_of(text: &str, key: &str) -> Option<f64> {
    text.lines().find_map(|line| {
        let rest = line.strip_prefix(key)?;
        let rest = rest.strip_prefix(':').or_else(|| rest.strip_prefix(char::is_whitespace))?;
        rest.split_whitespace().next()?.parse().ok()
    })
}

/// The same of a line that ends in `kB`, in bytes.
fn bytes_of(text: &str, key: &str) -> Option<f64> {
    number_of(text, key).map(|kilobytes| kilobytes * 1024.0)
}

/// Puts the times of a file of pressure ("PSI - Pressure Stall Information", docs of Linux): lines of `some avg10=.. total=123`.
fn put_pressure(samples: &mut Samples, family: &str, resource: &str, text: &str) {
    for line in text.lines() {
        let mut words = line.split_whitespace();
        let kind = match words.next() {
            Some("some") => "some",
            Some("full") => "full",
            _ => continue,
        };
        let total = words.find_map(|word| word.strip_prefix("total="));
        let microseconds = total.and_then(|total| total.parse::<f64>().ok());
        let labels = [("kind", kind), ("resource", resource)];
        samples.put(family, &labels, microseconds.map(|total| total / 1e6));
    }
}
