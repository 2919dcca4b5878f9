//! Tools of `rmcp`: its attribute above and below ours, what is an error by `is_error` alone, and the context in `_meta`.

use super::{one, text};
use observant::{InCurrent as _, observe, testing::capture};
use rmcp::{
    model::{CallToolResult, ContentBlock, ErrorData},
    tool,
};

struct Server;

fn is_fine(result: &Result<CallToolResult, ErrorData>) -> bool {
    matches!(result, Ok(result) if result.is_error != Some(true))
}

#[rmcp::tool_router]
impl Server {
    #[tool(description = "ours below")]
    #[observe(mcp(tool = "below"), ok_if = is_fine)]
    async fn below(&self) -> Result<CallToolResult, ErrorData> {
        tokio::task::yield_now().await;
        work();
        Ok(CallToolResult::error(vec![ContentBlock::text("no such thing")]))
    }

    #[observe(mcp(tool = "above"), ok_if = is_fine)]
    #[tool(description = "ours above")]
    async fn above(&self) -> Result<CallToolResult, ErrorData> {
        tokio::task::yield_now().await;
        Ok(CallToolResult::success(vec![]))
    }
}

#[observe(tool = "work")]
fn work() {}

#[observe(mcp(tool = "below", client))]
async fn call(server: &Server) {
    let mut meta = serde_json::Map::new();
    observant::inject(&mut meta);
    assert!(meta.contains_key("traceparent"), "{meta:?}");
    let context = observant::extract(&meta);
    // On the other side of a transport.
    let serve = async { server.below().await };
    let answer = serve.with_context(context).await.unwrap();
    assert_eq!(answer.is_error, Some(true));
}

#[tokio::test]
async fn a_tool_answers_within_the_trace_that_came_in_meta() {
    let captured = capture();
    call(&Server).await;
    Server.above().await.unwrap();
    assert_eq!(Server::tool_router().list_all().len(), 2);
    let spans = captured.spans();
    let calls = super::named(&spans, "tools/call below");
    let client = calls.iter().find(|span| !span.parent_is_remote).unwrap();
    let served = calls.iter().find(|span| span.parent_is_remote).unwrap();
    assert_eq!((served.parent_span_id, served.trace_id), (Some(client.span_id), client.trace_id));
    assert_eq!(text(served, "error.type"), Some("tool_error"));
    assert_eq!(text(client, "error.type"), None);
    assert_eq!(one(&spans, "execute_tool work").parent_span_id, Some(served.span_id));
    assert_eq!(text(one(&spans, "tools/call above"), "error.type"), None);
    let snapshot = observant::snapshot();
    let labels = [("gen_ai_tool_name", "below"), ("error_type", "tool_error")];
    assert_eq!(snapshot.sum("mcp_server_operation_duration_seconds", &labels), 1.0);
    assert_eq!(snapshot.sum("mcp_client_operation_duration_seconds", &labels[..1]), 1.0);
}
