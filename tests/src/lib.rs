//! Helpers of the tests.
pub mod http;
pub mod parse;
pub mod prometheus;
#[cfg(doctest)]
mod snippets;
