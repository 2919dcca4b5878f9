//! `dashboards/rules.yaml` by `promtool`: it is well-formed, and each of its alerts fires and resolves.

use super::{FOLDER, promtool};
use observant_tests::prometheus::new_folder;
use std::{
    fs,
    path::{Path, PathBuf},
    thread,
};

const TESTS: [&str; 5] = [
    "rules_test.yaml",
    "rules_slo_test.yaml",
    "rules_hours_test.yaml",
    "rules_days_test.yaml",
    "rules_weeks_test.yaml",
];

#[test]
fn the_rules_are_well_formed() {
    let folder = Path::new(FOLDER);
    if let Some(Err(said)) = promtool(folder, &["check", "rules", "--lint-fatal", "rules.yaml"]) {
        panic!("{said}");
    }
}

#[test]
fn every_alert_fires_and_resolves() {
    // Each on a core of its own.
    let running = TESTS
        .map(|file| thread::spawn(move || promtool(Path::new(FOLDER), &["test", "rules", file])));
    for promtool in running {
        if let Some(Err(said)) = promtool.join().expect("it does not panic") {
            panic!("{said}");
        }
    }
}

/// Rules with a fault, beside one of their tests; removed when dropped.
struct Seeded(PathBuf);

impl Seeded {
    fn new(from: &str, to: &str, test: &str) -> Self {
        let folder = new_folder("rules");
        let read = |file: &str| fs::read_to_string(Path::new(FOLDER).join(file)).expect(file);
        let rules = read("rules.yaml");
        assert!(rules.contains(from), "{from}");
        fs::write(folder.join("rules.yaml"), rules.replace(from, to)).expect("it can be written");
        let has = |tests: &String| tests.contains(&format!("  - name: {test}\n"));
        let tests = TESTS.iter().map(|file| read(file)).find(has).expect(test);
        let mut parts = tests.split("  - name: ");
        let head = parts.next().expect("what holds for all tests");
        let test = parts.find(|part| part.lines().next() == Some(test)).expect(test);
        let only = format!("{head}  - name: {test}");
        // The comment of the test that follows.
        let only = only.trim_end_matches(|end| end != '\n');
        fs::write(folder.join(TESTS[0]), only).expect("it can be written");
        Self(folder)
    }
}

impl Drop for Seeded {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A renamed metric, a wrong label, a rule that can never fire, one on another window, one without its guard, and one that
/// fires too early.
#[test]
fn rules_with_a_fault_fail_their_tests() {
    for (from, to, test) in [
        ("observant_spans_dropped_total", "observant_spans_lost_total", "ObservantSpansLost"),
        ("outcome=\"panic\"", "result=\"panic\"", "ObservantPanics"),
        ("  / (1 - slo:observe_slo_objective:ratio)", "  / 1", "a single bad call among few"),
        ("* 30 > 1.5", "* 30 > 0", "a single bad call among few"),
        ("\"oom_kill\"", "\"oom\"", "ObservantOutOfMemory"),
        ("for: 1h", "for: 5m", "ObservantSwitchedOff"),
    ] {
        let unharmed = Seeded::new(from, from, test);
        if let Some(Err(said)) = promtool(&unharmed.0, &["test", "rules", TESTS[0]]) {
            panic!("{test}: {said}");
        }
        let seeded = Seeded::new(from, to, test);
        match promtool(&seeded.0, &["test", "rules", TESTS[0]]) {
            None => return,
            Some(said) => assert!(said.expect_err(from).contains("FAILED"), "{from}"),
        }
    }
}
