//! What a program hands out for itself: panels for what it has, for its functions by whatever name, and for its own metrics.

use super::{boards::json, checks::filled, promql::read};
use crate::{
    artifact::program::{Function, Own, Part, Program},
    snapshot::Kind,
};
use serde_json::Value;
use std::fmt::Write as _;

#[test]
fn a_program_gets_panels_for_what_it_has() {
    let mut program = Program::of(&crate::registry::Listing::default(), &[]);
    let bare = json("system-overview", &program).to_string();
    assert!(bare.contains("observe_calls_total"));
    for part in ["observe_health", "observe_slo", "process_", "observe_tasks", "observant_spans"] {
        assert!(!bare.contains(part), "{part}");
    }
    // Why there is nothing, and what to do about it.
    let cost = json("genai-cost", &program);
    let cost = cost["panels"].as_array().unwrap();
    assert_eq!((cost.len(), &cost[1]["type"]), (2, &"text".into()));
    assert!(cost[1]["options"]["content"].as_str().unwrap().contains("`#[observe(llm("));
    let with_models = json("genai-cost", &Program::any()).to_string();
    assert!(!with_models.contains("No function of this program"));
    let checked = Program::of(&crate::registry::Listing::default(), &[Part::Checks]);
    assert!(json("system-overview", &checked).to_string().contains("observe_health_check"));
    program.functions.push(Function {
        module: "agents::planner".to_owned(),
        name: "Planner::plan".to_owned(),
        kind: "agent",
        file: "src/planner.rs",
        line: 12,
        source: Some("https://example.com/src/planner.rs#L12".to_owned()),
        threshold: Some(30.0),
    });
    let board = json("agent-performance", &program);
    let panels = board["panels"].as_array().unwrap();
    let panel = panels.iter().find(|panel| panel["title"] == "Planner::plan").unwrap();
    assert_eq!(
        panel["description"],
        "How long calls of this agent take; agents::planner, src/planner.rs:12. A call should take 30 s at most."
    );
    assert_eq!(panel["fieldConfig"]["defaults"]["thresholds"]["steps"][1]["value"], 30.0);
    assert_eq!(panel["links"][0]["url"], "https://example.com/src/planner.rs#L12");
    let mut others = panels.iter().filter(|it| it["title"] != "Planner::plan");
    assert!(others.all(|it| it["type"] == "row" || it["links"] == Value::Array(vec![])));
    let query = panel["targets"][0]["expr"].as_str().unwrap();
    assert!(query.contains("module=\"agents::planner\",function=\"Planner::plan\""), "{query}");
}

/// Names that a query, Grafana or a template of it could take for something of its own.
const HOSTILE: [&str; 8] =
    ["हिन्दी", "emoji ❤️", "a\"b\\c", "$job", "${instance}", "[[job]]", "{{x}}", "line\nline\ttab"];

#[test]
fn queries_have_names_as_they_are() {
    let mut program = Program::of(&crate::registry::Listing::default(), &[]);
    program.functions = HOSTILE
        .map(|name| Function {
            module: format!("module::{name}"),
            name: name.to_owned(),
            kind: "agent",
            file: "src/planner.rs",
            line: 12,
            source: None,
            threshold: None,
        })
        .to_vec();
    let board = json("agent-performance", &program);
    let panels = board["panels"].as_array().unwrap();
    let first = panels.iter().position(|panel| panel["title"] == HOSTILE[0]).unwrap();
    let mut rules = String::from("groups:\n- name: queries\n  rules:\n");
    for (name, panel) in HOSTILE.iter().zip(&panels[first..]) {
        let title = panel["title"].as_str().unwrap();
        assert_eq!(title.replace('\u{2060}', ""), *name);
        for part in [&title, &panel["description"].as_str().unwrap()] {
            assert!(
                !part.contains("$job") && !part.contains("${") && !part.contains("[["),
                "{part}"
            );
        }
        for target in panel["targets"].as_array().unwrap() {
            let expr = target["expr"].as_str().unwrap();
            let of_grafana = ["$job", "$instance", "$__rate_interval"];
            let rest = of_grafana.iter().fold(expr.to_owned(), |rest, it| rest.replace(it, ""));
            assert!(!rest.contains('$') && !rest.contains("[["), "{expr}");
            let query = read(&filled(expr));
            assert_eq!(query.selectors.len(), 2, "{expr}");
            for selector in &query.selectors {
                let labels: Vec<_> = selector.matchers.iter().map(|(label, _)| &**label).collect();
                assert_eq!(labels, ["job", "instance", "module", "function"], "{expr}");
                assert_eq!(unescaped(&selector.matchers[3].1[1..]), *name, "{expr}");
            }
            let expr = Value::from(filled(expr).replace("$job", ".+").replace("$instance", ".+"));
            let number = rules.len();
            let _ = writeln!(rules, "  - {{record: 'query:{number}', expr: {expr}}}");
        }
    }
    assert_read_by_promtool(&rules);
}

