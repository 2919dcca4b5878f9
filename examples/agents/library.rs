//! The library: the knowledge store as tools, by the Model Context Protocol, with the server and its client in this
//! process. The agents have the client and know nothing of SQLite.
//!
//! Between the two is a pipe. Whatever goes through it is what would go through a socket, and so does the trace: in
//! `_meta`.

mod server;

use std::{collections::HashSet, fmt, sync::Arc};

use observant::{Label, observe};
use rmcp::{
    RoleClient, RoleServer, ServiceError, ServiceExt as _,
    model::{CallToolRequestParams, CallToolResult, JsonObject, RequestMetaObject},
    service::RunningService,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use self::server::Librarian;
use crate::store::Store;

/// Bytes that either side is ahead of the other at most.
const PIPE: usize = 64 * 1024;

/// The tools, as agents have them. Dropped, both ends are closed.
#[derive(Debug)]
pub struct Library {
    client: RunningService<RoleClient, ()>,
    _server: RunningService<RoleServer, Librarian>,
}

/// Why a tool gave no answer. The variant is the metric's `error_type`.
#[derive(Debug, Label)]
pub enum LibraryError {
    /// The tool says so: its result is one, with `isError`.
    #[label(rename = "tool_error")]
    Tool(String),
    /// The request came to nothing.
    Protocol(Box<ServiceError>),
    /// No connection came about.
    Closed(String),
    /// A result of some other form.
    Malformed(serde_json::Error),
}

impl fmt::Display for LibraryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tool(text) => write!(f, "the library says: {text}"),
            Self::Protocol(error) => write!(f, "the library cannot be asked: {error}"),
            Self::Closed(reason) => write!(f, "the library does not open: {reason}"),
            Self::Malformed(error) => write!(f, "the library answers strangely: {error}"),
        }
    }
}

impl std::error::Error for LibraryError {}

impl Library {
    /// Starts the server over `store` and connects to it.
    ///
    /// # Errors
    ///
    /// When the two do not agree on a protocol.
    pub async fn open(store: Arc<Store>) -> Result<Self, LibraryError> {
        let closed = |error: &dyn fmt::Display| LibraryError::Closed(error.to_string());
        let (ours, theirs) = tokio::io::duplex(PIPE);
        let server = tokio::spawn(Librarian::new(store).serve(theirs));
        let client = ().serve(ours).await.map_err(|error| closed(&error))?;
        let server = server.await.map_err(|error| closed(&error))?;
        Ok(Self { client, _server: server.map_err(|error| closed(&error))? })
    }

    /// The words that some documents share and not all.
    #[observe(tool(name = "telling_words", type = "datastore"), buckets = default)]
    pub async fn telling_words(&self) -> Result<HashSet<String>, LibraryError> {
        self.call("telling_words", JsonObject::new()).await
    }

    /// Up to `limit` other files that go with the one at `path`, found by `words` where there is no better reason.
    #[observe(tool(name = "see_also", type = "datastore"), buckets = default)]
    pub async fn see_also(
        &self,
        path: &str,
        words: &[&str],
        limit: u32,
    ) -> Result<Vec<String>, LibraryError> {
        let arguments = json!({ "path": path, "words": words, "limit": limit });
        let Value::Object(arguments) = arguments else { return Ok(Vec::new()) };
        self.call("see_also", arguments).await
    }

    /// Calls a tool of the server, with the trace it belongs to in `_meta`.
    #[observe(mcp(client, tool = tool), buckets = default)]
    async fn call<T: DeserializeOwned>(
        &self,
        tool: &'static str,
        arguments: JsonObject,
    ) -> Result<T, LibraryError> {
        let mut meta = RequestMetaObject::new();
        observant::inject(&mut meta.0.0);
        let mut request = CallToolRequestParams::new(tool).with_arguments(arguments);
        request.meta = Some(meta);
        let result = self.client.call_tool(request).await;
        content(result.map_err(|error| LibraryError::Protocol(Box::new(error)))?)
    }
}

/// What a result holds. One with `isError` is a failure, though the request went well.
fn content<T: DeserializeOwned>(result: CallToolResult) -> Result<T, LibraryError> {
    if result.is_error == Some(true) {
        let texts = result.content.iter().filter_map(|part| part.as_text());
        return Err(LibraryError::Tool(texts.map(|part| part.text.as_str()).collect()));
    }
    let value = result.structured_content.unwrap_or_default();
    serde_json::from_value(value["items"].clone()).map_err(LibraryError::Malformed)
}
