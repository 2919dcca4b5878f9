//! Rules: committed, made of what is emitted, each with its page and its test.

use super::{
    assert_committed,
    catalog::{self, Known},
    path,
    promql::read,
};
use crate::artifact::{
    program::{Part, Program},
    rules,
    yaml::{Alert, Rule, runbook, write},
};
use std::{collections::BTreeMap, fs};

fn all() -> Vec<Rule> {
    rules::all(&Program::any()).into_iter().flat_map(|group| group.rules).collect()
}

fn alerts() -> Vec<Alert> {
    let alert = |rule| match rule {
        Rule::Alert(alert) => Some(alert),
        Rule::Record { .. } => None,
    };
    all().into_iter().filter_map(alert).collect()
}

/// What the runtime emits, and what rules record of it.
pub(super) fn known() -> BTreeMap<String, Known> {
    let recorded = all().into_iter().filter_map(|rule| match rule {
        Rule::Record { name, .. } => {
            let mut labels = vec!["slo", "sli"];
            if name.contains("factor") {
                labels.extend(["severity", "window"]);
            }
            Some((name, labels))
        }
        Rule::Alert(_) => None,
    });
    catalog::all(&recorded.collect::<Vec<_>>())
}

fn expr(rule: &Rule) -> &str {
    match rule {
        Rule::Record { expr, .. } => expr,
        Rule::Alert(alert) => &alert.expr,
    }
}

#[test]
fn the_committed_rules_are_what_is_written() {
    assert_committed("dashboards/rules.yaml", &write(&rules::all(&Program::any())));
}

#[test]
fn rules_name_only_what_is_emitted() {
    let known = known();
    for rule in all() {
        assert_eq!(catalog::faults(&known, &read(expr(&rule))), [""; 0], "{rule:?}");
    }
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
        assert_eq!(catalog::faults(&known(), &read(query)), [fault]);
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
fn every_alert_has_its_texts_and_its_page() {
    for alert in alerts() {
        let Alert { name, summary, description, .. } = &alert;
        assert!(name.starts_with("Observant"), "{name}");
        assert!(summary.ends_with('.') && !summary.contains("{{"), "{name}: {summary}");
        assert!(description.contains("{{ $labels."), "{name}: {description}");
        let page = fs::read_to_string(path(&runbook(name))).unwrap_or_default();
        for part in [&format!("# {name}\n"), "## What it means", "## What to do"] {
            assert!(page.contains(part), "{} has no `{}`", runbook(name), part.trim());
        }
    }
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
    let tests = read("rules_test.yaml") + &read("rules_days_test.yaml");
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
