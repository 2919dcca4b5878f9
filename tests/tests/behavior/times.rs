//! Durations, busy and self time. Every bound here is a measurement of the same monotonic clock: what
//! was spun inside a call is the least, what passed around it is the most, however slow the machine.

use crate::figures::{Seconds, buckets_of, figures, ok, seconds};
use observant::observe;
use std::cell::Cell;
use std::future::Future;
use std::panic::catch_unwind;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

const SPIN: Duration = Duration::from_millis(10);

thread_local! {
    /// What this thread has spun: at least `SPIN` each time.
    static SPUN: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// Keeps the processor busy.
fn spin() {
    let start = Instant::now();
    while start.elapsed() < SPIN {
        std::hint::spin_loop();
    }
    SPUN.set(SPUN.get() + start.elapsed());
}

/// What `code` answers, the seconds it spun and the seconds that passed.
fn measure<R>(code: impl FnOnce() -> R) -> (R, f64, f64) {
    SPUN.set(Duration::ZERO);
    let start = Instant::now();
    let result = code();
    (result, SPUN.get().as_secs_f64(), start.elapsed().as_secs_f64())
}

/// Rounding of units and of a few sums.
const ROUNDING: f64 = 1e-6;

/// `least <= value <= most`.
#[track_caller]
fn between(least: f64, value: f64, most: f64) {
    assert!(least - ROUNDING <= value && value <= most + ROUNDING, "{least} <= {value} <= {most}");
}

#[track_caller]
fn equal(one: f64, other: f64) {
    between(one, other, one);
}

fn poll<F: Future + ?Sized>(future: &mut Pin<Box<F>>) -> Poll<F::Output> {
    future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

#[observe]
fn leaf() {
    spin();
}

#[observe]
fn middle() -> Result<(), String> {
    leaf();
    spin();
    leaf();
    Ok(())
}

#[observe]
fn root() {
    middle().unwrap();
    spin();
}

#[test]
fn self_time_is_less_observed_callees() {
    let ((), spun, passed) = measure(root);
    let [root, middle, leaf] = ["root", "middle", "leaf"].map(|function| seconds!(function));
    for Seconds { busy, duration, .. } in [root, middle, leaf] {
        equal(busy, duration);
    }
    between(spun, root.busy, passed);
    equal(root.own + middle.busy, root.busy);
    equal(middle.own + leaf.busy, middle.busy);
    equal(leaf.own, leaf.busy);
    // Everything is in exactly one self time.
    equal(root.own + middle.own + leaf.own, root.busy);
    between(2.0 * SPIN.as_secs_f64(), leaf.own, passed - 2.0 * SPIN.as_secs_f64());
}

#[observe]
fn unwinds() {
    let _ = catch_unwind(|| {
        panics_after_spinning();
    });
    spin();
}

#[observe]
fn panics_after_spinning() {
    spin();
    panic!("after spinning");
}

#[test]
fn a_callee_that_panics_is_charged() {
    let ((), spun, passed) = measure(unwinds);
    let (outer, inner) = (seconds!("unwinds"), seconds!("panics_after_spinning"));
    between(spun, outer.busy, passed);
    between(SPIN.as_secs_f64(), inner.busy, passed - SPIN.as_secs_f64());
    equal(outer.own + inner.busy, outer.busy);
    let (counts, sum) = buckets_of(module_path!(), "panics_after_spinning", "panic").unwrap();
    assert_eq!(counts.iter().sum::<u64>(), 1);
    equal(sum, inner.duration);
}

#[observe]
fn recursive(depth: u32) {
    spin();
    if depth > 0 {
        recursive(depth - 1);
    }
}

#[test]
fn recursion_counts_self_time_once() {
    let ((), spun, passed) = measure(|| recursive(3));
    let Seconds { busy, own, .. } = seconds!("recursive");
    between(spun, own, passed);
    // Each call is busy while those within it are: 1 + 2 + 3 + 4 spins.
    between(10.0 * SPIN.as_secs_f64(), busy, 4.0 * passed);
}

#[observe]
async fn child(_name: &'static str) -> Result<(), String> {
    spin();
    tokio::task::yield_now().await;
    spin();
    Ok(())
}

#[observe]
async fn parent() -> Result<(), String> {
    spin();
    let (left, right) = tokio::join!(child("left"), child("right"));
    spin();
    left.and(right)
}

#[test]
fn joined_children_are_charged_once_each() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (result, spun, passed) = measure(|| runtime.block_on(parent()));
    result.unwrap();
    let (parent, child) = (seconds!("parent"), seconds!("child"));
    assert_eq!(figures!("child"), ok(2));
    between(spun, parent.busy, passed);
    equal(parent.own + child.busy, parent.busy);
    between(2.0 * SPIN.as_secs_f64(), parent.own, passed - 4.0 * SPIN.as_secs_f64());
    between(4.0 * SPIN.as_secs_f64(), child.busy, passed - 2.0 * SPIN.as_secs_f64());
    equal(child.own, child.busy);
    // Each child lasts while the other runs: three spins at least, although it is busy for two.
    between(child.busy + 2.0 * SPIN.as_secs_f64(), child.duration, 2.0 * passed);
    equal(parent.busy.min(parent.duration), parent.busy);
}

#[observe]
async fn recursive_future(depth: u32) {
    spin();
    if depth > 0 {
        Box::pin(recursive_future(depth - 1)).await;
    }
    tokio::task::yield_now().await;
}

#[test]
fn recursion_of_futures_counts_self_time_once() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let ((), spun, passed) = measure(|| runtime.block_on(recursive_future(3)));
    assert_eq!(figures!("recursive_future"), ok(4));
    between(spun, seconds!("recursive_future").own, passed);
}

