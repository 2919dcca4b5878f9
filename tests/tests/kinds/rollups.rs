//! What runs add up to: right whatever nests, runs at once, is spawned, fails or is cancelled.

use super::{attribute, number, one, series};
use observant::{InCurrent as _, Price, Usage, observe, snapshot::OwnedValue, testing::capture};
use std::time::Duration;

fn usage(input: u64, output: u64) -> Usage {
    Usage { input, output, ..Usage::default() }
}

#[observe(llm, provider = "p", model = "m")]
async fn ask(input: u64, output: u64) {
    observant::current().usage(usage(input, output)).cost_usd(0.5);
    tokio::task::yield_now().await;
}

#[observe(tool = "search")]
async fn search() {}

#[observe(agent = "inner")]
async fn inner() {
    ask(10, 1).await;
    search().await;
}

#[observe(agent = "outer")]
async fn outer() {
    ask(100, 10).await;
    inner().await;
    let spawned = tokio::spawn(ask(1_000, 100).in_current());
    let thread = observant::thread(|| futures_lite_block(ask(10_000, 1_000)));
    tokio::join!(ask(1, 0), ask(2, 0));
    spawned.await.unwrap();
    thread.join().unwrap();
}

fn futures_lite_block<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

#[observe(task(name = "answer", mode = "nested"))]
async fn answer() {
    outer().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_reach_every_agent_and_task_around_once() {
    let captured = capture();
    answer().await;
    let spans = captured.spans();
    let [input, output] =
        ["gen_ai.aggregated_usage.input_tokens", "gen_ai.aggregated_usage.output_tokens"];
    for (name, tokens, calls) in [
        ("task answer", (11_113, 1_111), 6),
        ("invoke_agent outer", (11_113, 1_111), 6),
        ("invoke_agent inner", (10, 1), 1),
    ] {
        let span = one(&spans, name);
        assert_eq!(
            (number(span, input), number(span, output)),
            (Some(tokens.0), Some(tokens.1)),
            "{name}"
        );
        assert_eq!(number(span, "observe.llm_calls"), Some(calls), "{name}");
        assert_eq!(number(span, "observe.tool_calls"), Some(1), "{name}");
        let own = attribute(span, "gen_ai.usage.input_tokens");
        assert!(own.is_none(), "what is summed never has the name of what is spent");
    }
    let snapshot = observant::snapshot();
    let of = |agent| {
        let labels = [("gen_ai_agent_name", agent)];
        let calls = series(&snapshot, "gen_ai_invoke_agent_inference_calls", &labels);
        let OwnedValue::Histogram { sum, .. } = calls.value else { panic!("{calls:?}") };
        sum
    };
    assert_eq!((of("outer"), of("inner")), (5.0, 1.0), "each call counts for one agent");
    let task = [("agent", ""), ("mode", "nested"), ("status", "success")];
    let task = &task[1..];
    assert_eq!(snapshot.sum("observe_task_tokens_total", task), 12_224.0);
    assert_eq!(snapshot.sum("observe_task_cost_usd_total", task), 3.0);
    assert_eq!(snapshot.sum("observe_task_llm_calls_total", task), 6.0);
    let spent = snapshot.sum(
        "observe_llm_tokens_total",
        &[("gen_ai_request_model", "m"), ("gen_ai_provider_name", "p")],
    );
    assert_eq!(spent, 12_224.0, "spend is summed from calls of models alone");
    assert_eq!(snapshot.sum("observe_tasks_active", &[("mode", "nested")]), 0.0);
    for agent in ["outer", "inner"] {
        assert_eq!(snapshot.sum("observe_agents_active", &[("agent", agent)]), 0.0);
    }
}

#[observe(llm, provider = "p", model = "hangs")]
async fn hangs() {
    observant::current().usage(usage(7, 0));
    std::future::pending::<()>().await;
}

#[observe(agent = "cancelled")]
async fn cancelled() {
    hangs().await;
}

#[observe(task(mode = "cancelled"))]
async fn task() {
    cancelled().await;
}

#[tokio::test]
async fn what_is_cancelled_is_seen_with_what_it_used() {
    let captured = capture();
    tokio::time::timeout(Duration::from_millis(5), task()).await.unwrap_err();
    let spans = captured.spans();
    let agent = one(&spans, "invoke_agent cancelled");
    assert_eq!(number(agent, "gen_ai.aggregated_usage.input_tokens"), Some(7));
    assert_eq!(agent.status, observant::testing::Status::Unset);
    let snapshot = observant::snapshot();
    let labels = [("mode", "cancelled"), ("status", "cancelled")];
    assert_eq!(snapshot.sum("observe_tasks_total", &labels), 1.0);
    assert_eq!(snapshot.sum("observe_task_tokens_total", &labels), 7.0);
    assert_eq!(snapshot.sum("observe_tasks_active", &labels[..1]), 0.0);
}

#[observe(task(mode = "kpi"))]
fn attempt(retries: u32, help: bool, well: bool) -> Result<(), ()> {
    for _ in 0..retries {
        observant::current().retry("429");
    }
    if help {
        observant::current().human_intervention();
    }
    if well { Ok(()) } else { Err(()) }
}

#[test]
fn one_shot_is_success_without_retry_or_help() {
    attempt(0, false, true).unwrap();
    attempt(2, false, true).unwrap();
    attempt(0, true, true).unwrap();
    attempt(0, false, false).unwrap_err();
    let snapshot = observant::snapshot();
    let mode = ("mode", "kpi");
    assert_eq!(snapshot.sum("observe_tasks_total", &[mode, ("status", "success")]), 3.0);
    assert_eq!(snapshot.sum("observe_tasks_total", &[mode, ("status", "failure")]), 1.0);
    assert_eq!(snapshot.sum("observe_tasks_one_shot_total", &[mode]), 1.0);
    assert_eq!(snapshot.sum("observe_retries_total", &[("reason", "429")]), 2.0);
}

#[observe(agent = "persistent")]
fn persistent() {
    for _ in 0..3 {
        observant::current().retry("overloaded");
    }
}

#[test]
fn retries_are_those_of_the_agent_that_had_to() {
    persistent();
    let labels = [("agent", "persistent"), ("reason", "overloaded")];
    let retries = observant::snapshot().sum("observe_retries_total", &labels);
    assert_eq!(retries, 3.0);
}

#[observe(llm, provider = "p", model = "priced")]
fn priced() {
    observant::current().usage(Usage::anthropic(1_000_000, 0, 1_000_000, 0));
}

#[test]
fn cached_tokens_are_not_billed_twice() {
    observant::set_prices([("priced", Price::per_million(3.0, 15.0).cached(0.3))]);
    let captured = capture();
    priced();
    let spans = captured.spans();
    let span = one(&spans, "chat priced");
    assert_eq!(number(span, "gen_ai.usage.input_tokens"), Some(2_000_000));
    assert_eq!(attribute(span, "gen_ai.usage.cost.amount"), Some(&3.3.into()));
    assert_eq!(super::text(span, "gen_ai.usage.cost.source"), Some("local"));
}
