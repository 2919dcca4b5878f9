//! The process of one contender: it makes traces, a burst at a time, and has each delivered before the next, so that
//! nobody is cheaper for having lost some. The caller's time is that of the bursts; that of all threads has the
//! deliveries too.

use super::{CHILDREN, Contender};
use crate::processor;

const WARM_UP: u64 = 5;
const BURSTS: u64 = 50;
/// In one burst: its spans fit the queues, see [`QUEUE`].
const TRACES: u64 = 80;

/// So many spans may wait. Ours gives each thread a quarter.
pub(super) const QUEUE: usize = 32_768;

/// Makes traces; prints what a call cost, and how many spans there were.
#[allow(clippy::cast_precision_loss)] // Below a million.
pub(super) fn make_traces(contender: &Contender, endpoint: &str) {
    let prepared = (contender.prepare)(endpoint);
    let burst = |number: u64| {
        let before = processor::of_this_thread();
        for trace in number * TRACES..(number + 1) * TRACES {
            (contender.trace)(trace * CHILDREN, CHILDREN);
        }
        let took = processor::of_this_thread() - before;
        (prepared.flush)(&*prepared.kept);
        took
    };
    for number in 0..WARM_UP {
        burst(number);
    }
    let all = processor::of_this_process();
    let caller: f64 = (WARM_UP..WARM_UP + BURSTS).map(burst).sum();
    let all = processor::of_this_process() - all;
    let calls = (BURSTS * TRACES * CHILDREN) as f64;
    let spans = (WARM_UP + BURSTS) * TRACES * (CHILDREN + 1);
    drop(prepared);
    println!("{} {} {spans}", caller * 1e9 / calls, all * 1e9 / calls);
}
