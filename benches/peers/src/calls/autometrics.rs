//! `#[autometrics]` on the `prometheus` crate.

use autometrics::autometrics;
use observant_benches::{
    Contender, Shape, Suspend, batch, block_on,
    work::{Refused, mix, sometimes},
};

pub(super) const TOOL: &str = "autometrics";

pub(super) const CONTENDERS: [Contender; 2] = [
    Contender { tool: TOOL, shape: Shape::Mixed, batch: batch!(x => mixed(x)) },
    Contender { tool: TOOL, shape: Shape::Suspended, batch: batch!(x => block_on(wait(x, 1))) },
];

#[autometrics]
#[inline(never)]
fn mixed(number: u64) -> Result<u64, Refused> {
    sometimes(number)
}

#[autometrics]
async fn wait(number: u64, times: u32) -> u64 {
    Suspend(times).await;
    mix(number)
}
