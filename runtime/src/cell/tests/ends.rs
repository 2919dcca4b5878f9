//! Calls at the edges of a thread's life, and sums at the edge of what a float tells apart.

use super::{lasting, new_set};
use crate::cell::{CellSet, Durations, ERROR, Ended, Times, Work, current, entering, find};
use std::{
    cell::RefCell,
    sync::{
        Arc, Barrier,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread,
};

const LATE_CALLS: u64 = if cfg!(miri) { 5 } else { 20_000 };

/// Makes its calls together with those of other threads.
struct CallsWhenDropped(&'static CellSet, Arc<Barrier>);

impl Drop for CallsWhenDropped {
    fn drop(&mut self) {
        assert!(find(self.0.id()).is_none(), "the shard is gone");
        self.1.wait();
        for _ in 0..LATE_CALLS {
            for outcome in 0..4 {
                current(self.0).start();
                if outcome == ERROR {
                    current(self.0).error("late", |name| name);
                }
                current(self.0).end(Ended { outcome, ..lasting(1 << 32) });
            }
        }
        assert!(find(self.0.id()).is_none(), "and stays so");
    }
}

thread_local! {
    static LATE: RefCell<Option<CallsWhenDropped>> = const { RefCell::new(None) };
}

#[test]
#[allow(clippy::cast_precision_loss)] // Below 2^53.
fn calls_after_the_locals_are_gone_are_counted() {
    const THREADS: u64 = 3;
    let set = new_set();
    let together = Arc::new(Barrier::new(3));
    let all: Vec<_> = (0..THREADS)
        .map(|_| {
            let together = Arc::clone(&together);
            thread::spawn(move || {
                // First come, last destroyed.
                LATE.with(|late| late.borrow_mut().replace(CallsWhenDropped(set, together)));
                current(set).start();
                current(set).end(lasting(1));
            })
        })
        .collect();
    for thread in all {
        thread.join().unwrap();
    }
    let late = THREADS * LATE_CALLS;
    assert_eq!((set.live(), set.in_flight()), (0, 0));
    assert_eq!(set.started(), 4 * late + THREADS);
    let mut errors = Vec::new();
    set.errors(&mut errors);
    assert_eq!(errors, [("late", late)]);
    assert_eq!(set.count(0), late + THREADS);
    for outcome in 1..4 {
        assert_eq!(set.count(outcome), late);
    }
    let units = 4 * (late << 32) + THREADS;
    assert_eq!(set.times(), Times { busy: units as f64, own: units as f64 });
}

/// Each thread is in one call at a time, or in none, and makes a great many while all are looked at.
#[test]
fn no_more_calls_are_in_flight_than_there_are() {
    const THREADS: u64 = 4;
    let set = new_set();
    let stop = Arc::new(AtomicBool::new(false));
    let callers: Vec<_> = (0..THREADS)
        .map(|_| {
            let stop = Arc::clone(&stop);
            thread::spawn(move || {
                while !stop.load(SeqCst) {
                    current(set).start();
                    current(set).end(lasting(1));
                }
            })
        })
        .collect();
    for _ in 0..if cfg!(miri) { 20 } else { 100_000 } {
        let in_flight = set.in_flight();
        assert!(in_flight <= THREADS, "{in_flight} calls of {THREADS} threads");
    }
    stop.store(true, SeqCst);
    for caller in callers {
        caller.join().unwrap();
    }
    assert_eq!(set.in_flight(), 0);
}

/// One call is in flight all the time, and each other moves from thread to thread.
#[test]
fn calls_that_move_are_never_fewer_than_none() {
    let set = new_set();
    let (hand, taken) = std::sync::mpsc::sync_channel(4);
    let starter = thread::spawn(move || {
        for _ in 0..if cfg!(miri) { 20 } else { 50_000 } {
            current(set).start();
            hand.send(()).unwrap();
        }
    });
    let ender = thread::spawn(move || {
        while taken.recv().is_ok() {
            current(set).end(lasting(1));
        }
    });
    while !ender.is_finished() {
        let in_flight = set.in_flight();
        assert!(in_flight < 1 << 32, "{in_flight} is a negative number");
    }
    starter.join().unwrap();
    ender.join().unwrap();
    assert_eq!(set.in_flight(), 0);
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

/// A forked child finds locked for ever what another thread of its parent had locked.
#[test]
fn a_set_whose_lock_is_lost_harms_nobody() {
    let (known, unknown) = (new_set(), new_set());
    let caller = thread::spawn(move || {
        current(known).start();
        current(known).end(lasting(1));
        known.lose();
        unknown.lose();
        for set in [known, unknown] {
            current(set).start();
            current(set).end(lasting(1));
        }
        // What came late is all that may be looked at.
        assert_eq!((known.count(0), unknown.count(0)), (0, 1));
        assert_eq!((known.in_flight(), unknown.in_flight()), (0, 0));
    });
    // With the shard that `known` still lists, the thread's memory stays.
    caller.join().unwrap();
}
