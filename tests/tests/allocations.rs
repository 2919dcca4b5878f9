//! A call allocates nothing once its thread has called the function before.
//!
//! A process of its own: it replaces the allocator to count, for each thread apart.

use observant::{Label, observe};
use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    future::{Future, ready},
    hint::black_box,
    pin::pin,
    task::{Context, Poll, Waker},
};

struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: all is left to the system's allocator; the count is a plain thread-local.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|count| count.set(count.get() + 1));
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often this thread allocates in `code`.
fn allocations(code: impl FnOnce()) -> usize {
    let before = COUNT.get();
    code();
    COUNT.get() - before
}

/// The first call allocates, those after it do not, but for one thing: a duration in an octave that this
/// thread's calls have not reached before allocates its cells, once. After a thousand calls that is
/// the rare call which the machine interrupted for longer than any before.
fn check(name: &str, mut call: impl FnMut()) {
    const ROUNDS: usize = 20;
    const CALLS: usize = 1_000;
    // An octave is reached at most once each, and there are 52.
    const OCTAVES: usize = 52;
    let first = allocations(&mut call);
    assert!(first > 0, "{name} allocates with the first call");
    (0..CALLS).for_each(|_| call());
    let rounds: Vec<usize> =
        (0..ROUNDS).map(|_| allocations(|| (0..CALLS).for_each(|_| call()))).collect();
    let quiet = rounds.iter().filter(|count| **count == 0).count();
    assert!(quiet >= ROUNDS / 2, "{name} allocates: {rounds:?}");
    assert!(rounds.iter().sum::<usize>() <= OCTAVES, "{name} allocates: {rounds:?}");
}

/// What `check` counts is really counted.
#[test]
fn the_allocator_counts() {
    assert_eq!(allocations(|| drop(black_box(Box::new(1_u8)))), 1);
    assert_eq!(allocations(|| assert_eq!(black_box(1), 1)), 0);
}

#[derive(Clone, Copy, Label)]
enum Mode {
    Fast,
    Slow,
}

#[derive(Debug)]
struct Named;

#[derive(Debug, Label)]
enum Variants {
    One,
    Two,
}

#[observe]
fn guard(number: u64) -> u64 {
    black_box(number) + 1
}

#[observe]
fn fine(number: u64) -> Result<u64, Named> {
    if black_box(true) { Ok(number) } else { Err(Named) }
}

#[observe]
fn error_by_type(number: u64) -> Result<u64, Named> {
    if black_box(number) < 1 { Ok(number) } else { Err(Named) }
}

#[observe]
fn error_by_label(number: u64) -> Result<u64, Variants> {
    Err(if black_box(number).is_multiple_of(2) { Variants::One } else { Variants::Two })
}

#[observe(labels(mode = mode, even = number.is_multiple_of(2)))]
fn with_labels(mode: Mode, number: u64) -> Result<u64, Named> {
    if black_box(number) > 0 { Ok(number) } else { Err(Named) }
}

#[observe(ok_if = |number| *number > 1, error_type = |_| "small")]
fn judged(number: u64) -> u64 {
    black_box(number)
}

#[observe]
fn recursive(depth: u64) -> u64 {
    if depth == 0 { 0 } else { recursive(depth - 1) + 1 }
}

#[observe]
async fn asynchronous(number: u64) -> Result<u64, Named> {
    ready(black_box(number)).await;
    if number > 0 { Ok(number) } else { Err(Named) }
}

#[observe]
async fn waits() {
    std::future::pending::<()>().await;
}

#[observe]
fn future(number: u64) -> impl Future<Output = u64> {
    ready(black_box(number))
}

fn poll<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn functions() {
    check("guard", || {
        guard(1);
    });
    check("fine", || drop(fine(1)));
    check("error_by_type", || drop(error_by_type(1)));
    let mut number = 0;
    check("error_by_label", || {
        number += 1;
        drop(error_by_label(number));
    });
    check("judged", || {
        judged(number % 3);
        number += 1;
    });
    check("recursive", || {
        recursive(10);
    });
}

#[test]
fn labels() {
    let mut number = 0;
    check("with_labels", || {
        number += 1;
        let mode = if number % 3 == 0 { Mode::Fast } else { Mode::Slow };
        drop(with_labels(mode, number % 6));
    });
}

#[test]
fn futures() {
    check("asynchronous", || assert!(poll(asynchronous(1)).is_ready()));
    check("asynchronous, failing", || assert!(poll(asynchronous(0)).is_ready()));
    check("waits", || assert!(poll(waits()).is_pending()));
    check("future", || assert!(poll(future(1)).is_ready()));
}

/// Every thread pays once, and only in its first call.
#[test]
fn each_thread_allocates_in_its_first_call_only() {
    #[observe]
    fn here() {}

    for _ in 0..3 {
        std::thread::spawn(|| check("here", here)).join().unwrap();
    }
}

observant::metrics! {
    /// Declared.
    static COUNTED: Counter = "allocations_counted_total";
    /// By labels of few values.
    static FEW: Gauge<{ mode: Mode, even: bool }> = "allocations_few";
    /// By a label of any.
    static CAPPED: Histogram<{ text: Capped }> = "allocations_capped_seconds";
}

#[test]
fn declared_metrics_allocate_for_their_first_value_alone() {
    check("a counter", || COUNTED.inc());
    check("few", || FEW.with(FewLabels { mode: Mode::Slow, even: true }).add(1.0));
    check("capped", || CAPPED.with("known").record(0.5));
    let texts: Vec<_> = (0..300).map(|n| n.to_string()).collect();
    for text in &texts {
        CAPPED.with(&**text).record(0.5);
    }
    let past = || texts.iter().for_each(|text| CAPPED.with(&**text).record(0.5));
    assert_eq!(allocations(past), 0, "past the bound");
}
