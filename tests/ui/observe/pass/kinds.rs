//! Kinds with all their options, in every form, on functions and blocks, under the strictest lints.

#![deny(warnings, clippy::pedantic, clippy::nursery)]
#![forbid(unsafe_code)]

use observant::{Usage, observe};
use std::fmt;

struct Request {
    model: String,
    provider: &'static str,
    port: u16,
}

struct Response {
    model: Option<String>,
    input: u32,
    output: Option<u32>,
}

#[derive(Debug)]
enum Error {
    Deferred,
    Failed,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Error {
    const fn is_deferred(&self) -> bool {
        matches!(self, Self::Deferred)
    }
}

#[observe(llm, provider = request.provider, model = request.model, port = request.port, op = "chat")]
fn asked(request: Request) -> String {
    request.model
}

#[observe(
    llm(provider = "openai", server = "api.example.com", port = 443, in_process),
    model = "small",
    model = |response| &response.model,
    usage = |response| (response.input, response.output),
    control_flow = Error::is_deferred,
    ok_if = Result::is_ok
)]
async fn answered(input: u32) -> Result<Response, Error> {
    std::future::ready(()).await;
    match input {
        0 => Err(Error::Failed),
        1 => Err(Error::Deferred),
        _ => Ok(Response { model: None, input, output: None }),
    }
}

#[observe(llm(provider = "openai", usage = Response::usage, response_model = Response::model, op = operation))]
fn by_path(operation: &str) -> Response {
    Response { model: Some(operation.to_owned()), input: 1, output: Some(2) }
}

impl Response {
    fn usage(&self) -> Option<Usage> {
        self.output.map(|output| Usage { input: self.input.into(), output: output.into(), ..Usage::default() })
    }

    fn model(&self) -> &str {
        self.model.as_deref().unwrap_or_default()
    }
}

#[observe(embedding(provider = "local", model = "small", server = "localhost", port = 8080, dimensions = 1536))]
fn embeds() {}

#[observe(retrieval(provider = "local", source = "handbook", top_k = count, server = "localhost", port = 1))]
fn retrieves(count: usize) -> usize {
    count
}

#[observe(agent)]
fn agent() {}

#[observe(agent = "planner", provider = "openai", model = "small")]
fn named() {}

#[observe(agent(name = name, version = 2, id = "planner-2", description = "Plans.", remote))]
fn described(name: &str) -> usize {
    name.len()
}

#[observe(tool = name, type = "function", cost = 0.002)]
fn tool(name: &str) -> usize {
    name.len()
}

#[observe(tool(name = "search", description = "Searches.", cost = cost))]
fn costs(cost: f64) -> f64 {
    cost
}

#[observe(workflow(name = "cycle", mode = "simple"), ticket = ticket)]
fn workflow(ticket: u64) -> u64 {
    ticket
}

#[observe(plan, agent = "planner")]
fn plan() {}

#[observe(agent = "planner", task, mode = "simple", ticket = 7)]
fn task() {}

#[observe(step = "read")]
fn step() {}

#[observe(mcp, tool = tool, method = "tools/call", session = "x", protocol = "2025-06-18", client)]
fn client(tool: &str) -> usize {
    tool.len()
}

#[observe(mcp(server))]
fn server() {}

#[observe(db(system = "sqlite", operation = "SELECT", collection = table, server = "localhost", port = 5432))]
fn select(table: &str) -> usize {
    table.len()
}

#[observe(file(operation = "read"), path = path.display())]
fn read(path: &std::path::Path) -> usize {
    path.as_os_str().len()
}

#[observe(guardrail = "length", buckets = micro)]
fn guardrail() {}

#[observe(evaluator, name = "Judge::faithful")]
fn evaluator() {}

struct Tools {
    name: String,
}

#[observe(tool(type = "function"), control_flow = Error::is_deferred)]
impl Tools {
    fn plain(&self) -> usize {
        self.name.len()
    }

    fn fails(&self) -> Result<usize, Error> {
        if self.name.is_empty() { Err(Error::Failed) } else { Ok(self.name.len()) }
    }

    #[observe(description = self.name, type = "extension")]
    fn more(&self) -> usize {
        self.name.len()
    }

    #[observe(agent = self.name)]
    fn other(&self) -> usize {
        self.name.len()
    }
}

macro_rules! with_literals {
    ($name:literal, $cost:expr, $kind:ident) => {
        #[observe($kind(name = $name, cost = $cost))]
        fn by_literals() {}
    };
}

with_literals!("search", 0.5, tool);

fn main() {
    asked(Request { model: "small".to_owned(), provider: "openai", port: 1 });
    drop(answered(1));
    by_path("chat");
    embeds();
    retrieves(1);
    agent();
    named();
    described("x");
    tool("x");
    costs(0.5);
    workflow(1);
    plan();
    task();
    step();
    client("x");
    server();
    select("x");
    read("x".as_ref());
    guardrail();
    evaluator();
    let tools = Tools { name: "x".to_owned() };
    assert_eq!(tools.plain() + tools.fails().unwrap() + tools.more() + tools.other(), 4);
    by_literals();
}
