//! Every name that OpenTelemetry's conventions give, in one place. The conventions are in development: what changes, changes
//! here.
//!
//! Spans, attributes and metrics of generative AI are those of the semantic conventions 1.41.0 ("Semantic conventions for generative
//! AI systems", "for MCP", "for database calls"), and of what was merged in `open-telemetry/semantic-conventions-genai` until
//! September 2026: `gen_ai.invoke_agent.*`, `gen_ai.execute_tool.duration`, `gen_ai.workflow.duration`, the operation `plan`.

/// The version of the semantic conventions that the names below are from.
#[cfg(feature = "http")]
pub(crate) const VERSION: &str = "1.41.0";

pub(crate) const OPERATION: &str = "gen_ai.operation.name";
pub(crate) const PROVIDER: &str = "gen_ai.provider.name";
pub(crate) const REQUEST_MODEL: &str = "gen_ai.request.model";
pub(crate) const RESPONSE_MODEL: &str = "gen_ai.response.model";
pub(crate) const RESPONSE_ID: &str = "gen_ai.response.id";
pub(crate) const FINISH_REASONS: &str = "gen_ai.response.finish_reasons";
pub(crate) const FIRST_CHUNK: &str = "gen_ai.response.time_to_first_chunk";
pub(crate) const INPUT_TOKENS: &str = "gen_ai.usage.input_tokens";
pub(crate) const OUTPUT_TOKENS: &str = "gen_ai.usage.output_tokens";
pub(crate) const CACHE_READ: &str = "gen_ai.usage.cache_read.input_tokens";
pub(crate) const CACHE_WRITE: &str = "gen_ai.usage.cache_creation.input_tokens";
pub(crate) const REASONING: &str = "gen_ai.usage.reasoning.output_tokens";
pub(crate) const AGGREGATED_INPUT: &str = "gen_ai.aggregated_usage.input_tokens";
pub(crate) const AGGREGATED_OUTPUT: &str = "gen_ai.aggregated_usage.output_tokens";
pub(crate) const AGGREGATED_CACHE_READ: &str = "gen_ai.aggregated_usage.cache_read.input_tokens";
pub(crate) const AGENT_NAME: &str = "gen_ai.agent.name";
pub(crate) const AGENT_ID: &str = "gen_ai.agent.id";
pub(crate) const AGENT_VERSION: &str = "gen_ai.agent.version";
pub(crate) const AGENT_DESCRIPTION: &str = "gen_ai.agent.description";
pub(crate) const CONVERSATION: &str = "gen_ai.conversation.id";
pub(crate) const DATA_SOURCE: &str = "gen_ai.data_source.id";
pub(crate) const TOP_K: &str = "gen_ai.request.top_k";
pub(crate) const DIMENSIONS: &str = "gen_ai.embeddings.dimension.count";
pub(crate) const TOOL_NAME: &str = "gen_ai.tool.name";
pub(crate) const TOOL_TYPE: &str = "gen_ai.tool.type";
pub(crate) const TOOL_DESCRIPTION: &str = "gen_ai.tool.description";
pub(crate) const TOOL_CALL_ID: &str = "gen_ai.tool.call.id";
pub(crate) const WORKFLOW_NAME: &str = "gen_ai.workflow.name";
pub(crate) const TOKEN_TYPE: &str = "gen_ai.token.type";
pub(crate) const EVALUATION_NAME: &str = "gen_ai.evaluation.name";
pub(crate) const EVALUATION_SCORE: &str = "gen_ai.evaluation.score.value";
pub(crate) const EVALUATION_RESULT: &str = "gen_ai.evaluation.result";
pub(crate) const SERVER_ADDRESS: &str = "server.address";
pub(crate) const SERVER_PORT: &str = "server.port";
pub(crate) const ERROR_TYPE: &str = "error.type";
pub(crate) const SESSION: &str = "session.id";
pub(crate) const USER_HASH: &str = "user.hash";
pub(crate) const MCP_METHOD: &str = "mcp.method.name";
pub(crate) const MCP_SESSION: &str = "mcp.session.id";
pub(crate) const MCP_PROTOCOL: &str = "mcp.protocol.version";
pub(crate) const DB_SYSTEM: &str = "db.system.name";
pub(crate) const DB_OPERATION: &str = "db.operation.name";
pub(crate) const DB_COLLECTION: &str = "db.collection.name";
pub(crate) const DB_ROWS: &str = "db.response.returned_rows";
pub(crate) const FILE_PATH: &str = "file.path";

