//! Nobody observes.

use crate::work::{Refused, batch, halve, mix};
use observant_benches::{Contender, Shape, Suspend, block_on};

const TOOL: &str = "bare";

pub(crate) const CONTENDERS: [Contender; 7] = [
    Contender { tool: TOOL, shape: Shape::Plain, batch: batch!(x => plain(x)) },
    Contender { tool: TOOL, shape: Shape::Succeeding, batch: batch!(x => fallible(2 * x)) },
    Contender { tool: TOOL, shape: Shape::Failing, batch: batch!(x => fallible(2 * x + 1)) },
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

async fn wait(number: u64, times: u32) -> u64 {
    Suspend(times).await;
    mix(number)
}