/// What Prometheus reads of a string in quotation marks.
fn unescaped(text: &str) -> String {
    let text = text.strip_prefix('"').and_then(|it| it.strip_suffix('"')).expect("quoted");
    let text = text.replace("\\x24", "$").replace("\\x5b", "[").replace("\\n", "\n");
    text.replace("\\\"", "\"").replace("\\\\", "\\")
}

fn assert_read_by_promtool(rules: &str) {
    let name = format!("observant-hostile-{}.yaml", std::process::id());
    let file = std::env::temp_dir().join(name);
    std::fs::write(&file, rules).unwrap();
    let said = std::process::Command::new("promtool").args(["check", "rules"]).arg(&file).output();
    std::fs::remove_file(&file).unwrap();
    match said {
        Ok(said) => {
            let text =
                String::from_utf8_lossy(&said.stdout) + String::from_utf8_lossy(&said.stderr);
            assert!(said.status.success(), "{rules}\n{text}");
        }
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "CI has promtool: {error}");
            eprintln!("left out: there is no promtool");
        }
    }
}

fn own(
    name: &'static str,
    kind: Kind,
    unit: Option<&'static str>,
    labels: &'static [&'static str],
) -> Own {
    Own { name, help: "What it is.", kind, unit, labels }
}

/// Metrics of a program like the one that had boards before.
pub(super) fn with_own() -> Program {
    let mut program = Program::any();
    program.own = vec![
        own("aet_context_assembly_seconds", Kind::Histogram, Some("seconds"), &[]),
        own("aet_disk_usage_bytes", Kind::Gauge, Some("bytes"), &["area"]),
        own("aet_event_log_size_bytes", Kind::Gauge, Some("bytes"), &[]),
        own("aet_findings_total", Kind::Counter, None, &["fresh", "kind"]),
        own("aet_km_database_size_bytes", Kind::Gauge, Some("bytes"), &[]),
        own("aet_registered_files", Kind::Gauge, None, &[]),
        own("aet_system_info", Kind::Info, None, &["version"]),
        own("aet_written_bytes_total", Kind::Counter, Some("bytes"), &[]),
    ];
    program
}

#[test]
fn metrics_of_the_program_itself_are_shown_as_what_they_are() {
    let board = json("system-overview", &with_own());
    let panels = board["panels"].as_array().unwrap();
    let row = panels.iter().position(|panel| panel["title"] == "Own metrics").unwrap();
    let seen: Vec<_> = panels[row + 1..]
        .iter()
        .take_while(|panel| panel["type"] != "row")
        .map(|panel| {
            let target = &panel["targets"][0];
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let expr = text(&target["expr"]).replace("job=~\"$job\",instance=~\"$instance\"", "");
            let unit = text(&panel["fieldConfig"]["defaults"]["unit"]);
            (unit, text(&target["legendFormat"]), expr.replace("$__rate_interval", "r"))
        })
        .collect();
    let seen: Vec<_> =
        seen.iter().map(|(unit, legend, expr)| (&**unit, &**legend, &**expr)).collect();
    assert_eq!(
        seen,
        [
            (
                "s",
                "all",
                "histogram_quantile(0.95, sum by (le) (rate(aet_context_assembly_seconds_bucket{}[r])))\nor histogram_quantile(0.95, sum(rate(aet_context_assembly_seconds{}[r])))"
            ),
            ("bytes", "{{instance}} {{area}}", "sum by (instance, area) (aet_disk_usage_bytes{})"),
            ("bytes", "{{instance}}", "sum by (instance) (aet_event_log_size_bytes{})"),
            ("cps", "{{fresh}} {{kind}}", "sum by (fresh, kind) (rate(aet_findings_total{}[r]))"),
            ("bytes", "{{instance}}", "sum by (instance) (aet_km_database_size_bytes{})"),
            ("short", "{{instance}}", "sum by (instance) (aet_registered_files{})"),
            ("Bps", "all", "sum(rate(aet_written_bytes_total{}[r]))"),
        ]
    );
    assert!(panels[row + 1]["description"].as_str().unwrap().starts_with("What it is; "));
    // So many that nobody would look at them.
    let mut program = Program::any();
    program.own = vec![own("many_total", Kind::Counter, None, &[]); 40];
    let board = json("system-overview", &program);
    let panels = board["panels"].as_array().unwrap();
    assert_eq!(panels.iter().filter(|panel| panel["title"] == "many_total").count(), 30);
    let more = panels.iter().find(|panel| panel["title"] == "And more").unwrap();
    assert!(
        more["options"]["content"].as_str().unwrap().starts_with("10 metrics more than the 30")
    );
    assert!(!json("system-overview", &Program::any()).to_string().contains("Own metrics"));
}