/// Attributes of metrics, and what a scrape calls them.
const ATTRIBUTES: [(&str, &str); 16] = [
    (OPERATION, "gen_ai_operation_name"),
    (PROVIDER, "gen_ai_provider_name"),
    (REQUEST_MODEL, "gen_ai_request_model"),
    (RESPONSE_MODEL, "gen_ai_response_model"),
    (TOKEN_TYPE, "gen_ai_token_type"),
    (AGENT_NAME, "gen_ai_agent_name"),
    (TOOL_NAME, "gen_ai_tool_name"),
    (TOOL_TYPE, "gen_ai_tool_type"),
    (WORKFLOW_NAME, "gen_ai_workflow_name"),
    (SERVER_ADDRESS, "server_address"),
    (SERVER_PORT, "server_port"),
    (ERROR_TYPE, "error_type"),
    (MCP_METHOD, "mcp_method_name"),
    (DB_SYSTEM, "db_system_name"),
    (DB_OPERATION, "db_operation_name"),
    (DB_COLLECTION, "db_collection_name"),
];

/// A metric of the conventions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instrument {
    /// As the conventions write it.
    pub(crate) name: &'static str,
    /// In the Unified Code for Units of Measure.
    pub(crate) unit: &'static str,
    /// As a scrape calls its family.
    pub(crate) family: &'static str,
}

const fn instrument(name: &'static str, unit: &'static str, family: &'static str) -> Instrument {
    Instrument { name, unit, family }
}

/// Metrics of the conventions, and what a scrape calls them (OpenTelemetry specification, "Prometheus and OpenMetrics
/// Compatibility": dots become `_`, seconds are added, units in braces dropped).
pub(crate) const INSTRUMENTS: [Instrument; 13] = [
    instrument("gen_ai.client.token.usage", "{token}", "gen_ai_client_token_usage"),
    instrument("gen_ai.client.operation.duration", "s", "gen_ai_client_operation_duration_seconds"),
    instrument(
        "gen_ai.client.operation.time_to_first_chunk",
        "s",
        "gen_ai_client_operation_time_to_first_chunk_seconds",
    ),
    instrument(
        "gen_ai.client.operation.time_per_output_chunk",
        "s",
        "gen_ai_client_operation_time_per_output_chunk_seconds",
    ),
    instrument("gen_ai.client.operation.cost", "{USD}", "gen_ai_client_operation_cost"),
    instrument("gen_ai.invoke_agent.duration", "s", "gen_ai_invoke_agent_duration_seconds"),
    instrument(
        "gen_ai.invoke_agent.inference_calls",
        "{inference_call}",
        "gen_ai_invoke_agent_inference_calls",
    ),
    instrument("gen_ai.invoke_agent.tool_calls", "{tool_call}", "gen_ai_invoke_agent_tool_calls"),
    instrument("gen_ai.execute_tool.duration", "s", "gen_ai_execute_tool_duration_seconds"),
    instrument("gen_ai.workflow.duration", "s", "gen_ai_workflow_duration_seconds"),
    instrument("mcp.client.operation.duration", "s", "mcp_client_operation_duration_seconds"),
    instrument("mcp.server.operation.duration", "s", "mcp_server_operation_duration_seconds"),
    instrument("db.client.operation.duration", "s", "db_client_operation_duration_seconds"),
];

/// What the conventions call a family, if it is one of theirs.
pub(crate) fn instrument_of(family: &str) -> Option<&'static Instrument> {
    INSTRUMENTS.iter().find(|instrument| instrument.family == family)
}

/// What the conventions call a label of one of their metrics.
pub(crate) fn attribute_of(label: &str) -> Option<&'static str> {
    ATTRIBUTES.iter().find(|(_, known)| *known == label).map(|(attribute, _)| *attribute)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rule of the specification, written down a second time.
    fn on_a_scrape(name: &str, unit: &str) -> String {
        let suffix = if unit == "s" { "_seconds" } else { "" };
        name.replace('.', "_") + suffix
    }

    #[test]
    fn families_are_called_as_the_specification_says() {
        for Instrument { name, unit, family } in INSTRUMENTS {
            assert_eq!(family, on_a_scrape(name, unit));
            assert_eq!(instrument_of(family).unwrap().name, name);
        }
        for (attribute, label) in ATTRIBUTES {
            assert_eq!(label, on_a_scrape(attribute, ""));
            assert_eq!(attribute_of(label), Some(attribute));
        }
        assert!(instrument_of("observe_tasks_total").is_none());
    }
}
