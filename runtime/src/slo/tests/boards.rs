//! SLOs of functions: which are one, what counts as bad, and what their budgets were spent on, against a list of every
//! call.

use super::{call, function};
use crate::{
    callsite::{Callsite, Latency, Outcome, Slo},
    registry::{Collector, Listing},
    slo::Board,
    snapshot::{Family, Snapshot, Visitor},
};
use proptest::prelude::*;
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

const LATENCY: Duration = Duration::from_millis(300);

#[allow(clippy::unnecessary_wraps, reason = "as functions wish it")]
fn slo(name: Option<&'static str>, success: f64, days: u32) -> Option<Slo> {
    let latency = Some(Latency { seconds: LATENCY.as_secs_f64(), percent: 95.0 });
    Some(Slo { name, success: Some(success), latency, days })
}

fn board(start: Instant, functions: Vec<&'static Callsite>) -> Board {
    let listing = Arc::new(Listing::new(functions));
    Board::of(start, move || Arc::clone(&listing))
}

/// What a scrape would show of it.
fn visited(board: &Board) -> Snapshot {
    let mut snapshot = Snapshot::default();
    let families: Vec<&Family<'_>> = board.families().iter().collect();
    for family in families {
        snapshot.family(family);
        board.series(family, &mut snapshot);
    }
    snapshot
}

#[test]
fn bad_are_errors_and_panics_and_of_those_that_finished_the_slow_ones() {
    let plan = function("plan", 1, slo(None, 99.9, 30));
    let board = board(Instant::now(), vec![plan]);
    let (fast, slow) = (LATENCY, LATENCY + Duration::from_nanos(1));
    for (outcome, took, times) in [
        (Outcome::Ok, fast, 7),
        (Outcome::Ok, slow, 5),
        (Outcome::Error, fast, 3),
        (Outcome::Error, slow, 2),
        (Outcome::Panic, slow, 1),
        (Outcome::Cancelled, slow, 11),
    ] {
        (0..times).for_each(|_| call(plan, outcome, took));
    }
    let snapshot = visited(&board);
    let sum = |family, sli| {
        let labels =
            [("slo", "shop::plan"), ("sli", sli), ("module", "shop"), ("function", "plan")];
        snapshot.find(family, &labels).expect("a series").value.as_f64()
    };
    assert_eq!(sum("observe_slo_events_total", "success"), 18.0);
    assert_eq!(sum("observe_slo_events_total", "latency"), 18.0);
    assert_eq!(sum("observe_slo_bad_events_total", "success"), 6.0);
    assert_eq!(sum("observe_slo_bad_events_total", "latency"), 8.0, "to the nanosecond");
    let value =
        |family, labels: &[(&str, &str)]| snapshot.find(family, labels).unwrap().value.as_f64();
    assert_eq!(value("observe_slo_objective_ratio", &[("sli", "success")]), 0.999);
    assert_eq!(value("observe_slo_objective_ratio", &[("sli", "latency")]), 0.95);
    assert_eq!(value("observe_slo_latency_threshold_seconds", &[("slo", "shop::plan")]), 0.3);
    let factor = [("sli", "success"), ("severity", "page"), ("window", "1h")];
    assert_eq!(value("observe_slo_burn_factor", &factor), 14.4);
    let rate = value("observe_slo_burn_rate", &[("sli", "success"), ("window", "3d")]);
    assert!((rate - 6.0 / 18.0 / 0.001).abs() < 1e-6, "{rate}");
    // Every family of the promise, every window, and nothing else.
    let counts = snapshot.families.iter().map(|family| (family.name.as_str(), family.series.len()));
    assert_eq!(
        counts.collect::<Vec<_>>(),
        [
            ("observe_slo_bad_events_total", 2),
            ("observe_slo_burn_factor", 8),
            ("observe_slo_burn_rate", 14),
            ("observe_slo_events_total", 2),
            ("observe_slo_latency_threshold_seconds", 1),
            ("observe_slo_objective_ratio", 2),
        ]
    );
}

