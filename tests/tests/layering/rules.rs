//! What may use what, in both crates, as plain checks from files to sentences about faults.

use super::source::File;

/// The rooms of `runtime/src`, from the ground up: each uses only rooms before it. A room that is
/// not built yet keeps its place here, so that it cannot be put elsewhere later.
pub(crate) const ROOMS: [&str; 31] = [
    "error",
    "lock",
    "clock",
    "background",
    "threads",
    "wire",
    "snapshot",
    "cell",
    "metric",
    "callsite",
    "registry",
    "span",
    "genai",
    "observe",
    "slo",
    "health",
    "derived",
    "watchdog",
    "report",
    "system",
    "prometheus",
    "expose",
    "otlp",
    "artifact",
    "http",
    "tower",
    "config",
    "control",
    "setup",
    "testing",
    "private",
];

/// Rooms that never use one another, but for [`LEAF_USES`]: each could become a crate of its own.
const LEAVES: [&str; 6] = ["system", "prometheus", "expose", "otlp", "artifact", "http"];
const LEAF_USES: [(&str, &str); 2] = [("http", "expose"), ("http", "artifact")];

/// Rooms that may be unsafe, each for a reason that safe code cannot give: instructions of the processor, a lock that
/// a checker understands, the signal mask of our threads, shards that threads share, the list of callsites that is made
/// before `main`, frames linked on the stack and the spans in them, and handlers of signals and forks.
const UNSAFE: [&str; 8] =
    ["lock", "clock", "background", "cell", "callsite", "span", "observe", "setup"];

/// Longest file, tests not counted: about eight screens.
const LINES_MAX: usize = 400;

/// The stages of a macro, in order: each uses only stages before it.
const STAGES: [&str; 3] = ["parse", "model", "expand"];

/// Checks of the runtime crate.
pub(crate) struct Runtime<'f> {
    files: &'f [File],
}

impl<'f> Runtime<'f> {
    pub(crate) fn new(files: &'f [File]) -> Self {
        Self { files }
    }

    /// The rooms that exist, in the order of [`ROOMS`].
    pub(crate) fn rooms(&self) -> Vec<&'static str> {
        let exists = |room: &str| {
            self.files.iter().any(|file| file.module.first().is_some_and(|first| first == room))
        };
        ROOMS.into_iter().filter(|room| exists(room)).collect()
    }

    /// Everything wrong, a sentence each.
    pub(crate) fn faults(&self) -> Vec<String> {
        let mut faults = house_faults(self.files);
        for file in self.files {
            match file.module.first() {
                None => faults.extend(file.logic.iter().map(|line| {
                    format!("lib.rs:{line}: lib.rs declares modules and re-exports; nothing else")
                })),
                Some(room) if position(room).is_none() => {
                    let name = &file.name;
                    faults.push(format!("{name}: `{room}` is no room; add it to the table first"));
                }
                Some(room) if !is_for_tests(self.files, file) => {
                    faults.extend(room_faults(file, room));
                    if !UNSAFE.contains(&room.as_str()) {
                        faults.extend(unsafe_faults(file));
                    }
                }
                Some(_) => {}
            }
        }
        faults
    }
}

fn room_faults(file: &File, room: &str) -> Vec<String> {
    let fault = |mention: &super::source::Mention| {
        let first = mention.path[0].as_str();
        // The hidden door is called `__private` from outside and `private` as a file.
        let used = first.strip_prefix("__").unwrap_or(first);
        let why = if used == room {
            return None;
        } else if position(used).is_none() {
            "is no room; name the room the item lives in, not a re-export".to_owned()
        } else if position(used) > position(room) {
            format!("comes after `{room}`; a room uses only rooms before it")
        } else if both_leaves(room, used) && !LEAF_USES.contains(&(room, used)) {
            format!("is a leaf like `{room}`; leaves never use one another")
        } else {
            return None;
        };
        Some(format!("{}:{}: `{first}` {why}", file.name, mention.line))
    };
    let mut faults: Vec<_> = file.mentions.iter().filter_map(fault).collect();
    // `use crate::late::{A, B}` is one fault.
    faults.dedup();
    faults
}

