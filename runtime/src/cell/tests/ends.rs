//! Calls at the edges of a thread's life, and sums at the edge of what a float tells apart.

use super::{buckets, lasting, new_set};
use crate::cell::{CellSet, Durations, Ended, Work, current, entering, find};
use std::{
    cell::RefCell,
    sync::{Arc, Barrier},
    thread,
};

struct CallsWhenDropped(&'static CellSet);

impl Drop for CallsWhenDropped {
    fn drop(&mut self) {
        current(self.0).start();
        assert!(find(self.0.id()).is_none());
        current(self.0).error("late", |name| name);
        for outcome in 0..4 {
            current(self.0).end(Ended { outcome, ..lasting(1 << 32) });
        }
    }
}

thread_local! {
    static LATE: RefCell<Option<CallsWhenDropped>> = const { RefCell::new(None) };
}

#[test]
fn calls_after_the_locals_are_gone_are_counted() {
    let set = new_set();
    let threads = 4;
    let together = Arc::new(Barrier::new(threads));
    let all: Vec<_> = (0..threads)
        .map(|_| {
            let together = Arc::clone(&together);
            thread::spawn(move || {
                // First come, last destroyed.
                LATE.with(|late| late.borrow_mut().replace(CallsWhenDropped(set)));
                current(set).start();
                current(set).end(lasting(1));
                together.wait();
            })
        })
        .collect();
    all.into_iter().for_each(|thread| thread.join().unwrap());
    assert_eq!(set.live(), 0);
    assert_eq!(set.started(), 2 * threads as u64);
    let mut errors = Vec::new();
    set.errors(&mut errors);
    assert_eq!(errors, [("late", threads as u64)]);
    assert_eq!(buckets(set, 0).iter().sum::<u64>(), 2 * threads as u64);
    for outcome in 1..4 {
        assert_eq!(set.count(outcome), threads as u64);
    }
}

#[test]
fn a_call_may_start_on_one_thread_and_end_on_another_after_the_first_is_gone() {
    let set = new_set();
    thread::spawn(move || current(set).start()).join().unwrap();
    assert_eq!((set.in_flight(), set.live()), (1, 0));
    thread::spawn(move || current(set).end(lasting(5))).join().unwrap();
    assert_eq!((set.in_flight(), set.live(), set.count(0)), (0, 0, 1));
}

#[test]
fn a_thread_has_one_shard_in_each_set() {
    let sets: Vec<_> = (0..40).map(|_| new_set()).collect();
    for set in sets.iter().chain(&sets) {
        current(set).start();
    }
    for set in &sets {
        assert!(std::ptr::eq(current(set), find(set.id()).unwrap()));
        assert_eq!((set.live(), set.started()), (1, 2));
    }
}

/// Beyond 2^53 units sums are rounded, and a fold adds them up in another order.
#[test]
fn a_sum_never_steps_back_when_a_thread_ends() {
    let set = new_set();
    let ended = |duration| thread::spawn(move || current(set).end(lasting(duration)));
    ended(1 << 53).join().unwrap();
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let (counted, wait) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
            let both = (Arc::clone(&counted), Arc::clone(&wait));
            let thread = thread::spawn(move || {
                current(set).end(lasting(1));
                both.0.wait();
                both.1.wait();
            });
            counted.wait();
            (thread, wait)
        })
        .collect();
    let look = || {
        let mut durations = Durations::default();
        set.durations(0, &mut durations);
        [durations.sum, set.times().busy, set.times().own]
    };
    let mut before = look();
    for (thread, wait) in threads {
        wait.wait();
        thread.join().unwrap();
        let after = look();
        assert!(
            after.iter().zip(&before).all(|(new, old)| new >= old),
            "{before:?}, then {after:?}"
        );
        before = after;
    }
}

#[test]
fn calls_made_by_our_own_work_are_not_counted() {
    let (known, unknown) = (new_set(), new_set());
    current(known).start();
    let work = Work::begin();
    assert!(work.is_some());
    assert!(Work::begin().is_none(), "begun already");
    assert!(entering(known).is_none() && entering(unknown).is_none());
    // A call that started before still ends.
    current(known).end(lasting(1));
    drop(work);
    assert!(entering(known).is_some() && entering(unknown).is_some());
    assert_eq!((known.in_flight(), known.count(0), unknown.live()), (0, 1, 1));
}
