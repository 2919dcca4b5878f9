//! The harness: contenders take turns within one run, so that their figures can be compared.
//!
//! Absolute nanoseconds move from run to run with the machine's mood; ratios within a run hold.
//! Knows the two contenders that need no tool, nobody and the floor; the others live with the benchmarks.

mod allocations;
pub mod bare;
mod contender;
mod executor;
pub mod floor;
mod instructions;
mod rounds;
mod table;
mod threads;
pub mod work;

pub use allocations::{Counting, Memory, allocations_during, memory_during};
pub use contender::{Batch, Contender, Shape};
pub use executor::{Suspend, block_on};
pub use instructions::{count as count_instructions, run_one};
pub use rounds::{Figures, take_turns};
pub use table::{Column, print};
pub use threads::{Scaling, scaling};
