//! A whole program and a collector: what arrives, what is shown of it, and how the program ends. Through the public
//! interface alone.

mod ending;
mod exemplars;
mod independent;
mod metrics;
mod spans;
mod state;

use observant_tests::{otlp::Receiver, program::Program};

/// The program with these variables; by itself it serves on any free port.
fn program(environment: &[(&str, &str)]) -> Program {
    let free = [("OBSERVANT_LISTEN", "127.0.0.1:0")];
    let environment = [&free, environment].concat();
    Program::start(env!("CARGO_BIN_EXE_observant-fixture-program"), &environment)
}

/// The program, and a collector that it is told of.
fn exporting(environment: &[(&str, &str)]) -> (Receiver, Program) {
    let receiver = Receiver::start();
    let url = receiver.url();
    let program = program(&[&[("OTEL_EXPORTER_OTLP_ENDPOINT", &*url)], environment].concat());
    (receiver, program)
}

/// What it told on standard error besides that two of its functions have one name.
fn apart_from_twins(told: &str) -> String {
    let lines = told.lines().filter(|line| !line.contains("two functions are called"));
    lines.collect::<Vec<_>>().join("\n")
}
