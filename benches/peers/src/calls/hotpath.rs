//! `#[hotpath::measure]` under its guard. It measures durations alone. Off it is compiled out: as bare.

use super::Kept;
use observant_benches::{
    Contender, Shape, Suspend, batch, block_on,
    work::{Refused, mix, sometimes},
};

pub(super) const TOOL: &str = "hotpath";

pub(super) const CONTENDERS: [Contender; 2] = [
    Contender { tool: TOOL, shape: Shape::Mixed, batch: batch!(x => mixed(x)) },
    Contender { tool: TOOL, shape: Shape::Suspended, batch: batch!(x => block_on(wait(x, 1))) },
];

pub(super) fn prepare() -> Kept {
    // SAFETY: no other thread of ours is there yet to read the environment.
    unsafe { std::env::set_var("HOTPATH_METRICS_SERVER_OFF", "true") };
    let guard = hotpath::HotpathGuardBuilder::new("peers").format(hotpath::Format::None).build();
    Box::new(guard)
}

#[hotpath::measure]
#[inline(never)]
fn mixed(number: u64) -> Result<u64, Refused> {
    sometimes(number)
}

#[hotpath::measure]
async fn wait(number: u64, times: u32) -> u64 {
    Suspend(times).await;
    mix(number)
}
