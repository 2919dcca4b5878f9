//! `#[tracing::instrument]` under the `Registry` of `tracing-subscriber`, which keeps spans for layers and does
//! nothing else; off, without a subscriber.

use super::Kept;
use observant_benches::{
    Contender, Shape, Suspend, batch, block_on,
    work::{Refused, mix, sometimes},
};
use tracing::instrument;
use tracing_subscriber::util::SubscriberInitExt as _;

pub(super) const TOOL: &str = "tracing";

pub(super) const CONTENDERS: [Contender; 3] = [
    Contender { tool: TOOL, shape: Shape::Mixed, batch: batch!(x => mixed(x)) },
    Contender { tool: TOOL, shape: Shape::Suspended, batch: batch!(x => block_on(wait(x, 1))) },
    Contender { tool: TOOL, shape: Shape::Off, batch: batch!(x => switched_off(x)) },
];

pub(super) fn prepare() -> Kept {
    tracing_subscriber::registry().try_init().expect("no other subscriber");
    Box::new(())
}

#[instrument(skip_all)]
#[inline(never)]
fn mixed(number: u64) -> Result<u64, Refused> {
    sometimes(number)
}

#[instrument(skip_all)]
async fn wait(number: u64, times: u32) -> u64 {
    Suspend(times).await;
    mix(number)
}

#[instrument(skip_all)]
#[inline(never)]
fn switched_off(number: u64) -> u64 {
    mix(number)
}
