//! Instructions per call, as callgrind counts them. A clock reading shows as the call of it alone.
//!
//! The benchmark starts itself under valgrind, once with few calls and once with more: the
//! difference is free of what only first calls do. What a library does before `main`, or on threads
//! of its own, does not count.

use crate::contender::Contender;
use std::{
    env, fs, io,
    process::{Command, Stdio},
};

/// The argument that makes the benchmark run one contender and nothing else.
const RUN: &str = "run";

const FEW: u32 = 10_000;
const MORE: u32 = 60_000;

/// Runs what `count` asked for, if this process was started by it: `run <contender> <calls>`.
#[must_use]
pub fn run_one(arguments: &[String], contenders: &[Contender]) -> bool {
    let [run, name, calls] = arguments else { return false };
    let wanted = contenders.iter().find(|contender| run == RUN && contender.name() == *name);
    let (Some(contender), Ok(calls)) = (wanted, calls.parse()) else { return false };
    collected(contender, calls);
    true
}

/// What callgrind looks at, by this name.
#[inline(never)]
fn collected(contender: &Contender, calls: u64) {
    (contender.batch)(calls);
    // Not a tail call: callgrind waits for the return.
    std::hint::black_box(());
}

/// Instructions per call.
///
/// # Errors
///
/// When valgrind is not installed, or does not understand this processor.
pub fn count(contender: &Contender) -> io::Result<f64> {
    let (few, more) = (total(contender, FEW)?, total(contender, MORE)?);
    Ok((more - few) / f64::from(MORE - FEW))
}

fn total(contender: &Contender, calls: u32) -> io::Result<f64> {
    let file = env::temp_dir().join(format!("observant-callgrind-{}", std::process::id()));
    let output = Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg("--toggle-collect=*instructions*collected*")
        .arg(format!("--callgrind-out-file={}", file.display()))
        .arg(env::current_exe()?)
        .args([RUN, &contender.name(), &calls.to_string()])
        .stdout(Stdio::null())
        .output()?;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        return Err(io::Error::other(told));
    }
    let profile = fs::read_to_string(&file)?;
    fs::remove_file(&file)?;
    let total = profile.lines().find_map(|line| line.strip_prefix("totals: "));
    total
        .and_then(|total| total.trim().parse().ok())
        .ok_or_else(|| io::Error::other("callgrind wrote no total"))
}
