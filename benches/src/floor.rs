//! What cannot be avoided: two raw readings of the counter, and the plain stores that counting a
//! call takes, into a shard of the thread's own. No switch, no frame, no parents, no unwinding; the
//! stores are atomic ones without ordering, for a scrape reads them meanwhile.

use crate::{
    contender::{Contender, Shape},
    executor::{Suspend, block_on},
    work::{Refused, batch, halve, mix, sometimes},
};
use std::{
    future::poll_fn,
    pin::pin,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

const TOOL: &str = "floor";

/// One for each shape.
pub const CONTENDERS: [Contender; 6] = [
    Contender { tool: TOOL, shape: Shape::Plain, batch: batch!(x => plain(x)) },
    Contender { tool: TOOL, shape: Shape::Succeeding, batch: batch!(x => fallible(2 * x)) },
    Contender { tool: TOOL, shape: Shape::Failing, batch: batch!(x => fallible(2 * x + 1)) },
    Contender { tool: TOOL, shape: Shape::Mixed, batch: batch!(x => mixed(x)) },
    Contender { tool: TOOL, shape: Shape::Ready, batch: batch!(x => block_on(wait(x, 0))) },
    Contender { tool: TOOL, shape: Shape::Suspended, batch: batch!(x => block_on(wait(x, 1))) },
];

/// Figures of one function, written by one thread.
struct Shard {
    started: AtomicU64,
    ended: AtomicU64,
    errors: AtomicU64,
    sum: AtomicU64,
    busy: AtomicU64,
    own: AtomicU64,
    buckets: [AtomicU64; 65],
}

impl Shard {
    const fn new() -> Self {
        Self {
            started: AtomicU64::new(0),
            ended: AtomicU64::new(0),
            errors: AtomicU64::new(0),
            sum: AtomicU64::new(0),
            busy: AtomicU64::new(0),
            own: AtomicU64::new(0),
            buckets: [const { AtomicU64::new(0) }; 65],
        }
    }

    #[inline]
    fn start(&self) -> u64 {
        add(&self.started, 1);
        ticks()
    }

    #[inline]
    fn end(&self, start: u64) {
        let duration = ticks().wrapping_sub(start);
        self.count(duration, duration);
    }

    #[inline]
    fn count(&self, duration: u64, busy: u64) {
        add(&self.buckets[(u64::BITS - duration.leading_zeros()) as usize], 1);
        add(&self.sum, duration);
        add(&self.busy, busy);
        add(&self.own, busy);
        add(&self.ended, 1);
    }
}

#[inline]
fn add(count: &AtomicU64, more: u64) {
    count.store(count.load(Relaxed).wrapping_add(more), Relaxed);
}

#[cfg(target_arch = "x86_64")]
#[inline]
fn ticks() -> u64 {
    // SAFETY: RDTSC is part of x86-64; it reads a counter and nothing else.
    unsafe { std::arch::x86_64::_rdtsc() }
}

#[cfg(target_arch = "aarch64")]
#[inline]
fn ticks() -> u64 {
    let ticks: u64;
    // SAFETY: CNTVCT_EL0 is readable from user space; no memory or flags are touched.
    unsafe {
        std::arch::asm!("mrs {}, cntvct_el0", out(reg) ticks, options(nomem, nostack, preserves_flags));
    }
    ticks
}

thread_local! {
    static PLAIN: Shard = const { Shard::new() };
    static FALLIBLE: Shard = const { Shard::new() };
    static MIXED: Shard = const { Shard::new() };
    static WAIT: Shard = const { Shard::new() };
}

#[inline(never)]
fn plain(number: u64) -> u64 {
    PLAIN.with(|shard| {
        let start = shard.start();
        let result = mix(number);
        shard.end(start);
        result
    })
}

#[inline(never)]
fn fallible(number: u64) -> Result<u64, Refused> {
    FALLIBLE.with(|shard| {
        let start = shard.start();
        let result = halve(number);
        if result.is_err() {
            add(&shard.errors, 1);
        }
        shard.end(start);
        result
    })
}

#[inline(never)]
fn mixed(number: u64) -> Result<u64, Refused> {
    MIXED.with(|shard| {
        let start = shard.start();
        let result = sometimes(number);
        if result.is_err() {
            add(&shard.errors, 1);
        }
        shard.end(start);
        result
    })
}

/// Of a future, running and waiting are told apart: two readings for each poll, the first of which is
/// the start as well.
async fn wait(number: u64, times: u32) -> u64 {
    let mut body = pin!(async move {
        Suspend(times).await;
        mix(number)
    });
    let (mut start, mut busy) = (None, 0);
    poll_fn(|context| {
        let (from, first) = match start {
            None => {
                let from = WAIT.with(Shard::start);
                (from, from)
            }
            Some(first) => (ticks(), first),
        };
        start = Some(first);
        let polled = body.as_mut().poll(context);
        let until = ticks();
        busy += until.wrapping_sub(from);
        if polled.is_ready() {
            WAIT.with(|shard| shard.count(until.wrapping_sub(first), busy));
        }
        polled
    })
    .await
}
