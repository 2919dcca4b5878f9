//! What the reference parsers of `prometheus_client` (Python) read of generated documents.
//!
//! Needs `python3` (or what `PYTHON` names) with the package `prometheus_client`. Without it the tests say so and
//! pass, except where `CI` is set.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use proptest::{
    strategy::{Strategy as _, ValueTree as _},
    test_runner::TestRunner,
};
use serde_json::{Value, json};

use super::{
    documents::{OPEN_METRICS, TEXT, any_snapshot, encode, readable},
    round_trip::{expected_samples, kind_and_suffix},
};
use crate::snapshot::{Kind, OwnedFamily, Snapshot};

const DOCUMENTS: usize = 256;

/// Reads `[{"open_metrics": bool, "text": str}]`, writes each document's families or the parser's complaint.
const SCRIPT: &str = r#"
import json, struct, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as text
def bits(value):
    return "NaN" if value != value else struct.pack(">d", value).hex()
def read(document):
    parser = open_metrics if document["open_metrics"] else text
    try:
        return [[f.name, f.type, f.documentation.strip(), f.unit,
                 [[s.name, dict(s.labels), bits(float(s.value))] for s in f.samples]]
                for f in parser(document["text"])]
    except Exception as error:
        return f"{type(error).__name__}: {error}"
json.dump([read(document) for document in json.load(sys.stdin)], sys.stdout)
"#;

fn python() -> String {
    std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

fn parser_is_there() -> bool {
    let found = Command::new(python())
        .args(["-c", "import prometheus_client.openmetrics.parser"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !found {
        let message = "SKIPPED: no Python with `prometheus_client`; pip install prometheus_client, or set PYTHON";
        assert!(std::env::var_os("CI").is_none(), "{message}");
        eprintln!("{message}");
    }
    found
}

fn read_all(documents: &Value) -> Vec<Value> {
    let mut child = Command::new(python())
        .args(["-c", SCRIPT])
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(documents.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

fn reference_reads_back(open_metrics: bool) {
    if !parser_is_there() {
        return;
    }
    let mut runner = TestRunner::default();
    let snapshots: Vec<Snapshot> =
        (0..DOCUMENTS).map(|_| any_snapshot().new_tree(&mut runner).unwrap().current()).collect();
    let accept = if open_metrics { OPEN_METRICS } else { TEXT };
    let documents: Vec<Value> = snapshots
        .iter()
        .map(|snapshot| json!({ "open_metrics": open_metrics, "text": encode(snapshot, accept, &[]) }))
        .collect();
    let read = read_all(&Value::from(documents));
    assert_eq!(read.len(), DOCUMENTS);
    for (snapshot, read) in snapshots.iter().zip(&read) {
        let families = snapshot.families.iter().filter(|family| !family.series.is_empty());
        let expected: Vec<_> =
            families.map(|family| expected_family(family, open_metrics)).collect();
        assert_eq!(read, &Value::from(expected), "{}", encode(snapshot, accept, &[]));
    }
}

/// The family as the script writes it. Both of its parsers name a counter without `_total`.
fn expected_family(family: &OwnedFamily, open_metrics: bool) -> Value {
    // What text calls untyped, this parser calls unknown.
    let (kind, suffix) = match kind_and_suffix(family, open_metrics) {
        ("untyped", suffix) => ("unknown", suffix),
        other => other,
    };
    let unit = family.unit.as_deref().filter(|_| open_metrics && family.kind != Kind::Info);
    // The parsers drop white space at the ends of a help text, each its own kind; the rest is compared.
    let help = readable(&family.help);
    let help = help.trim();
    let samples: Vec<Value> = family
        .series
        .iter()
        .flat_map(|series| expected_samples(&family.name, series))
        .map(|sample| {
            let labels: serde_json::Map<_, _> =
                sample.labels.iter().map(|(k, v)| (k.clone(), v.clone().into())).collect();
            // Its text parser gives counters the suffix they lack.
            let lacks = kind == "counter" && !sample.name.ends_with("_total");
            let name = if lacks { sample.name.clone() + "_total" } else { sample.name.clone() };
            json!([name, labels, bits(sample.value())])
        })
        .collect();
    json!([
        family.name.strip_suffix(suffix).unwrap(),
        kind,
        help,
        unit.unwrap_or_default(),
        samples
    ])
}

/// A number's bits, since two languages may print one number in two ways.
fn bits(value: f64) -> String {
    if value.is_nan() { "NaN".to_owned() } else { format!("{:016x}", value.to_bits()) }
}

#[test]
fn the_reference_reads_our_text_back() {
    reference_reads_back(false);
}

#[test]
fn the_reference_reads_our_open_metrics_back() {
    reference_reads_back(true);
}
