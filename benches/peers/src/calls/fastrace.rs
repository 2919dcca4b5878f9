//! `#[fastrace::trace]` as a child, with one root for 100 calls and a reporter that drops what it gets; off, without
//! a parent.

use super::Kept;
use fastrace::{
    Span,
    collector::{Config, Reporter, SpanContext, SpanRecord},
};
use observant_benches::{
    Contender, Shape, Suspend, batch, block_on,
    work::{Refused, mix, sometimes},
};
use std::hint::black_box;

pub(super) const TOOL: &str = "fastrace";

pub(super) const CONTENDERS: [Contender; 3] = [
    Contender {
        tool: TOOL,
        shape: Shape::Mixed,
        batch: |calls| in_traces(calls, |x| drop(black_box(mixed(black_box(x))))),
    },
    Contender {
        tool: TOOL,
        shape: Shape::Suspended,
        batch: |calls| in_traces(calls, |x| _ = black_box(block_on(wait(black_box(x), 1)))),
    },
    Contender { tool: TOOL, shape: Shape::Off, batch: batch!(x => switched_off(x)) },
];

const CALLS_OF_A_TRACE: u64 = 100;

fn in_traces(calls: u64, call: impl Fn(u64)) {
    let mut next = 0;
    while next < calls {
        let root = Span::root("root", SpanContext::random());
        let _parent = root.set_local_parent();
        let end = calls.min(next + CALLS_OF_A_TRACE);
        for number in next..end {
            call(number);
        }
        next = end;
    }
}

struct Nobody;

impl Reporter for Nobody {
    fn report(&mut self, _: Vec<SpanRecord>) {}
}

pub(super) fn prepare() -> Kept {
    fastrace::set_reporter(Nobody, Config::default());
    Box::new(Flush)
}

struct Flush;

impl Drop for Flush {
    fn drop(&mut self) {
        fastrace::flush();
    }
}

#[fastrace::trace]
#[inline(never)]
fn mixed(number: u64) -> Result<u64, Refused> {
    sometimes(number)
}

#[fastrace::trace]
async fn wait(number: u64, times: u32) -> u64 {
    Suspend(times).await;
    mix(number)
}

#[fastrace::trace]
#[inline(never)]
fn switched_off(number: u64) -> u64 {
    mix(number)
}
