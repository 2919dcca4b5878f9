//! Everything that the runtime can emit: families from where they are declared, labels by hand where nothing declares them.

use super::promql::{Query, Selector};
use crate::{
    genai, health, registry, setup, slo,
    snapshot::{Family, Kind},
    system,
};
use std::collections::BTreeMap;

/// A family.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) kind: Kind,
    pub(super) labels: Vec<&'static str>,
}

/// What every series has once it is scraped, or may have.
pub(super) const TARGET: [&str; 4] = ["cluster", "namespace", "job", "instance"];

/// Labels of families that are not declared with their names.
fn labels(name: &str) -> &'static [&'static str] {
    match name {
        "observe_calls_total" | "observe_call_duration_seconds" => {
            &["module", "function", "outcome"]
        }
        "observe_errors_total" => &["module", "function", "error_type"],
        "observe_function_info" => {
            &["module", "function", "kind", "crate", "version", "file", "line"]
        }
        "observe_calls_in_flight"
        | "observe_call_busy_seconds_total"
        | "observe_call_self_seconds_total" => &["module", "function"],
        "observe_slo_events_total" | "observe_slo_bad_events_total" => {
            &["slo", "sli", "module", "function"]
        }
        "observe_slo_burn_factor" => &["slo", "sli", "severity", "window"],
        "observe_slo_burn_rate" => &["slo", "sli", "window"],
        "observe_slo_objective_ratio" => &["slo", "sli"],
        "observe_slo_latency_threshold_seconds" => &["slo", "module", "function"],
        "observe_health_probe" => &["probe"],
        "observe_health_checks_total" => &["name", "kind", "status"],
        "observant_health_transitions_dropped_total" => &["receiver"],
        name if name.starts_with("observe_health_check") => &["name", "kind"],
        "observant_build_info" => &["version"],
        "observant_series_overflow_total" => &["metric"],
        "observant_switch_off" => &["scope"],
        "observant_export_failures_total" => &["signal"],
        "observant_spans_dropped_total" => &["reason"],
        "observant_system_left_out_total" => &["source", "reason"],
        "process_paging_faults_total" => &["process_paging_fault_type"],
        "process_context_switches_total" => &["process_context_switch_type"],
        "process_disk_io_bytes_total" => &["disk_io_direction"],
        "cgroup_cpu_seconds_total" | "system_cpu_time_seconds_total" => &["cpu_mode"],
        "cgroup_memory_events_total" => &["event"],
        "cgroup_pressure_stall_seconds_total" | "system_pressure_stall_seconds_total" => {
            &["resource", "kind"]
        }
        "system_processes" => &["process_state"],
        "system_memory_usage_bytes" => &["system_memory_state"],
        "system_paging_usage_bytes" => &["system_paging_state"],
        "system_paging_faults_total" => &["system_paging_fault_type"],
        "system_paging_operations_total" => &["system_paging_direction"],
        "system_filesystem_limit_bytes" => {
            &["system_device", "system_filesystem_mountpoint", "system_filesystem_type"]
        }
        "system_filesystem_usage_bytes" => &[
            "system_device",
            "system_filesystem_mountpoint",
            "system_filesystem_type",
            "system_filesystem_state",
        ],
        "system_disk_io_time_seconds_total" => &["system_device"],
        name if name.starts_with("system_disk_") => &["system_device", "disk_io_direction"],
        name if name.starts_with("system_network_") => {
            &["network_interface_name", "network_io_direction"]
        }
        name if name.starts_with("tokio_worker_") => &["worker"],
        _ => &[],
    }
}

