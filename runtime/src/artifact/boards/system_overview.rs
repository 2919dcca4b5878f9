//! *System overview*: is it up, is it us, and since when?

use super::{
    super::{
        grafana::{Board, Panel, Row, Shape, Unit},
        program::{Part, Program},
    },
    FAILED, FINISHED, HEAT_OF_CALLS, grown, heat_of_calls, observed, of, ourselves, own, quantile,
    rate, share, slowest, with,
};

pub(super) fn board(program: &Program) -> Board {
    Board {
        name: "system-overview",
        title: "Observant / System overview",
        description: "Whether the program is well, and since when: health, traffic, errors, latency, saturation.",
        rows: vec![
            health(),
            calls(),
            promises(),
            tasks(),
            work(),
            own::metrics(program),
            resources(),
            ourselves::export(),
            ourselves::ourselves(),
        ],
        variables: vec![],
    }
}

fn row(title: &'static str, needs: Part, panels: Vec<Panel>) -> Row {
    Row { title, needs, panels }
}

fn health() -> Row {
    let up = of("observe_health_check");
    row(
        "Health",
        Part::Checks,
        vec![
            Panel::new(
                Shape::Stat,
                Unit::Ratio,
                "Checks that pass",
                "Of all health checks, the share that passes or is degraded.",
            )
            .query("", format!("avg({up})"))
            .at_least(0.9, 1.0),
            Panel::new(
                Shape::Stat,
                Unit::Count,
                "Ready",
                "Processes of which `/ready` is answered 200.",
            )
            .query(
                "",
                format!("sum({}) or vector(0)", with("observe_health_probe", "probe=\"ready\"")),
            ),
            Panel::new(
                Shape::Stat,
                Unit::Count,
                "Changes",
                "How often checks changed their status within the time that is shown.",
            )
            .query("", grown("", &of("observe_health_check_transitions_total")))
            .limits(1.0, 5.0),
            Panel::new(
                Shape::Timeline,
                Unit::Count,
                "Checks",
                "Each health check over time: it passes, or it fails or nothing is known.",
            )
            .query("{{instance}} {{name}}", format!("min by (instance, name) ({up})"))
            .wide(),
            Panel::new(
                Shape::Lines,
                Unit::Seconds,
                "Since it last passed",
                "How long ago each check last passed.",
            )
            .query(
                "{{instance}} {{name}}",
                format!(
                    "time() - max by (instance, name) ({} > 0)",
                    of("observe_health_check_last_success_timestamp_seconds")
                ),
            ),
            Panel::new(
                Shape::Stacked,
                Unit::PerSecond,
                "Runs by how they ended",
                "Runs of checks: pass, degraded, fail, timeout, panic; stuck were left out.",
            )
            .query("{{status}}", rate("status", &of("observe_health_checks_total"))),
            Panel::new(
                Shape::Lines,
                Unit::Seconds,
                "How long checks take, p95",
                "95th percentile of each check's runs.",
            )
            .query(
                "{{name}}",
                quantile("0.95", "name", "observe_health_check_duration_seconds", ""),
            ),
        ],
    )
}

fn calls() -> Row {
    row("Calls", Part::Calls, call_figures().into_iter().chain(call_pictures()).collect())
}

/// Figures of now.
fn call_figures() -> Vec<Panel> {
    let calls = of("observe_calls_total");
    vec![
        Panel::new(Shape::Stat, Unit::Count, "Processes", "Processes that answer scrapes.")
            .query("", format!("count({}) or vector(0)", of("observant_build_info"))),
        Panel::new(
            Shape::Stat,
            Unit::PerSecond,
            "Calls",
            "Calls of observed functions that ended.",
        )
        .query("", rate("", &calls)),
        Panel::new(Shape::Stat, Unit::Ratio, "Errors", "Of finished calls, the share that failed.")
            .query(
                "",
                share(
                    "",
                    &with("observe_calls_total", FAILED),
                    &with("observe_calls_total", FINISHED),
                ),
            )
            .limits(0.01, 0.1),
        Panel::new(Shape::Stat, Unit::Count, "Panics", "Panics within the time that is shown.")
            .query("", grown("", &with("observe_calls_total", "outcome=\"panic\"")))
            .limits(1.0, 10.0),
        Panel::new(Shape::Stat, Unit::Count, "In flight", "Calls that have begun and not ended.")
            .query("", format!("sum({})", of("observe_calls_in_flight"))),
        Panel::new(
            Shape::Stat,
            Unit::Count,
            "Functions",
            "Observed functions that are linked in, called or not.",
        )
        .query(
            "",
            format!("count(count by (job, module, function) ({}))", of("observe_function_info")),
        ),
    ]
}

/// How it came to be so.
fn call_pictures() -> Vec<Panel> {
    let calls = of("observe_calls_total");
    vec![
        Panel::new(
            Shape::Stacked,
            Unit::PerSecond,
            "Calls by outcome",
            "Calls that ended, by outcome.",
        )
        .query("{{outcome}}", rate("outcome", &calls)),
        Panel::new(
            Shape::Stacked,
            Unit::PerSecond,
            "Errors by type",
            "Errors by their variant or type.",
        )
        .query("{{error_type}}", rate("error_type", &of("observe_errors_total"))),
        Panel::new(
            Shape::Lines,
            Unit::Seconds,
            "Latency of the slowest function",
            "Each quantile of the function of which it is highest; dots are traces of single calls.",
        )
        .query("p50", slowest("0.5", ""))
        .query("p95", slowest("0.95", ""))
        .query("p99", slowest("0.99", ""))
        .exemplars(),
        Panel::new(
            Shape::Heatmap,
            Unit::Seconds,
            "Latency, all of it",
            HEAT_OF_CALLS,
        )
        .query("{{le}}", heat_of_calls(""))
        .exemplars(),
        Panel::new(
            Shape::Lines,
            Unit::Count,
            "In flight by process",
            "Calls that have begun and not ended.",
        )
        .query("{{instance}}", format!("sum by (instance) ({})", of("observe_calls_in_flight"))),
        Panel::new(Shape::Stacked, Unit::PerSecond, "Events", "Events that calls told, by type.")
            .query("{{event_type}}", rate("event_type", &of("observe_events_total"))),
    ]
}

