//! Rules: committed, made of what is emitted, each with its page and its test.

use super::{
    assert_committed, catalog,
    checks::{Set, expr},
    path,
    promql::read,
};
use crate::artifact::{
    program::{Part, Program},
    rules,
    yaml::{Alert, Rule, write},
};
use std::fs;

fn all() -> Vec<Rule> {
    Set::real().rules().cloned().collect()
}

fn alerts() -> Vec<Alert> {
    Set::real().alerts().cloned().collect()
}

#[test]
fn the_committed_rules_are_what_is_written() {
    assert_committed("dashboards/rules.yaml", &write(&rules::all(&Program::any())));
}

#[test]
fn what_is_not_emitted_is_found() {
    for (query, fault) in [
        ("rate(observe_cals_total[5m])", "nobody emits `observe_cals_total`"),
        (
            "rate(observe_calls_total{result=\"ok\"}[5m])",
            "`observe_calls_total` has no label `result`",
        ),
        (
            "rate(observe_calls_in_flight[5m])",
            "`observe_calls_in_flight` goes up and down: no `rate` of it",
        ),
        (
            "sum by (hour) (rate(observe_errors_total[1h]))",
            "`observe_errors_total` has no label `hour` to group by",
        ),
        (
            "sum (observe_tasks_total) > 3",
            "`observe_tasks_total` only grows: `sum` of it says nothing",
        ),
        (
            "rate(observe_calls_in_flight_bucket[5m])",
            "nobody emits `observe_calls_in_flight_bucket`",
        ),
    ] {
        assert_eq!(catalog::faults(&Set::real().known(), &read(query)), [fault]);
    }
}

/// SLOs are judged by these alone (of a bucket's bound, rules know nothing).
#[test]
fn rules_of_slos_use_four_families() {
    let mut names: Vec<_> = all()
        .iter()
        .flat_map(|rule| read(expr(rule)).selectors)
        .map(|selector| selector.name)
        .filter(|name| name.starts_with("observe_slo_"))
        .collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(
        names,
        [
            "observe_slo_bad_events_total",
            "observe_slo_burn_factor",
            "observe_slo_events_total",
            "observe_slo_objective_ratio"
        ]
    );
}

#[test]
fn every_page_is_of_an_alert() {
    let pages = fs::read_dir(path("docs/runbooks")).unwrap();
    for page in pages {
        let page = page.unwrap().file_name().into_string().unwrap();
        let alert = page.trim_end_matches(".md");
        assert!(alerts().iter().any(|known| known.name == alert), "{page} is of no alert");
    }
}

/// Tests of promtool find each alert firing, and then not. `tests/tests/dashboards` runs them.
#[test]
fn every_alert_is_tested() {
    let read = |file: &str| fs::read_to_string(path("dashboards").join(file)).unwrap_or_default();
    let of = ["", "_slo", "_hours", "_days", "_weeks"];
    let tests = of.map(|of| read(&format!("rules{of}_test.yaml"))).concat();
    for alert in alerts() {
        let window = alert.labels.first().map(|(_, window)| format!("window=\"{window}\""));
        let question = format!("ALERTS{{alertname=\"{}\"", alert.name);
        let asked = tests.split("- expr:").filter(|it| {
            it.contains(&question) && window.as_ref().is_none_or(|window| it.contains(window))
        });
        let (fires, rests): (Vec<_>, Vec<_>) = asked.partition(|it| it.contains("value: 1"));
        assert!(!fires.is_empty(), "{} {window:?} never fires", alert.name);
        assert!(
            rests.iter().any(|it| it.contains("exp_samples: []")),
            "{} {window:?} never resolves",
            alert.name
        );
    }
}

/// What has no functions, checks and models gets no rule that could never fire.
#[test]
fn a_program_gets_rules_for_what_it_has() {
    let listing = crate::registry::Listing::default();
    let bare = write(&rules::all(&Program::of(&listing, &[])));
    let names = |text: &str| {
        let alerts = text.lines().filter_map(|line| line.trim().strip_prefix("- alert: "));
        alerts.map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(bare.contains("alert: ObservantPanics"));
    for part in ["slo", "health", "export", "cgroup", "tokio", "llm", "tasks", "retries"] {
        assert!(
            !bare.contains(&format!("observe_{part}")) && !bare.contains(&format!("{part}_")),
            "{part}"
        );
    }
    let health = write(&rules::all(&Program::of(&listing, &[Part::Checks])));
    assert_eq!(names(&health).len(), names(&bare).len() + 4);
}
