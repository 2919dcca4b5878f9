//! Calls in flight of functions with a deadline: listed while they last, and gone however they end.

use super::{check, function, program, until, until_check};
use observant_tests::program::Program;

const AGENT: &str = "observant_fixture_judged/functions/agent";

/// How many calls of a function are listed as in flight.
fn in_flight(program: &Program, name: &str) -> usize {
    let calls = function(program, name)["calls_in_flight"].clone();
    let listed = calls["oldest"].as_array().expect("a list").len();
    assert_eq!(calls["calls"], listed);
    assert_eq!(calls["untracked_total"], 0);
    listed
}

#[test]
fn a_stuck_agent_is_told_with_its_age_and_well_again_when_it_ends() {
    let mut program = program(&[]);
    until_check(&program, AGENT, "pass");
    program.tell("begin ok");
    program.tell("begin ok");
    let failing = until_check(&program, AGENT, "fail");
    assert_eq!(failing["reason"], "oldest_in_flight");
    assert_eq!(
        (&failing["observed"]["threshold"], &failing["observed"]["unit"]),
        (&1.0.into(), &"seconds".into())
    );
    assert!(failing["observed"]["value"].as_f64().unwrap() > 1.0);
    let calls = function(&program, "agent")["calls_in_flight"].clone();
    assert_eq!((&calls["deadline_seconds"], &calls["calls"]), (&1.0.into(), &2.into()));
    let oldest = calls["oldest"].as_array().unwrap();
    let ages: Vec<f64> = oldest.iter().map(|call| call["age_seconds"].as_f64().unwrap()).collect();
    assert!(ages[0] > ages[1] && ages[0] > 1.0, "{ages:?}");
    assert_eq!(oldest[0]["overdue"], true);
    let sentence = function(&program, "agent")["unwell"].as_str().unwrap().to_owned();
    assert!(sentence.contains(" > 1 s, 2 calls in flight"), "{sentence}");
    program.tell("end");
    assert_eq!(in_flight(&program, "agent"), 0);
    until_check(&program, AGENT, "pass");
}

#[test]
fn a_call_leaves_the_list_however_it_ends() {
    let mut program = program(&[]);
    for (kind, end, outcome) in [
        ("ok", "end", "ok"),
        ("fail", "end", "error"),
        ("panic", "end", "panic"),
        ("ok", "abort", "cancelled"),
    ] {
        program.tell(&format!("begin {kind}"));
        assert_eq!(in_flight(&program, "agent"), 1, "{outcome}");
        program.tell(end);
        assert_eq!(in_flight(&program, "agent"), 0, "{outcome}");
        assert_eq!(function(&program, "agent")["calls"][outcome], 1);
    }
    // With labels, of a future that a function returns, and on a thread that blocks.
    for (command, name) in
        [("begin labelled", "labelled"), ("begin deferred", "deferred"), ("thread", "run_here")]
    {
        program.tell(command);
        assert_eq!(in_flight(&program, name), 1, "{name}");
        program.tell("end");
        assert_eq!(in_flight(&program, name), 0, "{name}");
    }
    program.tell("begin deferred");
    program.tell("abort");
    assert_eq!(in_flight(&program, "deferred"), 0);
}

/// With spans, and where another clock measures, calls take other ways.
#[test]
fn a_call_with_a_span_leaves_the_list_too() {
    let mut program = program(&[("OTEL_TRACES_EXPORTER", "console")]);
    for (command, name, end) in [
        ("begin ok", "agent", "end"),
        ("begin panic", "agent", "end"),
        ("begin ok", "agent", "abort"),
        ("begin labelled", "labelled", "end"),
        ("thread", "run_here", "end"),
    ] {
        program.tell(command);
        assert_eq!(in_flight(&program, name), 1, "{command}");
        program.tell(end);
        assert_eq!(in_flight(&program, name), 0, "{command}, {end}");
    }
}

#[test]
fn failures_in_a_row_fail_a_function_before_there_are_calls_enough_for_a_share() {
    let mut program = program(&[]);
    for _ in 0..5 {
        program.tell("begin fail");
        program.tell("end");
    }
    let failing = until_check(&program, AGENT, "fail");
    assert_eq!(failing["reason"], "consecutive_failures");
    assert_eq!(
        (&failing["observed"]["value"], &failing["observed"]["threshold"]),
        (&5.0.into(), &5.0.into())
    );
    program.tell("begin ok");
    program.tell("end");
    until(|| check(&program, AGENT).filter(|check| check["status"] == "pass"));
}
