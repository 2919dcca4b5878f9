//! Helpers of the tests.
#[cfg(doctest)]
mod snippets;
pub mod http;
pub mod parse;
pub mod prometheus;