#[observe]
async fn waits() {
    tokio::task::yield_now().await;
}

#[test]
fn a_future_that_waits_is_not_busy() {
    let mut future = Box::pin(waits());
    let start = Instant::now();
    assert!(poll(&mut future).is_pending());
    let idle = Instant::now();
    std::thread::sleep(Duration::from_millis(100));
    let idle = idle.elapsed().as_secs_f64();
    assert!(poll(&mut future).is_ready());
    let passed = start.elapsed().as_secs_f64();
    let Seconds { busy, own, duration } = seconds!("waits");
    between(idle, duration, passed);
    between(0.0, busy, passed - idle);
    equal(own, busy);
}

#[observe]
async fn cancelled() {
    spin();
    std::future::pending::<()>().await;
}

#[test]
fn a_cancelled_future_was_busy_until_then() {
    let start = Instant::now();
    let mut future = Box::pin(cancelled());
    assert!(poll(&mut future).is_pending());
    let polled = start.elapsed().as_secs_f64();
    std::thread::sleep(SPIN);
    drop(future);
    let Seconds { busy, duration, .. } = seconds!("cancelled");
    between(SPIN.as_secs_f64(), busy, polled);
    between(busy + SPIN.as_secs_f64(), duration, start.elapsed().as_secs_f64());
    assert!(buckets_of(module_path!(), "cancelled", "cancelled").is_some());
}

#[observe]
async fn inside() -> Result<u8, String> {
    spin();
    tokio::time::sleep(SPIN).await;
    spin();
    Ok(1)
}

#[observe]
fn blocks_on() -> Result<u8, String> {
    spin();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(inside())
}

#[test]
fn a_function_that_blocks_on_a_future() {
    let (result, spun, passed) = measure(blocks_on);
    assert_eq!(result, Ok(1));
    let (outside, inside) = (seconds!("blocks_on"), seconds!("inside"));
    between(spun + SPIN.as_secs_f64(), outside.busy, passed);
    equal(outside.busy, outside.duration);
    between(2.0 * SPIN.as_secs_f64(), inside.busy, passed - 2.0 * SPIN.as_secs_f64());
    between(inside.busy + SPIN.as_secs_f64(), inside.duration, outside.duration);
    // While the future sleeps, the function waits for it: that is its own time.
    equal(outside.own + inside.busy, outside.busy);
    between(2.0 * SPIN.as_secs_f64(), outside.own, passed - 2.0 * SPIN.as_secs_f64());
}

#[observe(buckets = [0.000_000_01, 0.005, 1000.0, 2000.0])]
fn bucketed(fail: bool) -> Result<(), String> {
    spin();
    if fail { Err(String::new()) } else { Ok(()) }
}

#[test]
fn durations_by_outcome() {
    let buckets = |outcome| buckets_of(module_path!(), "bucketed", outcome);
    let none = (vec![0; 5], 0.0);
    assert_eq!(buckets("ok"), Some(none), "shows before the first call");
    assert_eq!(buckets("error"), None);
    let ((), spun, passed) = measure(|| (0..3).for_each(|_| bucketed(false).unwrap()));
    let (counts, sum) = buckets("ok").unwrap();
    assert_eq!(counts, [0, 0, 3, 0, 0]);
    between(spun, sum, passed);
    bucketed(true).unwrap_err();
    let (counts, failed) = buckets("error").unwrap();
    assert_eq!(counts, [0, 0, 1, 0, 0]);
    assert_eq!(buckets("ok").unwrap().1.to_bits(), sum.to_bits(), "not touched by errors");
    equal(seconds!("bucketed").busy, sum + failed);
    assert_eq!(buckets("panic"), None);
    assert_eq!(buckets("cancelled"), None);
}