#[test]
fn the_threshold_is_a_bound_of_the_ladder_even_where_a_preset_has_it() {
    let own = function("own", 1, slo(None, 99.0, 30));
    let bounds: Vec<f64> = own.ladder().bounds().iter().map(|bound| bound.upper).collect();
    assert!(bounds.is_sorted() && bounds.contains(&0.3) && bounds.len() == 17);
    let other = function("other", 2, slo(None, 99.9, 7));
    assert!(std::ptr::eq(own.ladder(), other.ladder()), "the same bounds are one ladder");
    let latency = Some(Latency { seconds: 0.25, percent: 95.0 });
    let known = function("known", 3, Some(Slo { name: None, success: None, latency, days: 30 }));
    assert_eq!(known.ladder().bounds().len(), 16, "it has that bound");
    call(known, Outcome::Ok, Duration::from_millis(250));
    call(known, Outcome::Ok, Duration::from_nanos(250_000_001));
    let snapshot = visited(&board(Instant::now(), vec![known]));
    assert_eq!(snapshot.sum("observe_slo_bad_events_total", &[]), 1.0);
    assert_eq!(snapshot.sum("observe_slo_objective_ratio", &[]), 0.95, "success was not promised");
}

#[test]
fn functions_of_one_name_and_one_promise_are_one_slo() {
    let (pay, ship) = (
        function("pay", 1, slo(Some("checkout"), 99.0, 30)),
        function("ship", 2, slo(Some("checkout"), 99.0, 30)),
    );
    let board = board(Instant::now(), vec![pay, ship]);
    call(pay, Outcome::Error, Duration::ZERO);
    (0..9).for_each(|_| call(ship, Outcome::Ok, Duration::ZERO));
    let states = board.states(Instant::now());
    assert_eq!(states.len(), 2);
    let success = states.iter().find(|state| state.sli == "success").unwrap();
    assert_eq!((success.slo.as_str(), success.events, success.bad), ("checkout", 10, 1));
    assert_eq!(success.functions.len(), 2);
    assert!(
        (success.rates[0].1 - 10.0).abs() < 1e-9,
        "a tenth of the calls, where a hundredth may be"
    );
    assert!(board.twins().is_empty());
    let snapshot = visited(&board);
    assert_eq!(snapshot.sum("observe_slo_objective_ratio", &[("sli", "success")]), 0.99, "once");
    let of_pay = [("slo", "checkout"), ("sli", "success"), ("function", "pay")];
    assert_eq!(snapshot.sum("observe_slo_bad_events_total", &of_pay), 1.0, "functions stay apart");
}

#[test]
fn slos_of_one_name_that_promise_different_things_stay_apart_and_are_told() {
    let functions = vec![
        function("a", 10, slo(Some("checkout"), 99.0, 30)),
        function("b", 20, slo(Some("checkout"), 99.9, 30)),
        function("c", 30, slo(Some("checkout"), 99.0, 7)),
        function("d", 40, slo(Some("checkout#2"), 99.0, 30)),
        function("e", 50, slo(Some("checkout"), 99.9, 30)),
    ];
    let board = board(Instant::now(), functions);
    let states = board.states(Instant::now());
    let names: Vec<_> = states
        .iter()
        .filter(|state| state.sli == "success")
        .map(|state| (state.slo.as_str(), state.objective, state.days, state.functions.len()))
        .collect();
    assert_eq!(
        names,
        [
            ("checkout", 0.99, 30, 1),
            ("checkout#2", 0.99, 30, 1),
            ("checkout#3", 0.999, 30, 2),
            ("checkout#4", 0.99, 7, 1)
        ]
    );
    let told: Vec<String> = board.twins().iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 2);
    assert_eq!(
        told[0],
        "two SLOs are called `checkout` and promise different things: at shop.rs:10 and at shop.rs:20; the second is \
         shown as `checkout#3`; give one of them another name with `slo(name = \"..\")`, or both the same objectives \
         and window"
    );
}

#[test]
fn a_library_that_is_loaded_later_brings_its_slos_and_others_keep_their_history() {
    let start = Instant::now();
    let first = function("first", 1, slo(None, 99.0, 30));
    let listing = Arc::new(Mutex::new(Arc::new(Listing::new(vec![first]))));
    let shown = Arc::clone(&listing);
    let board = Board::of(start, move || Arc::clone(&shown.lock().unwrap()));
    call(first, Outcome::Error, Duration::ZERO);
    board.sample(start + Duration::from_secs(60));
    *listing.lock().unwrap() =
        Arc::new(Listing::new(vec![first, function("second", 2, slo(None, 99.0, 30))]));
    let states = board.states(start + Duration::from_secs(3_000));
    let names: Vec<_> = states.iter().map(|state| state.slo.as_str()).collect();
    assert_eq!(names, ["shop::first", "shop::first", "shop::second", "shop::second"]);
    let success = &states[1];
    assert_eq!((success.sli, success.rates[0].1), ("success", 0.0), "the failure is an hour old");
    assert_eq!(success.bad, 1);
}

