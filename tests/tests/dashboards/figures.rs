//! What panels say of series that are made up, by `promtool`: figures that a query may get wrong though it finds something.

use super::{boards, promtool};
use serde_json::{Value, json};
use std::{
    fs,
    sync::atomic::{AtomicU32, Ordering},
};

const MICRO: [&str; 6] = ["0.00001", "0.0001", "0.001", "0.0025", "0.01", "+Inf"];
const DEFAULT: [&str; 17] = [
    "0.0001", "0.00025", "0.0005", "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1",
    "0.25", "0.5", "1", "2.5", "5", "10", "+Inf",
];
const SLOW: [&str; 16] = [
    "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "30", "60", "120", "300",
    "600", "+Inf",
];

/// A sample each 15 s.
fn series(selector: &str, values: &str) -> Value {
    json!({ "series": selector, "values": values })
}

/// The buckets of a function of which every call ends in the bucket up to `in_bucket`.
fn buckets(function: &str, bounds: &[&str], in_bucket: &str) -> Vec<Value> {
    let place = bounds.iter().position(|bound| *bound == in_bucket).expect("a bound");
    let one = |(at, le): (usize, &&str)| {
        let labels = format!("job=\"j\",instance=\"i\",module=\"m\",function=\"{function}\"");
        let name = "observe_call_duration_seconds_bucket";
        let values = if at < place { "0x240" } else { "0+15x240" };
        series(&format!("{name}{{{labels},outcome=\"ok\",le=\"{le}\"}}"), values)
    };
    bounds.iter().enumerate().map(one).collect()
}

