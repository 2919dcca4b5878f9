//! *Agent performance*: which function, agent, tool is slow, and which takes the time?

use super::{
    super::{
        grafana::{Board, Panel, R, Row, Shape, Unit},
        program::{Function, Part, Program},
    },
    FAILED, FAILED_RUN, FINISHED, FINISHED_RUN, HEAT_OF_CALLS, MODULE, calls_of, grown, heat,
    heat_of_calls, is, mean, module, named, observed, of, quantile, rate, seconds, share,
    share_or_none, titled, with,
};

/// Functions that have a panel each: Grafana draws what is in sight, and nobody scrolls further.
const MOST: usize = 60;

pub(super) fn board(program: &Program) -> Board {
    Board {
        name: "agent-performance",
        title: "Observant / Agent performance",
        description: "Functions, agents, tasks and tools: how often, how long, how well.",
        rows: vec![functions(), each(program), agents(), tasks(), tools(), steps()],
        variables: vec![module()],
    }
}

fn functions() -> Row {
    let by = "module, function";
    let all = with("observe_calls_total", MODULE);
    let name = "observe_call_duration_seconds";
    let time = seconds(by, name, MODULE);
    let ever = |offset: &str| {
        let of = |name: &str| format!("rate({}[30m]{offset})", with(name, MODULE));
        let native = of(name);
        format!(
            "(sum by ({by}) ({})\n  / (sum by ({by}) ({}) > 0)\nor sum by ({by}) (histogram_sum({native}))\n  / (sum by ({by}) (histogram_count({native})) > 0))",
            of(&format!("{name}_sum")),
            of(&format!("{name}_count"))
        )
    };
    Row { title: "Functions", needs: Part::Calls, panels: vec![
        Panel::new(Shape::Bars, Unit::PerSecond, "Most called", "Ten functions by calls that ended.")
            .query("{{module}}::{{function}}", format!("topk(10, {})", rate(by, &all))),
        Panel::new(Shape::Bars, Unit::Ratio, "Most failing", "Ten functions by the share of finished calls that failed.")
            .query("{{module}}::{{function}}", format!("topk(10, {})", share(by, &calls_of(FAILED), &calls_of(FINISHED)))).limits(0.01, 0.1),
        Panel::new(Shape::Bars, Unit::Seconds, "Slowest, p99", "Ten functions by their 99th percentile.")
            .query("{{module}}::{{function}}", format!("topk(10, {})", quantile("0.99", by, name, MODULE))),
        Panel::new(Shape::Bars, Unit::Count, "Most time", "Ten functions by the time in them, as calls at one time on average; those they call are in it.")
            .query("{{module}}::{{function}}", format!("topk(10, {time})")),
        Panel::new(Shape::Bars, Unit::Count, "Most time of their own", "Ten functions by time running, less that of the observed functions they call: cores.")
            .query("{{module}}::{{function}}", format!("topk(10, {})", rate(by, &with("observe_call_self_seconds_total", MODULE)))),
        Panel::new(Shape::Bars, Unit::Ratio, "Slower than yesterday", "The mean of 30 min, relative to that of a day ago; 100 % is the same.")
            .query("{{module}}::{{function}}", format!("topk(10, {}\n  / {})", ever(""), ever(" offset 1d"))).limits(1.5, 3.0),
        Panel::new(Shape::Lines, Unit::PerSecond, "Calls", "Calls that ended, by function.")
            .query("{{module}}::{{function}}", rate(by, &all)),
        Panel::new(Shape::Lines, Unit::Seconds, "Latency, p95", "By function; dots are traces of single calls.")
            .query("{{module}}::{{function}}", quantile("0.95", by, name, MODULE)).exemplars(),
        Panel::new(Shape::Lines, Unit::Count, "In flight", "Calls that have begun and not ended.")
            .query("{{module}}::{{function}}", format!("sum by ({by}) ({})", with("observe_calls_in_flight", MODULE))),
        Panel::new(Shape::Lines, Unit::Ratio, "Running, of the time in it", "Of the time in a call, what it ran: the rest it waited.")
            .query("{{module}}::{{function}}", format!("{}\n  / (({time}) > 0)", rate(by, &with("observe_call_busy_seconds_total", MODULE)))),
        Panel::new(Shape::Lines, Unit::Ratio, "Cancelled", "Of calls that ended, the share that was dropped before.")
            .query("{{module}}::{{function}}", share(by, &calls_of("outcome=\"cancelled\""), &all)),
        Panel::new(Shape::Heatmap, Unit::Seconds, "Latency, all of it", HEAT_OF_CALLS)
            .query("{{le}}", heat_of_calls(MODULE)).exemplars(),
        Panel::new(Shape::Table, Unit::Count, "Never called", "Functions without a call that ended within the time that is shown, and where they are.")
            .query("", format!("max by (job, module, function, kind, file, line) ({})\nunless on (job, module, function) ({} > 0)",
                with("observe_function_info", MODULE), grown("job, module, function", &all))).wide(),
    ] }
}

