//! Which threads set-up starts, and that the program's own runtime is left alone.

use super::program;
use observant_tests::program::Program;
use std::{
    env, thread,
    time::{Duration, Instant},
};

/// Threads besides the first one's name; a thread bears its parent's until it has set its own.
fn others(program: &mut Program) -> Option<Vec<String>> {
    let answer = program.tell("threads");
    assert!(answer.is_array() || env::consts::OS != "linux", "Linux tells: {answer}");
    let names = answer.as_array()?;
    let mut names: Vec<_> = names.iter().map(|name| name.as_str().unwrap().to_owned()).collect();
    // Where a busy machine has one wait for too long, the next reads on, and both rest for a while.
    names.dedup_by(|one, other| one == other && one == "observant-read");
    let first = names.iter().position(|name| name.starts_with("observant-fixtu"));
    names.remove(first.expect("the first thread"));
    Some(names)
}

/// Waits until exactly these are there.
#[track_caller]
fn await_others(program: &mut Program, expected: &[&str]) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while let Some(names) = others(program).filter(|names| names != expected) {
        assert!(Instant::now() < deadline, "{names:?} in place of {expected:?}");
        thread::yield_now();
    }
}

#[test]
fn one_thread_serves_one_waits_for_signals_and_pages_have_theirs() {
    let mut program = program(&[]);
    program.tell("work");
    await_others(&mut program, &[]);
    program.init("");
    await_others(&mut program, &["observant-exit", "observant-http"]);
    program.get("/live");
    await_others(&mut program, &["observant-exit", "observant-http"]);
    program.get("/metrics");
    // One reads the system, and the last registries of the crate `prometheus`.
    let pages = ["observant-page", "observant-read", "observant-visit"];
    await_others(&mut program, &[&["observant-exit", "observant-http"][..], &pages].concat());
    program.tell("drop");
    await_others(&mut program, &[]);
}

#[test]
fn without_a_server_there_is_none() {
    for environment in [("OBSERVANT_LISTEN", "off"), ("OBSERVANT_DISABLED", "true")] {
        let mut program = program(&[environment]);
        assert!(program.tell("init")["address"].is_null());
        program.tell("work");
        await_others(&mut program, &[]);
    }
}

#[test]
fn a_failed_init_leaves_none() {
    let mut program = program(&[]);
    let taken = program.init("");
    let mut second = super::program(&[]);
    assert_eq!(second.tell(&format!("init listen={taken}"))["address_in_use"], true);
    await_others(&mut second, &[]);
}

#[test]
fn the_users_runtime_is_left_alone() {
    let mut program = program(&[("OBSERVANT_WATCHDOG", "off")]);
    assert_eq!(program.tell("tasks"), 0);
    await_others(&mut program, &["of-the-user"]);
    // But for the watchdog, which hands it a task that does nothing.
    let answer = program.tell("init-inside listen=127.0.0.1:0");
    let address = answer["address"].as_str().unwrap().parse().unwrap();
    await_others(&mut program, &["observant-exit", "observant-http", "of-the-user"]);
    assert_eq!(program.tell("tasks"), 0, "nothing of ours runs there");
    assert_eq!(observant_tests::http::get(address, "/metrics").status, 200);
    assert_eq!(program.tell("tasks"), 0);
    // Dropped in a task of that runtime, where nothing may block as a runtime's end does.
    program.tell("drop-inside");
    await_others(&mut program, &["of-the-user"]);
    assert!(std::net::TcpStream::connect(address).is_err());
    program.end();
}
