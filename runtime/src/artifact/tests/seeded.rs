//! Faults, planted one by one in what is real: each is found, and named.

use super::{
    checks::{Set, missing_labels, name},
    promql::read,
};
use crate::artifact::{
    boards,
    grafana::{Target, Unit},
    yaml::{Alert, Rule, record},
};

/// What is found once `plant` has been at what is real.
fn found(plant: impl FnOnce(&mut Set)) -> Vec<String> {
    let mut set = Set::real();
    plant(&mut set);
    set.faults()
}

fn alert<'a>(set: &'a mut Set, wanted: &str) -> &'a mut Alert {
    let rules = set.groups.iter_mut().flat_map(|group| &mut group.rules);
    let mut alerts = rules.filter_map(|rule| match rule {
        Rule::Alert(alert) => Some(alert),
        Rule::Record { .. } => None,
    });
    alerts.find(|alert| alert.name == wanted).expect("there is such an alert")
}

fn targets(set: &mut Set) -> impl Iterator<Item = &mut Target> {
    let rows = set.boards.iter_mut().flat_map(|board| &mut board.rows);
    rows.flat_map(|row| &mut row.panels).flat_map(|panel| &mut panel.targets)
}

/// A fault in every query that has `from`.
fn replaced(set: &mut Set, from: &str, to: &str) {
    let rules = set.groups.iter_mut().flat_map(|group| &mut group.rules);
    let of_rules = rules.map(|rule| match rule {
        Rule::Record { expr, .. } => expr,
        Rule::Alert(alert) => &mut alert.expr,
    });
    let rows = set.boards.iter_mut().flat_map(|board| &mut board.rows);
    let targets = rows.flat_map(|row| &mut row.panels).flat_map(|panel| &mut panel.targets);
    for expr in of_rules.chain(targets.map(|target| &mut target.expr)) {
        *expr = expr.replace(from, to);
    }
}

#[track_caller]
fn assert_named(faults: &[String], named: &str) {
    assert!(faults.iter().any(|fault| fault.contains(named)), "{named}: {faults:#?}");
}

#[test]
fn faults_in_queries_are_found() {
    for (from, to, named) in [
        ("observe_calls_total", "observe_call_total", "nobody emits `observe_call_total`"),
        ("outcome=~", "result=~", "has no label `result`"),
        ("by (job, crate", "by (job, krate", "no label"),
        ("by (agent, mode)", "by (agent, modus)", "has no label `modus` to group by"),
        ("error|panic", "error|panics", "has no `outcome` that is `panics`"),
        ("status=\"failure\"", "status=\"failed\"", "has no `status` that is `failed`"),
        (
            "slo:observe_slo_burn:rate1h",
            "slo:observe_slo_burn:rate2h",
            "nobody emits `slo:observe_slo_burn:rate2h",
        ),
        ("rate(observe_errors_total", "deriv(observe_errors_total", "says nothing"),
    ] {
        let faults = found(|set| {
            replaced(set, from, to);
            for (_, expr, _) in &mut set.annotations {
                *expr = expr.replace(from, to);
            }
        });
        assert_named(&faults, named);
    }
}

#[test]
fn a_bad_unit_is_found() {
    for (title, unit) in [
        ("Memory of the process", Unit::BytesPerSecond),
        ("Storage read and written", Unit::Bytes),
        ("Tasks that succeed", Unit::Seconds),
        ("Latency of the slowest function", Unit::Ratio),
        ("An hour, by model", Unit::PerMinute),
        ("Calls by outcome", Unit::Count),
    ] {
        let faults = found(|set| {
            let rows = set.boards.iter_mut().flat_map(|board| &mut board.rows);
            let mut panels = rows.flat_map(|row| &mut row.panels);
            panels.find(|panel| panel.title == title).expect(title).unit = unit;
        });
        assert_named(&faults, &format!("{title}: `{unit:?}` is not what"));
    }
}

#[test]
fn a_share_that_is_always_one_is_found() {
    let raw = "rate(observe_tasks_total{status=\"success\"}[5m]) / rate(observe_tasks_total[5m])";
    let faults = found(|set| raw.clone_into(&mut targets(set).next().expect("a query").expr));
    assert_named(&faults, "a share of single series is always 1");
}

#[test]
fn buckets_of_several_functions_that_are_added_are_found() {
    let named = "`observe_call_duration_seconds_bucket` of several functions is added up";
    let bounds = format!("le=~\"{}\"", boards::bounds_of_calls());
    for (from, to) in [
        ("by (module, function, le)", "by (le)"),
        ("by (module, function, le)", "by (module, le)"),
        ("by (module, function, le)", "by (function, le)"),
        (&*bounds, "job!=\"\""),
    ] {
        assert_named(&found(|set| replaced(set, from, to)), named);
    }
}

