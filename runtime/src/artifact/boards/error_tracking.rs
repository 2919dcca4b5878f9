//! *Error tracking*: what fails, since when, and whom does it hurt?

use super::{
    super::{
        grafana::{Board, Panel, R, Row, Shape, Unit},
        program::Part,
    },
    FAILED, FAILED_RUN, FINISHED, FINISHED_RUN, MODULE, calls_of, grown, module, of, quantile,
    rate, share, share_or_none, with,
};

pub(super) fn board() -> Board {
    Board {
        name: "error-tracking",
        title: "Observant / Error tracking",
        description: "Errors by function and type, panics, what they do to SLOs and health, alerts that fire.",
        rows: vec![now(), functions(), promises(), agents(), tasks(), health()],
        variables: vec![module()],
    }
}

fn now() -> Row {
    Row { title: "Now", needs: Part::Calls, panels: vec![
        Panel::new(Shape::Stat, Unit::Ratio, "Errors", "Of finished calls, the share that failed.")
            .query("", share("", &calls_of(FAILED), &calls_of(FINISHED))).limits(0.01, 0.1),
        Panel::new(Shape::Stat, Unit::Count, "Errors, all", "Within the time that is shown.")
            .query("", grown("", &calls_of("outcome=\"error\""))),
        Panel::new(Shape::Stat, Unit::Count, "Panics", "Within the time that is shown.")
            .query("", grown("", &calls_of("outcome=\"panic\""))).limits(1.0, 10.0),
        Panel::new(Shape::Stat, Unit::Count, "Cancelled", "Calls that were dropped before their end, within the time that is shown.")
            .query("", grown("", &calls_of("outcome=\"cancelled\""))),
        Panel::new(Shape::Stat, Unit::Count, "Alerts", "Alerts of `rules.yaml` that fire, of all instances of the jobs: some are about none.")
            .query("", "count(ALERTS{alertname=~\"Observant.+\",alertstate=\"firing\",job=~\"$job\"}) or vector(0)").limits(1.0, 5.0),
        Panel::new(Shape::Table, Unit::Count, "Alerts that fire", "By name, and whom they are about, of all instances of the jobs.")
            .query("", "max by (alertname, severity, job, instance) (ALERTS{alertname=~\"Observant.+\",alertstate=\"firing\",job=~\"$job\"})").wide(),
    ] }
}

fn functions() -> Row {
    let by = "module, function";
    let errors = with("observe_errors_total", MODULE);
    let types = format!("{by}, error_type");
    Row { title: "Functions", needs: Part::Calls, panels: vec![
        Panel::new(Shape::Lines, Unit::Ratio, "Errors", "Of finished calls, the share that failed; and the same a day before.")
            .query("now", share("", &calls_of(FAILED), &calls_of(FINISHED)))
            .query("a day before", format!("sum(rate({}{R} offset 1d))\n  / (sum(rate({}{R} offset 1d)) > 0)", calls_of(FAILED), calls_of(FINISHED))),
        Panel::new(Shape::Stacked, Unit::PerSecond, "Errors and the rest", "Calls that ended, by outcome.")
            .query("{{outcome}}", rate("outcome", &with("observe_calls_total", MODULE))),
        Panel::new(Shape::Stacked, Unit::PerSecond, "Errors by type", "By their variant or type.")
            .query("{{error_type}}", rate("error_type", &errors)),
        Panel::new(Shape::Stacked, Unit::PerSecond, "Errors by function", "By function and type.")
            .query("{{module}}::{{function}} {{error_type}}", rate(&types, &errors)),
        Panel::new(Shape::Lines, Unit::Ratio, "Share of errors by function", "Of finished calls, the share that failed.")
            .query("{{module}}::{{function}}", share(by, &calls_of(FAILED), &calls_of(FINISHED))),
        Panel::new(Shape::Bars, Unit::Count, "Errors in each function", "Within the time that is shown.")
            .query("{{module}}::{{function}}", format!("topk(10, {})", grown(by, &errors))),
        Panel::new(Shape::Stacked, Unit::Count, "Errors of an hour", "Errors within the hour before, by type.")
            .query("{{error_type}}", format!("sum by (error_type) (increase({errors}[1h]))")),
        Panel::new(Shape::Table, Unit::Count, "Most errors", "Ten functions and types, within the time that is shown.")
            .query("Errors", format!("topk(10, {})", grown(&types, &errors))),
        Panel::new(Shape::Table, Unit::PerSecond, "New types of errors", "Those that nobody had had an hour before.")
            .query("Errors a second", format!("sum by ({types}) (rate({errors}[1h])) > 0\nunless sum by ({types}) (rate({errors}[5m] offset 1h))")),
        Panel::new(Shape::Lines, Unit::PerSecond, "Panics", "Panics of each function.")
            .query("{{module}}::{{function}}", rate(by, &calls_of("outcome=\"panic\""))),
        Panel::new(Shape::Lines, Unit::PerSecond, "Cancelled", "Calls that were dropped before their end, by function.")
            .query("{{module}}::{{function}}", rate(by, &calls_of("outcome=\"cancelled\""))),
        Panel::new(Shape::Lines, Unit::Seconds, "How long failed calls take, p95", "By function; dots are traces of single calls that failed.")
            .query("{{module}}::{{function}}", quantile("0.95", by, "observe_call_duration_seconds", &format!("{MODULE},{FAILED}"))).exemplars(),
        Panel::new(Shape::Stacked, Unit::PerSecond, "Retries", "Retries that calls told, by reason.")
            .query("{{reason}}", rate("reason", &of("observe_retries_total"))),
    ] }
}

