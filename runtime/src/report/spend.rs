//! The table of agents: what each spent and what came of it, in the figures of agents, tasks and models.

use super::{cells, table::Table};
use crate::{
    registry,
    snapshot::{OwnedFamily, OwnedSeries, OwnedValue, Snapshot},
};
use std::{collections::BTreeMap, fmt};

/// Agents that are shown, those that spent the most.
const MOST: usize = 50;

/// What agents did, by name; that of no agent by none.
#[derive(Clone, Debug)]
pub(super) struct Spend(BTreeMap<String, Row>);

/// What one agent did.
#[derive(Clone, Debug, Default)]
struct Row {
    runs: f64,
    tasks: f64,
    succeeded: f64,
    cancelled: f64,
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
const SOURCES: [Source; 10] = [
    ("observe_tasks_total", "agent", None, |row| &mut row.tasks),
    ("observe_tasks_total", "agent", Some(("status", "success")), |row| &mut row.succeeded),
    ("observe_tasks_total", "agent", Some(("status", "cancelled")), |row| &mut row.cancelled),
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

impl Spend {
    /// Up to this moment.
    pub(super) fn now() -> Self {
        let mut snapshot = Snapshot::default();
        let wanted = |name: &str| SOURCES.iter().any(|(family, ..)| *family == name);
        registry::visit(&mut snapshot, &|family| wanted(family.name), &[]);
        Self::of(&snapshot.families)
    }

    pub(super) fn of(families: &[OwnedFamily]) -> Self {
        let mut rows: BTreeMap<String, Row> = BTreeMap::new();
        for (name, whose, wanted, place) in SOURCES {
            let all = families.iter().filter(|family| family.name == name);
            let series = all.flat_map(|family| &family.series).filter(|series| {
                wanted.is_none_or(|(key, value)| series.label(key) == Some(value))
            });
            for series in series {
                let agent = series.label(whose).unwrap_or_default();
                *place(rows.entry(agent.to_owned()).or_default()) += number(name, series);
            }
        }
        // Of what no agent did only calls of models are spent.
        rows.retain(|agent, row| !agent.is_empty() || row.spent() > (0.0, 0.0));
        Self(rows)
    }

    pub(super) fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        let mut rows: Vec<_> = self.0.iter().map(|(agent, row)| (shown(agent), row)).collect();
        // Stable: by name where they spent the same.
        rows.sort_by(|(_, one), (_, other)| {
            other.spent().partial_cmp(&one.spent()).unwrap_or(std::cmp::Ordering::Equal)
        });
        let mut table = Table::new(COLUMNS);
        for (agent, row) in rows.iter().take(MOST) {
            table.row(row.cells(agent), String::new());
        }
        f.write_str("\n\n")?;
        table.write(f)?;
        match rows.len().saturating_sub(MOST) {
            0 => Ok(()),
            more => write!(f, "\nand {more} more agents"),
        }
    }
}

/// As wide as they are for most programs.
const COLUMNS: [(&str, usize); 10] = [
    ("what each agent spent, by cost", 0),
    ("runs", 8),
    ("tasks", 8),
    ("success", 8),
    ("tokens in", 10),
    ("out", 10),
    ("USD", 12),
    ("llm calls", 10),
    ("tool calls", 10),
    ("retries", 8),
];
const NOBODY: &str = "(no agent)";

/// How an agent is called in the table.
fn shown(agent: &str) -> String {
    if agent.is_empty() { NOBODY.to_owned() } else { cells::name(agent) }
}

impl Row {
    /// Dollars, then tokens.
    fn spent(&self) -> (f64, f64) {
        (self.dollars, self.input + self.output)
    }

    fn cells(&self, agent: &str) -> [String; 10] {
        // Runs of agents and what they called are not known of no agent.
        let of_agents = |number: f64| {
            if agent == NOBODY && number == 0.0 { "-".to_owned() } else { number.to_string() }
        };
        [
            agent.to_owned(),
            of_agents(self.runs),
            of_agents(self.tasks),
            // What was cancelled neither succeeded nor failed.
            cells::share(self.succeeded, self.tasks - self.cancelled),
            self.input.to_string(),
            self.output.to_string(),
            cells::dollars(self.dollars),
            of_agents(self.llm_calls),
            of_agents(self.tool_calls),
            of_agents(self.retries),
        ]
    }
}

fn number(family: &str, series: &OwnedSeries) -> f64 {
    match &series.value {
        // Of how long something took, how often; of how many there were, how many.
        OwnedValue::Histogram { .. } if family.ends_with("_seconds") => series.value.as_f64(),
        OwnedValue::Histogram { sum, .. } => *sum,
        value => value.as_f64(),
    }
}
