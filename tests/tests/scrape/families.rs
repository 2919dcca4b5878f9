//! All families together: names that no suffix makes equal, and what promtool says of them.

use super::{program, scrape};
use observant_tests::{parse::is_of_the_machine, prometheus::promtool_check};
use std::{
    collections::BTreeMap,
    time::{SystemTime, UNIX_EPOCH},
};

/// What formats and parsers add to a family's name (OpenMetrics 1.0, "Metric Family Name").
const SUFFIXES: [&str; 8] =
    ["_total", "_created", "_bucket", "_sum", "_count", "_info", "_gcount", "_gsum"];

/// Names that are equal once such a suffix is gone.
fn clashes(names: &[String]) -> Vec<(String, String)> {
    let mut stems = BTreeMap::new();
    let mut clashes = Vec::new();
    for name in names {
        let stem = SUFFIXES.iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name);
        if let Some(other) = stems.insert(stem.to_owned(), name.clone()) {
            clashes.push((other, name.clone()));
        }
    }
    clashes
}

#[test]
fn no_name_is_another_with_a_suffix() {
    let mut program = program();
    program.tell("work");
    program.tell("call classifies");
    let shown: Vec<String> = scrape(&program).into_iter().map(|family| family.name).collect();
    let known = program.tell("families");
    let known: Vec<String> =
        known.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect();
    let everywhere = |names: &[String]| -> Vec<String> {
        names.iter().filter(|name| !is_of_the_machine(name)).cloned().collect()
    };
    assert_eq!(everywhere(&shown), everywhere(&known), "a scrape shows every family there is");
    assert!(shown.iter().all(|name| known.contains(name)), "{shown:?}");
    assert!(known.len() >= 13, "{known:?}");
    assert_eq!(clashes(&known), []);
    for name in &known {
        let ours = name.starts_with("observe_") || name.starts_with("observant_");
        assert!(ours || is_of_the_machine(name), "{name}");
    }
}

#[test]
fn the_check_above_sees() {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(clashes(&names(&["a_seconds", "a_seconds_total"])).len(), 1);
    assert_eq!(clashes(&names(&["a_info", "a_count"])).len(), 1);
    assert_eq!(clashes(&names(&["a_total", "a_seconds_total", "b"])), []);
}

#[test]
fn promtool_has_nothing_to_say() {
    let mut program = program();
    program.tell("work");
    program.tell("begin");
    if let Some(verdict) = promtool_check(program.get("/metrics").text()) {
        assert_eq!(verdict, Ok(()));
    }
}

#[test]
fn the_process_and_its_machine_are_served() {
    let program = program();
    let families = scrape(&program);
    let value = |name: &str| super::family(&families, name).samples[0].value();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is past 1970").as_secs_f64();
    let age = now - value("process_start_time_seconds");
    assert!((-2.0..600.0).contains(&age), "{age}");
    assert!((1e6..1e9).contains(&value("process_resident_memory_bytes")));
    assert!(value("process_open_fds") > 2.0 && value("process_threads") > 1.0);
    assert!(value("process_cpu_seconds_total") < 60.0);
    assert!(value("system_memory_limit_bytes") > value("process_resident_memory_bytes"));
    let left_out = &super::family(&families, "observant_system_left_out_total").samples;
    assert!(left_out.iter().all(|sample| sample.value() == 0.0), "{left_out:?}");
}
