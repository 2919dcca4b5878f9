//! The server's side: each tool looks something up in the store.

use std::sync::Arc;

use observant::{InCurrent as _, observe};
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    handler::server::{router::tool::ToolRouter, tool::ToolCallContext, wrapper::Parameters},
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ServerCapabilities,
        ServerConfig,
    },
    schemars,
    service::RequestContext,
    tool, tool_handler, tool_router,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    panics::blocking,
    store::{Store, StoreError},
};

/// Offers the store.
#[derive(Debug, Clone)]
pub(super) struct Librarian {
    store: Arc<Store>,
    tools: ToolRouter<Self>,
}

/// What `see_also` is asked.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
struct SeeAlso {
    /// The file, by its path below the folder.
    path: String,
    /// Words that it is about.
    words: Vec<String>,
    /// Files that are wanted at most.
    limit: u32,
}

impl Librarian {
    pub(super) fn new(store: Arc<Store>) -> Self {
        Self { store, tools: Self::tool_router() }
    }
}

/// A result with `isError` is one that went wrong, though it is no `Err` of anybody.
fn went_well(result: &CallToolResult) -> bool {
    result.is_error != Some(true)
}

#[tool_router]
impl Librarian {
    #[tool(description = "The words that some documents share and not all")]
    #[observe(mcp(tool = "telling_words"), ok_if = went_well, buckets = default)]
    async fn telling_words(&self) -> CallToolResult {
        let store = Arc::clone(&self.store);
        result(blocking(move || store.telling_words()).await)
    }

    // Above or below `#[tool]` is the same.
    #[observe(mcp(tool = "see_also"), ok_if = went_well, buckets = default)]
    #[tool(
        description = "Files that go with a file: twins of it, else those that share telling words"
    )]
    async fn see_also(&self, Parameters(asked): Parameters<SeeAlso>) -> CallToolResult {
        let store = Arc::clone(&self.store);
        let found = blocking(move || {
            let SeeAlso { path, words, limit } = asked;
            if !store.knows(&path)? {
                return Ok(None);
            }
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            store.see_also(&path, &words, limit).map(Some)
        });
        match found.await {
            Ok(None) => failure("there is no such file in the library"),
            Ok(Some(files)) => result(Ok(files)),
            Err(error) => result(Err::<(), _>(error)),
        }
    }
}

fn result<T: Serialize>(found: Result<T, StoreError>) -> CallToolResult {
    match found {
        Ok(items) => CallToolResult::structured(json!({ "items": items })),
        Err(error) => failure(&error.to_string()),
    }
}

fn failure(text: &str) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(text)])
}

#[tool_handler(router = self.tools)]
impl ServerHandler for Librarian {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    /// Every call is a part of the trace that its `_meta` names.
    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let caller = observant::extract(&context.meta.0.0);
        self.tools.call(ToolCallContext::new(self, request, context)).with_context(caller).await
    }
}
