//! Rows of what agents do besides asking models: workflows, guardrails, scores, the Model Context Protocol, databases.

use super::{
    super::{
        grafana::{Panel, R, Row, Shape, Unit},
        program::Part,
    },
    mean, named, observed, of, quantile, rate, share_or_none, with,
};

pub(super) fn workflows() -> Row {
    Row {
        title: "Workflows",
        needs: Part::Workflows,
        panels: vec![
            Panel::new(
                Shape::Stacked,
                Unit::PerSecond,
                "Workflows",
                "Workflows that ended, by result.",
            )
            .query(
                "{{workflow}} {{result}}",
                rate("workflow, result", &of("observe_orchestration_cycles_total")),
            ),
            Panel::new(
                Shape::Lines,
                Unit::Seconds,
                "How long workflows take, p95",
                "95th percentile of each workflow.",
            )
            .query(
                "{{gen_ai_workflow_name}}",
                quantile("0.95", "gen_ai_workflow_name", "gen_ai_workflow_duration_seconds", ""),
            ),
        ],
    }
}

pub(super) fn quality() -> Row {
    Row {
        title: "Guardrails and scores",
        needs: Part::Steps,
        panels: vec![
            Panel::new(
                Shape::Lines,
                Unit::Ratio,
                "Guardrails that trigger",
                "Of the decisions of each guardrail.",
            )
            .query(
                "{{name}}",
                share_or_none(
                    "name",
                    &with("observe_guardrails_total", "decision=\"triggered\""),
                    &of("observe_guardrails_total"),
                ),
            ),
            Panel::new(
                Shape::Lines,
                Unit::Ratio,
                "Scores",
                "Mean of what evaluators gave, and the lowest tenth.",
            )
            .query("{{name}} mean", mean("name", "observe_evaluation_score"))
            .query("{{name}} p10", quantile("0.1", "name", "observe_evaluation_score", "")),
        ],
    }
}

pub(super) fn mcp() -> Row {
    Row {
        title: "Model Context Protocol",
        needs: Part::Mcp,
        panels: vec![
            Panel::new(
                Shape::Lines,
                Unit::PerSecond,
                "Requests",
                "By method: those that are asked, and those that are answered.",
            )
            .query(
                "asked {{mcp_method_name}}",
                observed("mcp_method_name", "mcp_client_operation_duration_seconds", ""),
            )
            .query(
                "answered {{mcp_method_name}}",
                observed("mcp_method_name", "mcp_server_operation_duration_seconds", ""),
            ),
            Panel::new(
                Shape::Lines,
                Unit::Seconds,
                "How long requests take, p95",
                "95th percentile of each method.",
            )
            .query(
                "asked {{mcp_method_name}}",
                quantile("0.95", "mcp_method_name", "mcp_client_operation_duration_seconds", ""),
            )
            .query(
                "answered {{mcp_method_name}}",
                quantile("0.95", "mcp_method_name", "mcp_server_operation_duration_seconds", ""),
            ),
        ],
    }
}

/// Opening a database, say, is about none.
const COLLECTION: &str = "db_collection_name";
const NONE: &str = "no collection";

pub(super) fn databases() -> Row {
    let name = "db_client_operation_duration_seconds";
    let by = "db_operation_name, db_collection_name";
    Row {
        title: "Databases",
        needs: Part::Databases,
        panels: vec![
            Panel::new(Shape::Lines, Unit::PerSecond, "Operations", "By operation and collection.")
                .query(
                    "{{db_operation_name}} {{db_collection_name}}",
                    named(COLLECTION, NONE, &observed(by, name, "")),
                ),
            Panel::new(
                Shape::Lines,
                Unit::Seconds,
                "How long operations take, p95",
                "By operation and collection.",
            )
            .query(
                "{{db_operation_name}} {{db_collection_name}}",
                named(COLLECTION, NONE, &quantile("0.95", by, name, "")),
            ),
            Panel::new(
                Shape::Lines,
                Unit::Count,
                "Time in databases",
                "Operations at one time on average.",
            )
            .query(
                "{{db_system_name}}",
                format!(
                    "sum by (db_system_name) (rate({}{R}))",
                    of("db_client_operation_duration_seconds_sum")
                ),
            ),
        ],
    }
}