/// The longer window of what pages first, by the period of an SLO: 30, 28 or 7 days.
const WINDOW: &str = "window=~\"1h|56m|14m\"";

fn promises() -> Row {
    row("SLOs", Part::Promises, vec![
        Panel::new(Shape::Bars, Unit::Ratio, "Error budget left", "Of each SLO, in its period, all processes of a job together: `rules.yaml` records it, so that the choice of instances changes nothing.")
            .query("{{slo}} {{sli}}", "slo:observe_slo_error_budget_remaining:ratio{job=~\"$job\"}").at_least(0.0, 0.25),
        Panel::new(Shape::Lines, Unit::Count, "Burn, of what pages", "How fast the budget is spent over the window that pages first (1 h for a period of 30 days), over the factor of that SLO: above 1 it pages, if the short window agrees. Of the process that spends fastest.")
            .query("{{slo}} {{sli}}", format!("max by (slo, sli) ({})\n  / max by (slo, sli) ({})", with("observe_slo_burn_rate", WINDOW), with("observe_slo_burn_factor", &format!("severity=\"page\",{WINDOW}")))).line(1.0),
        Panel::new(Shape::Table, Unit::Count, "Bad calls", "Within the time that is shown, by SLO and function.")
            .query("Bad calls", grown("slo, sli, module, function", &of("observe_slo_bad_events_total"))),
    ])
}

fn tasks() -> Row {
    let tasks = of("observe_tasks_total");
    row(
        "Tasks",
        Part::Tasks,
        vec![
            Panel::new(
                Shape::Stat,
                Unit::Ratio,
                "Tasks that succeed",
                "Of tasks that ended and were not cancelled.",
            )
            .query(
                "",
                format!(
                    "1 - ({} or vector(0))\n  / ({} > 0)",
                    rate("", &with("observe_tasks_total", "status=\"failure\"")),
                    rate("", &with("observe_tasks_total", "status!=\"cancelled\""))
                ),
            )
            .at_least(0.8, 0.95),
            Panel::new(
                Shape::Stat,
                Unit::Count,
                "Tasks under way",
                "Tasks that have begun and not ended.",
            )
            .query("", format!("sum({})", of("observe_tasks_active"))),
            Panel::new(Shape::Stat, Unit::Count, "Tasks ended", "Within the time that is shown.")
                .query("", grown("", &tasks)),
            Panel::new(
                Shape::Stacked,
                Unit::PerSecond,
                "Tasks by status",
                "Tasks that ended: success, failure, cancelled.",
            )
            .query("{{status}}", rate("status", &tasks)),
            Panel::new(
                Shape::Lines,
                Unit::Seconds,
                "How long tasks take",
                "Quantiles over all tasks.",
            )
            .query("p50", quantile("0.5", "", "observe_task_duration_seconds", ""))
            .query("p95", quantile("0.95", "", "observe_task_duration_seconds", ""))
            .query("p99", quantile("0.99", "", "observe_task_duration_seconds", "")),
            Panel::new(
                Shape::Lines,
                Unit::Count,
                "Tasks under way, by agent",
                "Tasks that have begun and not ended.",
            )
            .query(
                "{{agent}} {{mode}}",
                format!("sum by (agent, mode) ({})", of("observe_tasks_active")),
            ),
        ],
    )
}

fn work() -> Row {
    row(
        "Files",
        Part::Files,
        vec![
            Panel::new(
                Shape::Stacked,
                Unit::PerSecond,
                "Operations on files",
                "By operation and status.",
            )
            .query(
                "{{operation}} {{status}}",
                rate("operation, status", &of("observe_file_operations_total")),
            ),
            Panel::new(
                Shape::Lines,
                Unit::BytesPerSecond,
                "Bytes of files",
                "What operations say they read or wrote.",
            )
            .query("{{operation}}", rate("operation", &of("observe_file_io_bytes_total"))),
            Panel::new(
                Shape::Lines,
                Unit::PerSecond,
                "Timed operations on files",
                "How many operations were timed, by operation.",
            )
            .query(
                "{{operation}}",
                observed("operation", "observe_file_operation_duration_seconds", ""),
            ),
        ],
    )
}

fn resources() -> Row {
    row(
        "Process",
        Part::System,
        vec![
            Panel::new(Shape::Stat, Unit::Seconds, "Uptime", "Of the process that started last.")
                .query("", format!("time() - max({})", of("process_start_time_seconds"))),
            Panel::new(
                Shape::Lines,
                Unit::Ratio,
                "CPU",
                "Of the cores that a process may use, those in use.",
            )
            .query(
                "{{instance}}",
                format!(
                    "{}\n  / sum by (instance) ({})",
                    rate("instance", &of("process_cpu_seconds_total")),
                    of("process_cpu_limit_cores")
                ),
            )
            .limits(0.8, 0.95),
            Panel::new(
                Shape::Lines,
                Unit::Bytes,
                "Memory",
                "Memory of each process that is in RAM.",
            )
            .query(
                "{{instance}}",
                format!("sum by (instance) ({})", of("process_resident_memory_bytes")),
            ),
        ],
    )
}
