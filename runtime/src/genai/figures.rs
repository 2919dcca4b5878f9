//! What each kind counts, at its start and at its end.

use super::{
    families as f,
    run::{Ended, Run},
};
use crate::{
    callsite::{Given, Kind, Outcome},
    metric::Histogram,
    span::Measured,
};

/// A run begins.
pub(super) fn begins(run: &Run) {
    match run.kind() {
        Kind::Agent => f::AGENTS_ACTIVE.with(&[run.name()]).add(1.0),
        Kind::Task => f::TASKS_ACTIVE.with(&task(run)).add(1.0),
        _ => {}
    }
}

/// A run has ended. Of what is recorded, that which its span may show is returned.
pub(super) fn ends(run: &Run, ended: &Ended) -> Measured {
    match run.kind() {
        Kind::Agent => return agent(run, ended),
        Kind::Tool => return tool(run, ended),
        Kind::Llm | Kind::Embedding | Kind::Retrieval => return client(run, ended),
        Kind::Workflow => {
            f::WORKFLOW_DURATION.with(&[run.name(), ended.error_type()]).record(ended.seconds);
            f::CYCLES.with(&[run.name(), ended.status()]).inc();
        }
        Kind::Plan | Kind::Step | Kind::Evaluator => operation(run, ended),
        Kind::Mcp => {
            let method = run.text(Given::Method).unwrap_or("tools/call");
            let tool = run.text(Given::Tool).unwrap_or("");
            let family = if run.is(Given::Client) { &f::MCP_CLIENT } else { &f::MCP_SERVER };
            family.with(&[method, tool, ended.error_type()]).record(ended.seconds);
        }
        Kind::Db => {
            let [system, operation, collection] =
                [Given::System, Given::Operation, Given::Collection]
                    .map(|option| run.text(option).unwrap_or(""));
            f::DB_DURATION
                .with(&[system, operation, collection, ended.error_type()])
                .record(ended.seconds);
        }
        Kind::File => file(run, ended),
        Kind::Task => task_ends(run, ended),
        Kind::Guardrail => {
            operation(run, ended);
            f::GUARDRAILS.with(&[run.name(), decision(run, ended)]).inc();
        }
    }
    Measured::default()
}

/// Records an observation, which a span may show.
fn shown(histogram: Histogram, value: f64) -> (Histogram, f64) {
    histogram.record(value);
    (histogram, value)
}

/// What a guardrail decided. One that refuses by an error decided, too.
pub(super) fn decision(run: &Run, ended: &Ended) -> &'static str {
    let triggered = run.look(|told| told.triggered).unwrap_or(false);
    match ended.outcome {
        Outcome::Cancelled => "cancelled",
        Outcome::Panic => "error",
        _ if triggered => "triggered",
        Outcome::Ok => "passed",
        Outcome::Error => "error",
    }
}

fn operation(run: &Run, ended: &Ended) {
    f::OPERATION_DURATION.with(&[run.name(), run.kind().text()]).record(ended.seconds);
}

#[allow(clippy::cast_precision_loss)] // Calls of one run.
fn agent(run: &Run, ended: &Ended) -> Measured {
    let (name, model) = (run.name(), run.text(Given::Model).unwrap_or(""));
    let sums = run.sums();
    f::AGENTS_ACTIVE.with(&[name]).add(-1.0);
    f::AGENT_INFERENCES.with(&[name, model]).record(sums.own_llm_calls as f64);
    f::AGENT_TOOLS.with(&[name, model]).record(sums.own_tool_calls as f64);
    let duration = f::AGENT_DURATION.with(&[name, model, ended.error_type()]);
    [Some(shown(duration, ended.seconds)), None, None]
}

fn tool(run: &Run, ended: &Ended) -> Measured {
    let agent = run.agent_name();
    let kind = run.text(Given::Type).unwrap_or("function");
    if let Some((cost, _)) = ended.cost {
        f::TOOL_COST_TOTAL.with(&[run.name(), agent]).add_f64(cost);
    }
    let duration = f::TOOL_DURATION.with(&[run.name(), kind, agent, ended.error_type()]);
    [Some(shown(duration, ended.seconds)), None, None]
}

/// What the conventions call the operation.
pub(super) fn operation_name(run: &Run) -> &str {
    match run.kind() {
        Kind::Embedding => "embeddings",
        Kind::Retrieval => "retrieval",
        _ => run.text(Given::Operation).unwrap_or("chat"),
    }
}

