//! Verdicts on functions, and what SLOs are spent on.

use super::{check, function, health, program, until, until_check};
use observant_tests::{
    parse::{Dialect, parse},
    program::Program,
};
use serde_json::Value as Json;

const WORKER: &str = "observant_fixture_judged/functions/worker";

/// The check of [`WORKER`] once all its calls were looked at: some may be still to come at the look before.
fn until_observed(program: &Program, status: &str, value: f64) -> Json {
    let is_all = |check: &Json| check["status"] == status && check["observed"]["value"] == value;
    until(|| check(program, WORKER).filter(is_all))
}

#[test]
fn a_function_whose_calls_fail_is_degraded_then_failing_then_well() {
    let mut program = program(&[]);
    let well = until_check(&program, WORKER, "pass");
    assert_eq!((&well["kind"], &well["severity"]), (&"readiness".into(), &"degraded".into()));
    program.tell("fail 19");
    program.tell("ok 0");
    // Fewer than the 20 calls from which on a share says something.
    let runs = |program: &_| check(program, WORKER).map(|check| check["last_run"]["time"].clone());
    let before = runs(&program);
    until(|| runs(&program).filter(|now| Some(now) != before.as_ref()));
    assert_eq!(check(&program, WORKER).unwrap()["status"], "pass");

    program.tell("ok 100");
    let degraded = until_observed(&program, "degraded", 19.0 / 119.0);
    assert_eq!(
        (&degraded["reason"], &degraded["observed"]["threshold"]),
        (&"error_ratio".into(), &0.1.into())
    );
    program.tell("fail 31");
    until_observed(&program, "fail", 50.0 / 150.0);
    let sentence = function(&program, "worker")["unwell"].as_str().expect("a sentence").to_owned();
    assert!(
        sentence.starts_with("error_ratio 0.3334 > 0.25 over ")
            && sentence.ends_with(", 150 calls"),
        "{sentence}"
    );
    // It costs the program no traffic unless that was asked for.
    assert_eq!(health(&program)["status"], "degraded");
    assert_eq!(program.get("/ready").status, 200);
    program.tell("ok 1000");
    until_check(&program, WORKER, "pass");
    assert!(function(&program, "worker")["unwell"].is_null());
}

#[test]
fn a_critical_function_that_panics_takes_the_program_out_of_service() {
    let mut program = program(&[]);
    let fragile = "observant_fixture_judged/functions/fragile";
    until_check(&program, fragile, "pass");
    until(|| (program.get("/ready").status == 200).then_some(()));
    program.tell("fragile");
    let failing = until_check(&program, fragile, "fail");
    assert_eq!((&failing["reason"], &failing["severity"]), (&"panics".into(), &"critical".into()));
    assert_eq!(program.get("/ready").status, 503);
    assert_eq!(program.get("/live").status, 200, "nothing is restarted for it");
}

#[test]
fn slos_are_series_and_rows_of_the_status_page() {
    let mut program = program(&[]);
    for command in ["ok 90", "fail 6", "panic 4"] {
        program.tell(command);
    }
    let document = program.get("/metrics").text().to_owned();
    let families = parse(&document, Dialect::Text).expect("a document");
    let sum = |name: &str, labels: &[(&str, &str)]| -> f64 {
        let samples = families.iter().flat_map(|family| &family.samples);
        let wanted = samples.filter(|one| {
            one.name == name && labels.iter().all(|(name, value)| one.label(name) == Some(value))
        });
        let found: Vec<f64> = wanted.map(observant_tests::parse::Sample::value).collect();
        assert_eq!(found.len(), 1, "{name} {labels:?}");
        found[0]
    };
    let own = [
        ("slo", "work"),
        ("sli", "success"),
        ("module", "observant_fixture_judged::functions"),
        ("function", "worker"),
    ];
    let close = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-9, "{found}");
    close(sum("observe_slo_events_total", &own), 100.0);
    close(sum("observe_slo_bad_events_total", &own), 10.0);
    close(sum("observe_slo_bad_events_total", &[("slo", "work"), ("sli", "latency")]), 0.0);
    close(sum("observe_slo_objective_ratio", &[("slo", "work"), ("sli", "success")]), 0.99);
    close(sum("observe_slo_latency_threshold_seconds", &[("slo", "work")]), 30.0);
    for window in ["5m", "30m", "1h", "2h", "6h", "1d", "3d"] {
        let labels = [("slo", "work"), ("sli", "success"), ("window", window)];
        close(sum("observe_slo_burn_rate", &labels), 10.0);
    }
    // The threshold is a bucket of the function itself.
    let bucket = [("function", "worker"), ("outcome", "ok"), ("le", "30.0")];
    close(sum("observe_call_duration_seconds_bucket", &bucket), 90.0);

    let status = program.status();
    let slo = status["slos"]
        .as_array()
        .unwrap()
        .iter()
        .find(|slo| slo["sli"] == "success")
        .unwrap()
        .clone();
    assert_eq!((&slo["slo"], &slo["window"]), (&"work".into(), &"30d".into()));
    assert_eq!((&slo["events"], &slo["bad_events"]), (&100.into(), &10.into()));
    assert!((slo["burn_rate"]["1h"].as_f64().unwrap() - 10.0).abs() < 1e-9);
    let firing: Vec<bool> = slo["alerts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|alert| alert["firing"].as_bool().unwrap())
        .collect();
    assert_eq!(
        firing,
        [false, true, true, true],
        "ten times too fast: above 6, 3 and 1, not above 14.4"
    );
    until(|| check(&program, "observant/slo").filter(|check| check["reason"] == "burn_rate"));
}
