//! Runs of agents, workflows and tasks as JSON for `/status`: those that are going on, and how the last ones failed.

use super::spend::finite;
use crate::{
    clock,
    genai::{self, Failure, LiveRun, Sums},
};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// What is going on, the oldest first.
pub(super) fn live() -> Json {
    let (runs, unlisted) = genai::runs(clock::now());
    json!({
        "live": runs.iter().map(run).collect::<Json>(),
        "unlisted_total": unlisted,
        "failures": failures(&genai::failures()),
    })
}

fn run(run: &LiveRun) -> Json {
    let LiveRun { kind, name, task, step, age_seconds, sums } = run;
    json!({
        "kind": kind,
        "name": &**name,
        "task": task.as_deref(),
        "step": step.as_deref(),
        "age_seconds": age_seconds,
        "so_far": so_far(sums),
    })
}

fn so_far(sums: &Sums) -> Json {
    json!({
        "input_tokens": sums.input,
        "output_tokens": sums.output,
        "cached_tokens": sums.cache_read,
        "cost_usd": finite(sums.cost),
        "llm_calls": sums.llm_calls,
        "tool_calls": sums.tool_calls,
        "cache_hits": sums.cache_hits,
        "retries": sums.retries,
        "human_interventions": sums.interventions,
    })
}

/// The last failures one by one, and how many of them there are of each type.
fn failures(failures: &[Failure]) -> Json {
    let mut by_type = BTreeMap::<&str, u64>::new();
    for failure in failures {
        *by_type.entry(failure.error_type).or_default() += 1;
    }
    let each = failures.iter().map(|failure| {
        json!({
            "kind": failure.kind,
            "name": &*failure.name,
            "error_type": failure.error_type,
            "unix_seconds": failure.at,
        })
    });
    json!({ "by_type": by_type, "last": each.collect::<Json>() })
}
