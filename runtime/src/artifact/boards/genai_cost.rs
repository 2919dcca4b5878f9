//! *Cost of agents*: what is spent, on what, and what comes of it?

use super::{
    super::{
        grafana::{Board, Panel, Row, Shape, Unit},
        program::{Part, Program},
    },
    grown, kinds, mean, named, observed, of, quantile, rate, share_or_none, with,
};

const COST: &str = "observe_llm_cost_usd_total";
const TOKENS: &str = "observe_llm_tokens_total";
const MODEL: &str = "gen_ai_request_model";
const AGENT: &str = "gen_ai_agent_name";
/// Who asks where no agent does.
const NO_AGENT: &str = "no agent";
/// What is asked where it is no model: a retrieval.
const NO_MODEL: &str = "no model";

pub(super) fn board(program: &Program) -> Board {
    Board {
        name: "genai-cost",
        title: "Observant / GenAI cost",
        description: "Money and tokens by model, agent and task; how fast models answer, and what they refuse.",
        rows: vec![
            no_models(program),
            money(),
            tokens(),
            models(),
            tasks(),
            tools(),
            kinds::workflows(),
            kinds::quality(),
            kinds::mcp(),
            kinds::databases(),
        ],
        variables: vec![],
    }
}

/// Why there is no money to see.
fn no_models(program: &Program) -> Row {
    let text = "No function of this program is known to call a model, so there is no cost to show. Annotate those that do: \
        `#[observe(llm(provider = \"openai\", model = \"gpt-5\"))]`, with `usage` or `current().usage(..)` for tokens and \
        `set_prices` for money; agents, tools and tasks have kinds of their own.";
    let why = Panel::new(Shape::Text, Unit::Count, "No models", text).wide();
    let panels = if program.has(Part::Models) { vec![] } else { vec![why] };
    Row { title: "Money", needs: Part::Calls, panels }
}

fn money() -> Row {
    let hour = |by: &str| format!("{} * 3600", rate(by, &of(COST)));
    Row {
        title: "Money",
        needs: Part::Models,
        panels: vec![
            Panel::new(
                Shape::Stat,
                Unit::Dollars,
                "An hour",
                "What calls of models cost an hour, at the pace of now.",
            )
            .query("", hour(""))
            .limits(5.0, 10.0),
            Panel::new(Shape::Stat, Unit::Dollars, "All of it", "Within the time that is shown.")
                .query("", grown("", &of(COST))),
            Panel::new(
                Shape::Stat,
                Unit::Dollars,
                "A month of this",
                "What calls of models cost in 30 days, at the pace of the time that is shown.",
            )
            .query("", format!("sum(rate({}[$__range])) * 2592000", of(COST))),
            Panel::new(
                Shape::Stat,
                Unit::PerMinute,
                "Tokens a minute",
                "Tokens in and out, at the pace of now.",
            )
            .query("", format!("{} * 60", rate("", &of(TOKENS)))),
            Panel::new(
                Shape::Stat,
                Unit::Ratio,
                "From the cache",
                "Of input tokens, those read from a provider's cache.",
            )
            .query(
                "",
                share_or_none(
                    "",
                    &of("observe_llm_cached_tokens_total"),
                    &with(TOKENS, "gen_ai_token_type=\"input\""),
                ),
            ),
            Panel::new(
                Shape::Stacked,
                Unit::Dollars,
                "An hour, by model",
                "What calls of models cost an hour.",
            )
            .query(
                "{{gen_ai_provider_name}} {{gen_ai_request_model}}",
                hour("gen_ai_provider_name, gen_ai_request_model"),
            ),
            Panel::new(
                Shape::Stacked,
                Unit::Dollars,
                "An hour, by agent",
                "What calls of models cost an hour.",
            )
            .query("{{gen_ai_agent_name}}", named(AGENT, NO_AGENT, &hour(AGENT))),
            Panel::new(
                Shape::Bars,
                Unit::Dollars,
                "By agent and model",
                "Within the time that is shown.",
            )
            .query(
                "{{gen_ai_agent_name}} {{gen_ai_request_model}}",
                named(
                    AGENT,
                    NO_AGENT,
                    &format!(
                        "topk(10, {})",
                        grown("gen_ai_agent_name, gen_ai_request_model", &of(COST))
                    ),
                ),
            ),
            Panel::new(Shape::Lines, Unit::Dollars, "A call", "Mean cost of a call, by model.")
                .query("{{gen_ai_request_model}}", mean(MODEL, "gen_ai_client_operation_cost")),
        ],
    }
}

