//! A release, with all crates optimised at once: no linker drops what nobody calls.

use super::build;
use observant_tests::program::Program;
use serde_json::json;

#[test]
fn functions_nobody_calls_are_listed() {
    let mut program = Program::start(build("", true), &[]);
    for (function, calls) in [
        ("plain", json!({ "ok": 0, "panic": 0 })),
        ("never", json!({ "ok": 0, "error": 0, "panic": 0 })),
        ("never_of", json!({ "ok": 0, "error": 0, "panic": 0 })),
        ("waits", json!({ "ok": 0, "error": 0, "panic": 0, "cancelled": 0 })),
        ("Store::load_both", json!({ "ok": 0, "panic": 0 })),
        ("Work::given", json!({ "ok": 0, "panic": 0 })),
        ("same#2", json!({ "ok": 0, "panic": 0 })),
    ] {
        let figures = program.tell(&format!("figures {function}"));
        assert_eq!(figures, json!({ "calls": calls, "errors": {}, "in_flight": 0 }), "{function}");
    }
    program.tell("work");
    assert_eq!(program.tell("figures plain")["calls"]["ok"], 5);
    assert_eq!(program.tell("figures fallible")["errors"], json!({ "Missing": 1, "too busy": 2 }));
    let shapes = program.tell("shapes");
    assert_eq!(shapes["observed"], shapes["bare"]);
}
