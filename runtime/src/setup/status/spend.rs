//! What models were asked and what they used since the start, for `/status`: out of the families a scrape shows.

use crate::{
    genai::{CLIENT_DURATION, COST_TOTAL, TOKENS_TOTAL},
    metric::Shown,
    snapshot::{OwnedSeries, OwnedValue, Snapshot, Visitor as _},
};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// What an agent, or what is no agent's, used of one model.
#[derive(Debug, Default)]
struct Used {
    input: f64,
    output: f64,
    cost: f64,
}

/// Agent, provider, model.
type Whose = (String, String, String);

/// All of it, and by agent and model.
pub(super) fn spend() -> Json {
    let mut used = BTreeMap::<Whose, Used>::new();
    for series in series(&COST_TOTAL) {
        used.entry(whose(&series)).or_default().cost += series.value.as_f64();
    }
    for series in series(&TOKENS_TOTAL) {
        let used = used.entry(whose(&series)).or_default();
        match text(&series, "gen_ai_token_type").as_str() {
            "input" => used.input += series.value.as_f64(),
            "output" => used.output += series.value.as_f64(),
            _ => {}
        }
    }
    let sum = |field: fn(&Used) -> f64| used.values().map(field).sum::<f64>();
    let rows = used.iter().map(|((agent, provider, model), used)| {
        json!({
            "agent": agent,
            "provider": provider,
            "model": model,
            "input_tokens": used.input,
            "output_tokens": used.output,
            "cost_usd": used.cost,
        })
    });
    json!({
        "cost_usd": sum(|used| used.cost),
        "input_tokens": sum(|used| used.input),
        "output_tokens": sum(|used| used.output),
        "rows": rows.collect::<Json>(),
        "models": models(),
    })
}

/// Calls of each model by operation, and how long one took.
fn models() -> Json {
    let mut calls = BTreeMap::<[String; 3], (f64, f64, f64)>::new();
    for series in series(&CLIENT_DURATION) {
        let key = ["gen_ai_provider_name", "gen_ai_request_model", "gen_ai_operation_name"];
        let (count, seconds, errors) =
            calls.entry(key.map(|name| text(&series, name))).or_default();
        let OwnedValue::Histogram { sum, .. } = &series.value else { continue };
        *count += series.value.as_f64();
        *seconds += sum;
        if !text(&series, "error_type").is_empty() {
            *errors += series.value.as_f64();
        }
    }
    let each = calls.into_iter().map(|([provider, model, operation], (count, seconds, errors))| {
        json!({
            "provider": provider,
            "model": model,
            "operation": operation,
            "calls": count,
            "errors": errors,
            "mean_seconds": (count > 0.0).then(|| seconds / count),
        })
    });
    each.collect()
}

fn whose(series: &OwnedSeries) -> Whose {
    let label = |name| text(series, name);
    (label("gen_ai_agent_name"), label("gen_ai_provider_name"), label("gen_ai_request_model"))
}

fn text(series: &OwnedSeries, label: &str) -> String {
    series.label(label).unwrap_or_default().to_owned()
}

/// The series of one family, copied.
fn series(shown: &impl Shown) -> Vec<OwnedSeries> {
    let mut snapshot = Snapshot::default();
    snapshot.family(&shown.family());
    shown.series(&mut snapshot);
    snapshot.families.pop().map(|family| family.series).unwrap_or_default()
}
