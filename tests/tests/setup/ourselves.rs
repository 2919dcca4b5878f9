//! The families about observant itself: each is there from the first scrape, and means what it says.

use super::program;
use observant_tests::{
    parse::{Dialect, Family, parse},
    program::Program,
};

fn scrape(program: &Program) -> Vec<Family> {
    parse(program.get("/metrics").text(), Dialect::Text).unwrap()
}

/// The one sample of this name with these labels.
#[track_caller]
fn value(families: &[Family], sample: &str, labels: &[(&str, &str)]) -> f64 {
    let all = families.iter().flat_map(|family| &family.samples);
    let mut found = all.filter(|one| {
        one.name == sample && labels.iter().all(|(name, value)| one.label(name) == Some(value))
    });
    let value = found.next().unwrap_or_else(|| panic!("no {sample} {labels:?}")).value();
    assert_eq!(found.next(), None, "more than one {sample} {labels:?}");
    value
}

#[test]
fn they_are_there_from_the_first_scrape() {
    let mut program = program(&[]);
    program.init("");
    let families = scrape(&program);
    for (name, kind) in [
        ("observant_build_info", "gauge"),
        ("observant_overhead_ratio", "gauge"),
        ("observant_overhead_seconds_total", "counter"),
        ("observant_scrape_duration_seconds", "histogram"),
        ("observant_series_overflow_total", "counter"),
        ("observant_switch_off", "gauge"),
    ] {
        let family = families.iter().find(|family| family.name == name);
        let family = family.unwrap_or_else(|| panic!("no {name}"));
        assert_eq!(family.kind, kind, "{name}");
        assert!(!family.help.is_empty(), "{name}");
    }
    let version = [("version", env!("CARGO_PKG_VERSION"))];
    assert!((value(&families, "observant_build_info", &version) - 1.0).abs() < 1e-9);
    for metric in ["observe_calls_total", "observe_errors_total"] {
        assert!(value(&families, "observant_series_overflow_total", &[("metric", metric)]) < 0.5);
    }
}

#[test]
fn overhead_grows_with_calls_alone() {
    let mut program = program(&[]);
    program.init("");
    let overhead = |families: &[Family]| value(families, "observant_overhead_seconds_total", &[]);
    let before = scrape(&program);
    assert!(overhead(&before).abs() < f64::EPSILON, "no call yet, and our own probe is not shown");
    assert!(value(&before, "observant_overhead_ratio", &[]).abs() < f64::EPSILON);
    program.tell("call plain plain plain plain");
    let four = scrape(&program);
    assert!(overhead(&four) > 0.0);
    program.tell("call plain plain plain plain");
    let eight = scrape(&program);
    assert!((overhead(&eight) / overhead(&four) - 2.0).abs() < 1e-6);
    let (ratio, own) = (
        value(&eight, "observant_overhead_ratio", &[]),
        value(&eight, "observe_call_self_seconds_total", &[("function", "plain")]),
    );
    assert!((ratio - overhead(&eight) / own).abs() <= ratio * 1e-6, "{ratio}");
    let per_call = program.status()["process"]["overhead"]["seconds_per_call"].as_f64().unwrap();
    assert!((1e-9..1e-4).contains(&per_call), "{per_call} s a call");
    assert!((overhead(&eight) - per_call * 8.0).abs() < per_call * 1e-3);
}

#[test]
fn each_scrape_is_counted_once() {
    let mut program = program(&[]);
    program.init("");
    for scrapes in 0..4 {
        let families = scrape(&program);
        let count = value(&families, "observant_scrape_duration_seconds_count", &[]);
        assert!((count - f64::from(scrapes)).abs() < 0.5, "{count} after {scrapes}");
        if scrapes > 0 {
            assert!(value(&families, "observant_scrape_duration_seconds_sum", &[]) > 0.0);
        }
        // Other pages are no scrapes.
        program.get("/status");
        program.get("/live");
    }
}

#[test]
fn switches_are_counted_by_scope() {
    let mut program = program(&[]);
    program.init("");
    let off = |program: &Program, scope| {
        value(&scrape(program), "observant_switch_off", &[("scope", scope)])
    };
    assert!(off(&program, "function") < 0.5 && off(&program, "global") < 0.5);
    program.tell("control switch_off observant_fixture_program::functions::twins");
    assert!((off(&program, "function") - 2.0).abs() < 0.5 && off(&program, "global") < 0.5);
    program.tell("control disable");
    let all =
        f64::from(u32::try_from(program.status()["functions"].as_array().unwrap().len()).unwrap());
    assert!((off(&program, "function") - all).abs() < 0.5);
    assert!((off(&program, "global") - 1.0).abs() < 0.5);
    program.tell("control enable");
    assert!((off(&program, "function") - 2.0).abs() < 0.5 && off(&program, "global") < 0.5);
}
