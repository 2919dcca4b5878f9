//! What may be wrong with dashboards and rules: functions from a set of them to its faults. The tests of what is committed
//! want none; `seeded` plants them one by one, and wants each.

use super::{
    catalog::{self, Known},
    promql::{Grouping, Query, Selector, read},
    units,
};
use crate::artifact::{
    boards,
    grafana::{Board, Panel, Target, annotations, variables},
    program::Program,
    rules,
    yaml::{Alert, Group, Rule, runbook},
};
use std::collections::BTreeMap;

/// All boards and rules of a program.
#[derive(Clone, Debug)]
pub(super) struct Set {
    pub(super) boards: Vec<Board>,
    pub(super) groups: Vec<Group>,
    pub(super) annotations: Vec<(&'static str, String, &'static str)>,
}

impl Set {
    /// What is written for any program.
    pub(super) fn real() -> Self {
        let program = Program::any();
        Self {
            boards: boards::all(&program).into(),
            groups: rules::all(&program),
            annotations: annotations(&program),
        }
    }

    pub(super) fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.groups.iter().flat_map(|group| &group.rules)
    }

    pub(super) fn alerts(&self) -> impl Iterator<Item = &Alert> {
        self.rules().filter_map(|rule| match rule {
            Rule::Alert(alert) => Some(alert),
            Rule::Record { .. } => None,
        })
    }

    pub(super) fn panels(&self) -> impl Iterator<Item = (&'static str, &Panel)> {
        self.boards.iter().flat_map(|board| {
            board.rows.iter().flat_map(|row| &row.panels).map(move |panel| (board.name, panel))
        })
    }

    pub(super) fn targets(&self) -> impl Iterator<Item = (String, &Panel, &Target)> {
        self.panels().flat_map(|(board, panel)| {
            panel.targets.iter().map(move |it| (format!("{board}, {}", panel.title), panel, it))
        })
    }

    /// What the runtime emits, and what these rules record of it.
    pub(super) fn known(&self) -> BTreeMap<String, Known> {
        let recorded = self.rules().filter_map(|rule| match rule {
            Rule::Record { name, .. } => {
                let mut labels = vec!["slo", "sli"];
                if name.contains("factor") {
                    labels.extend(["severity", "window"]);
                }
                Some((name.clone(), labels))
            }
            Rule::Alert(_) => None,
        });
        catalog::all(&recorded.collect::<Vec<_>>())
    }

    /// Every query with whose it is, as Prometheus is asked.
    pub(super) fn queries(&self) -> Vec<(String, String)> {
        let mut all: Vec<_> =
            self.targets().map(|(place, _, target)| (place, filled(&target.expr))).collect();
        all.extend(
            self.annotations.iter().map(|(name, expr, _)| ((*name).to_owned(), filled(expr))),
        );
        let more = self.boards.iter().flat_map(|board| board.variables.clone());
        for (name, _, query) in variables().into_iter().chain(more) {
            let inner = query.strip_prefix("label_values(").and_then(|it| it.strip_suffix(')'));
            let (selector, label) = inner.and_then(|it| it.rsplit_once(", ")).expect("both");
            all.push((format!("variable {name}"), format!("count by ({label}) ({selector})")));
        }
        all.extend(self.rules().map(|rule| (name(rule).to_owned(), expr(rule).to_owned())));
        all
    }

    /// Everything that is wrong, each with where.
    pub(super) fn faults(&self) -> Vec<String> {
        let mut faults = self.query_faults();
        for (place, panel, target) in self.targets() {
            let missing = missing_labels(&target.legend, &target.expr);
            faults.extend(missing.iter().map(|label| {
                format!("{place}: no label `{label}` for its legend in {}", target.expr)
            }));
            faults.extend(
                units::fault(target.unit.unwrap_or(panel.unit), &target.expr)
                    .map(|it| format!("{place}: {it}")),
            );
        }
        faults.extend(self.dead_rules());
        faults.extend(self.alerts().flat_map(text_faults));
        faults
    }

    fn query_faults(&self) -> Vec<String> {
        let known = self.known();
        let queries = self.queries();
        let of = |(place, expr): &(String, String)| {
            let query = read(expr);
            let mut faults = catalog::faults(&known, &query);
            faults.extend(value_faults(&query));
            faults.extend(share_fault(expr));
            faults.extend(sum_fault(&query));
            faults.extend(machine_fault(expr, &query));
            faults.into_iter().map(|it| format!("{place}: {it}")).collect::<Vec<_>>()
        };
        queries.iter().flat_map(of).collect()
    }

    /// Rules that record what nobody asks for, and alerts on a share that is never reached.
    fn dead_rules(&self) -> Vec<String> {
        let queries = self.queries();
        let is_asked = |name: &str| {
            queries.iter().any(|(place, expr)| place != name && reads(&read(expr), name))
        };
        let mut faults = Vec::new();
        for rule in self.rules() {
            match rule {
                Rule::Record { name, .. } if !is_asked(name) => {
                    faults.push(format!("{name}: nobody asks for it"));
                }
                Rule::Record { .. } => {}
                Rule::Alert(alert) => {
                    let limit = alert.expr.rsplit_once("> ").and_then(|(_, it)| it.parse().ok());
                    if units::is_share(&alert.expr) && limit.is_some_and(|limit: f64| limit >= 1.0)
                    {
                        faults.push(format!("{}: no share is so high, it never fires", alert.name));
                    }
                }
            }
        }
        faults
    }
}