#[test]
fn what_is_of_a_machine_and_added_up_is_found() {
    let named = "what is of a machine is added up over its processes";
    for (from, to) in [
        ("sum by (instance, resource) (rate(system_", "sum by (resource) (rate(system_"),
        ("sum by (instance, resource) (rate(system_", "sum(rate(system_"),
        ("sum by (instance, network_interface_name, ", "sum by (network_interface_name, "),
        ("by (instance, system_device, disk", "by (system_device, disk"),
    ] {
        assert_named(&found(|set| replaced(set, from, to)), named);
    }
}

/// What burns is held against the factor of that SLO: no number is one for all of them.
#[test]
fn lines_of_burn_rates_are_at_their_factors() {
    for (board, panel) in Set::real().panels() {
        let asks = |name: &str| panel.targets.iter().any(|target| target.expr.contains(name));
        if asks("observe_slo_burn_rate") && panel.line_at().is_some() {
            assert!(asks("observe_slo_burn_factor"), "{board}, {}", panel.title);
            assert_eq!(panel.line_at(), Some(1.0), "{board}, {}", panel.title);
        }
        for number in ["14.4", "at 6"] {
            assert!(!panel.description.contains(number), "{board}, {}", panel.title);
        }
    }
}

#[test]
fn dead_rules_are_found() {
    let faults = found(|set| {
        let sum = "sum by (slo, sli) (rate(observe_slo_events_total[5m]))";
        set.groups[0].rules.push(record("slo:unused:rate5m", sum));
    });
    assert_named(&faults, "slo:unused:rate5m: nobody asks for it");
    let faults = found(|set| {
        let alert = alert(set, "ObservantErrorRatioHigh");
        alert.expr = alert.expr.replace("> 0.25", "> 25");
    });
    assert_named(&faults, "ObservantErrorRatioHigh: no share is so high");
    // A window whose rule is gone.
    let faults = found(|set| {
        let of_an_hour = |rule: &Rule| name(rule) == "slo:observe_slo_burn:rate1h";
        set.groups.iter_mut().for_each(|group| group.rules.retain(|rule| !of_an_hour(rule)));
    });
    assert_named(&faults, "nobody emits `slo:observe_slo_burn:rate1h`");
}

#[test]
fn missing_texts_are_found() {
    type Plant = fn(&mut Alert);
    let plants: [(Plant, &str); 5] = [
        (|alert| alert.name = "ObservantNoPage", "ObservantNoPage.md has no `## What to do`"),
        (|alert| alert.summary = "", "ObservantPanics: its summary is no sentence"),
        (
            |alert| alert.description.clear(),
            "ObservantPanics: its description does not say of what",
        ),
        (
            |alert| {
                alert.description = alert.description.replace("$labels.function", "$labels.method");
            },
            "names `method`, which it has not",
        ),
        (|alert| alert.name = "Panics", "Panics: its name does not say whose it is"),
    ];
    for (plant, named) in plants {
        assert_named(&found(|set| plant(alert(set, "ObservantPanics"))), named);
    }
}

/// Every metric of every query, renamed where it stands; every label that is matched or grouped by; every label of a legend.
#[test]
fn every_name_counts() {
    let mut planted = 0;
    let real = Set::real();
    let known = real.known();
    for (place, expr) in real.queries() {
        let query = read(&expr);
        let mut names: Vec<_> = query.selectors.iter().map(|it| it.name.clone()).collect();
        names.sort_unstable();
        names.dedup();
        let mut plants: Vec<_> =
            names.iter().map(|name| expr.replace(&**name, &format!("{name}_renamed"))).collect();
        for selector in &query.selectors {
            for (label, matcher) in &selector.matchers {
                let from = format!("{label}{matcher}");
                plants.push(expr.replace(&from, &format!("{label}_renamed{matcher}")));
            }
        }
        for grouping in query.groupings.iter().filter(|it| it.word == "by") {
            for label in &grouping.labels {
                let (from, to) = (grouping.labels.join(", "), format!("{label}_renamed"));
                plants.push(expr.replace(&format!("({from})"), &format!("({from}, {to})")));
            }
        }
        for planted_in in plants {
            assert_ne!(planted_in, expr, "{place}");
            let faults = super::catalog::faults(&known, &read(&planted_in));
            assert!(!faults.is_empty(), "{place}: {planted_in}");
            planted += 1;
        }
    }
    assert!(planted > 1_000, "{planted}");
    for (place, _, target) in real.targets().filter(|(_, _, target)| target.legend.contains("{{")) {
        let legend = target.legend.replace("{{", "{{no_");
        let missing = missing_labels(&legend, &target.expr);
        assert_eq!(missing.len(), legend.matches("{{").count(), "{place}: {missing:?}");
    }
}
