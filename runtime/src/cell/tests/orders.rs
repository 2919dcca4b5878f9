//! Every order in which a few threads may take their steps, and all that each may then see of the
//! others' (`scripts/loom`): counts are neither lost nor counted twice, none steps back, and no memory
//! is used before it is whole or after it is given back.
//!
//! The checker knows the steps of `cell::sync` alone. Durations are of two octaves with one cell each,
//! which keeps the steps few: one that is near and one that is far.

use super::{LADDER, lasting};
use crate::cell::{CellSet, Durations, ERROR, Ended, Numbers, Tracking, current};
use loom::{model::Builder, thread};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};

const NEAR: u64 = 1;
const FAR: u64 = 1 << 62;

/// Tries all orders in which threads are interrupted up to so many times, where they need not be; says
/// how many those are.
fn in_every_order(interruptions: usize, run: impl Fn(&'static CellSet) + Sync + Send + 'static) {
    let mut builder = Builder::new();
    builder.preemption_bound = Some(interruptions);
    builder.max_branches = 20_000;
    let orders = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&orders);
    builder.check(move || {
        counted.fetch_add(1, Relaxed);
        // A thread's table is as long as the highest id it met, so all runs share one.
        run(CellSet::numbered(1, &LADDER, None));
    });
    println!("{} orders", orders.load(Relaxed));
}

fn call(set: &'static CellSet, duration: u64) {
    current(set).start();
    current(set).end(lasting(duration));
}

/// What a scrape reads, and that it is possible.
#[derive(Debug, Default)]
struct Seen {
    started: u64,
    calls: u64,
    sum: f64,
}

impl Seen {
    fn look(&mut self, set: &CellSet, most: u64) {
        let mut durations = Durations::default();
        set.durations(0, &mut durations);
        let calls = durations.count();
        assert!(calls >= self.calls, "calls stepped back: {self:?}, then {calls}");
        assert!(durations.sum >= self.sum, "the sum stepped back: {self:?}, then {durations:?}");
        let started = set.started();
        assert!(started >= self.started, "starts stepped back: {self:?}, then {started}");
        assert!(calls <= most && started <= most, "{calls} and {started} of {most} calls");
        *self = Self { started, calls, sum: durations.sum };
    }
}

/// Everything is over, and there were so many calls.
fn settled(set: &CellSet, calls: u64) {
    // In the model a thread can be joined before its locals are gone.
    while set.live() > 0 {
        assert_eq!(set.started(), calls);
        thread::yield_now();
    }
    let mut durations = Durations::default();
    set.durations(0, &mut durations);
    assert_eq!((durations.count(), set.started(), set.in_flight()), (calls, calls, 0));
}

#[test]
fn a_thread_records_and_ends_beside_scrapes() {
    in_every_order(3, |set| {
        let caller = thread::spawn(move || {
            call(set, NEAR);
            call(set, FAR);
        });
        let mut seen = Seen::default();
        seen.look(set, 2);
        seen.look(set, 2);
        caller.join().unwrap();
        settled(set, 2);
    });
}

#[test]
fn threads_that_join_and_leave_lose_nothing() {
    in_every_order(3, |set| {
        let callers: Vec<_> = (0..2).map(|_| thread::spawn(move || call(set, NEAR))).collect();
        Seen::default().look(set, 2);
        for caller in callers {
            caller.join().unwrap();
        }
        settled(set, 2);
    });
}

#[test]
fn late_calls_of_two_threads_are_all_counted() {
    in_every_order(3, |set| {
        let call = move || {
            set.late().start();
            set.late().end(lasting(NEAR));
        };
        let callers: Vec<_> = (0..2).map(|_| thread::spawn(call)).collect();
        Seen::default().look(set, 2);
        for caller in callers {
            caller.join().unwrap();
        }
        settled(set, 2);
    });
}

#[test]
fn a_rare_outcome_is_whole_when_it_is_seen() {
    in_every_order(5, |set| {
        let caller = thread::spawn(move || {
            current(set).start();
            current(set).end(Ended { outcome: ERROR, ..lasting(FAR) });
        });
        let first = set.count(ERROR);
        let second = set.count(ERROR);
        assert!(first <= second && second <= 1, "{first}, then {second}");
        caller.join().unwrap();
        assert_eq!(set.count(ERROR), 1);
    });
}

#[test]
fn no_call_is_in_flight_that_has_ended_or_not_begun() {
    in_every_order(5, |set| {
        let caller = thread::spawn(move || {
            call(set, NEAR);
            call(set, NEAR);
        });
        // A negative number would wrap to one that reads as none at all.
        let balance = set.balance();
        assert!(balance <= 1, "{} calls in flight of one thread", balance.cast_signed());
        caller.join().unwrap();
        assert_eq!(set.balance(), 0);
    });
}

#[test]
fn a_call_may_move_from_thread_to_thread() {
    in_every_order(5, |set| {
        current(set).start();
        let ender = thread::spawn(move || current(set).end(lasting(NEAR)));
        assert!(set.in_flight() <= 1);
        ender.join().unwrap();
        assert_eq!((set.in_flight(), set.count(0)), (0, 1));
    });
}

#[test]
fn a_call_that_is_told_apart_frees_the_place_it_took() {
    in_every_order(3, |_| {
        let tracking = Arc::new(Tracking::new(true, false));
        let calls = Arc::clone(&tracking);
        // The same moment, which is the same place.
        let other = thread::spawn(move || {
            calls.start(1);
            calls.end(1);
        });
        tracking.start(1);
        let seen = tracking.starts().count();
        assert!(seen <= 2, "{seen}");
        tracking.end(1);
        other.join().unwrap();
        assert_eq!((tracking.starts().count(), tracking.refused()), (0, 0));
    });
}

/// A thread adds to its row and ends, while another one adds and a third looks.
#[test]
fn a_row_is_added_to_and_left_beside_looks() {
    in_every_order(3, |_| {
        let numbers = Numbers::numbered(0);
        let read = || {
            let (mut counts, mut floats) = (Vec::new(), Vec::new());
            numbers.read(&mut counts, &mut floats);
            (counts[0], floats[0])
        };
        let adds = thread::spawn(|| {
            numbers.record(0, 0.5);
            numbers.record(0, 0.5);
        });
        let (first, _) = read();
        let (second, sum) = read();
        assert!(first <= second && second <= 2, "{first}, then {second}");
        assert!((0.0..=1.0).contains(&sum), "{sum}");
        numbers.record(0, 0.5);
        adds.join().unwrap();
        while numbers.live() > 1 {
            assert_eq!(read(), (3, 1.5));
            thread::yield_now();
        }
        assert_eq!(read(), (3, 1.5));
    });
}
