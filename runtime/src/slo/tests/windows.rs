//! Windows of counters against a list of every reading.

use crate::slo::Rolling;
use proptest::prelude::*;
use std::time::{Duration, Instant};

const STEP: Duration = Duration::from_secs(10);
const SPAN: Duration = Duration::from_secs(600);

/// Every reading, without a bound: time since the start and what the counters said.
struct Log(Vec<(Duration, [u64; 2])>);

impl Log {
    /// What the counters said at a time at which they were read, or between two readings that were equal.
    fn at(&self, time: Duration) -> [u64; 2] {
        let after = self.0.partition_point(|(read, _)| *read <= time);
        self.0[after - 1].1
    }
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Readings every 1 to 5 s, some of them without anything new; now and then a gap.
    #[test]
    fn a_window_is_what_happened_since_it_began(
        steps in prop::collection::vec(
            (prop_oneof![20 => 1_u64..=5, 1 => 20_u64..=900], 0_u64..=3, 0_u64..=2),
            1..600,
        ),
        window in 10_u64..=600,
    ) {
        let start = Instant::now();
        let window = seconds(window);
        let mut rolling = Rolling::new(start, STEP, SPAN);
        let mut log = Log(vec![(Duration::ZERO, [0, 0])]);
        let (mut time, mut counts) = (Duration::ZERO, [0, 0]);
        // Gaps that a window may begin in, or beside.
        let mut longest_gap = Duration::ZERO;
        for (pause, more, bad) in steps {
            time += seconds(pause);
            longest_gap = longest_gap.max(seconds(pause));
            counts = [counts[0] + more, counts[1] + bad.min(more)];
            log.0.push((time, counts));
            let now = start + time;
            rolling.record(now, counts);
            let found = rolling.since(now, counts, window);
            prop_assert!(rolling.len() <= rolling.most(), "{} readings", rolling.len());

            // Exact for the time that it says it covers.
            let then = log.at(time.saturating_sub(found.covered));
            let difference = [counts[0] - then[0], counts[1] - then[1]];
            prop_assert_eq!(found.counts, difference, "at {:?}, {:?}", time, found);
            if time <= window {
                prop_assert_eq!(found.covered, time, "all there was");
            } else {
                let off = found.covered.abs_diff(window);
                // Two readings that are kept are a step apart, and whatever the next one came late.
                prop_assert!(
                    off <= STEP + longest_gap,
                    "{:?} off at {:?} with gaps of {:?}", off, time, longest_gap
                );
            }
        }
    }

    /// Without gaps it is exact to half a step and one reading.
    #[test]
    fn a_window_begins_within_half_a_step(increments in prop::collection::vec(0_u64..5, 700..900)) {
        let start = Instant::now();
        let mut rolling = Rolling::new(start, STEP, SPAN);
        let mut counts = [0];
        for (second, more) in increments.into_iter().enumerate() {
            counts[0] += more;
            let now = start + seconds(second as u64);
            rolling.record(now, counts);
            for window in [10, 60, 61, 299, 600].map(seconds) {
                let covered = rolling.since(now, counts, window).covered;
                let wanted = window.min(seconds(second as u64));
                prop_assert!(covered.abs_diff(wanted) <= STEP / 2 + seconds(1), "{:?} of {:?}", covered, wanted);
            }
        }
    }
}

#[test]
fn of_what_does_nothing_one_reading_is_kept_and_every_window_is_known() {
    let start = Instant::now();
    let mut rolling = Rolling::new(start, STEP, SPAN);
    rolling.record(start + seconds(20), [7]);
    for second in 21..=5_000 {
        rolling.record(start + seconds(second), [7]);
    }
    assert_eq!(rolling.len(), 1, "the zeros at the start are too old");
    let window = rolling.since(start + seconds(5_000), [9], seconds(300));
    assert_eq!((window.counts, window.covered), ([2], seconds(300)));
}

#[test]
fn a_window_does_not_begin_at_a_reading_of_now() {
    let start = Instant::now();
    let mut rolling = Rolling::new(start, STEP, SPAN);
    // A program that slept: the first reading for a long time.
    rolling.record(start + seconds(1_000), [50]);
    let window = rolling.since(start + seconds(1_000), [50], seconds(300));
    assert_eq!((window.counts, window.covered), ([50], seconds(1_000)));
}

#[test]
fn of_two_readings_beside_a_gap_the_nearer_begins_the_window() {
    let start = Instant::now();
    let mut rolling = Rolling::new(start, STEP, SPAN);
    for (second, calls) in [(100, 10), (400, 20), (500, 30)] {
        rolling.record(start + seconds(second), [calls]);
    }
    let since = |window| rolling.since(start + seconds(500), [30], seconds(window));
    assert_eq!(
        (since(151).counts, since(151).covered),
        ([10], seconds(100)),
        "349 s is nearer to 400"
    );
    assert_eq!(
        (since(251).counts, since(251).covered),
        ([20], seconds(400)),
        "249 s is nearer to 100"
    );
    assert_eq!(since(250).counts, [20], "of equals the older");
}

#[test]
fn a_reading_from_before_the_last_one_changes_nothing() {
    let start = Instant::now();
    let mut rolling = Rolling::new(start, STEP, SPAN);
    rolling.record(start + seconds(100), [10]);
    rolling.record(start + seconds(50), [90]);
    assert_eq!(rolling.since(start + seconds(200), [10], seconds(150)).counts, [10]);
    let before_the_start = rolling.since(start, [10], seconds(150));
    assert_eq!(before_the_start.covered, Duration::ZERO);
}
