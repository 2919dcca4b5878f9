//! Each kind beside what the conventions say of it: names, kinds of spans, required attributes, units and bounds. Written
//! down here a second time, from the published documents (semantic conventions 1.41.0, and
//! `semantic-conventions-genai` for `invoke_agent`, `execute_tool`, `workflow` and `plan`).

use super::{histogram, named, number, one, series, text};
use observant::{
    Usage, observe,
    testing::{
        SpanKind::{Client, Internal, Server},
        capture,
    },
};

const CLIENT: [f64; 14] =
    [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

#[derive(Debug)]
struct Refused;

#[observe(llm, provider = "openai", model = model, server = "api.openai.com", port = 443)]
fn chat(model: &str, fails: bool) -> Result<(), Refused> {
    observant::current()
        .response("gpt-4o-mini-2024-07-18", "chatcmpl-1")
        .finish_reason("stop")
        .usage(Usage::openai(1_000, 600, 50, 20))
        .cost_usd(0.25);
    if fails { Err(Refused) } else { Ok(()) }
}

#[test]
fn a_call_of_a_model() {
    let captured = capture();
    chat("gpt-4o-mini", false).unwrap();
    chat("gpt-4o-mini", true).unwrap_err();
    let spans = captured.spans();
    let spans = named(&spans, "chat gpt-4o-mini");
    let [ok, failed] = spans[..] else { panic!("{spans:?}") };
    assert_eq!(ok.kind, Client);
    for (key, value) in [
        ("gen_ai.operation.name", "chat"),
        ("gen_ai.provider.name", "openai"),
        ("gen_ai.request.model", "gpt-4o-mini"),
        ("gen_ai.response.model", "gpt-4o-mini-2024-07-18"),
        ("gen_ai.response.id", "chatcmpl-1"),
        ("server.address", "api.openai.com"),
    ] {
        assert_eq!(text(ok, key), Some(value), "{key}");
    }
    for (key, value) in [
        ("server.port", 443),
        ("gen_ai.usage.input_tokens", 1_000),
        ("gen_ai.usage.output_tokens", 50),
        ("gen_ai.usage.cache_read.input_tokens", 600),
        ("gen_ai.usage.reasoning.output_tokens", 20),
    ] {
        assert_eq!(number(ok, key), Some(value), "{key}");
    }
    assert_eq!(text(ok, "error.type"), None);
    assert_eq!(text(failed, "error.type"), Some("Refused"));

    let snapshot = observant::snapshot();
    let labels = [
        ("gen_ai_operation_name", "chat"),
        ("gen_ai_provider_name", "openai"),
        ("gen_ai_request_model", "gpt-4o-mini"),
        ("gen_ai_response_model", "gpt-4o-mini-2024-07-18"),
        ("server_address", "api.openai.com"),
        ("server_port", "443"),
    ];
    let with = |further: (&'static str, &'static str)| {
        let mut all = labels.to_vec();
        all.push(further);
        all
    };
    let duration = "gen_ai_client_operation_duration_seconds";
    let failures = series(&snapshot, duration, &with(("error_type", "Refused")));
    let (bounds, count, sum) = histogram(failures);
    assert_eq!((bounds.as_slice(), count), (&CLIENT[..], 1));
    let lasted = (failed.end_unix_nanos - failed.start_unix_nanos) as f64 / 1e9;
    assert!((sum - lasted).abs() < 1e-8, "the metric is the span's duration: {sum} {lasted}");
    assert_eq!(snapshot.sum(duration, &labels), 2.0);

    let tokens = "gen_ai_client_token_usage";
    let (bounds, count, sum) =
        histogram(series(&snapshot, tokens, &with(("gen_ai_token_type", "input"))));
    let powers: Vec<f64> = (0..14).map(|power| 4_f64.powi(power)).collect();
    assert_eq!((bounds, count, sum), (powers, 2, 2_000.0));
    let (_, count, sum) =
        histogram(series(&snapshot, tokens, &with(("gen_ai_token_type", "output"))));
    assert_eq!((count, sum), (2, 100.0));
    let (_, count, sum) = histogram(series(&snapshot, "gen_ai_client_operation_cost", &labels));
    assert_eq!((count, sum), (2, 0.5));
    for (family, sum) in [
        ("observe_llm_cached_tokens_total", 1_200.0),
        ("observe_llm_reasoning_tokens_total", 40.0),
        ("observe_llm_cost_usd_total", 0.5),
    ] {
        assert_eq!(snapshot.sum(family, &[("gen_ai_request_model", "gpt-4o-mini")]), sum);
    }
}

#[observe(embedding, provider = "local", model = "small", in_process, dimensions = 384)]
fn embed(text: &str) -> usize {
    observant::current().usage(Usage { input: 12, ..Usage::default() });
    text.len()
}

#[observe(retrieval, provider = "qdrant", source = "manuals", top_k = 5)]
fn retrieve(_query: &str) -> usize {
    5
}

#[test]
fn embeddings_and_retrievals() {
    let captured = capture();
    embed("text");
    retrieve("query");
    let spans = captured.spans();
    let span = one(&spans, "embeddings small");
    assert_eq!(span.kind, Internal, "the model is in this process");
    assert_eq!(text(span, "gen_ai.operation.name"), Some("embeddings"));
    assert_eq!(number(span, "gen_ai.embeddings.dimension.count"), Some(384));
    assert_eq!(number(span, "gen_ai.usage.input_tokens"), Some(12));
    assert_eq!(number(span, "gen_ai.usage.output_tokens"), None);
    let span = one(&spans, "retrieval manuals");
    assert_eq!(span.kind, Client);
    assert_eq!(text(span, "gen_ai.data_source.id"), Some("manuals"));
    assert_eq!(number(span, "gen_ai.request.top_k"), Some(5));

    let snapshot = observant::snapshot();
    let duration = "gen_ai_client_operation_duration_seconds";
    for (operation, provider) in [("embeddings", "local"), ("retrieval", "qdrant")] {
        let labels = [("gen_ai_operation_name", operation), ("gen_ai_provider_name", provider)];
        let (bounds, count, _) = histogram(series(&snapshot, duration, &labels));
        assert_eq!((bounds.as_slice(), count), (&CLIENT[..], 1));
    }
    let labels = [("gen_ai_operation_name", "embeddings"), ("gen_ai_token_type", "input")];
    assert_eq!(histogram(series(&snapshot, "gen_ai_client_token_usage", &labels)).2, 12.0);
    let spent = snapshot.sum("observe_llm_tokens_total", &[("gen_ai_request_model", "small")]);
    assert_eq!(spent, 0.0, "spend is that of language models");
    let labels = [("gen_ai_operation_name", "embeddings"), ("gen_ai_token_type", "output")];
    assert_eq!(snapshot.sum("gen_ai_client_token_usage", &labels), 0.0);
}

#[observe(tool(name = name, type = "extension", description = "Looks things up."))]
fn look_up(name: &str) {
    observant::current().tool_call_id("call-7");
}

#[observe(agent(name = "librarian", id = "a-1", version = "2"))]
fn librarian() {
    look_up("catalogue");
}

#[observe(agent(name = "elsewhere", remote))]
fn elsewhere() {}

#[test]
fn agents_and_tools() {
    let captured = capture();
    librarian();
    elsewhere();
    let spans = captured.spans();
    let agent = one(&spans, "invoke_agent librarian");
    assert_eq!(agent.kind, Internal);
    assert_eq!(one(&spans, "invoke_agent elsewhere").kind, Client);
    for (key, value) in [
        ("gen_ai.operation.name", "invoke_agent"),
        ("gen_ai.agent.name", "librarian"),
        ("gen_ai.agent.id", "a-1"),
        ("gen_ai.agent.version", "2"),
    ] {
        assert_eq!(text(agent, key), Some(value), "{key}");
    }
    let tool = one(&spans, "execute_tool catalogue");
    assert_eq!((tool.kind, tool.parent_span_id), (Internal, Some(agent.span_id)));
    for (key, value) in [
        ("gen_ai.operation.name", "execute_tool"),
        ("gen_ai.tool.name", "catalogue"),
        ("gen_ai.tool.type", "extension"),
        ("gen_ai.tool.description", "Looks things up."),
        ("gen_ai.tool.call.id", "call-7"),
        ("gen_ai.agent.name", "librarian"),
    ] {
        assert_eq!(text(tool, key), Some(value), "{key}");
    }

    let snapshot = observant::snapshot();
    let labels = [("gen_ai_agent_name", "librarian")];
    let (bounds, count, _) =
        histogram(series(&snapshot, "gen_ai_invoke_agent_duration_seconds", &labels));
    let doubling: Vec<f64> = (0..13).map(|power| f64::from(1 << power) / 10.0).collect();
    assert_eq!((bounds, count), (doubling, 1));
    for (family, calls) in
        [("gen_ai_invoke_agent_inference_calls", 0.0), ("gen_ai_invoke_agent_tool_calls", 1.0)]
    {
        let (bounds, count, sum) = histogram(series(&snapshot, family, &labels));
        let powers: Vec<f64> = (0..8).map(|power| f64::from(1 << power)).collect();
        assert_eq!((bounds, count, sum), (powers, 1, calls), "{family}");
    }
    let labels = [
        ("gen_ai_tool_name", "catalogue"),
        ("gen_ai_tool_type", "extension"),
        ("gen_ai_agent_name", "librarian"),
    ];
    let (bounds, count, _) =
        histogram(series(&snapshot, "gen_ai_execute_tool_duration_seconds", &labels));
    assert_eq!((bounds.as_slice(), count), (&CLIENT[..], 1));
}

#[observe(workflow(name = "review", mode = "full", ticket = 4711))]
fn review(well: bool) -> Result<(), Refused> {
    plan();
    if well { Ok(()) } else { Err(Refused) }
}

#[observe(plan(agent = "planner"))]
fn plan() {
    step();
}

#[observe(step = "collect")]
fn step() {}

#[test]
fn workflows_plans_and_steps() {
    let captured = capture();
    review(true).unwrap();
    let spans = captured.spans();
    let workflow = one(&spans, "invoke_workflow review");
    assert_eq!(text(workflow, "gen_ai.operation.name"), Some("invoke_workflow"));
    assert_eq!(text(workflow, "gen_ai.workflow.name"), Some("review"));
    let plan = one(&spans, "plan planner");
    assert_eq!(plan.parent_span_id, Some(workflow.span_id));
    assert_eq!(text(plan, "gen_ai.operation.name"), Some("plan"));
    assert_eq!(text(plan, "gen_ai.agent.name"), Some("planner"));
    assert_eq!(one(&spans, "collect").parent_span_id, Some(plan.span_id));
    assert!(spans.iter().all(|span| span.kind == Internal));

    review(false).unwrap_err();
    let snapshot = observant::snapshot();
    let failed = [("gen_ai_workflow_name", "review"), ("error_type", "Refused")];
    let (bounds, count, _) =
        histogram(series(&snapshot, "gen_ai_workflow_duration_seconds", &failed));
    let expected = [1, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200].map(f64::from);
    assert_eq!((bounds.as_slice(), count), (&expected[..], 1));
    for (result, count) in [("success", 1.0), ("failure", 1.0)] {
        let labels = [("workflow", "review"), ("result", result)];
        assert_eq!(snapshot.sum("observe_orchestration_cycles_total", &labels), count);
    }
    for (operation, kind) in [("plan", "plan"), ("collect", "step")] {
        let labels = [("operation", operation), ("kind", kind)];
        assert_eq!(snapshot.sum("observe_operation_duration_seconds", &labels), 2.0);
    }
}

#[observe(mcp(tool = tool, session = "s-1", protocol = "2025-06-18"))]
fn serve(tool: &str) {}

#[observe(mcp(method = "tools/list", client))]
fn list() {}

#[test]
fn the_model_context_protocol() {
    let captured = capture();
    serve("search");
    list();
    let spans = captured.spans();
    let served = one(&spans, "tools/call search");
    assert_eq!((served.kind, one(&spans, "tools/list").kind), (Server, Client));
    for (key, value) in [
        ("mcp.method.name", "tools/call"),
        ("gen_ai.tool.name", "search"),
        ("mcp.session.id", "s-1"),
        ("mcp.protocol.version", "2025-06-18"),
    ] {
        assert_eq!(text(served, key), Some(value), "{key}");
    }
    let snapshot = observant::snapshot();
    let expected = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0];
    for (family, method) in [
        ("mcp_server_operation_duration_seconds", "tools/call"),
        ("mcp_client_operation_duration_seconds", "tools/list"),
    ] {
        let (bounds, count, _) =
            histogram(series(&snapshot, family, &[("mcp_method_name", method)]));
        assert_eq!((bounds.as_slice(), count), (&expected[..], 1));
    }
}

