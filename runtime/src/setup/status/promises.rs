//! What functions promise and how they keep it, as JSON for `/status`: SLOs, verdicts, calls in flight.

use crate::{
    derived::{self, Derived, MOST},
    registry::Function,
    slo::State,
};
use serde_json::{Map, Value as Json, json};
use std::time::Instant;

/// Calls in flight of one function that are listed, the oldest.
const LISTED: usize = 20;

/// Every objective, and how fast its budget is spent.
pub(super) fn slos(derived: &Derived) -> Json {
    derived.board.states(Instant::now()).iter().map(slo).collect()
}

/// The objectives that `function` is a part of.
pub(super) fn slos_of(function: &Function, derived: &Derived) -> Json {
    let states = derived.board.states(Instant::now());
    let own = states.iter().filter(|state| {
        let mut functions = state.functions.iter();
        functions.any(|(module, name, _)| *module == function.module() && *name == function.name)
    });
    own.map(slo).collect()
}

fn slo(state: &State) -> Json {
    let functions = state.functions.iter().map(|(module, function, threshold)| {
        let mut described = json!({ "module": module, "function": function });
        if let (Some(seconds), Some(fields)) = (threshold, described.as_object_mut()) {
            fields.insert("latency_threshold_seconds".to_owned(), (*seconds).into());
        }
        described
    });
    let rates = state.rates.iter().map(|(window, rate)| (window.clone(), Json::from(*rate)));
    let alerts = state.alerts.iter().map(|alert| {
        json!({
            "severity": alert.severity,
            "window": alert.window,
            "factor": alert.factor.value,
            "factor_lowered": alert.factor.lowered,
            "firing": alert.firing,
        })
    });
    json!({
        "slo": state.slo,
        "sli": state.sli,
        "objective_ratio": state.objective,
        "window": format!("{}d", state.days),
        "functions": functions.collect::<Json>(),
        "events": state.events,
        "bad_events": state.bad,
        "burn_rate": Json::Object(rates.collect()),
        "alerts": alerts.collect::<Json>(),
    })
}

/// What is added to the description of a function that asks for it.
pub(super) fn add(function: &Function, derived: &Derived, fields: &mut Map<String, Json>) {
    let wishes = function.callsite.wishes();
    if wishes.health.is_some() || wishes.deadline.is_some() {
        fields.insert("unwell".to_owned(), derived.sentence(function).into());
    }
    let Some(calls) = derived::in_flight(function.callsite) else { return };
    let deadline = calls.deadline;
    let listed = calls
        .ages
        .iter()
        .take(LISTED)
        .map(|age| json!({ "age_seconds": age.as_secs_f64(), "overdue": *age > deadline }));
    let in_flight = json!({
        "deadline_seconds": deadline.as_secs_f64(),
        "calls": calls.ages.len(),
        "overdue": calls.ages.iter().filter(|age| **age > deadline).count(),
        // Beside those that are told apart.
        "untracked_total": calls.refused,
        "oldest": listed.collect::<Json>(),
    });
    fields.insert("calls_in_flight".to_owned(), in_flight);
}

/// How many functions are judged, and how many are not for there are too many.
pub(super) fn limit(derived: &Derived) -> Json {
    json!({ "most": MOST, "refused": derived.refused })
}
