//! `#[observe]`.

use super::Kept;
use observant::observe;
use observant_benches::{
    Contender, Shape, Suspend, batch, block_on,
    work::{Refused, mix, sometimes},
};

pub(super) const TOOL: &str = "observant";

pub(super) const CONTENDERS: [Contender; 3] = [
    Contender { tool: TOOL, shape: Shape::Mixed, batch: batch!(x => mixed(x)) },
    Contender { tool: TOOL, shape: Shape::Suspended, batch: batch!(x => block_on(wait(x, 1))) },
    Contender { tool: TOOL, shape: Shape::Off, batch: batch!(x => switched_off(x)) },
];

pub(super) fn prepare() -> Kept {
    // Calibrates the clock. Neither the server nor a subscriber is what is measured here.
    let observant = observant::builder().listen("off").logs(observant::Logs::Off).init();
    let observant = observant.expect("the environment of a benchmark is sound");
    let off = concat!(module_path!(), "::switched_off");
    observant::control().switch_off(off).expect("it exists");
    Box::new(observant)
}

#[observe]
#[inline(never)]
fn mixed(number: u64) -> Result<u64, Refused> {
    sometimes(number)
}

#[observe]
async fn wait(number: u64, times: u32) -> u64 {
    Suspend(times).await;
    mix(number)
}

#[observe]
#[inline(never)]
fn switched_off(number: u64) -> u64 {
    mix(number)
}