#[observe(db(system = "sqlite", operation = "SELECT", collection = "items"))]
fn select() -> Result<u64, Refused> {
    observant::current().rows(3);
    Ok(3)
}

#[observe(file(operation = "read", path = "notes.md"))]
fn read() -> Result<(), Refused> {
    observant::current().bytes(1_024);
    Ok(())
}

#[test]
fn databases_and_files() {
    let captured = capture();
    select().unwrap();
    read().unwrap();
    let spans = captured.spans();
    let select = one(&spans, "SELECT items");
    assert_eq!(select.kind, Client);
    assert_eq!(text(select, "db.system.name"), Some("sqlite"));
    assert_eq!(number(select, "db.response.returned_rows"), Some(3));
    let file = one(&spans, "file.read");
    assert_eq!((file.kind, text(file, "file.path")), (Internal, Some("notes.md")));

    let snapshot = observant::snapshot();
    let labels = [
        ("db_system_name", "sqlite"),
        ("db_operation_name", "SELECT"),
        ("db_collection_name", "items"),
    ];
    let (bounds, count, _) =
        histogram(series(&snapshot, "db_client_operation_duration_seconds", &labels));
    assert_eq!((bounds, count), (vec![0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0], 1));
    let labels = [("operation", "read"), ("status", "success")];
    assert_eq!(snapshot.sum("observe_file_operations_total", &labels), 1.0);
    assert_eq!(snapshot.sum("observe_file_io_bytes_total", &[("operation", "read")]), 1_024.0);
    assert_eq!(snapshot.sum("observe_file_operation_duration_seconds", &labels[..1]), 1.0);
}

