//! What the code of an observed function says of its call while it runs.

use super::told::Outcome;
use crate::{
    callsite::Kind,
    clock,
    genai::{self, Around, EVALUATION_NAME, EVALUATION_RESULT, EVALUATION_SCORE, Run, Usage},
    span::{self, Attribute, Event, Value},
};
use std::{
    borrow::Cow,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

/// The observed call that runs innermost on this thread, for code that has something to say of it.
///
/// Nothing is kept here: each method looks for the call anew. Where none runs, and where observation is switched off, nothing
/// happens and nothing is allocated.
///
/// # Example
///
/// ```
/// use observant::{Usage, observe};
///
/// # struct Response { model: String, prompt_tokens: u64, completion_tokens: u64 }
/// # fn ask(_: &str) -> Response { Response { model: "m".into(), prompt_tokens: 7, completion_tokens: 1 } }
/// #[observe(llm, provider = "openai", model = "gpt-4o-mini")]
/// fn complete(prompt: &str) -> String {
///     let response = ask(prompt);
///     observant::current()
///         .model(&response.model)
///         .usage(Usage {
///             input: response.prompt_tokens,
///             output: response.completion_tokens,
///             ..Usage::default()
///         })
///         .finish_reason("stop");
///     response.model
/// }
///
/// complete("Why?");
/// let tokens = observant::snapshot().sum("observe_llm_tokens_total", &[]);
/// assert_eq!(tokens, 8.0);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Current(());

/// The observed call that runs innermost; see [`Current`].
pub fn current() -> Current {
    Current(())
}

/// The run that what runs here is a part of.
fn run() -> Option<Arc<Run>> {
    Around::of(span::rider()).run
}

/// The call of a model that what runs here is a part of: no agent, tool or task stands between.
fn with_model(tell: impl FnOnce(&Run)) {
    let Some(run) = run() else { return };
    let between = |run: &&Run| {
        run.is_model()
            || !matches!(
                run.kind(),
                Kind::Agent | Kind::Tool | Kind::Task | Kind::Workflow | Kind::Mcp
            )
    };
    if let Some(model) = run.with_outer().take_while(between).find(|run| run.is_model()) {
        tell(model);
    }
}

fn with_kind(kind: Kind, tell: impl FnOnce(&Run)) {
    if let Some(run) = run()
        && let Some(run) = run.with_outer().find(|run| run.kind() == kind)
    {
        tell(run);
    }
}

#[allow(clippy::return_self_not_must_use)] // Said for what it does; what it returns is for those who have more to say.
impl Current {
    /// Tokens that the call of a model used. Told several times, the last counts, as streams report running totals. Heard by
    /// the nearest `llm` or `embedding` around; what agents and tasks use is summed from these.
    pub fn usage(self, usage: Usage) -> Self {
        with_model(|run| run.usage(usage));
        self
    }

    /// The model that answered, and the id of its answer.
    pub fn response(self, model: &str, id: &str) -> Self {
        with_model(|run| {
            run.tell(|told| {
                told.response_model = Some(model.into());
                told.response_id = Some(id.into());
            });
        });
        self
    }

    /// The model that answered.
    pub fn model(self, model: &str) -> Self {
        with_model(|run| run.tell(|told| told.response_model = Some(model.into())));
        self
    }

    /// Why an answer ended: `stop`, `length`, `tool_calls`. Once for each choice, 16 at most.
    pub fn finish_reason(self, reason: &str) -> Self {
        with_model(|run| run.tell(|told| told.finish_reason(reason)));
        self
    }

    /// What the call of a model cost, in US dollars, where the provider says it. Without it, the prices that
    /// [`set_prices`](crate::set_prices) was told are applied to its usage.
    pub fn cost_usd(self, cost: f64) -> Self {
        if cost.is_finite() && cost >= 0.0 {
            with_model(|run| run.tell(|told| told.cost = Some(cost)));
        }
        self
    }

    /// A part of a streamed answer has come. Streams that observed functions return say it by themselves.
    pub fn chunk(self) -> Self {
        with_model(|run| run.chunk(clock::now()));
        self
    }

    /// The first part of a streamed answer has come; others are not measured.
    pub fn first_chunk(self) -> Self {
        with_model(|run| {
            if run.first_chunk().is_none() {
                run.chunk(clock::now());
            }
        });
        self
    }

    /// The id that the model gave to this call of a tool.
    pub fn tool_call_id(self, id: &str) -> Self {
        with_kind(Kind::Tool, |run| run.tell(|told| told.tool_call_id = Some(id.into())));
        self
    }

    /// How the call ends, whatever it returns. A panic and a cancellation stay what they are.
    pub fn outcome(self, outcome: Outcome) -> Self {
        span::with_call(|node| node.tell(outcome.into()));
        self
    }

    /// Something is tried again: counted in `observe_retries_total` by its reason and the nearest agent, and for every agent
    /// and task around. Of reasons there may be 200.
    pub fn retry(self, reason: &str) -> Self {
        let run = run();
        if run.is_some() || is_observed() {
            genai::retry(run.as_deref(), reason);
        }
        if let Some(run) = run {
            run.retry();
        }
        self
    }

    /// A human had to help: counted for every agent and task around.
    pub fn human_intervention(self) -> Self {
        if let Some(run) = run() {
            run.intervention();
        }
        self
    }

    /// The guardrail has something against it.
    pub fn triggered(self) -> Self {
        with_kind(Kind::Guardrail, |run| run.tell(|told| told.triggered = true));
        self
    }

    /// Rows that the operation of a database returned.
    pub fn rows(self, rows: u64) -> Self {
        with_kind(Kind::Db, |run| run.tell(|told| told.rows = Some(rows)));
        self
    }

    /// Bytes that the operation on a file read or wrote.
    pub fn bytes(self, bytes: u64) -> Self {
        with_kind(Kind::File, |run| run.tell(|told| told.bytes = Some(bytes)));
        self
    }

    /// Sets an attribute of the call's span.
    pub fn attr(self, key: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        span::with_call(|node| node.say(|extra| extra.set(Attribute::new(key, value))));
        self
    }

    /// Something happened: an event of the call's span, and counted in `observe_events_total` by its name, of which there may
    /// be 200.
    pub fn event(self, name: &'static str) -> Self {
        if is_observed() {
            genai::event(name);
        }
        happened(name, Vec::new);
        self
    }

    /// How good something is, 0 to 1 by convention: counted in `observe_evaluation_score` by its name, of which there may
    /// be 200, and an event `gen_ai.evaluation.result` of the call's span.
    pub fn score(self, name: &'static str, score: f64) -> Self {
        if is_observed() && score.is_finite() {
            genai::score(name, score);
            happened(EVALUATION_RESULT, || {
                vec![Attribute::new(EVALUATION_NAME, name), Attribute::new(EVALUATION_SCORE, score)]
            });
        }
        self
    }
}

/// Whether what runs here is a part of anything observed.
fn is_observed() -> bool {
    let mut observed = false;
    span::with_call(|_| observed = true);
    observed || run().is_some()
}

fn happened(name: &'static str, attributes: impl FnOnce() -> Vec<Attribute>) {
    span::with_call(|node| {
        node.say(|extra| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            let unix_nanos = u64::try_from(now.as_nanos()).unwrap_or(u64::MAX);
            extra.happened(Event { name: name.into(), unix_nanos, attributes: attributes() });
        });
    });
}
