//! A rule as data, and a file of rules as Prometheus reads it ("Recording rules", "Alerting rules" in its docs). Knows no rule.

use std::fmt::Write as _;

/// Where the page of an alert is found; without a repository, in the folder of the source.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// How soon somebody has to look at an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Severity {
    /// Now: users are hurt.
    Critical,
    /// Within a day or two.
    Warning,
    /// When somebody is there anyway.
    Info,
}

impl Severity {
    fn word(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// One rule.
#[derive(Clone, Debug)]
pub(super) enum Rule {
    /// Writes the series that an expression finds under another name.
    Record { name: String, expr: String },
    /// Fires for each series that an expression finds.
    Alert(Alert),
}

/// An alerting rule. `summary` and `description` are templates of Prometheus.
#[derive(Clone, Debug)]
pub(super) struct Alert {
    pub(super) name: &'static str,
    pub(super) expr: String,
    /// For how long the expression has to find a series; empty for at once.
    pub(super) wait: &'static str,
    pub(super) severity: Severity,
    /// Labels besides `severity`.
    pub(super) labels: Vec<(&'static str, String)>,
    /// One sentence without figures.
    pub(super) summary: &'static str,
    pub(super) description: String,
}

/// Rules that are evaluated one after the other.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) name: &'static str,
    /// `None` for what Prometheus is set to.
    pub(super) interval: Option<&'static str>,
    pub(super) rules: Vec<Rule>,
}

/// Shortens the making of what only records.
pub(super) fn record(name: impl Into<String>, expr: impl Into<String>) -> Rule {
    Rule::Record { name: name.into(), expr: expr.into() }
}

/// What stands at the top of the file.
const HEAD: &str = "\
# Written by observant from what a program emits; whoever changes it by hand should take a copy.
#
# Thresholds that depend on what a program does (money, tokens, shares of failures) are usual ones: see the page that
# each alert names. `promtool test rules dashboards/rules*_test.yaml` shows each alert fire and resolve.
";

/// The file.
pub(super) fn write(groups: &[Group]) -> String {
    let mut out = String::from(HEAD);
    if groups.is_empty() {
        out.push_str("groups: []\n");
        return out;
    }
    out.push_str("groups:\n");
    for group in groups {
        let _ = writeln!(out, "  - name: {}", group.name);
        if let Some(interval) = group.interval {
            let _ = writeln!(out, "    interval: {interval}");
        }
        out.push_str("    rules:\n");
        for rule in &group.rules {
            match rule {
                Rule::Record { name, expr } => {
                    let _ = writeln!(out, "      - record: {name}");
                    expression(&mut out, expr);
                }
                Rule::Alert(alert) => write_alert(&mut out, alert),
            }
        }
    }
    out
}

/// As a literal block: queries are full of quotes and braces.
fn expression(out: &mut String, expr: &str) {
    out.push_str("        expr: |-\n");
    for line in expr.lines() {
        let _ = writeln!(out, "          {line}");
    }
}

fn write_alert(out: &mut String, alert: &Alert) {
    let _ = writeln!(out, "      - alert: {}", alert.name);
    expression(out, &alert.expr);
    if !alert.wait.is_empty() {
        let _ = writeln!(out, "        for: {}", alert.wait);
    }
    out.push_str("        labels:\n");
    let severity = ("severity", alert.severity.word().to_owned());
    for (name, value) in [severity].iter().chain(&alert.labels) {
        let _ = writeln!(out, "          {name}: {}", quoted(value));
    }
    out.push_str("        annotations:\n");
    let runbook = runbook(alert.name);
    for (name, value) in [
        ("summary", alert.summary),
        ("description", &*alert.description),
        ("runbook_url", &*runbook),
    ] {
        let _ = writeln!(out, "          {name}: {}", quoted(value));
    }
}

/// The page that says what an alert means.
pub(super) fn runbook(alert: &str) -> String {
    let page = format!("docs/runbooks/{alert}.md");
    if REPOSITORY.is_empty() { page } else { format!("{REPOSITORY}/blob/main/{page}") }
}

/// A double-quoted scalar (YAML 1.2, section 7.3.1), of which a string of JSON is one.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
