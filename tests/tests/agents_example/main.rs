//! End to end: the `agents` example as a process, on folders made for it.
//!
//! Each test has its own folders, its own memory and a free port; nothing is shared and nothing
//! waits for a clock. `watched` has it watched by Prometheus and Alertmanager, with its own dashboards and rules.

#[cfg(unix)]
mod annotations;
// Ends its runs with signals.
#[cfg(unix)]
mod chaos;
mod folders;
// Ends its runs with signals.
#[cfg(unix)]
mod kinds;
mod models;
mod program;
// Ends its runs with signals.
#[cfg(unix)]
mod secrets;
// Ends its runs with signals.
#[cfg(unix)]
mod serving;
// Ends its runs with signals.
#[cfg(unix)]
mod status;
mod traces;
mod trees;
// Mends what is broken with signals.
#[cfg(unix)]
mod watched;
