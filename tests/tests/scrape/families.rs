//! All families together: names that no suffix makes equal, and what promtool says of them.

use super::{program, scrape};
use observant_tests::prometheus::promtool_check;
use std::collections::BTreeMap;

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
    assert_eq!(shown, known, "a scrape shows every family there is");
    assert!(known.len() >= 13, "{known:?}");
    assert_eq!(clashes(&known), []);
    for name in &known {
        assert!(name.starts_with("observe_") || name.starts_with("observant_"), "{name}");
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
