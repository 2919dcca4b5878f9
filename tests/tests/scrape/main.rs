//! What a real program serves on `/metrics`, read by readers that share nothing with our encoders: the strict one of
//! these tests, the parsers of `prometheus_client`, promtool, and a real Prometheus.

mod accept;
mod documents;
mod families;
mod prometheus;
mod reference;

use observant_tests::{
    parse::{Dialect, Family, Sample, parse},
    program::Program,
};

/// What asks for OpenMetrics 1.0.
const OPEN_METRICS: &str = "Accept: application/openmetrics-text;version=1.0.0";

/// The module of the program's functions.
const FUNCTIONS: &str = "observant_fixture_program::functions";

/// The program, set up.
fn program() -> Program {
    let executable = env!("CARGO_BIN_EXE_observant-fixture-program");
    let mut program = Program::start(executable, &[("OBSERVANT_LISTEN", "127.0.0.1:0")]);
    program.init("");
    program
}

/// Its figures in text 0.0.4.
fn scrape(program: &Program) -> Vec<Family> {
    parse(program.get("/metrics").text(), Dialect::Text).expect("what we write is well-formed")
}

/// A family by name.
#[track_caller]
fn family<'f>(families: &'f [Family], name: &str) -> &'f Family {
    families.iter().find(|family| family.name == name).unwrap_or_else(|| panic!("no family {name}"))
}

/// Samples of a family that are one function's.
fn of<'f>(families: &'f [Family], name: &str, function: &str) -> Vec<&'f Sample> {
    let samples = family(families, name).samples.iter();
    samples.filter(|sample| sample.label("function") == Some(function)).collect()
}

/// Samples as pairs of one label's value and the number as it stands, in order.
fn by<'f>(samples: &[&'f Sample], label: &str) -> Vec<(&'f str, &'f str)> {
    samples.iter().map(|sample| (sample.label(label).unwrap_or_default(), &*sample.text)).collect()
}
