//! Ten thousand functions that promise something: what a look at all of them takes, and what their histories take.

use super::{call, function};
use crate::{
    callsite::{Outcome, Slo},
    registry::Listing,
    slo::Board,
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

const FUNCTIONS: usize = 10_000;

#[test]
fn ten_thousand_slos_are_sampled_within_a_fraction_of_their_step() {
    let slo = Slo { name: None, success: Some(99.0), latency: None, days: 30 };
    let names = (0..FUNCTIONS).map(|number| &*Box::leak(format!("f{number}").into_boxed_str()));
    let functions: Vec<_> = names.map(|name| function(name, 1, Some(slo))).collect();
    let start = Instant::now();
    let listing = Arc::new(Listing::new(functions.clone()));
    let board = Board::of(start, move || Arc::clone(&listing));
    for function in &functions {
        call(function, Outcome::Ok, Duration::from_micros(50));
        call(function, Outcome::Error, Duration::from_millis(2));
    }
    let took = (1..=5)
        .map(|tick| {
            let before = Instant::now();
            board.sample(start + Duration::from_secs(tick * 15));
            before.elapsed()
        })
        .min()
        .unwrap();
    println!("a look at {FUNCTIONS} SLOs: {took:?}");
    // Every 10 s; on a machine that is busy, and without optimizations.
    assert!(took < Duration::from_secs(2), "{took:?}");
    let readings: usize = {
        let mut readings = 0;
        board.each_slo(|watched| readings += watched.readings());
        readings
    };
    // The zeros at the start and what was first seen, of each of three rings at the most.
    assert!(readings <= FUNCTIONS * 6, "{readings} readings of functions that were called once");
}