/// All families, by name, and the series that rules record, as gauges.
pub(super) fn all(recorded: &[(String, Vec<&'static str>)]) -> BTreeMap<String, Known> {
    let declared: [&[Family<'static>]; 6] = [
        &registry::FUNCTIONS,
        &slo::FAMILIES,
        &health::FAMILIES,
        &system::FAMILIES,
        &setup::FAMILIES,
        &setup::EXPORTS,
    ];
    let mut known = BTreeMap::new();
    for family in declared.into_iter().flatten() {
        let labels = labels(family.name).to_vec();
        known.insert(family.name.to_owned(), Known { kind: family.kind, labels });
    }
    for (name, bounds, labels) in genai::ALL {
        let kind = match bounds {
            [] if name.ends_with("_total") => Kind::Counter,
            [] => Kind::Gauge,
            _ => Kind::Histogram,
        };
        known.insert((*name).to_owned(), Known { kind, labels: labels.to_vec() });
    }
    // Prometheus' own.
    let labels = vec!["alertname", "alertstate", "severity"];
    known.insert("ALERTS".to_owned(), Known { kind: Kind::Gauge, labels });
    for (name, labels) in recorded {
        known.insert(name.clone(), Known { kind: Kind::Gauge, labels: labels.clone() });
    }
    known
}

/// The family of a series, its kind as a query sees it, and its labels.
fn find(known: &BTreeMap<String, Known>, name: &str) -> Option<(Kind, Vec<&'static str>)> {
    if let Some(family) = known.get(name) {
        return Some((family.kind, family.labels.clone()));
    }
    let (stem, more) = ["_bucket", "_sum", "_count"]
        .into_iter()
        .find_map(|suffix| Some((name.strip_suffix(suffix)?, suffix)))?;
    let family = known.get(stem).filter(|family| family.kind == Kind::Histogram)?;
    let le = (more == "_bucket").then_some("le");
    Some((Kind::Counter, family.labels.iter().copied().chain(le).collect()))
}

/// What is wrong with a query, by what there is to ask for.
pub(super) fn faults(known: &BTreeMap<String, Known>, query: &Query) -> Vec<String> {
    let mut faults = Vec::new();
    let labels_of = |selector: &Selector| find(known, &selector.name).map(|(_, labels)| labels);
    for selector in &query.selectors {
        let name = &selector.name;
        let Some((kind, labels)) = find(known, name) else {
            faults.push(format!("nobody emits `{name}`"));
            continue;
        };
        for (label, _) in &selector.matchers {
            if !labels.contains(&&**label) && !TARGET.contains(&&**label) {
                faults.push(format!("`{name}` has no label `{label}`"));
            }
        }
        let grows = matches!(kind, Kind::Counter | Kind::Histogram);
        match &*selector.function {
            "rate" | "increase" | "irate" if !grows => {
                faults.push(format!("`{name}` goes up and down: no `{}` of it", selector.function));
            }
            // The last of two times: it is held against itself.
            "rate" | "increase" | "irate" | "last_over_time" => {}
            function if kind == Kind::Counter && name.ends_with("_total") => {
                faults.push(format!("`{name}` only grows: `{function}` of it says nothing"));
            }
            "predict_linear" | "deriv" | "delta" if grows => {
                faults.push(format!("`{name}` only grows: no `{}` of it", selector.function));
            }
            _ => {}
        }
    }
    for grouping in query.groupings.iter().filter(|it| matches!(&*it.word, "by" | "without")) {
        for selector in query.within(grouping) {
            let labels = labels_of(selector).unwrap_or_default();
            for label in &grouping.labels {
                if !labels.contains(&&**label) && !TARGET.contains(&&**label) {
                    faults.push(format!("`{}` has no label `{label}` to group by", selector.name));
                }
            }
        }
    }
    faults
}

/// A line for each family: its name, kind and labels. `tests/tests/agents_example/watched` holds it against real scrapes,
/// so that what stands by hand in [`labels`] is what is emitted.
#[test]
fn the_families_are_listed() {
    let mut text = String::from(
        "# Every family that dashboards and rules may ask for: its kind, and its labels. Written by a test.\n",
    );
    for (name, Known { kind, labels }) in all(&[]) {
        if name == "ALERTS" {
            continue;
        }
        let mut labels = labels;
        labels.sort_unstable();
        let kind = format!("{kind:?}").to_lowercase();
        let words = [vec![&*name, &*kind], labels].concat();
        text.push_str(&words.join(" "));
        text.push('\n');
    }
    super::assert_committed("runtime/schema/families.txt", &text);
}
