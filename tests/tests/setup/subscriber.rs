//! The subscriber that `init` sets in a program without one, and what `/status` says of the one that is set.

use super::program;
use observant_tests::program::Program;

/// A program whose `init` may set a subscriber, with two events after it: what was on standard error.
fn logged(logs: &str, environment: &[(&str, &str)]) -> (Program, serde_json::Value) {
    let mut program = program(&[&[("OBSERVANT_LOGS", logs)], environment].concat());
    program.init("");
    program.tell("events");
    let status = program.status()["tracing"].clone();
    (program, status)
}

#[test]
fn a_program_without_one_gets_one() {
    let (program, status) = logged("text", &[]);
    assert_eq!(status["subscriber"], "set by `init`");
    assert!(status["note"].is_null());
    let told = program.end();
    let line = told.lines().find(|line| line.contains("heard")).expect("it is told");
    assert!(line.contains("INFO") && line.contains("number=7"), "{line}");
    assert!(!told.contains("unheard"), "{told}");
    // What is warned of goes there too.
    assert!(told.contains("WARN") && told.contains("two functions are called"), "{told}");
}

#[test]
fn it_shows_what_is_asked_for_and_how() {
    let (program, _) = logged("json", &[("RUST_LOG", "off,observant_fixture_program=debug")]);
    let told = program.end();
    let lines: Vec<serde_json::Value> =
        told.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect();
    let messages: Vec<_> = lines.iter().map(|line| line["message"].as_str().unwrap()).collect();
    assert_eq!(messages, ["heard", "unheard"]);
    let (program, _) = logged("text", &[("RUST_LOG", "a=loud")]);
    let warnings = program.status()["warnings"].to_string();
    assert!(warnings.contains("`RUST_LOG` is `a=loud`"), "{warnings}");
    program.end();
}

#[test]
fn it_is_set_only_where_it_is_wanted_and_there_is_none() {
    let (program, status) = logged("off", &[]);
    assert_eq!(status["subscriber"], "none");
    assert!(status["note"].as_str().unwrap().contains("`observant::subscriber(..)`"));
    assert!(!program.end().contains("heard"));

    let mut program = super::program(&[("OBSERVANT_LOGS", "text")]);
    program.tell("subscribe");
    program.ignore_error();
    program.init("");
    let status = program.status()["tracing"].clone();
    assert_eq!(status["subscriber"], "not of observant");
    assert!(status["note"].as_str().unwrap().contains("`observant::layer()`"));
}

#[test]
fn what_is_disabled_sets_none() {
    let mut program = program(&[("OBSERVANT_LOGS", "text"), ("OBSERVANT_DISABLED", "true")]);
    program.tell("init");
    program.tell("events");
    assert!(!program.end().contains("heard"));
}
