//! Figures of a window against a list of every call, and of calls that are told apart.

use super::super::figures::{History, in_flight};
use crate::{
    callsite::{Buckets, Callsite, Extras, Metadata, Module, Outcome, Spans, Wishes},
    cell::{self, Ended, Tally},
    clock,
};
use proptest::prelude::*;
use std::time::{Duration, Instant};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A look each second, as often as readings are kept of a window of a minute: then it is exact.
    #[test]
    fn figures_are_those_of_the_calls_in_the_window(
        calls in prop::collection::vec((0_usize..4, any::<bool>(), 0_u64..3), 60..300),
    ) {
        let start = Instant::now();
        let window = Duration::from_secs(60);
        let mut history = History::new(start, window);
        let mut tally = Tally::default();
        let mut log = Vec::new();
        let mut success = 0;
        for (second, (outcome, slow, times)) in (1_u64..).zip(calls) {
            tally.calls[outcome] += times;
            let slow = slow && outcome != Outcome::Cancelled as usize;
            tally.slow += times * u64::from(slow);
            log.push((second, outcome, slow, times));
            if outcome == Outcome::Ok as usize && times > 0 {
                success = second;
            }
            let figures = history.take(&tally, start + Duration::from_secs(second));
            let sum = |wanted: &dyn Fn(usize, bool) -> bool| -> u64 {
                let within = log.iter().filter(|(at, ..)| *at + 60 > second);
                within.filter(|(_, outcome, slow, _)| wanted(*outcome, *slow)).map(|(.., times)| times).sum()
            };
            prop_assert_eq!(figures.calls, sum(&|outcome, _| outcome != 3), "at {}", second);
            prop_assert_eq!(figures.failed, sum(&|outcome, _| outcome == 1 || outcome == 2));
            prop_assert_eq!(figures.panicked, sum(&|outcome, _| outcome == 2));
            prop_assert_eq!(figures.slow, sum(&|_, slow| slow));
            prop_assert_eq!(figures.covered.as_secs(), second.min(60));
            prop_assert_eq!(figures.since_success.as_secs(), second - success);
        }
    }
}

fn with_deadline(deadline: Option<Duration>) -> &'static Callsite {
    let deadline = deadline.map(|deadline| u64::try_from(deadline.as_nanos()).unwrap());
    let wishes = Wishes { deadline, ..Wishes::NONE };
    let metadata = Metadata {
        module: &Module {
            path: "agents",
            file: "agents.rs",
            crate_name: "agents",
            crate_version: "1.0.0",
        },
        function: "run",
        line: 1,
        fallible: true,
        cancellable: true,
        buckets: Buckets::Slow,
        labels: &[],
    };
    let extras: &'static Extras =
        Box::leak(Box::new(Extras { spans: Spans::PLAIN, wishes, nature: None }));
    Box::leak(Box::new(Callsite::new(metadata).with(extras)))
}

#[test]
fn calls_in_flight_are_listed_the_oldest_first() {
    let callsite = with_deadline(Some(Duration::from_secs(60)));
    let none = in_flight(callsite).expect("it has a deadline");
    assert!(none.ages.is_empty(), "it was never called");
    let set = callsite.make_cells().unwrap();
    let tracking = set.tracking().unwrap();
    let first = clock::now();
    tracking.start(first.to_bits());
    // Ages are whole nanoseconds.
    while clock::nanoseconds_of(clock::between(first, clock::now())) < 2 {}
    let second = clock::now();
    tracking.start(second.to_bits());
    let calls = in_flight(callsite).unwrap();
    assert_eq!((calls.ages.len(), calls.refused, calls.deadline.as_secs()), (2, 0, 60));
    assert!(calls.ages[0] > calls.ages[1]);
    let figures =
        History::new(Instant::now(), Duration::from_secs(60)).look(callsite, Instant::now());
    assert_eq!(figures.in_flight, 2);
    assert!(figures.oldest.unwrap() >= calls.ages[0]);
    tracking.end(first.to_bits());
    assert_eq!(in_flight(callsite).unwrap().ages.len(), 1);
    tracking.end(second.to_bits());
    assert!(in_flight(callsite).unwrap().ages.is_empty());
}

#[test]
fn without_a_deadline_no_call_is_told_apart() {
    let callsite = with_deadline(None);
    assert!(in_flight(callsite).is_none());
    let set = callsite.make_cells().unwrap();
    assert!(set.tracking().is_none());
    let shard = cell::current(set);
    shard.start();
    shard.end(Ended { outcome: 1, duration: 1, busy: 1, own: 1 });
    let figures =
        History::new(Instant::now(), Duration::from_secs(60)).look(callsite, Instant::now());
    assert_eq!((figures.failed, figures.consecutive, figures.oldest), (1, 0, None));
}
