//! However a program ends, what it has is delivered first, and never for long.

use super::{apart_from_twins, exporting};
use observant_tests::{
    otlp::{Receiver, Reply},
    program::Program,
};
use std::{
    fs,
    os::unix::{fs::PermissionsExt as _, process::ExitStatusExt as _},
    thread,
    time::{Duration, Instant},
};

/// Longer than anything here takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(30);

const AT_ONCE: (&str, &str) = ("OBSERVANT_DRAIN", "0");

fn pushed_calls(receiver: &Receiver) -> bool {
    receiver.metrics().iter().any(|metric| metric.name == "observe_calls_total")
}

#[test]
fn a_signal_flushes_and_then_ends_the_program_as_it_would_have() {
    for (name, number) in [("TERM", 15), ("INT", 2)] {
        let (receiver, mut program) = exporting(&[AT_ONCE]);
        program.init("");
        program.tell("work");
        program.signal(name);
        let (status, told) = program.wait();
        assert_eq!(status.signal(), Some(number), "{status} {told}");
        assert!(pushed_calls(&receiver), "{name}");
        assert_eq!(apart_from_twins(&told), "");
    }
}

#[test]
fn between_the_signal_and_the_end_it_is_not_ready_and_serves() {
    let (receiver, mut program) = exporting(&[("OBSERVANT_DRAIN", "5s")]);
    program.init("");
    let start = Instant::now();
    program.signal("TERM");
    while program.get("/ready").status != 503 {
        assert!(start.elapsed() < PATIENCE, "never drains");
        thread::yield_now();
    }
    program.tell("call plain");
    assert_eq!(program.get("/metrics").status, 200);
    assert_eq!(receiver.requests().len(), 0, "first the drain, then the flush");
    let (status, _) = program.wait();
    assert_eq!(status.signal(), Some(15));
    assert!(start.elapsed() >= Duration::from_secs(5), "{:?}", start.elapsed());
    assert!(pushed_calls(&receiver));
}

#[test]
fn a_second_signal_ends_the_drain_at_once() {
    for (first, second, number) in [("TERM", "TERM", 15), ("INT", "TERM", 15), ("TERM", "INT", 2)] {
        let (_receiver, mut program) = exporting(&[("OBSERVANT_DRAIN", "60s")]);
        program.init("");
        let start = Instant::now();
        program.signal(first);
        while program.get("/ready").status != 503 {
            assert!(start.elapsed() < PATIENCE, "never drains");
        }
        program.signal(second);
        let (status, _) = program.wait();
        assert_eq!(status.signal(), Some(number), "{first} {second}");
        assert!(start.elapsed() < Duration::from_secs(40), "{:?}", start.elapsed());
    }
}

#[test]
fn a_hanging_collector_holds_no_end_up_for_long() {
    for end in ["signal", "main", "panic", "exit"] {
        let (receiver, mut program) = exporting(&[AT_ONCE]);
        receiver.always(Reply::Hang);
        program.init("");
        program.tell("work");
        let start = Instant::now();
        match end {
            "signal" => program.signal("TERM"),
            "main" => {
                let _ = program.end();
                assert!(start.elapsed() < Duration::from_secs(6), "{:?}", start.elapsed());
                continue;
            }
            end => program.order(end),
        }
        let _ = program.wait();
        // 2 s, and what a busy machine adds; `exit` comes after a flush of its own.
        assert!(start.elapsed() < Duration::from_secs(6), "{end}: {:?}", start.elapsed());
        assert!(!receiver.requests().is_empty(), "{end}: it was tried");
    }
}

#[test]
fn a_shutdown_says_whether_all_was_delivered() {
    let (receiver, mut program) = exporting(&[]);
    program.init("");
    program.tell("work");
    assert_eq!(program.tell("shutdown"), true);
    assert!(pushed_calls(&receiver));
    receiver.always(Reply::Hang);
    program.init("");
    program.tell("work");
    let start = Instant::now();
    assert_eq!(program.tell("shutdown"), false);
    assert!(start.elapsed() < Duration::from_secs(6), "{:?}", start.elapsed());
}

#[test]
fn a_panic_in_main_flushes() {
    let (receiver, mut program) = exporting(&[("OBSERVANT_DRAIN", "60m")]);
    program.init("");
    program.tell("work");
    program.order("panic");
    let (status, told) = program.wait();
    assert_eq!(status.code(), Some(101), "{told}");
    assert!(pushed_calls(&receiver));
}

#[test]
fn a_flush_before_an_exit_delivers() {
    let (receiver, mut program) = exporting(&[]);
    program.init("");
    program.tell("work");
    program.order("exit");
    let (status, told) = program.wait();
    assert_eq!((status.code(), &*apart_from_twins(&told)), (Some(3), ""));
    assert!(pushed_calls(&receiver));
}

#[test]
fn signals_are_left_alone_where_code_says_so() {
    let (receiver, mut program) = exporting(&[]);
    program.init("signals=false listen=127.0.0.1:0");
    let start = Instant::now();
    program.signal("TERM");
    let (status, _) = program.wait();
    assert_eq!(status.signal(), Some(15));
    assert!(start.elapsed() < Duration::from_secs(4));
    assert_eq!(receiver.requests().len(), 0, "nobody had time to flush");
}

#[test]
fn whoever_listens_to_a_signal_has_it_for_himself() {
    for before in [true, false] {
        let (_receiver, mut program) = exporting(&[AT_ONCE]);
        if before {
            program.tell("listen-to-signals");
            program.init("");
        } else {
            program.init("");
            program.tell("listen-to-signals");
        }
        for _ in 0..2 {
            program.signal("TERM");
        }
        let start = Instant::now();
        while !program.said().contains("a signal came") {
            assert!(start.elapsed() < PATIENCE, "never came");
            program.tell("call plain");
        }
        assert_eq!(program.get("/ready").status, 200, "before: {before}");
        let _ = program.end();
    }
}

#[test]
fn a_signal_that_is_ignored_stays_ignored() {
    let folder = std::env::temp_dir().join(format!("observant-ignoring-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let script = folder.join("run");
    let executable = env!("CARGO_BIN_EXE_observant-fixture-program");
    fs::write(&script, format!("#!/bin/sh\ntrap '' INT TERM\nexec '{executable}'\n")).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let mut program = Program::start(&script, &[("OBSERVANT_LISTEN", "127.0.0.1:0"), AT_ONCE]);
    program.init("");
    program.signal("INT");
    program.signal("TERM");
    program.tell("call plain");
    assert_eq!(program.get("/ready").status, 200);
    assert!(!program.has_ended());
    let _ = program.end();
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn after_the_guard_signals_are_what_they_were() {
    let (_receiver, mut program) = exporting(&[]);
    program.init("");
    program.tell("drop");
    let start = Instant::now();
    program.signal("TERM");
    let (status, _) = program.wait();
    assert_eq!(status.signal(), Some(15));
    assert!(start.elapsed() < Duration::from_secs(4), "no drain of nothing");
}
