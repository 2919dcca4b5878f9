//! The second table: what each agent spent and what came of it, in the figures of agents, tasks and models.

use std::{collections::BTreeMap, fmt::Write as _};

use observant::snapshot::{OwnedValue, Snapshot};

use super::{family, label};

/// What one agent did.
#[derive(Debug, Default)]
struct Row {
    runs: f64,
    tasks: f64,
    succeeded: f64,
    input: f64,
    output: f64,
    dollars: f64,
    llm_calls: f64,
    tool_calls: f64,
    retries: f64,
}

/// Where a figure is, and whose: the family, its label for the agent, a label that must have a value, and the place
/// in the row.
type Source =
    (&'static str, &'static str, Option<(&'static str, &'static str)>, fn(&mut Row) -> &mut f64);

const AGENT: &str = "gen_ai_agent_name";
const SOURCES: [Source; 9] = [
    ("observe_tasks_total", "agent", None, |row| &mut row.tasks),
    ("observe_tasks_total", "agent", Some(("status", "success")), |row| &mut row.succeeded),
    ("observe_llm_tokens_total", AGENT, Some(("gen_ai_token_type", "input")), |row| &mut row.input),
    ("observe_llm_tokens_total", AGENT, Some(("gen_ai_token_type", "output")), |row| {
        &mut row.output
    }),
    ("observe_llm_cost_usd_total", AGENT, None, |row| &mut row.dollars),
    ("gen_ai_invoke_agent_inference_calls", AGENT, None, |row| &mut row.llm_calls),
    ("gen_ai_invoke_agent_tool_calls", AGENT, None, |row| &mut row.tool_calls),
    ("observe_retries_total", "agent", None, |row| &mut row.retries),
    ("gen_ai_invoke_agent_duration_seconds", AGENT, None, |row| &mut row.runs),
];

/// The table of every agent that ran; nothing where none did.
pub(super) fn table(snapshot: &Snapshot) -> Option<String> {
    let rows = rows(snapshot);
    if rows.is_empty() {
        return None;
    }
    let mut out = format!(
        "{:22} {:>6} {:>6} {:>8} {:>9} {:>9} {:>10} {:>7} {:>7} {:>8}",
        "what each agent spent",
        "runs",
        "tasks",
        "success",
        "tokens in",
        "out",
        "USD",
        "models",
        "tools",
        "retries"
    );
    for (agent, row) in rows {
        let _ = write!(
            out,
            "\n{agent:22} {:>6} {:>6} {:>8} {:>9} {:>9} {:>10.6} {:>7} {:>7} {:>8}",
            row.runs,
            row.tasks,
            success(&row),
            row.input,
            row.output,
            row.dollars,
            row.llm_calls,
            row.tool_calls,
            row.retries
        );
    }
    Some(out)
}

/// In percent of those that ended; a dash for an agent without tasks of its own.
fn success(row: &Row) -> String {
    if row.tasks > 0.0 {
        format!("{:.0} %", 100.0 * row.succeeded / row.tasks)
    } else {
        "-".to_owned()
    }
}

fn rows(snapshot: &Snapshot) -> BTreeMap<String, Row> {
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for (name, whose, wanted, place) in SOURCES {
        let all = family(snapshot, name);
        let found =
            all.filter(|series| wanted.is_none_or(|(key, value)| label(series, key) == value));
        for series in found {
            let number = match &series.value {
                // Of how long something took, how often; of how many there were, how many.
                OwnedValue::Histogram { .. } if name.ends_with("_seconds") => series.value.as_f64(),
                OwnedValue::Histogram { sum, .. } => *sum,
                value => value.as_f64(),
            };
            *place(rows.entry(label(series, whose).to_owned()).or_default()) += number;
        }
    }
    rows.retain(|agent, _| !agent.is_empty());
    rows
}