/// The functions of this very program that promise something or have a kind, with what they promise drawn.
fn each(program: &Program) -> Row {
    let wanted =
        program.functions.iter().filter(|it| it.threshold.is_some() || it.kind != "function");
    let panel = |function: &Function| {
        let Function { module, name, kind, file, line, source, threshold } = function;
        let matchers = format!("{},{}", is("module", module), is("function", name));
        let promised = threshold.map_or_else(String::new, |seconds| {
            format!(" A call should take {seconds} s at most.")
        });
        let panel = Panel::new(
            Shape::Lines,
            Unit::Seconds,
            &titled(name),
            &titled(&format!(
                "How long calls of this {kind} take; {module}, {file}:{line}.{promised}"
            )),
        )
        .query(
            "p50",
            quantile("0.5", "module, function", "observe_call_duration_seconds", &matchers),
        )
        .query(
            "p95",
            quantile("0.95", "module, function", "observe_call_duration_seconds", &matchers),
        )
        .exemplars()
        .source(source.as_deref());
        match threshold {
            Some(seconds) => panel.line(*seconds),
            None => panel,
        }
    };
    Row { title: "Each", needs: Part::Calls, panels: wanted.take(MOST).map(panel).collect() }
}

fn agents() -> Row {
    let name = "gen_ai_invoke_agent_duration_seconds";
    let by = "gen_ai_agent_name";
    let succeed = format!("1 - {}", failed_runs(by, name));
    Row {
        title: "Agents",
        needs: Part::Agents,
        panels: vec![
            Panel::new(Shape::Lines, Unit::PerSecond, "Runs", "Runs of agents that ended.")
                .query("{{gen_ai_agent_name}}", observed(by, name, "")),
            Panel::new(
                Shape::Lines,
                Unit::Seconds,
                "How long agents run",
                "Median, 95th and 99th percentile of the runs of each agent; dots are traces of single runs.",
            )
            .query("p50 {{gen_ai_agent_name}}", quantile("0.5", by, name, ""))
            .query("p95 {{gen_ai_agent_name}}", quantile("0.95", by, name, ""))
            .query("p99 {{gen_ai_agent_name}}", quantile("0.99", by, name, ""))
            .exemplars(),
            Panel::new(
                Shape::Lines,
                Unit::Seconds,
                "How long agents run, mean",
                "Average response time.",
            )
            .query("{{gen_ai_agent_name}}", mean(by, name)),
            Panel::new(
                Shape::Lines,
                Unit::Ratio,
                "Runs that succeed",
                "Of the runs that were not cancelled, those without an error.",
            )
            .query("{{gen_ai_agent_name}}", succeed),
            Panel::new(
                Shape::Lines,
                Unit::Count,
                "Agents at work",
                "Agents that run at this moment.",
            )
            .query("{{agent}}", format!("sum by (agent) ({})", of("observe_agents_active"))),
            Panel::new(Shape::Bars, Unit::Count, "Runs, all", "Within the time that is shown.")
                .query(
                    "{{gen_ai_agent_name}}",
                    grown(by, &of("gen_ai_invoke_agent_duration_seconds_count")),
                ),
            Panel::new(
                Shape::Lines,
                Unit::Count,
                "Calls of models in a run",
                "Mean of a run, without those of agents within it.",
            )
            .query("{{gen_ai_agent_name}}", mean(by, "gen_ai_invoke_agent_inference_calls")),
            Panel::new(
                Shape::Lines,
                Unit::Count,
                "Calls of tools in a run",
                "Mean of a run, without those of agents within it.",
            )
            .query("{{gen_ai_agent_name}}", mean(by, "gen_ai_invoke_agent_tool_calls")),
            compared(),
            Panel::new(
                Shape::Stacked,
                Unit::PerSecond,
                "Runs that fail",
                "By agent and type of error.",
            )
            .query(
                "{{gen_ai_agent_name}} {{error_type}}",
                observed("gen_ai_agent_name, error_type", name, "error_type!=\"\""),
            ),
        ],
    }
}

