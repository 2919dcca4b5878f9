//! Calls as spans: what `tracing` is shown of them, what our traces hold of its spans and events.
//!
//! `programs` are run in every way in which calls and `tracing` can meet; `tree` draws what came of it.

mod bridge;
mod filters;
mod formats;
mod programs;
mod records;
mod reference;
mod tree;
