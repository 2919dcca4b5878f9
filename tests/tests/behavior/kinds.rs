//! Kinds: what their options say is evaluated once, before the body, and not at all when a function is off; what is read
//! from a returned value is read once, before it is judged.

use crate::figures::{self, errors, figures, ok};
use futures_util::{
    future::{BoxFuture, FutureExt},
    stream::{self, BoxStream, Stream, StreamExt},
};
use observant::{Usage, observe};
use std::{cell::RefCell, fmt::Display, future::Future};

thread_local! {
    /// What happened on this thread, in order.
    static SEEN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Notes that something was evaluated or done, and hands it on.
fn seen<T: Display>(what: T) -> T {
    SEEN.with_borrow_mut(|seen| seen.push(what.to_string()));
    what
}

fn take() -> Vec<String> {
    SEEN.take()
}

struct Request {
    model: String,
    port: u16,
}

impl Request {
    fn new() -> Self {
        Self { model: "large".to_owned(), port: 443 }
    }
}

#[observe(llm, provider = "openai", model = seen(&request.model), port = seen(request.port))]
fn moves(request: Request) -> String {
    seen("body");
    request.model
}

#[observe(tool = seen(name))]
fn falls(name: &str) -> Result<usize, ()> {
    seen("body");
    Ok(name.len())
}

#[observe(plan, agent = seen(depth))]
fn recurs(depth: u8) -> Result<u8, ()> {
    if depth == 0 { Ok(0) } else { recurs(depth - 1) }
}

#[observe(agent = seen(&name))]
async fn never_waits(name: String) -> String {
    seen("body");
    name
}

#[observe(agent(name = seen(&name), version = seen(2)))]
async fn waits(name: String) -> Result<String, ()> {
    tokio::task::yield_now().await;
    seen("body");
    Ok(name)
}

#[observe(step = seen(name.as_str()))]
fn opaque(name: String) -> impl Future<Output = Result<String, ()>> {
    async move {
        seen("body");
        Ok(name)
    }
}

#[observe(step = seen(&name))]
fn boxed(name: String) -> BoxFuture<'static, String> {
    async move {
        seen("body");
        name
    }
    .boxed()
}

#[tokio::test]
async fn expressions_are_evaluated_once_before_the_body_whatever_the_shape() {
    assert_eq!(moves(Request::new()), "large");
    assert_eq!(take(), ["large", "443", "body"]);
    assert_eq!(falls("search"), Ok(6));
    assert_eq!(take(), ["search", "body"]);
    assert_eq!(recurs(2), Ok(0));
    assert_eq!(take(), ["2", "1", "0"]);
    assert_eq!(never_waits("one".to_owned()).await, "one");
    assert_eq!(take(), ["one", "body"]);
    assert_eq!(waits("two".to_owned()).await.unwrap(), "two");
    assert_eq!(take(), ["two", "2", "body"]);
    let future = opaque("three".to_owned());
    assert_eq!(take(), ["three"]);
    assert_eq!(future.await.unwrap(), "three");
    assert_eq!(take(), ["body"]);
    assert_eq!(boxed("four".to_owned()).await, "four");
    assert_eq!(take(), ["four", "body"]);
    for function in ["moves", "falls", "never_waits", "waits", "opaque", "boxed"] {
        assert_eq!(figures!(function), ok(1), "{function}");
    }
    assert_eq!(figures!("recurs"), ok(3));
}

#[derive(Clone, Copy)]
enum Mode {
    Simple,
}

impl Display for Mode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Simple => "simple",
        })
    }
}

struct Agent {
    name: String,
    mode: Mode,
}

impl Agent {
    #[observe(agent = self.name, model = seen(self.mode))]
    fn run(&mut self) -> &mut String {
        self.name.push('!');
        &mut self.name
    }

    #[observe(task(mode = seen(self.mode), ticket = ticket), name = "Agent::accept")]
    fn accept<T: Display>(self, ticket: T) -> (String, T) {
        (self.name, ticket)
    }
}

#[test]
fn fields_of_self_and_generic_arguments() {
    let mut agent = Agent { name: "planner".to_owned(), mode: Mode::Simple };
    agent.run().push('?');
    assert_eq!(agent.accept(7), ("planner!?".to_owned(), 7));
    assert_eq!(take(), ["simple", "simple"]);
    assert_eq!((figures!("run"), figures!("Agent::accept")), (ok(1), ok(1)));
}

#[observe(llm(provider = seen("openai")), usage = |text| seen(text.len() as u64).pair())]
fn switched(text: &str) -> String {
    text.to_owned()
}