/// Agents side by side.
fn compared() -> Panel {
    let name = "gen_ai_invoke_agent_duration_seconds";
    let by = "gen_ai_agent_name";
    let runs = observed(by, name, "");
    Panel::new(
        Shape::Table,
        Unit::Seconds,
        "Agents compared",
        "Runs of each agent within the time that is shown, the share of failures among those not cancelled, how long they took, and what the models cost that it called itself.",
    )
    .column("Runs", Unit::Count, shown(&runs.replace("rate(", "increase(")))
    .column("Failed", Unit::Ratio, shown(&failed_runs(by, name)))
    .column("Mean", Unit::Seconds, shown(&mean(by, name)))
    .column("p95", Unit::Seconds, shown(&quantile("0.95", by, name, "")))
    .column("Tokens", Unit::Count, grown(by, &with("observe_llm_tokens_total", NAMED)))
    .column("Cost", Unit::Dollars, grown(by, &with("observe_llm_cost_usd_total", NAMED)))
    .wide()
}

/// What an agent called.
const NAMED: &str = "gen_ai_agent_name!=\"\"";

/// The same over the time that is shown, where it is that of a point of a picture.
fn shown(expr: &str) -> String {
    expr.replace(R, "[$__range]")
}

/// What share of the runs that were not cancelled failed, classic or native; 0 of those of which none did.
fn failed_runs(by: &str, name: &str) -> String {
    let (failed, ended) = (observed(by, name, FAILED_RUN), observed(by, name, FINISHED_RUN));
    format!("(({failed}) or 0 * ({ended}))\n  / (({ended}) > 0)")
}