fn reads(query: &Query, name: &str) -> bool {
    query.selectors.iter().any(|selector| selector.name == name)
}

pub(super) fn name(rule: &Rule) -> &str {
    match rule {
        Rule::Record { name, .. } => name,
        Rule::Alert(alert) => alert.name,
    }
}

pub(super) fn expr(rule: &Rule) -> &str {
    match rule {
        Rule::Record { expr, .. } => expr,
        Rule::Alert(alert) => &alert.expr,
    }
}

/// As Prometheus is asked: with variables filled in.
pub(super) fn filled(expr: &str) -> String {
    expr.replace("$__rate_interval", "5m").replace("$__range", "1h")
}

/// Labels that a legend names and its query does not keep.
pub(super) fn missing_labels(legend: &str, expr: &str) -> Vec<String> {
    let kept: Vec<String> = read(&filled(expr))
        .groupings
        .into_iter()
        .filter(|grouping| grouping.word == "by")
        .flat_map(|grouping| grouping.labels)
        .collect();
    let recorded = expr.starts_with("slo:");
    let named = legend.split("{{").skip(1).filter_map(|rest| rest.split("}}").next());
    named
        .filter(|label| {
            let is_recorded = recorded && ["slo", "sli"].contains(label);
            !is_recorded && kept.iter().all(|it| it != label)
        })
        .map(str::to_owned)
        .collect()
}

/// A share is a quotient of sums: of two selections that differ in a matcher, none matches another one.
fn share_fault(expr: &str) -> Option<String> {
    let is_raw = |part: &str| part.trim_start_matches('(').starts_with("rate(");
    let found = expr.split(" / ").skip(1).any(is_raw);
    found.then(|| format!("a share of single series is always 1: {expr}"))
}

/// Buckets of calls are added up within a function alone: others have other bounds. What names the bounds it takes means
/// those that several functions share.
fn sum_fault(query: &Query) -> Option<String> {
    let is_of_calls = |it: &&Selector| it.name == "observe_call_duration_seconds_bucket";
    let bounds = format!("=~\"{}\"", boards::bounds_of_calls());
    let names_bounds = |it: &Selector| {
        it.matchers.iter().any(|(label, matcher)| label == "le" && *matcher == bounds)
    };
    let buckets = query.selectors.iter().filter(is_of_calls);
    buckets.filter(|it| !names_bounds(it) && it.function == "rate").find_map(|bucket| {
        let sums = query.groupings.iter().filter(|it| it.word == "by");
        let mut sums = sums.filter(|it| query.within(it).any(|within| within == bucket));
        let keeps = |label: &str, it: &Grouping| it.labels.iter().any(|kept| kept == label);
        // The innermost is what adds them.
        let is_apart =
            sums.next_back().is_some_and(|it| keeps("module", it) && keeps("function", it));
        (!is_apart).then(|| format!("`{}` of several functions is added up", bucket.name))
    })
}

