//! Dashboards: committed, made of what is emitted, with all that somebody who looks needs.

use super::{assert_committed, checks::Set, served::with_own};
use crate::artifact::{
    boards, dashboard,
    grafana::{Board, Panel, Shape, variables},
    program::Program,
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
        let most = if panel.shape == Shape::Table { 6 } else { 4 };
        assert!((1..=most).contains(&targets.len()), "{board}, {title}");
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

pub(super) fn json(name: &str, program: &Program) -> Value {
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

/// A column for each label, and one for each number, which says what it is; none of when that was asked.
#[test]
fn tables_say_what_their_numbers_are() {
    let mut seen = 0;
    for (board, panel) in panels().filter(|(_, panel)| panel.shape == Shape::Table) {
        let Panel { title, targets, .. } = &panel;
        let written = json(board, &Program::any());
        let written = written["panels"].as_array().unwrap().iter();
        let mut written = written.filter(|it| it["type"] == "table" && it["title"] == **title);
        let written = written.next().unwrap();
        let steps = written["transformations"].as_array().unwrap();
        assert_eq!(steps.len(), if targets.len() > 1 { 2 } else { 1 }, "{board}, {title}");
        let options = &steps.last().unwrap()["options"];
        assert_eq!(options["excludeByName"]["Time"], true);
        for (target, letter) in targets.iter().zip('A'..) {
            let several = format!("Value #{letter}");
            let column = if targets.len() > 1 { &*several } else { "Value" };
            // What is 1 everywhere says nothing.
            if target.expr.contains("observe_function_info{") && title == "Never called"
                || target.expr.contains("ALERTS")
            {
                assert_eq!(options["excludeByName"][column], true, "{board}, {title}");
            } else {
                assert!(!target.legend.is_empty(), "{board}, {title}");
                assert_eq!(options["renameByName"][column], *target.legend, "{board}, {title}");
            }
            if let Some(place) = targets
                .iter()
                .take_while(|_| targets.len() > 1)
                .position(|it| it.legend == target.legend)
            {
                let unit = &written["fieldConfig"]["overrides"][place];
                assert_eq!(unit["matcher"]["options"], *target.legend, "{board}, {title}");
                assert!(unit["properties"][0]["value"].is_string(), "{board}, {title}");
            }
        }
        seen += 1;
    }
    assert!(seen > 8, "{seen}");
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

#[test]
fn agents_are_compared_by_all_that_they_were_compared_by() {
    let (_, panel) = panels().find(|(_, panel)| panel.title == "Agents compared").unwrap();
    let columns: Vec<_> = panel.targets.iter().map(|target| &*target.legend).collect();
    assert_eq!(columns, ["Runs", "Failed", "Mean", "p95", "Tokens", "Cost"]);
    let asked =
        ["duration_seconds_count", "error_type!=", "_sum", "0.95", "llm_tokens", "cost_usd"];
    for (target, part) in panel.targets.iter().zip(asked) {
        assert!(
            target.expr.contains(part) && target.expr.contains("by (gen_ai_agent_name"),
            "{part}"
        );
    }
    let (_, panel) = panels().find(|(_, panel)| panel.title == "How long tasks take, p95").unwrap();
    assert!(panel.targets[0].expr.contains("sum by (agent, mode, le)"), "{panel:?}");
}

/// What the boards of the system before ours showed, panel by panel, and where ours show it.
const BEFORE: [(&str, &str, &str); 50] = [
    ("System Health Score", "system-overview", "Checks that pass"),
    ("Active Tasks", "system-overview", "Tasks under way"),
    ("Task Success Rate", "system-overview", "Tasks that succeed"),
    ("System Uptime", "system-overview", "Uptime"),
    ("Task Processing Rate", "system-overview", "Tasks by status"),
    ("Task Duration", "agent-performance", "How long tasks take, p95"),
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
    ("Event Log Size", "system-overview", "aet_event_log_size_bytes"),
    ("CPU over time", "resource-usage", "CPU of the process"),
    ("Memory over time", "resource-usage", "Memory of the process"),
    ("Disk over time", "resource-usage", "Filesystems"),
    ("KM DB growth", "system-overview", "aet_km_database_size_bytes"),
    ("File Registry", "system-overview", "aet_registered_files"),
    ("Efficiency", "resource-usage", "Tasks for a second of CPU"),
    ("Resource Alerts", "resource-usage", "Alerts of resources"),
    ("Load vs Throughput", "resource-usage", "Load and throughput"),
    ("Memory Growth", "resource-usage", "Growth of memory"),
    ("Observability Overhead", "resource-usage", "Overhead"),
];

#[test]
fn everything_that_was_shown_before_is_shown() {
    let all = boards::all(&with_own());
    for (before, board, title) in BEFORE {
        let of_board = all.iter().filter(|it| it.name == board);
        let mut panels = of_board.flat_map(|it| &it.rows).flat_map(|row| &row.panels);
        let panel = panels.find(|panel| panel.title == title);
        let panel = panel.unwrap_or_else(|| panic!("{before}: {board} has no panel `{title}`"));
        // What a program measures itself is asked for, and not what is like it.
        if title.starts_with("aet_") {
            assert!(panel.targets[0].expr.contains(&format!("{title}{{")), "{before}: {panel:?}");
        }
    }
}
