//! Nobody observes.

use crate::{
    contender::{Contender, Shape},
    executor::{Suspend, block_on},
    work::{Refused, batch, halve, mix, sometimes},
};

const TOOL: &str = "bare";

/// One for each shape.
pub const CONTENDERS: [Contender; 8] = [
    Contender { tool: TOOL, shape: Shape::Plain, batch: batch!(x => plain(x)) },
    Contender { tool: TOOL, shape: Shape::Succeeding, batch: batch!(x => fallible(2 * x)) },
    Contender { tool: TOOL, shape: Shape::Failing, batch: batch!(x => fallible(2 * x + 1)) },
    Contender { tool: TOOL, shape: Shape::Mixed, batch: batch!(x => mixed(x)) },
    Contender { tool: TOOL, shape: Shape::Labelled, batch: batch!(x => plain(x)) },
    Contender { tool: TOOL, shape: Shape::Ready, batch: batch!(x => block_on(wait(x, 0))) },
    Contender { tool: TOOL, shape: Shape::Suspended, batch: batch!(x => block_on(wait(x, 1))) },
    Contender { tool: TOOL, shape: Shape::Off, batch: batch!(x => plain(x)) },
];

#[inline(never)]
fn plain(number: u64) -> u64 {
    mix(number)
}

#[inline(never)]
fn fallible(number: u64) -> Result<u64, Refused> {
    halve(number)
}

#[inline(never)]
fn mixed(number: u64) -> Result<u64, Refused> {
    sometimes(number)
}

async fn wait(number: u64, times: u32) -> u64 {
    Suspend(times).await;
    mix(number)
}
