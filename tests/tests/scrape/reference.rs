//! Read by the reference parsers of `prometheus_client` (Python).
//!
//! Needs `python3` (or what `PYTHON` names) with the package `prometheus_client`. Without it the test says so and
//! passes, except where `CI` is set.

use super::{OPEN_METRICS, program};
use observant_tests::{
    http::Client,
    parse::{Dialect, Family, parse},
};
use serde_json::{Value as Json, json};
use std::{
    io::Write as _,
    process::{Command, Stdio},
};

const SCRIPT: &str = r#"
import json, struct, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as text
def read(document):
    parser = open_metrics if document["open_metrics"] else text
    return [[f.name, f.type, f.documentation, f.unit, [[s.name, dict(s.labels), struct.pack(">d", s.value).hex()] for s in f.samples]]
            for f in parser(document["text"])]
json.dump([read(document) for document in json.load(sys.stdin)], sys.stdout)
"#;

/// What the parsers read of documents; `None` where there are no parsers.
fn read(documents: &Json) -> Option<Vec<Json>> {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let there = Command::new(&python)
        .args(["-c", "import prometheus_client.openmetrics.parser"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !there {
        let message = "SKIPPED: no Python with `prometheus_client`; pip install prometheus_client, or set PYTHON";
        assert!(std::env::var_os("CI").is_none(), "{message}");
        eprintln!("{message}");
        return None;
    }
    let mut child = Command::new(python)
        .args(["-c", SCRIPT])
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python starts");
    let mut input = child.stdin.take().expect("it is piped");
    input.write_all(documents.to_string().as_bytes()).expect("python reads");
    drop(input);
    let output = child.wait_with_output().expect("python ends");
    assert!(output.status.success(), "the parser refused a document");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Our reading, as the script writes it. Both of its parsers name a counter without `_total`.
fn expected(family: &Family, dialect: Dialect) -> Json {
    let stem = match (&*family.kind, dialect) {
        ("counter", Dialect::Text) => family.name.strip_suffix("_total").expect("counters end so"),
        _ => &*family.name,
    };
    let samples: Vec<Json> = family
        .samples
        .iter()
        .map(|sample| {
            let labels: serde_json::Map<_, _> = sample
                .labels
                .iter()
                .map(|(name, value)| (name.clone(), value.clone().into()))
                .collect();
            // Bits: two languages may print one number in two ways.
            json!([sample.name, labels, format!("{:016x}", sample.value().to_bits())])
        })
        .collect();
    json!([stem, family.kind, family.help, family.unit, samples])
}

#[test]
fn the_reference_parsers_read_what_we_read() {
    let mut program = program();
    program.tell("work");
    program.tell("begin");
    let mut client = Client::connect(program.address());
    let texts = [
        (client.get("/metrics", &[]), Dialect::Text),
        (client.get("/metrics", &[OPEN_METRICS]), Dialect::OpenMetrics),
    ];
    let documents = texts
        .iter()
        .map(|(response, dialect)| json!({ "open_metrics": *dialect == Dialect::OpenMetrics, "text": response.text() }));
    let Some(read) = read(&documents.collect()) else { return };
    for ((response, dialect), read) in texts.iter().zip(read) {
        let ours = parse(response.text(), *dialect).unwrap();
        let read = read.as_array().expect("a list of families").clone();
        assert_eq!(read.len(), ours.len());
        for (read, ours) in read.iter().zip(&ours) {
            assert_eq!(*read, expected(ours, *dialect), "{dialect:?}");
        }
    }
}
