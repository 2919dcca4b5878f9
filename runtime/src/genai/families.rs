//! The metrics of kinds: those of OpenTelemetry's conventions with their bounds, and ours for what these lack.

use crate::metric::{Counters, Description, Gauges, Histograms};

/// Bounds of what clients of models wait for (semantic conventions 1.41.0, "Generative AI client metrics").
pub(super) const CLIENT: &[f64] =
    &[0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
/// Bounds of tokens (the same place).
pub(super) const TOKENS: &[f64] = &[
    1.0,
    4.0,
    16.0,
    64.0,
    256.0,
    1_024.0,
    4_096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
];
/// Bounds of how long agents run (`semantic-conventions-genai`, #201).
pub(super) const AGENT: &[f64] =
    &[0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6];
/// Bounds of what an agent called (`semantic-conventions-genai`, #336).
pub(super) const CALLS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];
/// Bounds of workflows (`semantic-conventions-genai`, #126).
pub(super) const WORKFLOW: &[f64] =
    &[1.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 3_600.0, 7_200.0];
/// Bounds of the Model Context Protocol (semantic conventions 1.41.0, "Semantic conventions for MCP").
pub(super) const MCP: &[f64] =
    &[0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0];
/// Bounds of databases (semantic conventions 1.41.0, "Database client metrics"; stable).
pub(super) const DB: &[f64] = &[0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0];
/// Bounds of money: threefold steps, from a short answer of a small model to a day of a large one.
pub(super) const COST: &[f64] =
    &[1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0];
/// Bounds of files: from a page that is in memory to a disk that is asleep.
pub(super) const FILE: &[f64] = &[1e-4, 5e-4, 1e-3, 5e-3, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0];
/// Bounds of tasks: from an answer to a night's work.
pub(super) const TASK: &[f64] =
    &[0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 600.0, 1_800.0, 3_600.0];
/// Bounds of scores, from 0 to 1.
pub(super) const SCORE: &[f64] = &[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0];