trait Pair: Sized {
    fn pair(self) -> (Self, Self);
}

impl Pair for u64 {
    fn pair(self) -> (Self, Self) {
        (self, self)
    }
}

#[test]
fn nothing_is_evaluated_when_the_function_is_off() {
    let path = concat!(module_path!(), "::switched");
    assert_eq!(observant::control().switch_off(path).unwrap(), 1);
    switched("text");
    assert_eq!(take(), [""; 0]);
    assert_eq!(observant::control().switch_on(path).unwrap(), 1);
    switched("text");
    assert_eq!(take(), ["openai", "4"]);
    assert_eq!(figures!("switched"), ok(1));
}

#[derive(Debug, PartialEq)]
struct Response {
    model: Option<String>,
    input: u32,
    output: u32,
}

impl Response {
    fn new(input: u32) -> Self {
        Self { model: Some("large-2".to_owned()), input, output: 2 }
    }

    fn usage(&self) -> Usage {
        seen(format!("usage {}", self.input));
        Usage { input: self.input.into(), output: self.output.into(), ..Usage::default() }
    }

    fn model(&self) -> &str {
        seen(self.model.as_deref().unwrap_or("none"))
    }
}

#[derive(Debug, PartialEq, observant::Label)]
enum Failure {
    Deferred,
    Broken,
}

#[observe(
    llm(provider = "openai", usage = Response::usage),
    model = "large",
    model = |response| response.model.as_deref().map(seen),
    ok_if = |result| seen(result.is_ok())
)]
async fn answers(input: u32) -> Result<Response, Failure> {
    tokio::task::yield_now().await;
    if input == 0 { Err(Failure::Broken) } else { Ok(Response::new(input)) }
}

#[observe(embedding(provider = "local", usage = |response| (response.input, extra), response_model = Response::model))]
fn embeds(extra: u32) -> Response {
    Response::new(seen(extra))
}

#[observe(llm(provider = "local"), usage = Response::usage)]
#[track_caller]
fn located(input: u32) -> Result<Response, Failure> {
    if input == 0 {
        return Err(Failure::Broken);
    }
    Ok(Response::new(input))
}

#[observe(llm(provider = "local"), usage = |response| response.usage())]
fn later(input: u32) -> impl Future<Output = Response> {
    async move { Response::new(input) }
}

#[observe(llm(provider = "local"), usage = Response::usage)]
fn in_a_box(input: u32) -> BoxFuture<'static, Result<Response, Failure>> {
    async move { if input == 0 { Err(Failure::Broken) } else { Ok(Response::new(input)) } }.boxed()
}

#[tokio::test]
async fn what_is_read_from_an_answer_is_read_once_before_it_is_judged() {
    assert_eq!(answers(5).await, Ok(Response::new(5)));
    assert_eq!(take(), ["usage 5", "large-2", "true"]);
    answers(0).await.unwrap_err();
    assert_eq!(take(), ["false"], "an error has no usage");
    assert_eq!(embeds(3).input, 3);
    assert_eq!(take(), ["3", "large-2"]);
    located(1).unwrap();
    located(0).unwrap_err();
    assert_eq!(take(), ["usage 1"]);
    assert_eq!(later(6).await.input, 6);
    assert_eq!(take(), ["usage 6"]);
    in_a_box(7).await.unwrap();
    in_a_box(0).await.unwrap_err();
    assert_eq!(take(), ["usage 7"]);
    assert_eq!(figures!("answers"), errors(1, &["Broken"]));
    assert_eq!(figures!("located"), errors(1, &["Broken"]));
    assert_eq!(figures!("in_a_box"), errors(1, &["Broken"]));
    assert_eq!((figures!("embeds"), figures!("later")), (ok(1), ok(1)));
}

#[observe(llm(provider = seen("local")), usage = Response::usage, response_model = Response::model)]
fn streams(upto: u32) -> impl Stream<Item = Response> {
    stream::iter(1..=upto).map(Response::new)
}

#[observe(llm(provider = "local"), usage = Response::usage, control_flow = |error| *error == Failure::Deferred)]
fn streams_in_a_box(
    items: Vec<Result<Response, Failure>>,
) -> BoxStream<'static, Result<Response, Failure>> {
    stream::iter(items).boxed()
}

