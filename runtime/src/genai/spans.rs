//! What the span of each kind is called and says.

use super::{Ended, Run, Told, figures::operation_name, names as n};
use crate::{
    callsite::{Given, Kind},
    span::{Attribute, Extra, SpanKind, Value},
};

/// Describes the span of a run, at its end.
pub(crate) fn describe(run: &Run, ended: &Ended, extra: &mut Extra) {
    if extra.name.is_none() {
        extra.name = Some(name(run).into());
    }
    if extra.kind == SpanKind::Internal {
        extra.kind = kind(run);
    }
    extra.measured = ended.measured;
    let mut say = Say { run, ended, extra };
    say.of_kind();
    say.of_scope();
}

fn name(run: &Run) -> String {
    let given = |option| run.text(option).unwrap_or("");
    let two = |operation: &str, target: &str| {
        if target.is_empty() { operation.to_owned() } else { format!("{operation} {target}") }
    };
    match run.kind() {
        Kind::Agent => two("invoke_agent", run.name()),
        Kind::Tool => two("execute_tool", run.name()),
        Kind::Llm | Kind::Embedding => two(operation_name(run), given(Given::Model)),
        Kind::Retrieval => two("retrieval", given(Given::Source)),
        Kind::Workflow => two("invoke_workflow", run.name()),
        Kind::Plan => two("plan", run.agent_name()),
        Kind::Step => run.name().to_owned(),
        Kind::Mcp => two(run.text(Given::Method).unwrap_or("tools/call"), given(Given::Tool)),
        // Without an operation and a collection the name of the system is all there is (semantic conventions, "Database spans").
        Kind::Db => match (given(Given::Operation), given(Given::Collection)) {
            ("", "") => given(Given::System).to_owned(),
            ("", collection) => collection.to_owned(),
            (operation, collection) => two(operation, collection),
        },
        Kind::File => format!("file.{}", given(Given::Operation)),
        Kind::Task => two("task", run.name()),
        Kind::Guardrail => two("guardrail", run.name()),
        Kind::Evaluator => two("evaluator", run.name()),
    }
}

fn kind(run: &Run) -> SpanKind {
    match run.kind() {
        Kind::Llm | Kind::Embedding if run.is(Given::InProcess) => SpanKind::Internal,
        Kind::Llm | Kind::Embedding | Kind::Retrieval | Kind::Db => SpanKind::Client,
        Kind::Agent if run.is(Given::Remote) => SpanKind::Client,
        Kind::Mcp if run.is(Given::Client) => SpanKind::Client,
        Kind::Mcp => SpanKind::Server,
        _ => SpanKind::Internal,
    }
}

struct Say<'s> {
    run: &'s Run,
    ended: &'s Ended,
    extra: &'s mut Extra,
}

