//! What people say to models, and what models, tools and files answer, is found nowhere unless it is asked for.

use observant::{observe, testing::capture};
use std::{
    fmt,
    io::{self, Write},
    sync::{Arc, Mutex},
};
use tracing_subscriber::layer::SubscriberExt as _;

const SECRET: &str = "hunter2-4711";

#[derive(Debug)]
struct Refused(#[allow(dead_code)] String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[observe(llm, provider = "p", model = "secretive")]
async fn ask(prompt: String) -> Result<String, Refused> {
    tracing::warn!("a log of the program's own");
    Ok(format!("answer to {prompt}"))
}

#[observe(tool(name = "secretive", cost = 0.5))]
fn tool(arguments: String) -> Result<String, Refused> {
    Err(Refused(arguments))
}

#[observe(retrieval(source = "secretive"))]
fn retrieve(query: &str) -> Vec<String> {
    vec![query.to_owned()]
}

#[observe(file(operation = "read"))]
fn read(path: &str) -> Result<String, Refused> {
    Err(Refused(path.to_owned()))
}

#[observe(db(system = "sqlite", operation = "SELECT", collection = "secretive"))]
fn select(statement: &str) -> Option<String> {
    Some(statement.to_owned())
}

#[observe(guardrail = "secretive")]
fn guard(text: &str) -> bool {
    observant::current().triggered();
    text.is_empty()
}

#[observe(task(name = "secretive", mode = "secretive"))]
async fn task(secret: String) -> Result<(), Refused> {
    panics(&secret);
    let answer = ask(secret).await?;
    retrieve(&answer);
    let _ = read(&answer);
    select(&answer);
    guard(&answer);
    tool(answer)?;
    Ok(())
}

#[observe(step = "panics")]
fn panics(secret: &str) {
    let secret = secret.to_owned();
    let panics = move || -> () { std::panic::resume_unwind(Box::new(secret)) };
    let _ = std::panic::catch_unwind(panics);
}

/// What is written to a log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_planted_secret_is_found_nowhere() {
    let log = Log::default();
    let writer = log.clone();
    let shown = tracing_subscriber::fmt::layer()
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(move || writer.clone());
    let subscriber = observant::subscriber(tracing_subscriber::registry().with(shown));
    let _subscriber = tracing::subscriber::set_default(subscriber);
    let captured = capture();
    task(SECRET.to_owned()).await.unwrap_err();
    let spans = captured.spans();
    assert!(spans.len() >= 8, "{spans:?}");
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(logged.contains("a log of the program's own") && logged.contains("ask"), "{logged}");
    for (place, text) in [
        ("spans", format!("{spans:?}")),
        ("metrics", format!("{:?}", observant::snapshot())),
        ("logs", logged),
    ] {
        assert!(text.contains("secretive") || place == "logs", "{place} show the calls: {text}");
        assert!(!text.contains(SECRET), "{place}: {text}");
    }
}
