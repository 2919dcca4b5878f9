//! Helpers of the tests.
pub mod absent;
pub mod alertmanager;
pub mod http;
pub mod nginx;
pub mod otlp;
pub mod parse;
pub mod program;
pub mod prometheus;
#[cfg(doctest)]
mod snippets;
pub mod trace_context;