fn promises() -> Row {
    Row { title: "SLOs", needs: Part::Promises, panels: vec![
        Panel::new(Shape::Lines, Unit::Count, "Burn rates", "How many times as fast as all of it would last for its period the budget of each SLO is spent, by window. Of the process that spends fastest.")
            .query("{{slo}} {{sli}} {{window}}", format!("max by (slo, sli, window) ({})", of("observe_slo_burn_rate"))),
        Panel::new(Shape::Lines, Unit::Count, "Burn, of what alerts", "The same over the factor that each SLO has for its longer windows: above 1 an alert fires, if the short window agrees. Of the process that spends fastest.")
            .query("{{slo}} {{sli}} {{window}}", format!("max by (slo, sli, window) ({})\n  / max by (slo, sli, window) ({})", of("observe_slo_burn_rate"), of("observe_slo_burn_factor"))).line(1.0),
        Panel::new(Shape::Lines, Unit::Ratio, "Error budget left", "Of each SLO, in its period, all processes of a job together: `rules.yaml` records it, so that the choice of instances changes nothing.")
            .query("{{slo}} {{sli}}", "slo:observe_slo_error_budget_remaining:ratio{job=~\"$job\"}"),
        Panel::new(Shape::Stacked, Unit::PerSecond, "Bad calls", "Who spends the budget: by SLO and function.")
            .query("{{slo}} {{sli}}: {{module}}::{{function}}", rate("slo, sli, module, function", &of("observe_slo_bad_events_total"))),
        Panel::new(Shape::Table, Unit::Ratio, "Objectives", "What share of calls each SLO wants to be good.")
            .query("Objective", format!("max by (job, slo, sli) ({})", of("observe_slo_objective_ratio"))),
        Panel::new(Shape::Table, Unit::Seconds, "Thresholds", "How long a call may take to be fast, by SLO.")
            .query("Threshold", format!("max by (job, slo, module, function) ({})", of("observe_slo_latency_threshold_seconds"))),
        Panel::new(Shape::Table, Unit::Count, "Factors", "The burn rates from which on an alert fires, by severity and longer window.")
            .query("Burn rate of an alert", format!("max by (job, slo, sli, severity, window) ({})", of("observe_slo_burn_factor"))),
    ] }
}

fn agents() -> Row {
    let failed = with("gen_ai_invoke_agent_duration_seconds_count", FAILED_RUN);
    let all = with("gen_ai_invoke_agent_duration_seconds_count", FINISHED_RUN);
    Row {
        title: "Agents",
        needs: Part::Agents,
        panels: vec![
            Panel::new(
                Shape::Lines,
                Unit::Ratio,
                "Runs that fail",
                "Of the runs of an agent that were not cancelled.",
            )
            .query("{{gen_ai_agent_name}}", share_or_none("gen_ai_agent_name", &failed, &all)),
            Panel::new(
                Shape::Bars,
                Unit::Count,
                "Failed runs, all",
                "Within the time that is shown, by agent and type of error.",
            )
            .query(
                "{{gen_ai_agent_name}} {{error_type}}",
                grown("gen_ai_agent_name, error_type", &failed),
            ),
        ],
    }
}

fn tasks() -> Row {
    let failed = with("observe_tasks_total", "status=\"failure\"");
    let ended = with("observe_tasks_total", "status!=\"cancelled\"");
    Row {
        title: "Tasks",
        needs: Part::Tasks,
        panels: vec![
            Panel::new(
                Shape::Lines,
                Unit::Ratio,
                "Tasks that fail",
                "Of tasks that ended and were not cancelled, by agent.",
            )
            .query("{{agent}}", share_or_none("agent", &failed, &ended)),
            Panel::new(Shape::Stat, Unit::Count, "Failed tasks", "Within the time that is shown.")
                .query("", grown("", &failed)),
        ],
    }
}

fn health() -> Row {
    let up = of("observe_health_check");
    // A day may be longer than there are samples of it: seconds are counted, in steps of half a minute.
    let failing = format!("sum by (name) (sum_over_time((1 - {up})[1d:30s])) * 30");
    // How often it began to pass, and once more where it fails to the end: so a failure counts that began before the first sample.
    let failures = format!(
        "sum by (name) (changes({up}[1d]) - resets({up}[1d]) + 1 - last_over_time({up}[1d]))"
    );
    Row { title: "Health", needs: Part::Checks, panels: vec![
        Panel::new(Shape::Timeline, Unit::Count, "Checks", "Each health check over time: errors and what they did to it, side by side.")
            .query("{{instance}} {{name}}", format!("min by (instance, name) ({up})")).wide(),
        Panel::new(Shape::Bars, Unit::Seconds, "How long a failure lasts", "Time to recovery: of the last day, the time that a check failed, over how often it did; one that goes on counts as far as it went.")
            .query("{{name}}", format!("{failing}\n  / ({failures} > 0)")),
        Panel::new(Shape::Stacked, Unit::Count, "Changes of checks", "Changes of status within the hour before.")
            .query("{{name}}", format!("sum by (name) (increase({}[1h]))", of("observe_health_check_transitions_total"))),
    ] }
}
