//! Helpers of the tests.
#[cfg(doctest)]
mod snippets;
