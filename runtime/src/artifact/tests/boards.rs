//! Dashboards: committed, made of what is emitted, with all that somebody who looks needs.

use super::{assert_committed, checks::Set};
use crate::artifact::{
    boards, dashboard,
    grafana::{Board, Panel, variables},
    program::{Function, Part, Program},
};
use serde_json::Value;

const DASHBOARDS: [&str; 5] =
    ["system-overview", "agent-performance", "error-tracking", "resource-usage", "genai-cost"];

fn all() -> [Board; 5] {
    boards::all(&Program::any())
}

fn panels() -> impl Iterator<Item = (&'static str, Panel)> {
    all().into_iter().flat_map(|board| {
        board.rows.into_iter().flat_map(|row| row.panels).map(move |panel| (board.name, panel))
    })
}

#[test]
fn the_committed_boards_are_what_is_written() {
    assert_eq!(all().map(|board| board.name), DASHBOARDS);
    for name in DASHBOARDS {
        let text = dashboard(name, &Program::any()).unwrap();
        assert_committed(&format!("dashboards/{name}.json"), &text);
    }
    assert_eq!(dashboard("system-overvie", &Program::any()), None);
}

#[test]
fn nothing_is_wrong_with_boards_and_rules() {
    let set = Set::real();
    assert_eq!(set.faults(), [""; 0]);
    assert!(set.targets().count() > 150, "{}", set.targets().count());
    for (name, _, query) in set.boards.iter().flat_map(|it| it.variables.clone()).chain(variables())
    {
        assert!(query.ends_with(&format!(", {name})")), "{name}: {query}");
    }
}

#[test]
fn panels_say_what_they_show() {
    for (board, panel) in panels() {
        let Panel { title, description, targets, .. } = &panel;
        assert!(!title.is_empty() && !title.ends_with('.'), "{board}: {title}");
        assert!(
            description.ends_with('.') && description.len() > 15,
            "{board}, {title}: {description}"
        );
        assert!(!targets.is_empty() && targets.len() < 5, "{board}, {title}");
        for target in targets {
            // A range of one's own hides what happens between two scrapes, or draws it twice.
            assert!(!target.expr.contains("[1m]"), "{board}, {title}");
            assert!(target.expr.contains("$job"), "{board}, {title}: {}", target.expr);
        }
    }
    // Nothing else has any.
    let targets = panels().flat_map(|(_, panel)| panel.targets);
    let exemplars: Vec<_> = targets.filter(|target| target.exemplars).collect();
    assert!(exemplars.len() >= 5, "{}", exemplars.len());
    for target in exemplars {
        let have = [
            "observe_call_duration_seconds",
            "gen_ai_client_operation_duration_seconds",
            "gen_ai_invoke_agent_duration_seconds",
        ];
        assert!(have.iter().any(|family| target.expr.contains(family)), "{}", target.expr);
    }
}

fn json(name: &str, program: &Program) -> Value {
    serde_json::from_str(&dashboard(name, program).unwrap()).unwrap()
}

#[test]
fn boards_are_as_grafana_and_its_linter_want_them() {
    for name in DASHBOARDS {
        let board = json(name, &Program::any());
        assert_eq!(board["uid"], format!("observant-{name}"));
        assert_eq!(board["editable"], false);
        assert_eq!(board["links"][0]["tags"], board["tags"]);
        assert!(board.get("__inputs").is_none(), "these are resolved in a dialog only");
        let variables = board["templating"]["list"].as_array().unwrap();
        let names: Vec<_> = variables.iter().map(|it| it["name"].as_str().unwrap()).collect();
        assert_eq!(names[..3], ["datasource", "job", "instance"]);
        for variable in &variables[1..] {
            assert_eq!((&variable["allValue"], &variable["refresh"]), (&".+".into(), &2.into()));
        }
        let panels = board["panels"].as_array().unwrap();
        let mut covered = Vec::new();
        for (number, panel) in panels.iter().enumerate() {
            assert_eq!(panel["id"], number + 1);
            let at = |key: &str| panel["gridPos"][key].as_u64().unwrap();
            assert!(at("x") + at("w") <= 24, "{panel}");
            for y in at("y")..at("y") + at("h") {
                for x in at("x")..at("x") + at("w") {
                    assert!(!covered.contains(&(x, y)), "{panel}");
                    covered.push((x, y));
                }
            }
            if panel["type"] != "row" {
                assert_eq!(panel["datasource"]["uid"], "${datasource}");
                assert!(panel["fieldConfig"]["defaults"]["unit"].is_string());
            }
        }
    }
}

