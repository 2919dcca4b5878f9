//! The harness: contenders take turns within one run, so that their figures can be compared.
//!
//! Absolute nanoseconds move from run to run with the machine's mood; ratios within a run hold.
//! Knows no contender; those live in `benches/`, one file for each tool.

mod allocations;
mod contender;
mod executor;
mod instructions;
mod rounds;
mod table;
mod threads;

pub use allocations::{Counting, allocations_during};
pub use contender::{Batch, Contender, Shape};
pub use executor::{Suspend, block_on};
pub use instructions::{count as count_instructions, run_one};
pub use rounds::{Figures, take_turns};
pub use table::{Column, print};
pub use threads::{Scaling, scaling};
