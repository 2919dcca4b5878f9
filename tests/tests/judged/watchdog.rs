//! The watchdog: what is wedged fails `/live` while the server answers, and is well again.

use super::{check, program, until, until_check};

const RUNTIME: &str = "watchdog/runtime";
const SOON: (&str, &str) = ("OBSERVANT_WATCHDOG", "1s");

#[test]
fn a_stalled_runtime_fails_the_liveness_probe_until_it_gets_on() {
    let mut program = program(&[SOON]);
    until_check(&program, RUNTIME, "pass");
    until_check(&program, "watchdog/telemetry", "pass");
    until(|| (program.get("/live").status == 200).then_some(()));
    program.tell("block 2");
    let failing = until_check(&program, RUNTIME, "fail");
    assert_eq!(program.get("/live").status, 503);
    assert_eq!((&failing["kind"], &failing["severity"]), (&"liveness".into(), &"critical".into()));
    assert_eq!(
        (&failing["status"], &failing["reason"]),
        (&"fail".into(), &"runtime_stalled".into())
    );
    // Ours get on.
    until_check(&program, "watchdog/telemetry", "pass");
    program.tell("unblock");
    until(|| (program.get("/live").status == 200).then_some(()));
}

#[test]
fn one_blocked_thread_of_two_degrades_and_fails_nothing_at_first() {
    let mut program = program(&[("OBSERVANT_WATCHDOG", "5s")]);
    until_check(&program, RUNTIME, "pass");
    program.tell("block 1");
    let degraded = until_check(&program, RUNTIME, "degraded");
    assert_eq!(degraded["reason"], "worker_blocked");
    assert!(degraded["observed"]["value"].as_f64().unwrap() > 5.0);
    until(|| (program.get("/live").status == 200).then_some(()));
    program.tell("unblock");
    until_check(&program, RUNTIME, "pass");
}

#[test]
fn a_thread_that_stays_in_a_deadlock_fails_the_liveness_probe() {
    let mut program = program(&[("OBSERVANT_WATCHDOG", "100ms")]);
    program.tell("block 1");
    until(|| check(&program, RUNTIME).filter(|check| check["reason"] == "worker_deadlocked"));
    assert_eq!(program.get("/live").status, 503);
}

#[test]
fn a_runtime_that_the_program_has_left_is_no_fault() {
    let mut program = program(&[SOON]);
    until_check(&program, RUNTIME, "pass");
    program.tell("leave");
    let time = |program: &_| check(program, RUNTIME).map(|check| check["last_run"]["time"].clone());
    // A look after another.
    for _ in 0..4 {
        let before = time(&program);
        until(|| time(&program).filter(|now| Some(now) != before.as_ref()));
    }
    assert_eq!(check(&program, RUNTIME).unwrap()["status"], "pass");
}

#[test]
fn nobody_looks_where_it_is_off() {
    let program = program(&[("OBSERVANT_WATCHDOG", "off")]);
    until_check(&program, "observant_fixture_judged/functions/agent", "pass");
    assert!(check(&program, RUNTIME).is_none() && check(&program, "watchdog/telemetry").is_none());
}