macro_rules! families {
    ($($(#[$docs:meta])* $family:ident: $type:ident = $name:literal, $help:literal, $unit:expr, $labels:expr, $bounds:expr;)*) => {
        $($(#[$docs])* pub(crate) static $family: $type = $type::new(&Description {
            name: $name,
            help: $help,
            unit: $unit,
            labels: $labels,
            bounds: $bounds,
        });)*

        /// Name, bounds and labels of each, for the test of conformance.
        #[cfg(test)]
        pub(crate) const ALL: &[(&str, &[f64], &[&str])] = &[$(($name, $bounds, $labels)),*];
    };
}

const SECONDS: Option<&str> = Some("seconds");
const NOTHING: &[f64] = &[];
const OPERATION: &[&str] = &[
    "gen_ai_operation_name",
    "gen_ai_provider_name",
    "gen_ai_request_model",
    "gen_ai_response_model",
    "server_address",
    "server_port",
];

families! {
    TOKEN_USAGE: Histograms = "gen_ai_client_token_usage",
        "Tokens that a call of a model used, by type; input has those of the cache among them.",
        None, &["gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model", "gen_ai_response_model", "server_address", "server_port", "gen_ai_token_type"], TOKENS;
    CLIENT_DURATION: Histograms = "gen_ai_client_operation_duration_seconds",
        "How long calls of models, embeddings and retrievals took.",
        SECONDS, &["gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model", "gen_ai_response_model", "server_address", "server_port", "error_type"], CLIENT;
    FIRST_CHUNK: Histograms = "gen_ai_client_operation_time_to_first_chunk_seconds",
        "How long calls of models took to the first chunk of a stream.",
        SECONDS, OPERATION, CLIENT;
    OUTPUT_CHUNK: Histograms = "gen_ai_client_operation_time_per_output_chunk_seconds",
        "How long each chunk of a stream took after the one before it.",
        SECONDS, OPERATION, CLIENT;
    CLIENT_COST: Histograms = "gen_ai_client_operation_cost",
        "What calls of models cost, in US dollars.",
        None, OPERATION, COST;
    COST_TOTAL: Counters = "observe_llm_cost_usd_total",
        "What calls of models cost, in US dollars.",
        Some("usd"), &["gen_ai_provider_name", "gen_ai_request_model", "gen_ai_agent_name"], NOTHING;
    TOKENS_TOTAL: Counters = "observe_llm_tokens_total",
        "Tokens that calls of models used, by type; input has those of the cache among them.",
        None, &["gen_ai_provider_name", "gen_ai_request_model", "gen_ai_agent_name", "gen_ai_token_type"], NOTHING;
    CACHED_TOTAL: Counters = "observe_llm_cached_tokens_total",
        "Of the input tokens of calls of models, those read from a provider's cache.",
        None, &["gen_ai_provider_name", "gen_ai_request_model", "gen_ai_agent_name"], NOTHING;
    REASONING_TOTAL: Counters = "observe_llm_reasoning_tokens_total",
        "Of the output tokens of calls of models, those spent on reasoning.",
        None, &["gen_ai_provider_name", "gen_ai_request_model", "gen_ai_agent_name"], NOTHING;
    AGENT_DURATION: Histograms = "gen_ai_invoke_agent_duration_seconds",
        "How long agents ran.",
        SECONDS, &["gen_ai_agent_name", "gen_ai_request_model", "error_type"], AGENT;
    AGENT_INFERENCES: Histograms = "gen_ai_invoke_agent_inference_calls",
        "How many calls of models a run of an agent made, without those of agents within it.",
        None, &["gen_ai_agent_name", "gen_ai_request_model"], CALLS;
    AGENT_TOOLS: Histograms = "gen_ai_invoke_agent_tool_calls",
        "How many calls of tools a run of an agent made, without those of agents within it.",
        None, &["gen_ai_agent_name", "gen_ai_request_model"], CALLS;
    AGENTS_ACTIVE: Gauges = "observe_agents_active",
        "Agents that run.",
        None, &["agent"], NOTHING;
    TOOL_DURATION: Histograms = "gen_ai_execute_tool_duration_seconds",
        "How long tools took.",
        SECONDS, &["gen_ai_tool_name", "gen_ai_tool_type", "gen_ai_agent_name", "error_type"], CLIENT;
    TOOL_COST_TOTAL: Counters = "observe_tool_cost_usd_total",
        "What calls of tools cost that say so, in US dollars.",
        Some("usd"), &["gen_ai_tool_name", "gen_ai_agent_name"], NOTHING;
    WORKFLOW_DURATION: Histograms = "gen_ai_workflow_duration_seconds",
        "How long workflows took.",
        SECONDS, &["gen_ai_workflow_name", "error_type"], WORKFLOW;
    CYCLES: Counters = "observe_orchestration_cycles_total",
        "Workflows that ended, by result: success, failure, cancelled.",
        None, &["workflow", "result"], NOTHING;
    OPERATION_DURATION: Histograms = "observe_operation_duration_seconds",
        "How long plans, steps, guardrails and evaluators took.",
        SECONDS, &["operation", "kind"], CLIENT;
    MCP_CLIENT: Histograms = "mcp_client_operation_duration_seconds",
        "How long requests of the Model Context Protocol took, seen from who asks.",
        SECONDS, &["mcp_method_name", "gen_ai_tool_name", "error_type"], MCP;
    MCP_SERVER: Histograms = "mcp_server_operation_duration_seconds",
        "How long requests of the Model Context Protocol took, seen from who answers.",
        SECONDS, &["mcp_method_name", "gen_ai_tool_name", "error_type"], MCP;
    DB_DURATION: Histograms = "db_client_operation_duration_seconds",
        "How long operations of databases took.",
        SECONDS, &["db_system_name", "db_operation_name", "db_collection_name", "error_type"], DB;
    FILES: Counters = "observe_file_operations_total",
        "Operations on files, by status: success, error, cancelled.",
        None, &["operation", "status"], NOTHING;
    FILE_BYTES: Counters = "observe_file_io_bytes_total",
        "Bytes that operations on files say they read or wrote.",
        Some("bytes"), &["operation"], NOTHING;
    FILE_DURATION: Histograms = "observe_file_operation_duration_seconds",
        "How long operations on files took.",
        SECONDS, &["operation"], FILE;
    TASKS: Counters = "observe_tasks_total",
        "Tasks that ended, by status: success, failure, cancelled.",
        None, &["agent", "mode", "status"], NOTHING;
    TASKS_ONE_SHOT: Counters = "observe_tasks_one_shot_total",
        "Tasks that succeeded without a retry and without a human's help.",
        None, &["agent", "mode"], NOTHING;
    TASK_DURATION: Histograms = "observe_task_duration_seconds",
        "How long tasks took.",
        SECONDS, &["agent", "mode"], TASK;
    TASKS_ACTIVE: Gauges = "observe_tasks_active",
        "Tasks that run.",
        None, &["agent", "mode"], NOTHING;
    TASK_COST: Counters = "observe_task_cost_usd_total",
        "What tasks cost that ended, in US dollars, by status. It is a part of what calls of models and tools cost.",
        Some("usd"), &["agent", "mode", "status"], NOTHING;
    TASK_TOKENS: Counters = "observe_task_tokens_total",
        "Tokens that tasks used that ended, in and out, by status. They are a part of what calls of models used.",
        None, &["agent", "mode", "status"], NOTHING;
    TASK_LLM_CALLS: Counters = "observe_task_llm_calls_total",
        "Calls of models that tasks made that ended, by status.",
        None, &["agent", "mode", "status"], NOTHING;
    TASK_TOOL_CALLS: Counters = "observe_task_tool_calls_total",
        "Calls of tools that tasks made that ended, by status.",
        None, &["agent", "mode", "status"], NOTHING;
    GUARDRAILS: Counters = "observe_guardrails_total",
        "Decisions of guardrails: passed, triggered, error, cancelled.",
        None, &["name", "decision"], NOTHING;
    SCORES: Histograms = "observe_evaluation_score",
        "Scores that evaluators gave, 0 to 1 by convention.",
        None, &["name"], SCORE;
    EVENTS: Counters = "observe_events_total",
        "Events that calls told, by type.",
        None, &["event_type"], NOTHING;
    RETRIES: Counters = "observe_retries_total",
        "Retries that calls told, by reason and the agent that had to.",
        None, &["agent", "reason"], NOTHING;
    INTERVENTIONS: Counters = "observe_human_interventions_total",
        "How often a human had to help.",
        None, &["agent"], NOTHING;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::genai::names::{INSTRUMENTS, attribute_of, instrument_of};

    #[test]
    fn what_the_conventions_name_is_there_with_their_attributes() {
        for instrument in INSTRUMENTS {
            let of = ALL.iter().filter(|(name, ..)| *name == instrument.family);
            assert_eq!(of.count(), 1, "{instrument:?}");
        }
        for (name, bounds, labels) in ALL {
            assert!(bounds.is_sorted_by(|one, other| one < other), "{name}");
            if instrument_of(name).is_some() {
                assert!(
                    labels.iter().all(|label| attribute_of(label).is_some()),
                    "{name} {labels:?}"
                );
            }
        }
    }

    #[test]
    fn no_family_is_another_one_with_a_suffix() {
        const SUFFIXES: [&str; 6] = ["_total", "_created", "_bucket", "_sum", "_count", "_info"];
        let stem = |name: &'static str| {
            SUFFIXES.iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name)
        };
        let stems: std::collections::HashSet<_> = ALL.iter().map(|(name, ..)| stem(name)).collect();
        assert_eq!(stems.len(), ALL.len());
    }
}
