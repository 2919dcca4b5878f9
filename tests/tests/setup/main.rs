//! From settings to a running process and its end, through the public interface alone: a program as a process, told
//! what to do, since set-up is one per process and reads the environment.

mod depth;
mod ending;
mod listening;
mod ourselves;
mod status;
mod subscriber;
mod threads;
mod values;
mod warnings;

use observant_tests::program::Program;

/// The program with these variables; by itself it listens on any free port.
fn program(environment: &[(&str, &str)]) -> Program {
    let free = [("OBSERVANT_LISTEN", "127.0.0.1:0")];
    bare([&free, environment].concat().as_slice())
}

/// The program with these variables and no others of ours.
fn bare(environment: &[(&str, &str)]) -> Program {
    Program::start(env!("CARGO_BIN_EXE_observant-fixture-program"), environment)
}