/// Labels that all metrics of clients have, in their order.
fn with_client<R>(run: &Run, with: impl FnOnce([&str; 6]) -> R) -> R {
    let given = |option| run.text(option).unwrap_or("");
    let answered = run.look(|told| told.response_model.clone()).flatten();
    with([
        operation_name(run),
        given(Given::Provider),
        given(Given::Model),
        answered.as_deref().unwrap_or(""),
        given(Given::Server),
        given(Given::Port),
    ])
}

fn with_last<'t>(labels: [&'t str; 6], last: &'t str) -> [&'t str; 7] {
    let [operation, provider, asked, answered, server, port] = labels;
    [operation, provider, asked, answered, server, port, last]
}

#[allow(clippy::cast_precision_loss)] // Tokens are far from 2^53.
fn client(run: &Run, ended: &Ended) -> Measured {
    let usage = run.told_usage();
    let mut measured = Measured::default();
    with_client(run, |labels| {
        let all = with_last(labels, ended.error_type());
        measured[0] = Some(shown(f::CLIENT_DURATION.with(&all), ended.seconds));
        if let Some((cost, _)) = ended.cost {
            f::CLIENT_COST.with(&labels).record(cost);
        }
        let Some(usage) = usage else { return };
        let output = if run.kind() == Kind::Llm { Some(("output", usage.output)) } else { None };
        let counts = [Some(("input", usage.input)), output].into_iter().flatten();
        for (place, (kind, tokens)) in measured[1..].iter_mut().zip(counts) {
            *place = Some(shown(f::TOKEN_USAGE.with(&with_last(labels, kind)), tokens as f64));
        }
    });
    // Spend is summed from calls of language models alone, as in agents and tasks.
    if run.kind() == Kind::Llm {
        spend(run, ended.usd());
    }
    measured
}

/// What a call of a model costs its agent.
fn spend(run: &Run, cost: f64) {
    let [provider, model] =
        [Given::Provider, Given::Model].map(|option| run.text(option).unwrap_or(""));
    let labels = [provider, model, run.agent_name()];
    if cost > 0.0 {
        f::COST_TOTAL.with(&labels).add_f64(cost);
    }
    let Some(usage) = run.told_usage() else { return };
    let [provider, model, agent] = labels;
    for (kind, tokens) in [("input", usage.input), ("output", usage.output)] {
        f::TOKENS_TOTAL.with(&[provider, model, agent, kind]).add(tokens);
    }
    f::CACHED_TOTAL.with(&labels).add(usage.cache_read);
    f::REASONING_TOTAL.with(&labels).add(usage.reasoning);
}

/// The first part of a streamed answer has come.
pub(super) fn first_chunk(run: &Run, seconds: f64) {
    if run.kind() == Kind::Llm {
        with_client(run, |labels| f::FIRST_CHUNK.with(&labels).record(seconds));
    }
}

/// A further part has come.
pub(super) fn chunk(run: &Run, seconds: f64) {
    if run.kind() == Kind::Llm {
        with_client(run, |labels| f::OUTPUT_CHUNK.with(&labels).record(seconds));
    }
}

fn file(run: &Run, ended: &Ended) {
    let operation = run.text(Given::Operation).unwrap_or("");
    let status = match ended.outcome {
        Outcome::Ok => "success",
        Outcome::Error | Outcome::Panic => "error",
        Outcome::Cancelled => "cancelled",
    };
    f::FILES.with(&[operation, status]).inc();
    f::FILE_DURATION.with(&[operation]).record(ended.seconds);
    if let Some(bytes) = run.look(|told| told.bytes).flatten() {
        f::FILE_BYTES.with(&[operation]).add(bytes);
    }
}

/// Agent and mode of a task.
fn task(run: &Run) -> [&str; 2] {
    [run.agent_name(), run.text(Given::Mode).unwrap_or("")]
}

fn task_ends(run: &Run, ended: &Ended) {
    let [agent, mode] = task(run);
    let status = [agent, mode, ended.status()];
    let sums = run.sums();
    f::TASKS_ACTIVE.with(&[agent, mode]).add(-1.0);
    f::TASKS.with(&status).inc();
    f::TASK_DURATION.with(&[agent, mode]).record(ended.seconds);
    f::TASK_COST.with(&status).add_f64(sums.cost);
    f::TASK_TOKENS.with(&status).add(sums.input.saturating_add(sums.output));
    f::TASK_LLM_CALLS.with(&status).add(sums.llm_calls);
    f::TASK_TOOL_CALLS.with(&status).add(sums.tool_calls);
    if ended.outcome == Outcome::Ok && sums.retries == 0 && sums.interventions == 0 {
        f::TASKS_ONE_SHOT.with(&[agent, mode]).inc();
    }
}
