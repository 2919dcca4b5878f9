//! Observant beside its peers: one workload, one run, taking turns. Prints Markdown.
//!
//! ```text
//! cargo run --release --manifest-path benches/peers/Cargo.toml                     all groups
//! cargo run --release --manifest-path benches/peers/Cargo.toml -- calls            one of them
//! cargo run --release --manifest-path benches/peers/Cargo.toml -- compile hotpath  of some attributes
//! ```

mod calls;
mod compile;
mod processor;
mod scrape;
mod spans;
mod table;

use observant_benches::Counting;
use std::{env, error::Error};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const GROUPS: [&str; 6] = ["calls", "sustained", "instructions", "spans", "scrape", "compile"];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if calls::run_alone(&arguments)
        || scrape::run_alone(&arguments)?
        || spans::run_alone(&arguments)?
    {
        return Ok(());
    }
    let Some((group, rest)) = arguments.split_first() else {
        return GROUPS.iter().try_for_each(|group| run(group, &[]));
    };
    run(group, rest)
}

fn run(group: &str, rest: &[String]) -> Result<(), Box<dyn Error>> {
    match group {
        "calls" => calls::run(),
        "sustained" => calls::sustained()?,
        "instructions" => calls::instructions()?,
        "spans" => spans::run()?,
        "scrape" => scrape::run()?,
        "compile" => compile::run(rest)?,
        _ => return Err(format!("`{group}` is none of: {}", GROUPS.join(", ")).into()),
    }
    Ok(())
}