#[observe(guardrail = "pii")]
fn guard(text: &str) {
    if text.contains('@') {
        observant::current().triggered();
    }
}

#[observe(evaluator = "faithfulness")]
fn evaluate() {
    observant::current().score("faithfulness", 0.92);
}

#[test]
fn guardrails_and_evaluators() {
    let captured = capture();
    guard("a@b");
    guard("plain");
    evaluate();
    let spans = captured.spans();
    assert_eq!(named(&spans, "guardrail pii").len(), 2);
    let evaluator = one(&spans, "evaluator faithfulness");
    let event = &evaluator.events[0];
    assert_eq!(event.name, "gen_ai.evaluation.result");
    assert!(event.attributes.iter().any(|attribute| attribute.key == "gen_ai.evaluation.name"));
    let snapshot = observant::snapshot();
    for decision in ["triggered", "passed"] {
        let labels = [("name", "pii"), ("decision", decision)];
        assert_eq!(snapshot.sum("observe_guardrails_total", &labels), 1.0);
    }
    let labels = [("name", "faithfulness")];
    let (_, count, sum) = histogram(series(&snapshot, "observe_evaluation_score", &labels));
    assert_eq!((count, sum), (1, 0.92));
}

#[test]
fn the_kind_of_a_function_is_known_before_its_first_call() {
    #[observe(agent)]
    fn never_called() {}
    let _ = never_called;
    let snapshot = observant::snapshot();
    let info = series(&snapshot, "observe_function_info", &[("function", "never_called")]);
    assert_eq!(info.label("kind"), Some("agent"));
}