impl Say<'_> {
    fn set(&mut self, key: &'static str, value: impl Into<Value>) {
        self.extra.set(Attribute::new(key, value));
    }

    fn text(&mut self, key: &'static str, text: &str) {
        if !text.is_empty() {
            self.set(key, text.to_owned());
        }
    }

    fn given(&mut self, key: &'static str, option: Given) {
        if let Some(text) = self.run.text(option) {
            self.text(key, text);
        }
    }

    /// A number, where it is one.
    fn number(&mut self, key: &'static str, option: Given) {
        if let Some(number) = self.run.text(option).and_then(|text| text.parse::<i64>().ok()) {
            self.set(key, number);
        }
    }

    fn of_kind(&mut self) {
        let run = self.run;
        match run.kind() {
            Kind::Agent => self.agent(),
            Kind::Tool => self.tool(),
            Kind::Llm | Kind::Embedding => self.model(),
            Kind::Retrieval => {
                self.text(n::OPERATION, operation_name(run));
                self.given(n::PROVIDER, Given::Provider);
                self.given(n::DATA_SOURCE, Given::Source);
                self.number(n::TOP_K, Given::TopK);
                self.server();
            }
            Kind::Workflow => {
                self.text(n::OPERATION, "invoke_workflow");
                self.text(n::WORKFLOW_NAME, run.name());
                self.given("observe.workflow.mode", Given::Mode);
                self.given("observe.ticket.id", Given::Ticket);
                self.sums();
            }
            Kind::Plan => {
                self.text(n::OPERATION, "plan");
                self.text(n::AGENT_NAME, run.agent_name());
            }
            Kind::Step => self.text(n::AGENT_NAME, run.agent_name()),
            Kind::Mcp => {
                self.text(n::MCP_METHOD, run.text(Given::Method).unwrap_or("tools/call"));
                self.given(n::TOOL_NAME, Given::Tool);
                self.given(n::MCP_SESSION, Given::Session);
                self.given(n::MCP_PROTOCOL, Given::Protocol);
            }
            Kind::Db => {
                self.given(n::DB_SYSTEM, Given::System);
                self.given(n::DB_OPERATION, Given::Operation);
                self.given(n::DB_COLLECTION, Given::Collection);
                self.server();
                self.told(|told| told.rows, n::DB_ROWS);
            }
            Kind::File => {
                self.given("file.operation", Given::Operation);
                self.given(n::FILE_PATH, Given::Path);
                self.told(|told| told.bytes, "file.io.bytes");
            }
            Kind::Task => {
                self.given("observe.task.mode", Given::Mode);
                self.given("observe.ticket.id", Given::Ticket);
                self.text(n::AGENT_NAME, run.agent_name());
                self.sums();
            }
            Kind::Guardrail => {
                let triggered = run.look(|told| told.triggered).unwrap_or(false);
                self.set("observe.guardrail.triggered", triggered);
            }
            Kind::Evaluator => {}
        }
    }

    fn told(&mut self, read: impl FnOnce(&Told) -> Option<u64>, key: &'static str) {
        if let Some(number) = self.run.look(read).flatten() {
            self.set(key, number);
        }
    }

    fn server(&mut self) {
        self.given(n::SERVER_ADDRESS, Given::Server);
        self.number(n::SERVER_PORT, Given::Port);
    }

    fn agent(&mut self) {
        self.text(n::OPERATION, "invoke_agent");
        self.text(n::AGENT_NAME, self.run.name());
        self.given(n::AGENT_ID, Given::Id);
        self.given(n::AGENT_VERSION, Given::Version);
        self.given(n::AGENT_DESCRIPTION, Given::Description);
        self.given(n::PROVIDER, Given::Provider);
        self.given(n::REQUEST_MODEL, Given::Model);
        self.reasons();
        self.sums();
    }

    fn tool(&mut self) {
        let run = self.run;
        self.text(n::OPERATION, "execute_tool");
        self.text(n::TOOL_NAME, run.name());
        self.text(n::TOOL_TYPE, run.text(Given::Type).unwrap_or("function"));
        self.given(n::TOOL_DESCRIPTION, Given::Description);
        self.text(n::AGENT_NAME, run.agent_name());
        if let Some(id) = run.look(|told| told.tool_call_id.clone()).flatten() {
            self.text(n::TOOL_CALL_ID, &id);
        }
        self.cost();
    }

    fn model(&mut self) {
        let run = self.run;
        self.text(n::OPERATION, operation_name(run));
        self.given(n::PROVIDER, Given::Provider);
        self.given(n::REQUEST_MODEL, Given::Model);
        self.text(n::AGENT_NAME, run.agent_name());
        self.number(n::DIMENSIONS, Given::Dimensions);
        self.server();
        let (model, id) = run
            .look(|told| (told.response_model.clone(), told.response_id.clone()))
            .unwrap_or_default();
        self.text(n::RESPONSE_MODEL, model.as_deref().unwrap_or(""));
        self.text(n::RESPONSE_ID, id.as_deref().unwrap_or(""));
        self.reasons();
        if let Some(first) = run.first_chunk() {
            self.set(n::FIRST_CHUNK, first);
        }
        if let Some(usage) = run.told_usage() {
            self.set(n::INPUT_TOKENS, usage.input);
            let answers = run.kind() == Kind::Llm;
            let parts = [
                (n::OUTPUT_TOKENS, usage.output, answers),
                (n::CACHE_READ, usage.cache_read, usage.cache_read > 0),
                (n::CACHE_WRITE, usage.cache_write, usage.cache_write > 0),
                (n::REASONING, usage.reasoning, usage.reasoning > 0),
            ];
            for (key, tokens, _) in parts.into_iter().filter(|(.., said)| *said) {
                self.set(key, tokens);
            }
        }
        self.cost();
    }

    /// What it cost (`semantic-conventions-genai`, #443).
    fn cost(&mut self) {
        if let Some((cost, source)) = self.ended.cost {
            self.set("gen_ai.usage.cost.amount", cost);
            self.set("gen_ai.usage.cost.currency", "USD");
            self.set("gen_ai.usage.cost.source", source);
        }
    }

    fn reasons(&mut self) {
        let reasons = self.run.look(|told| told.finish_reasons.clone()).unwrap_or_default();
        if !reasons.is_empty() {
            let texts = reasons.into_iter().map(|reason| String::from(reason).into()).collect();
            self.set(n::FINISH_REASONS, Value::Texts(texts));
        }
    }

    /// What it adds up to: never under the names of what a call of a model used.
    fn sums(&mut self) {
        let sums = self.run.sums();
        if sums.llm_calls + sums.tool_calls + sums.retries + sums.interventions == 0 {
            return;
        }
        self.set(n::AGGREGATED_INPUT, sums.input);
        self.set(n::AGGREGATED_OUTPUT, sums.output);
        self.set(n::AGGREGATED_CACHE_READ, sums.cache_read);
        let ours = [
            ("observe.llm_calls", sums.llm_calls),
            ("observe.tool_calls", sums.tool_calls),
            ("observe.cache_hits", sums.cache_hits),
            ("observe.retries", sums.retries),
            ("observe.human_interventions", sums.interventions),
        ];
        for (key, number) in ours {
            self.set(key, number);
        }
        if sums.cost > 0.0 {
            self.set("observe.cost_usd", sums.cost);
        }
    }

    fn of_scope(&mut self) {
        let Some(scope) = self.run.scope().cloned() else { return };
        let parts = [
            (n::CONVERSATION, scope.conversation),
            (n::SESSION, scope.session),
            (n::USER_HASH, scope.user_hash),
        ];
        for (key, value) in parts {
            self.text(key, value.as_deref().unwrap_or(""));
        }
    }
}
