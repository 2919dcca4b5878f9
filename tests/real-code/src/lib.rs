//! Puts `#[observe]` before every function of published crates and compares what they build, what their
//! tests say, and what lints say, with the crates as they are. `scripts/real-code` is its program.

mod annotate;
mod cargo;
mod lints;
mod macros;
mod package;
mod programs;
mod qualifiers;
mod report;
mod tests;
mod tree;

pub use annotate::{ATTRIBUTE, Annotated, annotate};
pub use cargo::{Cargo, Toolchain};
pub use lints::{Diagnostics, differences, everything, is_by_nature};
pub use macros::Macros;
pub use package::{Package, Wanted};
pub use report::Report;
pub use tests::{Build, Results, Target, Verdict};
pub use tree::{Counts, Trees};