/// What is of a machine is told by each of its processes: a sum over several of these is a multiple of it.
fn machine_fault(expr: &str, query: &Query) -> Option<String> {
    let sums = query.groupings.iter().filter(|it| it.word == "by");
    let mut over_processes = sums.filter(|it| it.labels.iter().all(|label| label != "instance"));
    let is_of_machine =
        |it: &Selector| it.name.starts_with("system_") || it.name.starts_with("cgroup_pressure_");
    let over = over_processes.find(|it| query.within(it).any(is_of_machine));
    let labels = over.map(|it| format!("sum by ({})", it.labels.join(", ")));
    let whole = ["sum(rate(system_", "sum(system_", "sum(rate(cgroup_pressure_"];
    let is_added =
        labels.is_some_and(|it| expr.contains(&it)) || whole.iter().any(|it| expr.contains(it));
    is_added.then(|| format!("what is of a machine is added up over its processes: {expr}"))
}

/// All values of labels that have no others.
fn values(family: &str, label: &str) -> &'static [&'static str] {
    match (family, label) {
        (name, "outcome") if name.starts_with("observe_call") => {
            &["ok", "error", "panic", "cancelled"]
        }
        (name, "status") if name.starts_with("observe_task") => {
            &["success", "failure", "cancelled"]
        }
        ("observe_health_checks_total", "status") => {
            &["pass", "degraded", "fail", "timeout", "panic", "stuck"]
        }
        (name, "kind") if name.starts_with("observe_health") => {
            &["liveness", "readiness", "startup", "informational"]
        }
        (name, "kind") if name.contains("pressure") => &["some", "full"],
        ("cgroup_memory_events_total", "event") => &["low", "high", "max", "oom", "oom_kill"],
        ("process_paging_faults_total", "process_paging_fault_type") => &["major", "minor"],
        ("system_filesystem_usage_bytes", "system_filesystem_state") => {
            &["free", "used", "reserved"]
        }
        ("observe_llm_tokens_total", "gen_ai_token_type") => &["input", "output"],
        ("observe_guardrails_total", "decision") => &["triggered", "passed"],
        ("system_cpu_time_seconds_total", "cpu_mode") => {
            &["user", "nice", "system", "idle", "iowait", "interrupt", "softirq", "steal"]
        }
        _ => &[],
    }
}

/// Matchers for values that there are not: what selects nothing, or leaves out nothing.
fn value_faults(query: &Query) -> Vec<String> {
    let of = |selector: &Selector| {
        let mut faults = Vec::new();
        for (label, matcher) in &selector.matchers {
            let values = values(&selector.name, label);
            let text = matcher.trim_start_matches(['=', '!', '~']).trim_matches('"');
            for value in text.split('|') {
                if !values.is_empty() && !values.contains(&value) {
                    faults.push(format!("`{}` has no `{label}` that is `{value}`", selector.name));
                }
            }
        }
        faults
    };
    query.selectors.iter().flat_map(of).collect()
}

/// What somebody who is woken up misses.
fn text_faults(alert: &Alert) -> Vec<String> {
    let Alert { name, summary, description, expr, .. } = alert;
    let mut faults = Vec::new();
    if !name.starts_with("Observant") {
        faults.push(format!("{name}: its name does not say whose it is"));
    }
    if !summary.ends_with('.') || summary.contains("{{") {
        faults.push(format!("{name}: its summary is no sentence"));
    }
    if !description.contains("{{ $labels.") {
        faults.push(format!("{name}: its description does not say of what"));
    }
    let page = std::fs::read_to_string(super::path(&runbook(name))).unwrap_or_default();
    for part in [&format!("# {name}\n"), "## What it means", "## What to do"] {
        if !page.contains(part) {
            faults.push(format!("{} has no `{}`", runbook(name), part.trim()));
        }
    }
    let query = read(expr);
    let kept: Vec<_> = query.groupings.iter().flat_map(|grouping| &grouping.labels).collect();
    let is_of_slo = query.selectors.iter().any(|selector| selector.name.starts_with("slo:"));
    for rest in description.split("$labels.").skip(1) {
        let end = rest.find(|it: char| !(it.is_alphanumeric() || it == '_')).unwrap_or(rest.len());
        let label = &rest[..end];
        let is_there = catalog::TARGET.contains(&label)
            || kept.iter().any(|it| *it == label)
            || (is_of_slo && ["slo", "sli"].contains(&label));
        if !is_there {
            faults.push(format!("{name}: its description names `{label}`, which it has not"));
        }
    }
    faults
}
