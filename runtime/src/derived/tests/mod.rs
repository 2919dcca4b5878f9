//! Verdicts against a judge of integers, and figures against a list of every call.

mod judging;
mod looks;
