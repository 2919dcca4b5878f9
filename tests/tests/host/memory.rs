//! What a program's memory grows by.

use super::{LOOPBACK, program};
use observant_tests::program::Program;

const MEGABYTE: u64 = 1 << 20;

/// Resident bytes; `None` where the system does not tell.
fn resident(program: &mut Program) -> Option<u64> {
    let answer = program.tell("memory");
    assert!(answer.is_u64() || !cfg!(target_os = "linux"), "Linux tells: {answer}");
    answer.as_u64()
}

/// The bar of a thousand functions and 64 threads: everything the process has, the server and a scrape included. Each
/// thread calls each function nine times, with work from 1 turn to 256, so that durations spread as they do in life.
#[test]
fn a_thousand_functions_on_64_threads_stay_below_50_megabytes() {
    let mut program = program();
    program.init(LOOPBACK);
    program.tell("gather 64 9");
    let metrics = program.get("/metrics");
    assert_eq!(metrics.status, 200);
    let calls = format!("outcome=\"ok\"}} {}\n", 64 * 9);
    assert!(metrics.text().matches(&calls).count() >= 1_000, "all threads called all functions");
    let Some(memory) = resident(&mut program) else { return };
    println!("{} bytes, {} for each function and thread", memory, memory / 64_000);
    assert!(memory < 50 * MEGABYTE, "{memory} bytes");
    program.tell("disperse");
    // What the threads had is used again by the next, and theirs again.
    for _ in 0..3 {
        program.tell("gather 64 9");
        program.tell("disperse");
    }
    let later = resident(&mut program).expect("as before");
    println!("{later} bytes after three more crowds");
    assert!(later < 60 * MEGABYTE, "{later} bytes");
}

/// Each is folded and gives its memory back.
#[test]
fn ten_thousand_short_threads_leave_nothing() {
    let mut program = program();
    program.init(LOOPBACK);
    program.tell("relay 1000 10");
    let before = resident(&mut program);
    program.tell("relay 10000 10");
    let after = resident(&mut program);
    let figures = program.tell("figures");
    assert_eq!((&figures["ok"], &figures["error"]), (&99_000.into(), &11_000.into()));
    assert_eq!(figures["in_flight"], 0);
    let (Some(before), Some(after)) = (before, after) else { return };
    println!("{before} bytes before, {after} after");
    assert!(after < before + 2 * MEGABYTE, "{before} bytes became {after}");
}