/// What `query` finds after `at`, of these series.
#[derive(Clone, Debug)]
struct Case {
    query: String,
    series: Vec<Value>,
    at: &'static str,
    found: Vec<(&'static str, f64)>,
}

/// `None` where there is no promtool.
fn tested(cases: &[Case]) -> Option<Result<(), String>> {
    static FILES: AtomicU32 = AtomicU32::new(0);
    let test = |case: &Case| {
        let found =
            case.found.iter().map(|(labels, value)| json!({ "labels": labels, "value": value }));
        json!({
            "interval": "15s",
            "input_series": case.series,
            "promql_expr_test": [{
                "expr": case.query, "eval_time": case.at, "exp_samples": found.collect::<Vec<_>>(),
            }],
        })
    };
    let number = FILES.fetch_add(1, Ordering::Relaxed);
    let file = std::env::temp_dir()
        .join(format!("observant-figures-{}-{number}.json", std::process::id()));
    // JSON is YAML.
    let written = json!({ "tests": cases.iter().map(test).collect::<Vec<_>>() }).to_string();
    fs::write(&file, written).expect("it can be written");
    let folder = std::env::temp_dir();
    let said = promtool(&folder, &["test", "rules", file.to_str().expect("a path")]);
    let _ = fs::remove_file(file);
    said
}

/// The query of a committed panel with this legend.
fn query(board: &str, title: &str, legend: &str) -> String {
    let board = boards::committed(board);
    let panels = board["panels"].as_array().expect("panels");
    let panel = panels.iter().find(|panel| panel["title"] == title).expect(title);
    let targets = panel["targets"].as_array().expect("targets");
    let target = targets.iter().find(|target| target["legendFormat"] == legend).expect(legend);
    boards::filled(target["expr"].as_str().expect("a query")).replace("[1m]", "[5m]")
}

#[track_caller]
fn assert_found(cases: &[Case]) {
    if let Some(Err(said)) = tested(cases) {
        panic!("{said}");
    }
}

#[test]
fn a_wrong_figure_fails() {
    let case = |value| Case {
        query: "a".to_owned(),
        series: vec![series("a", "1x10")],
        at: "1m",
        found: vec![("a", value)],
    };
    assert_found(&[case(1.0)]);
    if let Some(said) = tested(&[case(2.0)]) {
        said.expect_err("it is 1");
    }
}

/// Functions with bounds of their own: each is fast, but for one.
#[test]
fn latencies_are_those_of_functions_whatever_their_bounds() {
    let mut series = buckets("micro", &MICRO, "0.0001");
    series.extend(buckets("default", &DEFAULT, "0.005"));
    series.extend(buckets("slow", &SLOW, "0.1"));
    // In microseconds: what quantiles lack in the sixteenth digit is no fault.
    let case = |query: String, value| Case {
        query: format!("round(({query}) * 1e6)"),
        series: series.clone(),
        at: "1h",
        found: vec![("{}", value)],
    };
    let heat = |board: &str| query(board, "Latency, all of it", "{{le}}");
    let mut cases = vec![
        case(query("system-overview", "Latency of the slowest function", "p50"), 75_000.0),
        case(query("system-overview", "Latency of the slowest function", "p95"), 97_500.0),
        case(query("system-overview", "Latency of the slowest function", "p99"), 99_500.0),
    ];
    for board in ["system-overview", "agent-performance"] {
        // Half of the calls that can be added up is of `default`, and half of `slow`.
        cases.push(case(format!("histogram_quantile(0.25, ({}))", heat(board)), 3_750.0));
        cases.push(case(format!("histogram_quantile(0.75, ({}))", heat(board)), 75_000.0));
        cases.push(case(format!("max({})", heat(board)), 2e6));
    }
    assert_found(&cases);
}

/// The mean of failures, however long the program runs, and whether they begin or end while it is looked at.
#[test]
fn a_failure_lasts_as_long_as_it_lasts() {
    let query = query("error-tracking", "How long a failure lasts", "{{name}}");
    let check = |values, transitions| {
        let labels = "job=\"j\",instance=\"i\",name=\"n\",kind=\"readiness\"";
        vec![
            series(&format!("observe_health_check{{{labels}}}"), values),
            series(&format!("observe_health_check_transitions_total{{{labels}}}"), transitions),
        ]
    };
    let case = |values, transitions, value| Case {
        query: query.clone(),
        series: check(values, transitions),
        at: "1h",
        found: vec![("{name=\"n\"}", value)],
    };
    assert_found(&[
        // One of a minute, within an hour.
        case("1x99 0x3 1x136", "0x99 1x3 2x136", 60.0),
        // One of a minute and one of three.
        case("1x99 0x3 1x95 0x11 1x28", "0x99 1x3 2x95 3x11 4x28", 120.0),
        // It failed from the beginning, for two minutes.
        case("0x7 1x232", "1x7 2x232", 120.0),
        // It fails for five minutes, up to now: the half a minute that has begun counts.
        case("1x219 0x20", "0x219 1x20", 330.0),
        // It went from well to degraded and back, and failed for a minute.
        case("1x99 0x3 1x136", "0x50 1x24 2x24 3x3 4x136", 60.0),
    ]);
}

/// Figures of a service that is gone, or has had nothing to do for a while: none is an old one.
#[test]
fn figures_of_now_are_of_now() {
    let labels = "job=\"j\",instance=\"i\"";
    let gone = |name: &str| series(&format!("{name}{{{labels}}}"), "1x20 _x240");
    let case = |board, title, series: &[Value], found: &[(&'static str, f64)]| Case {
        query: query(board, title, ""),
        series: series.to_vec(),
        at: "1h",
        found: found.to_vec(),
    };
    let probe = |instance: &str, probe: &str, value: u32| {
        let labels = format!("job=\"j\",instance=\"{instance}\",probe=\"{probe}\"");
        series(&format!("observe_health_probe{{{labels}}}"), &format!("{value}x240"))
    };
    let gone_probe =
        series(&format!("observe_health_probe{{{labels},probe=\"ready\"}}"), "1x20 _x240");
    let idle =
        |name: &str, label: &str| series(&format!("{name}{{{labels},{label}}}"), "0+1x20 20x220");
    assert_found(&[
        case("system-overview", "Processes", &[gone("observant_build_info")], &[("{}", 0.0)]),
        case("system-overview", "Ready", &[gone_probe], &[("{}", 0.0)]),
        case(
            "system-overview",
            "Ready",
            &[
                probe("i", "ready", 0),
                probe("i", "live", 1),
                probe("k", "ready", 1),
                probe("k", "live", 0),
            ],
            &[("{}", 1.0)],
        ),
        case(
            "error-tracking",
            "Errors",
            &[idle("observe_calls_total", "module=\"m\",outcome=\"error\"")],
            &[],
        ),
        case("system-overview", "Errors", &[idle("observe_calls_total", "outcome=\"error\"")], &[]),
        case(
            "system-overview",
            "Tasks that succeed",
            &[idle("observe_tasks_total", "status=\"failure\"")],
            &[],
        ),
    ]);
}