fn tokens() -> Row {
    let minute = |by: &str, selection: &str| format!("{} * 60", rate(by, selection));
    Row {
        title: "Tokens",
        needs: Part::Models,
        panels: vec![
            Panel::new(
                Shape::Stacked,
                Unit::PerMinute,
                "Tokens by type",
                "Tokens in and out, a minute.",
            )
            .query("{{gen_ai_token_type}}", minute("gen_ai_token_type", &of(TOKENS))),
            Panel::new(
                Shape::Stacked,
                Unit::PerMinute,
                "Tokens by model",
                "Tokens in and out, a minute.",
            )
            .query(
                "{{gen_ai_request_model}} {{gen_ai_token_type}}",
                minute("gen_ai_request_model, gen_ai_token_type", &of(TOKENS)),
            ),
            Panel::new(
                Shape::Stacked,
                Unit::PerMinute,
                "Tokens by agent",
                "Tokens in and out, a minute.",
            )
            .query("{{gen_ai_agent_name}}", named(AGENT, NO_AGENT, &minute(AGENT, &of(TOKENS)))),
            Panel::new(
                Shape::Lines,
                Unit::Ratio,
                "From the cache, by model",
                "Of input tokens, those read from a provider's cache.",
            )
            .query(
                "{{gen_ai_request_model}}",
                share_or_none(
                    MODEL,
                    &of("observe_llm_cached_tokens_total"),
                    &with(TOKENS, "gen_ai_token_type=\"input\""),
                ),
            ),
            Panel::new(
                Shape::Lines,
                Unit::Ratio,
                "Spent on reasoning",
                "Of output tokens, those that no answer shows.",
            )
            .query(
                "{{gen_ai_request_model}}",
                share_or_none(
                    MODEL,
                    &of("observe_llm_reasoning_tokens_total"),
                    &with(TOKENS, "gen_ai_token_type=\"output\""),
                ),
            ),
            Panel::new(
                Shape::Lines,
                Unit::Count,
                "Tokens of a call, p95",
                "95th percentile by type.",
            )
            .query(
                "{{gen_ai_token_type}}",
                quantile("0.95", "gen_ai_token_type", "gen_ai_client_token_usage", ""),
            ),
        ],
    }
}

fn models() -> Row {
    let name = "gen_ai_client_operation_duration_seconds";
    Row {
        title: "Calls of models",
        needs: Part::Models,
        panels: vec![
            Panel::new(Shape::Lines, Unit::PerSecond, "Calls", "By operation and model.").query(
                "{{gen_ai_operation_name}} {{gen_ai_request_model}}",
                named(
                    MODEL,
                    NO_MODEL,
                    &observed("gen_ai_operation_name, gen_ai_request_model", name, ""),
                ),
            ),
            Panel::new(
                Shape::Lines,
                Unit::Seconds,
                "How long calls take",
                "Median and 95th percentile of each model; dots are traces of single calls.",
            )
            .query(
                "p50 {{gen_ai_request_model}}",
                named(MODEL, NO_MODEL, &quantile("0.5", MODEL, name, "")),
            )
            .query(
                "p95 {{gen_ai_request_model}}",
                named(MODEL, NO_MODEL, &quantile("0.95", MODEL, name, "")),
            )
            .exemplars(),
            Panel::new(
                Shape::Lines,
                Unit::Seconds,
                "To the first chunk, p95",
                "Of streams: how long until they began, by model.",
            )
            .query(
                "{{gen_ai_request_model}}",
                quantile("0.95", MODEL, "gen_ai_client_operation_time_to_first_chunk_seconds", ""),
            ),
            Panel::new(
                Shape::Lines,
                Unit::Seconds,
                "From chunk to chunk, p95",
                "Of streams: how long each chunk took after the one before, by model.",
            )
            .query(
                "{{gen_ai_request_model}}",
                quantile(
                    "0.95",
                    MODEL,
                    "gen_ai_client_operation_time_per_output_chunk_seconds",
                    "",
                ),
            ),
            Panel::new(
                Shape::Stacked,
                Unit::PerSecond,
                "Calls that fail",
                "By model and type of error.",
            )
            .query(
                "{{gen_ai_request_model}} {{error_type}}",
                named(
                    MODEL,
                    NO_MODEL,
                    &observed("gen_ai_request_model, error_type", name, "error_type!=\"\""),
                ),
            ),
            Panel::new(
                Shape::Stacked,
                Unit::PerSecond,
                "Retries",
                "By reason: `429` is a limit of the provider.",
            )
            .query("{{reason}}", rate("reason", &of("observe_retries_total"))),
        ],
    }
}

fn tasks() -> Row {
    let per = |name: &str| {
        format!(
            "{}\n  / ({} > 0)",
            rate("agent, mode", &of(name)),
            rate("agent, mode", &with("observe_tasks_total", "status=\"success\""))
        )
    };
    Row {
        title: "What a task costs",
        needs: Part::Tasks,
        panels: vec![
            Panel::new(
                Shape::Lines,
                Unit::Dollars,
                "For a task that succeeds",
                "All that tasks cost, failed ones too, over those that succeeded.",
            )
            .query("{{agent}} {{mode}}", per("observe_task_cost_usd_total")),
            Panel::new(
                Shape::Lines,
                Unit::Count,
                "Tokens for a task that succeeds",
                "All tokens over tasks that succeeded.",
            )
            .query("{{agent}} {{mode}}", per("observe_task_tokens_total")),
            Panel::new(
                Shape::Lines,
                Unit::Count,
                "Calls for a task that succeeds",
                "Calls of models and of tools over tasks that succeeded.",
            )
            .query("models {{agent}} {{mode}}", per("observe_task_llm_calls_total"))
            .query("tools {{agent}} {{mode}}", per("observe_task_tool_calls_total")),
            Panel::new(
                Shape::Stacked,
                Unit::Dollars,
                "Spent on what failed",
                "An hour, by status.",
            )
            .query(
                "{{status}}",
                format!(
                    "{} * 3600",
                    rate("status", &with("observe_task_cost_usd_total", "status!=\"success\""))
                ),
            ),
        ],
    }
}

fn tools() -> Row {
    Row {
        title: "Tools",
        needs: Part::Tools,
        panels: vec![
            Panel::new(
                Shape::Stacked,
                Unit::Dollars,
                "Tools, an hour",
                "What calls of tools cost that say so.",
            )
            .query(
                "{{gen_ai_tool_name}}",
                format!("{} * 3600", rate("gen_ai_tool_name", &of("observe_tool_cost_usd_total"))),
            ),
        ],
    }
}
