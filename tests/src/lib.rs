//! Helpers of the tests.
pub mod parse;
