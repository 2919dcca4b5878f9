//! The examples `prometheus` and `axum` as people run them.

use observant_tests::{
    http::get,
    parse::{Dialect, Family, parse},
};
use serde_json::Value as Json;
use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Child, ChildStdout, Command, Stdio},
};

/// A running example; killed when dropped.
struct Example {
    child: Child,
    stdout: BufReader<ChildStdout>,
    said: String,
}

impl Example {
    fn start(executable: &str, arguments: &[&str]) -> Self {
        let mut child = Command::new(executable)
            .args(arguments)
            .env("OBSERVANT_LISTEN", "127.0.0.1:0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self { child, stdout, said: String::new() }
    }

    /// Where to look, once it has said so.
    fn address(&mut self) -> SocketAddr {
        loop {
            let from = self.said.len();
            assert!(self.stdout.read_line(&mut self.said).unwrap() > 0, "it ended: {}", self.said);
            if let Some((_, rest)) = self.said[from..].split_once("look at http://") {
                return rest.split('/').next().unwrap().parse().unwrap();
            }
        }
    }

    /// Presses Enter, or rather goes away, and waits for a good end.
    fn end(mut self) {
        drop(self.child.stdin.take());
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Example {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn rows(families: &[Family], name: &str, label: &str) -> Vec<(String, String)> {
    let family = families.iter().find(|family| family.name == name);
    let samples = family.unwrap_or_else(|| panic!("no family {name}")).samples.iter();
    let row = |sample: &observant_tests::parse::Sample| {
        (sample.label(label).unwrap_or_default().to_owned(), sample.text.clone())
    };
    samples.map(row).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(one, other)| ((*one).to_owned(), (*other).to_owned())).collect()
}

#[test]
fn prometheus() {
    let mut example = Example::start(env!("CARGO_BIN_EXE_observant-example-prometheus"), &[]);
    let address = example.address();
    let families = parse(get(address, "/metrics").text(), Dialect::Text).unwrap();
    let indexed = rows(&families, "search_documents_indexed_total", "language");
    assert_eq!(indexed, pairs(&[("english", "2"), ("other", "1")]));
    assert_eq!(rows(&families, "cache_entries", "none"), pairs(&[("", "14")]));
    let calls = pairs(&[("error", "1"), ("ok", "2"), ("panic", "0")]);
    assert_eq!(rows(&families, "observe_calls_total", "outcome"), calls);
    assert!(example.said.contains("function=\"index\",outcome=\"ok\"} 2\n"), "{}", example.said);
    example.end();
}

#[test]
fn axum() {
    let mut example =
        Example::start(env!("CARGO_BIN_EXE_observant-example-axum"), &["127.0.0.1:0"]);
    let address = example.address();
    assert_eq!(get(address, "/greet/you").text(), "hello you\n");
    assert_eq!(get(address, &format!("/greet/{}", "x".repeat(21))).status, 414);
    let families = parse(get(address, "/internal/metrics").text(), Dialect::Text).unwrap();
    // The handler formats by a macro, and any macro may wait: it could be cancelled.
    let calls = pairs(&[("cancelled", "0"), ("error", "1"), ("ok", "1"), ("panic", "0")]);
    assert_eq!(rows(&families, "observe_calls_total", "outcome"), calls);
    let status: Json = serde_json::from_slice(&get(address, "/internal/status").body).unwrap();
    let mut settings = status["settings"].as_array().expect("details, on loopback").iter();
    let listen = settings.find(|setting| setting["name"] == "listen").unwrap();
    assert_eq!((&listen["value"], &listen["origin"]), (&"off".into(), &"code".into()));
    example.end();
}
