//! Every endpoint of a running program (`fixtures/checked`) under tools that are not ours: `schemathesis` by the published
//! description, `slowhttptest` with clients that take their time.

mod described;
mod slow;

use observant_tests::program::Program;

/// The program, set up, with this in its environment besides.
fn program(environment: &[(&str, &str)]) -> Program {
    let executable = env!("CARGO_BIN_EXE_observant-fixture-checked");
    let listen = ("OBSERVANT_LISTEN", "127.0.0.1:0");
    let environment: Vec<_> = environment.iter().copied().chain([listen]).collect();
    let mut program = Program::start(executable, &environment);
    program.ignore_error();
    program.init("");
    program
}
