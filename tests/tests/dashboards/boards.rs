//! Queries of the dashboards: `promtool` reads each, and a real Prometheus that has scraped a program answers each.

use super::{FOLDER, promtool};
use observant_tests::{program::Program, prometheus::Prometheus};
use serde_json::Value;
use std::{fmt::Write as _, fs, path::Path};

const BOARDS: [&str; 5] =
    ["system-overview", "agent-performance", "error-tracking", "resource-usage", "genai-cost"];

/// Title and query of each panel and annotation, with variables filled in.
fn queries(board: &Value) -> Vec<(String, String)> {
    let panels = board["panels"].as_array().expect("panels").iter();
    let targets = panels.flat_map(|panel| {
        let targets = panel["targets"].as_array().into_iter().flatten();
        targets.map(|target| (&panel["title"], &target["expr"]))
    });
    let marks = board["annotations"]["list"].as_array().expect("annotations").iter();
    let all = targets.chain(marks.map(|mark| (&mark["name"], &mark["expr"])));
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    all.map(|(title, expr)| (text(title), filled(&text(expr)))).collect()
}

/// As Grafana does where all is selected, over an hour.
pub(super) fn filled(expr: &str) -> String {
    let mut expr = expr.replace("$__rate_interval", "1m").replace("$__range", "1h");
    for variable in ["$job", "$instance", "$module"] {
        expr = expr.replace(variable, ".+");
    }
    assert!(!expr.contains('$'), "{expr}");
    expr
}

pub(super) fn committed(name: &str) -> Value {
    let path = Path::new(FOLDER).join(format!("{name}.json"));
    serde_json::from_str(&fs::read_to_string(path).expect(name)).expect("JSON")
}

/// Queries as rules that record them, which promtool reads.
fn as_rules(queries: &[(String, String)]) -> String {
    let mut rules = String::from("groups:\n- name: queries\n  rules:\n");
    for (number, (_, expr)) in queries.iter().enumerate() {
        let expr = Value::from(expr.as_str());
        let _ = writeln!(rules, "  - {{record: 'query:{number}', expr: {expr}}}");
    }
    rules
}

fn parsed(queries: &[(String, String)]) -> Option<Result<(), String>> {
    let name = format!("observant-queries-{}-{}.yaml", std::process::id(), queries.len());
    let file = std::env::temp_dir().join(name);
    fs::write(&file, as_rules(queries)).expect("it can be written");
    let said = promtool(Path::new(FOLDER), &["check", "rules", file.to_str().expect("a path")]);
    let _ = fs::remove_file(file);
    said
}

#[test]
fn every_query_is_one() {
    let all: Vec<_> = BOARDS.iter().flat_map(|name| queries(&committed(name))).collect();
    assert!(all.len() > 150, "{}", all.len());
    if let Some(Err(said)) = parsed(&all) {
        panic!("{said}");
    }
    let broken = [("broken".to_owned(), "sum by (job (up)".to_owned())];
    if let Some(said) = parsed(&broken) {
        said.expect_err("this is no query");
    }
}

/// What a program hands out for itself, asked of a Prometheus that has scraped it: no query fails, as those do that match
/// many with many, and those of what every program has find something.
#[test]
fn a_real_prometheus_answers_every_query() {
    let executable = env!("CARGO_BIN_EXE_observant-fixture-checked");
    let mut program = Program::start(executable, &[("OBSERVANT_LISTEN", "127.0.0.1:0")]);
    program.ignore_error();
    program.init("");
    let Some(prometheus) = Prometheus::scraping(&[program.address()]) else { return };
    prometheus.scraped();
    prometheus.query_until_found("rate(process_cpu_seconds_total[1m])");
    for name in BOARDS {
        let board: Value =
            serde_json::from_str(program.get(&format!("/dashboards/{name}.json")).text()).unwrap();
        if name == "agent-performance" {
            let panels = board["panels"].as_array().unwrap();
            let panel = panels.iter().find(|panel| panel["title"] == "work").unwrap();
            let source = panel["links"][0]["url"].as_str().unwrap();
            let line =
                source.strip_prefix("https://example.com/repo/tests/fixtures/checked/main.rs#L");
            assert!(line.is_some_and(|line| line.parse::<u32>().is_ok()), "{source}");
        }
        for (title, query) in queries(&board) {
            let found = prometheus.query(&query);
            if ["Processes", "Checks that pass", "Uptime", "Memory"].contains(&&*title)
                && !query.contains("cgroup")
            {
                assert!(!found.is_empty(), "{name}, {title}: {query}");
            }
        }
    }
    let rules = program.get("/rules.yaml");
    assert_eq!(rules.header("content-type"), Some("application/yaml"));
    assert!(
        rules.text().contains("ObservantHealthFlaps")
            && !rules.text().contains("ObservantTasksFail")
    );
}
