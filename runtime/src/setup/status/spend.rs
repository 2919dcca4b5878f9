//! What models were asked and what they used since the start, for `/status`: out of the families a scrape shows.

use crate::{
    callsite::Outcome,
    genai::{CLIENT_DURATION, COST_TOTAL, TOKENS_TOTAL},
    metric::Shown,
    snapshot::{OwnedSeries, OwnedValue, Snapshot, Visitor as _},
};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// What an agent, or what is no agent's, used of one model.
#[derive(Clone, Debug, Default)]
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
    to_json(&used)
}

fn to_json(used: &BTreeMap<Whose, Used>) -> Json {
    let sum =
        |field: fn(&Used) -> f64| finite(used.values().map(field).fold(0.0, |sum, one| sum + one));
    let rows = used.iter().map(|((agent, provider, model), used)| {
        json!({
            "agent": agent,
            "provider": provider,
            "model": model,
            "input_tokens": used.input,
            "output_tokens": used.output,
            "cost_usd": finite(used.cost),
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

/// JSON has no infinity, and would hold `null`: costs beyond the largest double are that one.
pub(super) fn finite(dollars: f64) -> f64 {
    dollars.min(f64::MAX)
}

/// Requests to one model of one kind.
#[derive(Debug, Default)]
struct Asked {
    calls: f64,
    errors: f64,
    cancelled: f64,
    seconds: f64,
}

/// Calls of each model by operation, and how long one took.
fn models() -> Json {
    let mut all = BTreeMap::<[String; 3], Asked>::new();
    for series in series(&CLIENT_DURATION) {
        let key = ["gen_ai_provider_name", "gen_ai_request_model", "gen_ai_operation_name"];
        let asked = all.entry(key.map(|name| text(&series, name))).or_default();
        let OwnedValue::Histogram { sum, .. } = &series.value else { continue };
        let calls = series.value.as_f64();
        asked.calls += calls;
        asked.seconds += sum;
        match text(&series, "error_type") {
            none if none.is_empty() => {}
            // As an outcome of functions: no error, and left out of what errors are a share of.
            cancelled if cancelled == Outcome::Cancelled.text() => asked.cancelled += calls,
            _ => asked.errors += calls,
        }
    }
    let each = all.into_iter().map(|([provider, model, operation], asked)| {
        json!({
            "provider": provider,
            "model": model,
            "operation": operation,
            "calls": asked.calls,
            "errors": asked.errors,
            "cancelled": asked.cancelled,
            "mean_seconds": (asked.calls > 0.0).then(|| asked.seconds / asked.calls),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Rust's sum of no numbers is -0.0, which is no cost that a schema takes.
    #[test]
    fn nothing_is_no_negative_nothing_and_too_much_is_still_a_number() {
        let sums = |used: &[Used]| {
            let whose = |at: usize| (at.to_string(), String::new(), String::new());
            to_json(&used.iter().cloned().enumerate().map(|(at, used)| (whose(at), used)).collect())
        };
        let none = sums(&[]);
        for field in ["cost_usd", "input_tokens", "output_tokens"] {
            assert_eq!(none[field].to_string(), "0.0", "{field}");
        }
        let most = Used { cost: f64::MAX, ..Used::default() };
        let endless = Used { cost: f64::INFINITY, ..Used::default() };
        for used in [&[endless][..], &[most.clone(), most][..]] {
            let spent = sums(used);
            assert_eq!(spent["cost_usd"], f64::MAX);
            assert_eq!(spent["rows"][0]["cost_usd"], f64::MAX);
        }
    }
}
