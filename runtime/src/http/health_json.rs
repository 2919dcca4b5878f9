//! Checks as JSON: ours (`schema/health.json`), and `application/health+json`. Uses what is known of them, and nothing else.
//!
//! Sources: draft-inadarei-api-health-check-06 (sections 3 and 4).

use std::time::{SystemTime, UNIX_EPOCH};

use humantime::format_rfc3339_millis;
use serde_json::{Map, Value, json};

use crate::health::{Item, State, Status};

fn time(time: SystemTime) -> Value {
    // A clock that stands before 1970 cannot be written.
    format_rfc3339_millis(time.max(UNIX_EPOCH)).to_string().into()
}

/// One check as `schema/health.json` has it.
pub(super) fn describe(item: &Item) -> Map<String, Value> {
    let Item { entry, known, glance } = item;
    let plan = &entry.plan;
    let mut value = Map::new();
    let mut put = |key: &str, what: Value| value.insert(key.to_owned(), what);
    put("name", (&*entry.name).into());
    put("kind", plan.kind.as_str().into());
    put("severity", plan.severity.as_str().into());
    put("status", glance.status.as_str().into());
    if !glance.reason.is_empty() {
        put("reason", glance.reason.into());
    }
    if let Some(error_type) = known.error_type {
        put("error_type", error_type.into());
    }
    if let Some(observed) = known.observed {
        let observed = json!({
            "value": observed.value, "threshold": observed.threshold, "unit": observed.unit,
        });
        put("observed", observed);
    }
    put("since", time(known.since));
    if let Some(last) = &known.last {
        let run = json!({
            "time": time(last.time),
            "seconds": last.took.as_secs_f64(),
            "status": last.status.as_str(),
        });
        put("last_run", run);
    }
    if let Some(success) = known.last_success {
        put("last_success", time(success));
    }
    put("consecutive_failures", known.failures.into());
    put("stuck", known.stuck.into());
    put("interval_seconds", plan.interval.as_secs_f64().into());
    put("timeout_seconds", plan.timeout.as_secs_f64().into());
    put("tags", plan.tags.to_vec().into());
    value
}

/// The last changes of a check's status, the oldest first.
pub(super) fn transitions(item: &Item) -> Value {
    let changes = item.known.changes.iter().map(|change| {
        json!({
            "time": time(change.time),
            "from": change.from.as_str(),
            "to": change.to.as_str(),
            "reason": change.reason,
            "error_type": change.error_type,
        })
    });
    changes.collect()
}

/// How one check came to be where it is.
pub(super) fn history(item: &Item, value: &mut Map<String, Value>) {
    let Item { entry, known, .. } = item;
    let durations = known.durations.iter().map(std::time::Duration::as_secs_f64);
    value.insert("transitions".to_owned(), transitions(item));
    value.insert("durations_seconds".to_owned(), durations.collect());
    value.insert("source".to_owned(), entry.place.to_string().into());
}

/// The words of the draft (section 3.1).
pub(super) fn draft_word(status: Status) -> &'static str {
    match status {
        Status::Pass => "pass",
        Status::Degraded => "warn",
        _ => "fail",
    }
}

/// `application/health+json` (section 4).
pub(super) fn draft(status: Status, state: Option<State>, items: &[Item]) -> Value {
    let mut checks = Map::new();
    for Item { entry, known, glance } in items {
        let Some(last) = &known.last else {
            let check = json!({
                "componentType": "component", "status": draft_word(glance.status),
                "output": glance.reason,
            });
            checks.insert(format!("{}:responseTime", entry.name), json!([check]));
            continue;
        };
        let (measurement, value, unit) = match known.observed {
            Some(observed) => (glance.reason, observed.value, observed.unit),
            None => ("responseTime", last.took.as_secs_f64(), "s"),
        };
        let measurement = if measurement.is_empty() { "value" } else { measurement };
        let mut check = json!({
            "componentType": "component",
            "observedValue": value,
            "observedUnit": unit,
            "status": draft_word(glance.status),
            "time": time(last.time),
        });
        // To be left out where all is well (section 4.7).
        if glance.status != Status::Pass
            && let Some(check) = check.as_object_mut()
        {
            check.insert("output".to_owned(), glance.reason.into());
        }
        checks.insert(format!("{}:{measurement}", entry.name), json!([check]));
    }
    let mut value = json!({ "status": draft_word(status), "checks": checks });
    if let (Some(state), Some(value)) = (state, value.as_object_mut()) {
        value.insert("notes".to_owned(), json!([format!("lifecycle: {}", state.word())]));
    }
    value
}
