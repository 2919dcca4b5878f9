//! Calls told apart: against a plain list of them, with more calls than places, and among threads.

use super::{Random, kept};
use crate::cell::{CellSet, Ended, Ladder, Tracking, current, tracking::PLACES};
use std::{sync::Arc, thread};

fn sorted(tracking: &Tracking) -> Vec<u64> {
    let mut starts: Vec<u64> = tracking.starts().collect();
    starts.sort_unstable();
    starts
}

#[test]
fn calls_in_flight_are_those_that_started_and_did_not_end() {
    let tracking = Tracking::new(true, false);
    let mut random = Random(7);
    let mut known: Vec<u64> = Vec::new();
    for _ in 0..5_000 {
        let started = !random.next().is_multiple_of(3) && known.len() < PLACES;
        if started || known.is_empty() {
            // Moments that are equal, and such that belong in one place, are among them.
            let moment = 1 + random.next() % 64 * 1_000;
            known.push(moment);
            tracking.start(moment);
        } else {
            #[allow(clippy::cast_possible_truncation, reason = "a place among few")]
            let place = random.next() as usize % known.len();
            tracking.end(known.swap_remove(place));
        }
        known.sort_unstable();
        assert_eq!(sorted(&tracking), known);
    }
    assert_eq!(tracking.refused(), 0);
}

#[test]
fn calls_beyond_all_places_are_counted_and_harm_no_other() {
    let tracking = Tracking::new(true, false);
    let most = PLACES as u64;
    for moment in 1..=most + 5 {
        tracking.start(moment);
    }
    assert_eq!((tracking.starts().count(), tracking.refused()), (PLACES, 5));
    for moment in most + 1..=most + 5 {
        tracking.end(moment);
    }
    assert_eq!(sorted(&tracking), (1..=most).collect::<Vec<_>>());
    tracking.end(3);
    tracking.start(1_000);
    assert_eq!((tracking.starts().count(), tracking.refused()), (PLACES, 5));
    assert!(tracking.starts().any(|moment| moment == 1_000));
}

#[test]
fn threads_lose_no_place_and_no_call() {
    let tracking = Arc::new(Tracking::new(true, true));
    thread::scope(|scope| {
        for number in 0..4 {
            let tracking = Arc::clone(&tracking);
            scope.spawn(move || {
                let mut random = Random(number);
                for _ in 0..20_000 {
                    // Few moments, so that threads want the same places.
                    let moment = 1 + random.next() % 8;
                    tracking.start(moment);
                    tracking.end(moment);
                }
            });
        }
    });
    assert_eq!((sorted(&tracking), tracking.refused()), (Vec::new(), 0));
}

fn tracked(in_flight: bool, failures: bool) -> &'static CellSet {
    let ladder: &'static Ladder = Box::leak(Box::new(Ladder::new(&[1.0])));
    let tracking = Box::leak(Box::new(Tracking::new(in_flight, failures)));
    kept(CellSet::tracked(ladder, Some(tracking)).unwrap())
}

fn end(set: &'static CellSet, outcome: usize) {
    current(set).start();
    current(set).end(Ended { outcome, duration: 1, busy: 1, own: 1 });
}

#[test]
fn failures_in_a_row_are_errors_and_panics_since_the_last_call_that_went_well() {
    let set = tracked(false, true);
    let failures = || set.tracking().unwrap().failures();
    let (ok, error, panic, cancelled) = (0, 1, 2, 3);
    for (outcome, expected) in [
        (ok, 0),
        (error, 1),
        (panic, 2),
        (cancelled, 2),
        (error, 3),
        (ok, 0),
        (cancelled, 0),
        (error, 1),
    ] {
        end(set, outcome);
        assert_eq!(failures(), expected, "after {outcome}");
    }
    let calls = [ok, error, panic, cancelled].map(|outcome| set.count(outcome));
    assert_eq!((calls, set.in_flight()), ([2, 3, 1, 2], 0), "and they count as any others");
}

#[test]
fn a_tally_has_every_call_and_of_those_that_finished_the_slow_ones() {
    let ladder: &'static Ladder = Box::leak(Box::new(Ladder::new(&[0.5, 1.0, 2.0])));
    let set = kept(CellSet::new(ladder).unwrap());
    let second = crate::clock::UNITS_PER_SECOND;
    let mut expected = crate::cell::Tally::default();
    let mut random = Random(11);
    for _ in 0..5_000 {
        #[allow(clippy::cast_possible_truncation, reason = "below four")]
        let outcome = (random.next() % 4) as usize;
        // Many at the bound itself, and one unit beside it.
        let duration = match random.next() % 4 {
            0 => second,
            1 => second + 1,
            2 => second - 1,
            _ => random.next() % (4 * second),
        };
        current(set).start();
        current(set).end(Ended { outcome, duration, busy: 0, own: 0 });
        expected.calls[outcome] += 1;
        expected.slow += u64::from(outcome != 3 && duration > second);
    }
    let mut tally = crate::cell::Tally::default();
    set.tally(Some(1), &mut tally);
    assert_eq!(tally, expected);
    let mut without = crate::cell::Tally::default();
    set.tally(None, &mut without);
    assert_eq!(without, crate::cell::Tally { slow: 0, ..expected });
}