#[tokio::test]
async fn streams_are_read_item_by_item() {
    let responses = streams(2);
    assert_eq!(take(), ["local"]);
    assert_eq!(responses.count().await, 2);
    assert_eq!(take(), ["usage 1", "large-2", "usage 2", "large-2"]);
    assert_eq!(figures!("streams"), ok(1));

    let items = vec![Ok(Response::new(1)), Err(Failure::Deferred), Ok(Response::new(2))];
    assert_eq!(streams_in_a_box(items).count().await, 3);
    assert_eq!(take(), ["usage 1", "usage 2"]);
    let items = vec![Err(Failure::Deferred), Err(Failure::Broken), Ok(Response::new(3))];
    assert_eq!(streams_in_a_box(items).count().await, 3);
    assert_eq!(figures!("streams_in_a_box"), errors(1, &["Broken"]));
}

/// Names of the same words as kinds and options, and as what expansions say.
#[observe(agent = __tell, model = agent, provider = usage, name = "hygienic")]
fn hygienic(agent: &str, usage: &str, __tell: &str, __value: u8, __returned: u8) -> u8 {
    u8::try_from(agent.len() + usage.len() + __tell.len()).unwrap() + __value + __returned
}

#[observe(llm(provider = "x", usage = |_| (__value, __returned)))]
fn hygienic_reads(__value: u8, __returned: u8) -> u8 {
    __value + __returned
}

#[test]
fn names_of_the_user_are_the_users() {
    assert_eq!(hygienic("a", "b", "c", 4, 5) + hygienic_reads(1, 2), 15);
}

#[observe(db(system = "sqlite"), name = "Rows::select")]
fn select() {}

#[observe(retrieval, buckets = micro)]
fn retrieves() {}

struct Tools;

#[observe(tool)]
impl Tools {
    fn search(&self) {}

    #[observe(description = "Reads.")]
    fn read(&self) {}

    #[observe(mcp(client))]
    fn remote(&self) {}
}

#[observe(file(operation = "read"))]
mod files {
    pub(super) fn read() {}

    #[observe(evaluator)]
    pub(super) mod judges {
        pub(crate) fn judge() {}
    }
}

#[observe]
fn plain() {}

fn kind(function: &str) -> String {
    figures::info(module_path!(), function).kind
}

#[test]
fn the_kind_shows() {
    assert_eq!(kind("plain"), "function");
    assert_eq!(kind("moves"), "llm");
    assert_eq!(kind("embeds"), "embedding");
    assert_eq!(kind("run"), "agent");
    assert_eq!(kind("Agent::accept"), "task");
    assert_eq!(kind("recurs"), "plan");
    assert_eq!(kind("Rows::select"), "db");
    assert_eq!(kind("Tools::search"), "tool");
    assert_eq!(kind("Tools::read"), "tool", "options alone leave the block's kind");
    assert_eq!(kind("Tools::remote"), "mcp", "a kind takes its place");
    assert_eq!(figures::info(concat!(module_path!(), "::files"), "read").kind, "file");
    assert_eq!(
        figures::info(concat!(module_path!(), "::files::judges"), "judge").kind,
        "evaluator"
    );
}

struct Remote;

#[observe(mcp(client, tool = "block"))]
impl Remote {
    fn asks(&self) {}

    #[observe(server, method = method)]
    fn answers(&self, method: &str) -> usize {
        method.len()
    }

    #[observe(mcp, tool = "own")]
    fn replaces(&self) {}
}

/// `server` takes `client` back; beside `mcp`, `tool` is an option and no kind.
#[test]
fn options_of_a_method_change_what_its_block_says() {
    Remote.asks();
    Remote.answers("tools/list");
    Remote.replaces();
    let snapshot = observant::snapshot();
    let counts = |side: &str, method, tool| {
        let family = format!("mcp_{side}_operation_duration_seconds");
        let labels = [("mcp_method_name", method), ("gen_ai_tool_name", tool)];
        snapshot.find(&family, &labels).is_some()
    };
    assert!(counts("client", "tools/call", "block"));
    assert!(counts("server", "tools/list", "block"));
    assert!(!counts("client", "tools/list", "block"));
    assert!(counts("server", "tools/call", "own"));
}

#[test]
fn agents_take_longer_unless_they_say_otherwise() {
    let ladder = |function| figures::bounds_of(module_path!(), function);
    plain();
    select();
    retrieves();
    Tools.search();
    Tools.read();
    Tools.remote();
    files::read();
    files::judges::judge();
    assert_eq!(ladder("Tools::search"), (0.01, 600.0));
    assert_eq!(ladder("plain"), (0.0001, 10.0));
    assert_eq!(ladder("Rows::select"), ladder("plain"), "databases are fast");
    assert_eq!(ladder("retrieves"), (1e-6, 0.01));
}
