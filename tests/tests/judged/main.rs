//! Functions judged by their own calls, calls in flight, SLOs and the watchdog: a program as a process
//! (`fixtures/judged`), seen through its endpoints alone.

mod calls;
mod functions;
mod watchdog;

use observant_tests::program::Program;
use serde_json::Value as Json;
use std::{
    thread,
    time::{Duration, Instant},
};

/// Longer than anything takes on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(120);

/// The program, set up.
fn program(environment: &[(&str, &str)]) -> Program {
    let free = [("OBSERVANT_LISTEN", "127.0.0.1:0")];
    let environment = [&free, environment].concat();
    let mut program = Program::start(env!("CARGO_BIN_EXE_observant-fixture-judged"), &environment);
    program.init("");
    program
}

/// Looks until something is found.
#[track_caller]
fn until<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < PATIENCE, "it never came");
        thread::sleep(Duration::from_millis(20));
    }
}

/// What `/health` says.
fn health(program: &Program) -> Json {
    serde_json::from_slice(&program.get("/health").body).expect("JSON")
}

/// One check of `/health`.
fn check(program: &Program, name: &str) -> Option<Json> {
    let health = health(program);
    health["checks"].as_array()?.iter().find(|check| check["name"] == name).cloned()
}

/// Waits for a check to have a status, and returns it.
#[track_caller]
fn until_check(program: &Program, name: &str, status: &str) -> Json {
    until(|| check(program, name).filter(|check| check["status"] == status))
}

/// One function of `/status`.
fn function(program: &Program, name: &str) -> Json {
    let status = program.status();
    let mut functions = status["functions"].as_array().expect("functions").iter();
    functions.find(|function| function["function"] == name).expect("it is listed").clone()
}