fn tasks() -> Row {
    let by = "agent, mode";
    let tasks = of("observe_tasks_total");
    let failed = with("observe_tasks_total", "status=\"failure\"");
    let ended = with("observe_tasks_total", "status!=\"cancelled\"");
    Row {
        title: "Tasks",
        needs: Part::Tasks,
        panels: vec![
            Panel::new(
                Shape::Stacked,
                Unit::PerSecond,
                "Tasks",
                "Tasks that ended, by agent and mode.",
            )
            .query("{{agent}} {{mode}}", rate(by, &tasks)),
            Panel::new(
                Shape::Lines,
                Unit::Ratio,
                "Tasks that succeed",
                "Of tasks that ended and were not cancelled.",
            )
            .query(
                "{{agent}} {{mode}}",
                format!(
                    "1 - ({} or 0 * {})\n  / ({} > 0)",
                    rate(by, &failed),
                    rate(by, &ended),
                    rate(by, &ended)
                ),
            ),
            Panel::new(
                Shape::Lines,
                Unit::Ratio,
                "At the first attempt",
                "Of tasks that ended, those that succeeded without a retry or a human.",
            )
            .query("{{agent}} {{mode}}", share(by, &of("observe_tasks_one_shot_total"), &tasks)),
            Panel::new(
                Shape::Bars,
                Unit::Count,
                "Tasks by status",
                "Within the time that is shown.",
            )
            .query("{{agent}} {{mode}} {{status}}", grown("agent, mode, status", &tasks)),
            Panel::new(
                Shape::Lines,
                Unit::Seconds,
                "How long tasks take, p95",
                "95th percentile by agent and mode.",
            )
            .query("{{agent}} {{mode}}", quantile("0.95", by, "observe_task_duration_seconds", "")),
            Panel::new(
                Shape::Heatmap,
                Unit::Seconds,
                "How long tasks take, all of it",
                "How many tasks took how long.",
            )
            .query("{{le}}", heat("observe_task_duration_seconds", "")),
            Panel::new(
                Shape::Table,
                Unit::Seconds,
                "Tasks compared",
                "Tasks that ended within the time that is shown, the share of failures among those not cancelled, and how long they took.",
            )
            .column("Tasks", Unit::Count, grown(by, &tasks))
            .column("Failed", Unit::Ratio, shown(&share_or_none(by, &failed, &ended)))
            .column("Mean", Unit::Seconds, shown(&mean(by, "observe_task_duration_seconds")))
            .column("p95", Unit::Seconds, shown(&quantile("0.95", by, "observe_task_duration_seconds", "")))
            .wide(),
            Panel::new(
                Shape::Stacked,
                Unit::PerSecond,
                "Humans had to help",
                "Interventions that calls told, by agent.",
            )
            .query(
                "{{agent}}",
                named(
                    "agent",
                    "no agent",
                    &rate("agent", &of("observe_human_interventions_total")),
                ),
            ),
            Panel::new(
                Shape::Lines,
                Unit::Count,
                "Tasks under way",
                "Tasks that have begun and not ended, by agent and mode.",
            )
            .query("{{agent}} {{mode}}", format!("sum by ({by}) ({})", of("observe_tasks_active"))),
        ],
    }
}

fn tools() -> Row {
    let name = "gen_ai_execute_tool_duration_seconds";
    Row {
        title: "Tools",
        needs: Part::Tools,
        panels: vec![
            Panel::new(
                Shape::Lines,
                Unit::PerSecond,
                "Calls of tools",
                "Calls that ended, by tool.",
            )
            .query("{{gen_ai_tool_name}}", observed("gen_ai_tool_name", name, "")),
            Panel::new(
                Shape::Lines,
                Unit::Seconds,
                "How long tools take, p95",
                "95th percentile of each tool.",
            )
            .query("{{gen_ai_tool_name}}", quantile("0.95", "gen_ai_tool_name", name, "")),
            Panel::new(
                Shape::Stacked,
                Unit::PerSecond,
                "Calls of tools that fail",
                "By tool and type of error.",
            )
            .query(
                "{{gen_ai_tool_name}} {{error_type}}",
                observed("gen_ai_tool_name, error_type", name, "error_type!=\"\""),
            ),
        ],
    }
}

fn steps() -> Row {
    let name = "observe_operation_duration_seconds";
    Row {
        title: "Plans, steps, guardrails and evaluators",
        needs: Part::Steps,
        panels: vec![
            Panel::new(Shape::Stacked, Unit::PerSecond, "Operations", "By operation and kind.")
                .query("{{kind}} {{operation}}", observed("kind, operation", name, "")),
            Panel::new(
                Shape::Lines,
                Unit::Seconds,
                "How long operations take, p95",
                "By operation and kind.",
            )
            .query("{{kind}} {{operation}}", quantile("0.95", "kind, operation", name, "")),
            Panel::new(
                Shape::Lines,
                Unit::Count,
                "Time in operations",
                "Operations at one time on average.",
            )
            .query(
                "{{kind}} {{operation}}",
                format!(
                    "sum by (kind, operation) (rate({}{R}))",
                    of("observe_operation_duration_seconds_sum")
                ),
            ),
        ],
    }
}
