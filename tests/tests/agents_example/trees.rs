//! Files and folders as the tests need to see them, or need them to be.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};
#[cfg(unix)]
use std::{
    io,
    os::unix::fs::PermissionsExt,
    process::{Command, Output},
    thread,
    time::Duration,
};

use crate::program::Place;

/// Every path below `folder`, with what would show that somebody wrote there.
pub(crate) fn listing(folder: &Path) -> Vec<(PathBuf, u64, SystemTime)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let data = fs::symlink_metadata(&path).unwrap();
        if data.is_dir() {
            found.extend(listing(&path));
        }
        found.push((path, data.len(), data.modified().unwrap()));
    }
    found.sort();
    found
}

/// The event log, a JSON object a line.
pub(crate) fn events(place: &Place) -> impl Iterator<Item = serde_json::Value> {
    let log = fs::read_to_string(place.memory().join("events.ndjson")).unwrap();
    let lines: Vec<_> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    lines.into_iter()
}

/// Takes all permissions away.
#[cfg(unix)]
pub(crate) fn forbid(path: &Path) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o000)).unwrap();
}

/// Gives permissions back, so that the place can be removed.
#[cfg(unix)]
pub(crate) fn permit(path: &Path) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// The program as a user to whom permissions mean something. For root they do not: then it runs as
/// `nobody`, from a copy that `nobody` can reach. `None`, said aloud, where even that is impossible.
#[cfg(unix)]
pub(crate) fn unprivileged(place: &Place) -> Option<Command> {
    use std::os::unix::process::CommandExt;
    const NOBODY: u32 = 65_534;

    let probe = place.root().join("probe");
    fs::write(&probe, "").unwrap();
    forbid(&probe);
    if fs::read(&probe).is_err() {
        return Some(place.agents());
    }
    let copy = place.root().join("agents");
    fs::copy(crate::program::executable(), &copy).unwrap();
    for directory in [place.work(), place.memory()] {
        fs::set_permissions(directory, fs::Permissions::from_mode(0o777)).unwrap();
    }
    let mut version = place.bare(&copy);
    version.arg("--version").uid(NOBODY).gid(NOBODY);
    // A process that another test starts holds the copy open for writing until it is what it is to be.
    let is_busy = |ran: &io::Result<Output>| {
        ran.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::ExecutableFileBusy)
    };
    let mut attempts = (0..50).map(|_| {
        thread::sleep(Duration::from_millis(20));
        version.output()
    });
    let ran = attempts.find(|ran| !is_busy(ran));
    if !ran.is_some_and(|ran| ran.is_ok_and(|output| output.status.success())) {
        assert!(std::env::var_os("CI").is_none(), "root cannot run the example as `nobody` here");
        eprintln!("SKIPPED: this is root, and the example cannot be run as `nobody` here");
        return None;
    }
    let mut command = place.bare(&copy);
    command.arg(place.folder()).arg("--data").arg(place.memory());
    command.uid(NOBODY).gid(NOBODY);
    Some(command)
}
