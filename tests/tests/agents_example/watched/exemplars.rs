//! Exemplars of what kinds of functions record: from a bucket, as Prometheus keeps it, to a span that the collector took.

use super::Watched;

/// Families of kinds of which no exemplar leads to a span that the collector took, of the kind that it is to be.
pub(super) fn faults(watched: &Watched) -> Vec<String> {
    let spans = watched.collector.spans();
    let of_kinds = [
        ("gen_ai_client_operation_duration_seconds", "chat "),
        ("gen_ai_client_token_usage", "chat "),
        ("gen_ai_invoke_agent_duration_seconds", "invoke_agent "),
        ("gen_ai_execute_tool_duration_seconds", "execute_tool "),
    ];
    let mut faults = Vec::new();
    for (family, name) in of_kinds {
        let exemplars = watched.classic.exemplars(&format!("{family}_bucket"));
        let leads = exemplars.iter().any(|exemplar| {
            let of = |key: &str| exemplar["labels"][key].as_str().unwrap_or_default().to_owned();
            spans.iter().any(|span| {
                let is_its =
                    hex(&span.trace_id) == of("trace_id") && hex(&span.span_id) == of("span_id");
                is_its && span.name.starts_with(name)
            })
        });
        if !leads {
            faults.push(format!("{family}: no exemplar leads to a span: {exemplars:?}"));
        }
    }
    faults
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}