/// Steps at which readings come, in seconds, and the windows of the published table that are looked up among them.
const GRIDS: [(u64, &[(&str, u64)]); 3] = [
    (15, &[("5m", 300), ("30m", 1_800)]),
    (180, &[("1h", 3_600), ("2h", 7_200), ("6h", 21_600)]),
    (2_160, &[("1d", 86_400), ("3d", 259_200)]),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Sampled on a grid that windows fall on, they are exact: against the list of all calls, with arithmetic of its
    /// own. The program is younger than most windows at first.
    #[test]
    fn burn_rates_are_those_of_every_call_that_was_made(
        calls in prop::collection::vec((0_u64..4, 0_u64..3), 100..260),
        grid in 0_usize..3,
    ) {
        let (step, windows) = GRIDS[grid];
        let start = Instant::now();
        let plan = function("plan", 1, slo(None, 99.0, 30));
        let board = board(start, vec![plan]);
        let mut log = Vec::new();
        for (place, (good, bad)) in calls.into_iter().enumerate() {
            (0..good).for_each(|_| call(plan, Outcome::Ok, Duration::ZERO));
            (0..bad).for_each(|_| call(plan, Outcome::Panic, Duration::ZERO));
            let second = (place as u64 + 1) * step;
            log.push((second, good + bad, bad));
            let now = start + Duration::from_secs(second);
            board.sample(now);
            if place % 10 != 9 {
                continue;
            }
            let states = board.states(now);
            let success = states.iter().find(|state| state.sli == "success").unwrap();
            for (name, window) in windows {
                let within = log.iter().filter(|(at, ..)| at + window > second);
                let (events, bad) =
                    within.fold((0, 0), |(events, bad), (_, more, wrong)| (events + more, bad + wrong));
                // Of a hundred calls one may be bad.
                #[allow(clippy::cast_precision_loss, reason = "few calls")]
                let rate = if events == 0 { 0.0 } else { (100 * bad) as f64 / events as f64 };
                let found = success.rates.iter().find(|(known, _)| known == name).unwrap().1;
                prop_assert!((found - rate).abs() < 1e-9, "{} at {} s: {} is {}", name, second, found, rate);
            }
        }
    }
}

#[test]
fn an_alert_fires_while_both_of_its_windows_are_spent_too_fast() {
    let start = Instant::now();
    let plan = function("plan", 1, slo(None, 99.0, 30));
    let board = board(start, vec![plan]);
    let mut tick = 0;
    // Ten calls every 15 s; says whether an alert calls for somebody at the end, and whether one did meanwhile.
    let mut minutes = |minutes: u64, bad: u64| {
        let mut fired = false;
        let mut page = false;
        for _ in 0..minutes * 4 {
            (0..bad).for_each(|_| call(plan, Outcome::Error, Duration::ZERO));
            (bad..10).for_each(|_| call(plan, Outcome::Ok, Duration::ZERO));
            tick += 1;
            let now = start + Duration::from_secs(tick * 15);
            let paging = board.sample(now);
            let states = board.states(now);
            let success = states.iter().find(|state| state.sli == "success").unwrap();
            let fast = &success.alerts[0];
            assert_eq!(
                (fast.severity, fast.window.as_str(), fast.factor.value),
                ("page", "1h", 14.4)
            );
            page = fast.firing;
            fired |= page;
            let pages = success.alerts.iter().any(|alert| alert.severity == "page" && alert.firing);
            assert_eq!(paging.is_some(), pages, "{paging:?}");
            if let Some(paging) = paging {
                assert_eq!((paging.slo.as_str(), paging.sli), ("shop::plan", "success"));
                assert!(paging.rate > paging.factor.value);
            }
        }
        (page, fired)
    };
    assert_eq!(minutes(120, 0), (false, false));
    assert_eq!(minutes(15, 5), (false, false), "12.5 % of an hour at most, and 14.4 % is too much");
    assert_eq!(minutes(10, 5), (true, true), "21 % of an hour, and half of five minutes");
    assert!(!minutes(10, 0).0, "the hour is as bad, and the last five minutes are well");
    assert_eq!(minutes(60, 0), (false, false));
}
