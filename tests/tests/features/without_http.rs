//! Without `http`: everything is observed, and nothing is served.

use super::program;
use serde_json::json;

/// No feature at all.
const NONE: &str = "";

#[test]
fn init_gives_a_guard_without_address_and_functions_count() {
    let mut program = program(NONE, &[]);
    assert_eq!(program.tell("init"), json!({ "address": null }));
    program.tell("work");
    program.tell("begin");
    assert_eq!(
        program.tell("figures plain"),
        json!({ "calls": { "ok": 5, "panic": 0 }, "errors": {}, "in_flight": 0 })
    );
    assert_eq!(program.tell("figures waits")["in_flight"], 1);
    let families = program.tell("families");
    for family in
        ["observe_calls_total", "observant_build_info", "observant_overhead_seconds_total"]
    {
        assert!(families.as_array().unwrap().contains(&json!(family)), "{families}");
    }
    assert_eq!(program.tell("init")["already_initialized"], true);
    assert_eq!(program.tell("control switch_off observant_fixture_features::functions::plain"), 1);
    program.tell("call plain");
    assert_eq!(program.tell("figures plain")["calls"]["ok"], 5);
    program.tell("drop");
    program.tell("init");
    let told = program.end();
    assert!(!told.contains("served"), "nobody asked for a server: {told}");
}

#[test]
fn an_address_that_was_asked_for_is_warned_of() {
    for (environment, settings, warned) in [
        (("OBSERVANT_LISTEN", "127.0.0.1:9999"), "", true),
        (("OTEL_EXPORTER_PROMETHEUS_PORT", "9999"), "", true),
        (("OBSERVANT_A", ""), " listen=127.0.0.1:9999", true),
        (("OBSERVANT_LISTEN", "off"), "", false),
    ] {
        let mut program = program(NONE, &[environment]);
        let answer = program.tell(&format!("init{settings}"));
        assert_eq!(answer, json!({ "address": null }));
        let told = program.end();
        assert_eq!(
            told.contains(":9999: observant was built without its feature `http`"),
            warned,
            "{told}"
        );
    }
}

#[test]
fn a_bad_address_is_an_error_all_the_same() {
    let answer = program(NONE, &[]).tell("init listen=nowhere");
    assert_eq!(answer["setting"], true, "{answer}");
}

#[test]
fn no_thread_is_started() {
    let mut program = program(NONE, &[]);
    let before = program.tell("threads");
    program.tell("init");
    program.tell("work");
    assert_eq!(program.tell("threads"), before);
}
