//! Every endpoint of a running program (`fixtures/checked`) under tools that are not ours: `schemathesis` by the published
//! description, `slowhttptest` with clients that take their time, nginx before it.

mod described;
mod proxied;
mod slow;

use observant_tests::program::Program;

/// The program, set up, with this in its environment besides.
fn program(environment: &[(&str, &str)]) -> Program {
    Program::serving(env!("CARGO_BIN_EXE_observant-fixture-checked"), environment)
}