#[test]
fn a_program_gets_panels_for_what_it_has() {
    let mut program = Program::of(&crate::registry::Listing::default(), &[]);
    let bare = json("system-overview", &program).to_string();
    assert!(bare.contains("observe_calls_total"));
    for part in ["observe_health", "observe_slo", "process_", "observe_tasks", "observant_spans"] {
        assert!(!bare.contains(part), "{part}");
    }
    assert!(json("genai-cost", &program)["panels"].as_array().unwrap().is_empty());
    let checked = Program::of(&crate::registry::Listing::default(), &[Part::Checks]);
    assert!(json("system-overview", &checked).to_string().contains("observe_health_check"));
    program.functions.push(Function {
        module: "agents::planner".to_owned(),
        name: "Planner::plan".to_owned(),
        kind: "agent",
        file: "src/planner.rs",
        line: 12,
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
    let query = panel["targets"][0]["expr"].as_str().unwrap();
    assert!(query.contains("module=\"agents::planner\",function=\"Planner::plan\""), "{query}");
}

/// The last value of a range is that of a program that ended, or of one that was busy an hour ago.
#[test]
fn figures_ask_for_now() {
    let mut seen = 0;
    for name in DASHBOARDS {
        let board = json(name, &Program::any());
        for panel in board["panels"].as_array().unwrap() {
            let is_now = ["stat", "table", "bargauge"].iter().any(|it| panel["type"] == *it);
            for target in panel["targets"].as_array().into_iter().flatten() {
                assert_eq!(target["instant"], is_now, "{name}: {}", panel["title"]);
                assert_eq!(target["range"], !is_now, "{name}: {}", panel["title"]);
                seen += usize::from(panel["type"] == "stat");
            }
        }
    }
    assert!(seen > 20, "{seen}");
}

/// What the boards of the system before ours showed, panel by panel, and where ours show it.
const BEFORE: [(&str, &str, &str); 50] = [
    ("System Health Score", "system-overview", "Checks that pass"),
    ("Active Tasks", "system-overview", "Tasks under way"),
    ("Task Success Rate", "system-overview", "Tasks that succeed"),
    ("System Uptime", "system-overview", "Uptime"),
    ("Task Processing Rate", "system-overview", "Tasks by status"),
    ("Task Duration", "system-overview", "How long tasks take"),
    ("System Resource Usage", "system-overview", "Memory"),
    ("Error Rate", "system-overview", "Errors"),
    ("Knowledge Manager Status", "system-overview", "Checks"),
    ("Event Log Activity", "system-overview", "Events"),
    ("File Operations", "system-overview", "Operations on files"),
    ("Request Rate", "agent-performance", "Runs"),
    ("Response Time", "agent-performance", "How long agents run"),
    ("Success Rate", "agent-performance", "Runs that succeed"),
    ("Average Response Time", "agent-performance", "How long agents run, mean"),
    ("Active Tasks by Agent", "agent-performance", "Tasks under way"),
    ("Total Requests", "agent-performance", "Runs, all"),
    ("Error Rate", "agent-performance", "Runs that fail"),
    ("Task Distribution", "agent-performance", "Tasks by status"),
    ("Performance Comparison", "agent-performance", "Agents compared"),
    ("Task Duration heatmap", "agent-performance", "How long tasks take, all of it"),
    ("Operation Breakdown", "agent-performance", "Operations"),
    ("Overall Error Rate", "error-tracking", "Errors"),
    ("Task Failure Rate", "error-tracking", "Tasks that fail"),
    ("Active Alerts", "error-tracking", "Alerts that fire"),
    ("Error Trend", "error-tracking", "Errors by type"),
    ("Error Rate by Agent", "error-tracking", "Runs that fail"),
    ("Failure Rate by Agent", "error-tracking", "Tasks that fail"),
    ("Error Types", "error-tracking", "Errors by function"),
    ("Errors by Agent", "error-tracking", "Failed runs, all"),
    ("Hourly heatmap", "error-tracking", "Errors of an hour"),
    ("Recent Errors", "error-tracking", "Most errors"),
    ("Error vs Success", "error-tracking", "Errors and the rest"),
    ("Error by Hour", "error-tracking", "Errors of an hour"),
    ("Health Impact", "error-tracking", "Checks"),
    ("Recovery Time", "error-tracking", "How long a failure lasts"),
    ("CPU", "resource-usage", "CPU"),
    ("Memory", "resource-usage", "Memory"),
    ("Disk", "resource-usage", "Storage"),
    ("Event Log Size", "resource-usage", "Free in a day"),
    ("CPU over time", "resource-usage", "CPU of the process"),
    ("Memory over time", "resource-usage", "Memory of the process"),
    ("Disk over time", "resource-usage", "Filesystems"),
    ("KM DB growth", "resource-usage", "Storage read and written"),
    ("File Registry", "system-overview", "Timed operations on files"),
    ("Efficiency", "resource-usage", "Tasks for a second of CPU"),
    ("Resource Alerts", "resource-usage", "Alerts of resources"),
    ("Load vs Throughput", "resource-usage", "Load and throughput"),
    ("Memory Growth", "resource-usage", "Growth of memory"),
    ("Observability Overhead", "resource-usage", "Overhead"),
];

#[test]
fn everything_that_was_shown_before_is_shown() {
    for (before, board, title) in BEFORE {
        let there = panels().any(|(name, panel)| name == board && panel.title == title);
        assert!(there, "{before}: {board} has no panel `{title}`");
    }
}
