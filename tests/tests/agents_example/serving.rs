//! A run that goes on serving: what it serves agrees with what it printed, and Ctrl-C ends it.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::TcpStream,
};

use serde_json::Value;

use crate::{
    annotations,
    models::{FakeModel, Reply},
    program::{Place, Running},
};

fn get(address: &str, path: &str, accept: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("it serves");
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nhost: {address}\r\naccept: {accept}\r\nconnection: close\r\n\r\n"
    )
    .unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    let (head, body) = response.split_once("\r\n\r\n").expect("a response has a head");
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    if head.to_ascii_lowercase().contains("transfer-encoding: chunked") {
        return unchunked(body);
    }
    body.to_owned()
}

fn unchunked(mut body: &str) -> String {
    let mut whole = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        whole.push_str(&rest[..size]);
        body = rest[size..].trim_start_matches("\r\n");
    }
    whole
}

/// `observe_calls_total` by module, function and outcome, summed over further labels.
fn calls(metrics: &str) -> BTreeMap<(String, String, String), u64> {
    let mut calls = BTreeMap::new();
    for line in metrics.lines().filter(|line| line.starts_with("observe_calls_total{")) {
        let (_, rest) = line.split_once('{').unwrap();
        let (labels, value) = rest.rsplit_once("} ").unwrap();
        let label = |name: &str| {
            let start = labels.find(&format!("{name}=\"")).expect(line) + name.len() + 2;
            labels[start..start + labels[start..].find('"').unwrap()].to_owned()
        };
        let key = (label("module"), label("function"), label("outcome"));
        *calls.entry(key).or_default() += value.parse::<u64>().expect(line);
    }
    calls
}

#[test]
fn figures_served_agree_with_the_report_and_ctrl_c_ends() {
    let place = Place::new();
    for number in 0..25 {
        place.put(
            &format!("file{number}.md"),
            format!(
                "# Title {number}\n\nA sentence about subject {number}, long enough to count.\n"
            ),
        );
    }
    place.put("picture.bin", [0, 1, 2, 3]);
    let mut run = Running::start(&mut place.agents());
    let looked = run.wait_for("where to look: http://");
    let address = looked.split('/').next().unwrap().to_owned();

    let metrics = get(&address, "/metrics", "text/plain");
    let calls = calls(&metrics);
    let count = |module: &str, function: &str, outcome: &str| {
        let key = (format!("agents::{module}"), function.to_owned(), outcome.to_owned());
        calls.get(&key).copied().unwrap_or_else(|| panic!("{key:?} is not served:\n{metrics}"))
    };
    assert_eq!(count("reader", "load", "ok"), 25);
    assert_eq!(count("reader", "load", "error"), 1);
    // 25 reviews and the binary file end well, and so do the digest and the drill that is refused twice.
    assert_eq!(count("orchestrator::task", "perform", "ok"), 28);
    assert_eq!(count("orchestrator::task", "perform", "error"), 2);
    assert_eq!(count("orchestrator::task", "perform", "panic"), 1);
    assert_eq!(count("orchestrator::drill", "rehearse", "cancelled"), 1);
    assert_eq!(count("orchestrator::drill", "column", "panic"), 1);
    assert!(count("llm::client", "Model::complete", "error") >= 2);
    assert_eq!(count("writer", "write", "ok"), 1);
    assert!(metrics.contains("mode=\"Drill\"") && metrics.contains("mode=\"Review\""));
    let binary = metrics.lines().any(|line| {
        let parts = ["observe_errors_total{", "\"agents::reader\"", "\"load\"", "\"Binary\""];
        parts.iter().all(|part| line.contains(part)) && line.ends_with("} 1")
    });
    assert!(binary, "an error counts under the name of its variant:\n{metrics}");

    agrees_with_the_table(&run.said, &calls);
    lists_every_annotated_function(&get(&address, "/status", "application/json"));

    run.interrupt();
    let (status, rest) = run.end();
    assert_eq!(status.code(), Some(0), "{rest}");
    assert_eq!(place.report().matches("\n### ").count(), 25);
}

/// Every row of the closing table, against the counters served.
fn agrees_with_the_table(said: &str, calls: &BTreeMap<(String, String, String), u64>) {
    let table = said.split("what each function did").nth(1).expect("there is a table");
    let mut module = "";
    let mut rows = 0;
    for line in table.lines().skip(1).take_while(|line| !line.is_empty()) {
        let Some(row) = line.strip_prefix("  ") else {
            // Below the last row are those that nobody called.
            module = line;
            continue;
        };
        // A name may hold spaces (`<Type as Trait>::method`), so the figures are taken from the end.
        let figures: Vec<&str> = row.split_whitespace().rev().take(10).collect();
        let number = |column: usize| figures[9 - column].parse::<u64>().expect(row);
        let function = row.split("  ").next().unwrap().trim();
        let of = |outcome: &str| {
            let key = (module.to_owned(), function.to_owned(), outcome.to_owned());
            calls.get(&key).copied().unwrap_or_default()
        };
        rows += 1;
        if module == "agents::llm::server" {
            // A request that is cut off ends here a moment after it ended for the client.
            continue;
        }
        for (column, outcome) in (1..).zip(["ok", "error", "panic", "cancelled"]) {
            assert_eq!(number(column), of(outcome), "{outcome} of {row}");
        }
        assert_eq!(number(0), (1..=4).map(number).sum::<u64>(), "{row}");
    }
    assert!(rows > 20, "{table}");
}

fn lists_every_annotated_function(status: &str) {
    let status: Value = serde_json::from_str(status).expect("/status is JSON");
    let listed: Vec<(String, String)> = status["functions"]
        .as_array()
        .expect("functions are listed")
        .iter()
        .map(|function| {
            let text = |key: &str| function[key].as_str().expect(key).to_owned();
            (text("module"), text("function"))
        })
        .collect();
    let annotated = annotations::of_the_example();
    assert!(annotated.len() > 40, "{annotated:?}");
    for wanted in &annotated {
        let found = listed.iter().any(|(module, function)| {
            *module == wanted.module && function.rsplit("::").next() == Some(&*wanted.function)
        });
        assert!(found, "{wanted:?} is annotated and not on /status");
    }
}

#[test]
fn ctrl_c_before_the_report_ends_without_one() {
    let place = Place::new();
    place.put("a.txt", "alpha\n");
    let model = FakeModel::start(vec![Reply::Silence]);
    let base = format!("http://{}/v1", model.address);
    let mut run = Running::start(place.agents().env("OPENAI_BASE_URL", base));
    model.asked.recv().expect("the model is asked");
    run.interrupt();
    let (status, rest) = run.end();
    assert_eq!(status.code(), Some(130), "{rest}");
    assert!(rest.contains("interrupted; no report was written"), "{rest}");
    assert!(!place.work().join("report.md").exists());
}
