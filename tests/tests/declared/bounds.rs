//! Labels that can be anything: bounded in memory, and no slower past the bound.

#![allow(clippy::float_cmp)] // Whole numbers.

use super::HERE;
use observant::snapshot::Snapshot;
use std::{
    collections::HashSet,
    sync::LazyLock,
    time::{Duration, Instant},
};

observant::metrics! {
    /// By a label of ten thousand values.
    static CAPPED: Counter<{ user: Capped }> = "bounds_capped_total";
    /// By two such labels.
    static PAIRS: Counter<{ one: Capped, other: Capped }> = "bounds_pairs_total";
    /// Escaped where it is written.
    static ODD: Counter<{ text: Capped }> = "bounds_odd_total";
}

const VALUES: usize = 10_000;

fn overflow(shown: &Snapshot, metric: &str) -> f64 {
    // Without `init` there is nobody who shows it.
    shown.sum("observant_series_overflow_total", &[("metric", metric)])
}

#[test]
fn ten_thousand_values_are_two_hundred_and_the_others() {
    LazyLock::force(&HERE);
    for round in 1..=3_u32 {
        for n in 0..VALUES {
            CAPPED.with(&*format!("user-{n}")).inc();
        }
        let shown = observant::snapshot();
        let family =
            shown.families.iter().find(|family| family.name == "bounds_capped_total").unwrap();
        assert_eq!(family.series.len(), 201);
        assert_eq!(shown.sum("bounds_capped_total", &[]), f64::from(round) * 10_000.0);
        let past = f64::from(round) * 9_800.0;
        assert_eq!(shown.sum("bounds_capped_total", &[("user", "_OTHER")]), past);
        assert_eq!(overflow(&shown, "bounds_capped_total"), past);
    }
    for n in 0..VALUES {
        let (one, other) = (format!("{}", n / 100), format!("{}", n % 100));
        PAIRS.with(PairsLabels { one: &one, other: &other }).inc();
    }
    let shown = observant::snapshot();
    assert_eq!(shown.sum("bounds_pairs_total", &[]), 10_000.0);
    let other = [("one", "_OTHER"), ("other", "_OTHER")];
    assert_eq!(shown.sum("bounds_pairs_total", &other), 8_000.0);
    assert_eq!(overflow(&shown, "bounds_pairs_total"), 8_000.0);
}

/// The shortest of some rounds, so that what else the machine does counts for nothing.
fn shortest(mut round: impl FnMut()) -> Duration {
    let took = (0..15).map(|_| {
        let start = Instant::now();
        round();
        start.elapsed()
    });
    took.min().expect("there are some")
}

#[test]
fn past_the_bound_is_not_slower() {
    observant::metrics! {
        /// Fast.
        static SPEED: Counter<{ user: Capped }> = "bounds_speed_total";
    }
    let texts: Vec<String> = (0..VALUES).map(|n| format!("user-{n}")).collect();
    let add = |texts: &[String]| {
        for _ in 0..VALUES / texts.len() {
            for text in texts {
                SPEED.with(&**text).inc();
            }
        }
    };
    add(&texts);
    let known = shortest(|| add(&texts[..100]));
    let past = shortest(|| add(&texts[5_000..]));
    assert!(past < known * 3, "{past:?} beside {known:?}");
}

#[test]
fn texts_of_any_kind_are_told_apart() {
    let odd = ["", " ", "\"", "\\", "\n", "a\u{0}b", "ü", "_OTHER", "a", "A"];
    for text in odd {
        ODD.with(text).inc();
    }
    let shown = observant::snapshot();
    let family = shown.families.iter().find(|family| family.name == "bounds_odd_total").unwrap();
    let values: HashSet<_> =
        family.series.iter().map(|series| series.label("text").unwrap_or("")).collect();
    assert_eq!(values, odd.into_iter().collect());
}
