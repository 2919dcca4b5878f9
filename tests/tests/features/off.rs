//! `off`: annotations compile to nothing but their checks, and set-up still serves the probes.

use super::program;
use observant_tests::parse::{Dialect, parse};
use serde_json::json;

const LOOPBACK: (&str, &str) = ("OBSERVANT_LISTEN", "127.0.0.1:0");

/// What the wrapper of a future may still add: whether its judge was asked, and alignment.
const WRAPPER: u64 = 8;

#[test]
fn every_shape_returns_what_it_returns() {
    let mut program = program("http,off", &[LOOPBACK]);
    let answer = program.tell("shapes");
    assert_eq!(answer["observed"], answer["bare"]);
    // Not the columns of somewhere inside: each is that of its own call.
    let columns = answer["callers"].as_array().unwrap();
    let source = include_str!("../../fixtures/program/shapes.rs");
    let line = source.lines().find(|line| line.contains("observed::caller()")).unwrap();
    let column = |call: &str| 1 + line.find(call).unwrap();
    assert_eq!(*columns, [json!(column("bare::caller()")), json!(column("observed::caller()"))]);
}

#[test]
fn nothing_is_listed_or_counted() {
    let mut program = program("http,off", &[LOOPBACK]);
    assert_eq!(program.tell("families"), json!(FAMILIES));
    program.init("");
    program.tell("work");
    program.tell("shapes");
    program.tell("begin");
    for function in ["plain", "fallible", "waits", "labelled", "Store::load", "free"] {
        let figures = program.tell(&format!("figures {function}"));
        assert_eq!(figures, json!({ "calls": {}, "errors": {}, "in_flight": null }), "{function}");
    }
    program.tell("finish");
    let status = program.status();
    assert_eq!(status["functions"], json!([]));
    assert_eq!(status["crates"], json!([]));
    assert_eq!(status["build"]["off"], true);
    assert_eq!(program.tell("control switch_off observant_fixture_features"), 0);
    assert!(!program.end().contains("two functions"), "no function, no name twice");
}

/// Families of functions are known, and empty.
const FAMILIES: [&str; 7] = [
    "observe_call_busy_seconds_total",
    "observe_call_duration_seconds",
    "observe_call_self_seconds_total",
    "observe_calls_in_flight",
    "observe_calls_total",
    "observe_errors_total",
    "observe_function_info",
];

#[test]
fn probes_and_the_build_are_served() {
    let mut program = program("http,off", &[LOOPBACK]);
    program.init("");
    for probe in ["/live", "/ready", "/startup", "/health", "/status"] {
        assert_eq!(program.get(probe).status, 200, "{probe}");
    }
    program.tell("work");
    let families = parse(program.get("/metrics").text(), Dialect::Text).unwrap();
    let build = families.iter().find(|family| family.name == "observant_build_info").unwrap();
    assert_eq!(build.samples[0].label("version"), Some(env!("CARGO_PKG_VERSION")));
    // What is said of the program's life is no call of a function.
    let is_ours = |name: &str| name.starts_with("observant_") || name == "observe_health_probe";
    assert!(families.iter().all(|family| is_ours(&family.name)), "{families:?}");
    let overhead = families.iter().find(|family| family.name == "observant_overhead_seconds_total");
    assert!(overhead.unwrap().samples[0].value().abs() < f64::EPSILON);
}

#[test]
fn a_future_is_hardly_larger_than_the_bare_one() {
    let sizes = program("http,off", &[LOOPBACK]).tell("sizes");
    let bare = sizes["bare"].as_object().unwrap();
    assert!(bare.len() > 3);
    for (shape, bare) in bare {
        let (bare, observed) = (bare.as_u64().unwrap(), sizes["observed"][shape].as_u64().unwrap());
        assert!(observed <= bare + WRAPPER, "{shape}: {observed} beside {bare}");
    }
}