fn unsafe_faults(file: &File) -> impl Iterator<Item = String> {
    let fault = |line| format!("{}:{line}: `unsafe` in a room that does without", file.name);
    file.unsafe_code.iter().map(fault)
}

fn position(room: &str) -> Option<usize> {
    ROOMS.iter().position(|known| *known == room)
}

fn both_leaves(one: &str, other: &str) -> bool {
    LEAVES.contains(&one) && LEAVES.contains(&other)
}

/// Checks of the macro crate: files at the top are shared; every folder is one macro.
pub(crate) struct Macros<'f> {
    files: &'f [File],
}

impl<'f> Macros<'f> {
    pub(crate) fn new(files: &'f [File]) -> Self {
        Self { files }
    }

    /// Everything wrong, a sentence each.
    pub(crate) fn faults(&self) -> Vec<String> {
        let mut faults = house_faults(self.files);
        let mut folders: Vec<_> = self
            .files
            .iter()
            .filter_map(|file| file.name.split_once('/'))
            .map(|pair| pair.0)
            .collect();
        folders.dedup();
        for folder in &folders {
            for stage in STAGES {
                let has = |file: &File| {
                    file.module.first().is_some_and(|first| first == folder)
                        && file.module.get(1).is_some_and(|second| second == stage)
                };
                if !self.files.iter().any(has) {
                    faults.push(format!("{folder}: every macro has a `{stage}`"));
                }
            }
        }
        let built = self.files.iter().filter(|file| !is_for_tests(self.files, file));
        for file in built.filter(|file| !file.module.is_empty()) {
            faults.extend(stage_faults(file, &folders));
        }
        faults
    }
}

fn stage_faults(file: &File, folders: &[&str]) -> Vec<String> {
    let own = file.name.split_once('/').map(|(folder, _)| folder);
    let stage =
        |name: Option<&String>| STAGES.iter().position(|stage| name.is_some_and(|n| n == stage));
    let fault = |mention: &super::source::Mention| {
        let first = mention.path[0].as_str();
        let why = if !folders.contains(&first) {
            return None;
        } else if own.is_none() {
            "is a macro; what macros share knows none of them"
        } else if own != Some(first) {
            "is another macro; share through a file at the top"
        } else if stage(file.module.get(1))
            .is_some_and(|here| stage(mention.path.get(1)) > Some(here))
        {
            "is named at a stage before it; parse, then model, then expand"
        } else {
            return None;
        };
        Some(format!("{}:{}: `{}` {why}", file.name, mention.line, mention.path.join("::")))
    };
    file.mentions.iter().filter_map(fault).collect()
}

/// What holds for every file of either crate.
fn house_faults(files: &[File]) -> Vec<String> {
    let mut faults = Vec::new();
    for file in files {
        let name = &file.name;
        if !file.documented {
            faults.push(format!("{name}: begins without `//!`; say what lives there"));
        }
        if file.lines > LINES_MAX && !is_for_tests(files, file) {
            let lines = file.lines;
            faults.push(format!("{name}: {lines} lines without tests; at most {LINES_MAX}"));
        }
        for mention in file.mentions.iter().filter(|mention| mention.path[0] == "*") {
            let line = mention.line;
            faults.push(format!("{name}:{line}: a glob of the crate's root hides what is used"));
        }
    }
    faults
}

/// Whether the file belongs to a module declared under `#[cfg(test)]`.
fn is_for_tests(files: &[File], file: &File) -> bool {
    files.iter().flat_map(|file| &file.test_modules).any(|module| file.module.starts_with(module))
}

/// Compares the rooms named in the first column of the table in `architecture` with `rooms`.
pub(crate) fn table_faults(architecture: &str, rooms: &[&str]) -> Vec<String> {
    let rows = architecture.lines().skip_while(|line| !line.starts_with("| room |"));
    let rows = rows.skip(2).take_while(|line| line.starts_with('|'));
    let cells = rows.filter_map(|row| row.split('|').nth(1));
    // Every second piece between backticks is a name: "`cell/`", "`error` `clock`".
    let names = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
    let written: Vec<_> = names.map(|name| name.trim_end_matches('/')).collect();
    if written == rooms {
        return Vec::new();
    }
    vec![format!("ARCHITECTURE.md lists the rooms {written:?}; the source has {rooms:?}")]
}
