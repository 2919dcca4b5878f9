//! Whether calls wait for a scrape: how long each call takes while another thread scrapes without pause, and
//! while it is busy with something of its own.

use super::ours;
use crate::table::{Table, number};
use std::{
    hint::black_box,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

const ROUNDS: usize = 6;
const ROUND: Duration = Duration::from_millis(500);

/// Prints a table over the series that there are.
#[allow(clippy::cast_precision_loss)] // Nanoseconds of a second.
pub(super) fn run(series: usize) {
    let mut durations = [Vec::new(), Vec::new()];
    let mut scrapes = Vec::new();
    for round in 0..ROUNDS {
        let scraped = round % 2;
        let stop = AtomicBool::new(false);
        thread::scope(|scope| {
            let other = scope.spawn(|| if scraped == 1 { scrape(&stop) } else { spin(&stop) });
            call(series, &mut durations[scraped]);
            stop.store(true, Relaxed);
            scrapes.extend(other.join().unwrap_or_default());
        });
    }
    let mut table = Table::new("one call, ns");
    for head in ["median", "99.9 %", "99.99 %"] {
        table.column(head);
    }
    let rows =
        ["another thread computes", "another thread scrapes"].into_iter().zip(&mut durations);
    for (name, durations) in rows {
        durations.sort_unstable();
        let at =
            |ten_thousandths: usize| durations[(durations.len() - 1) * ten_thousandths / 10_000];
        table
            .row(name.to_owned(), [5_000, 9_990, 9_999].map(|part| number(f64::from(at(part)), 0)));
    }
    table.print();
    scrapes.sort_unstable();
    if let Some(median) = scrapes.get(scrapes.len() / 2) {
        println!("{} scrapes, each about {median:.0?} long.\n", scrapes.len());
    }
}

/// Calls in every tenth of the series, for one round.
fn call(series: usize, durations: &mut Vec<u32>) {
    let start = Instant::now();
    let mut at = 0;
    while start.elapsed() < ROUND {
        for _ in 0..1_000 {
            at = (at + series / 10 + 1) % series;
            let start = Instant::now();
            ours::call(at);
            durations.push(u32::try_from(start.elapsed().as_nanos()).unwrap_or(u32::MAX));
        }
    }
}

fn scrape(stop: &AtomicBool) -> Vec<Duration> {
    let mut encode = ours::everything(0);
    let (mut length, mut took) = (0, Vec::new());
    while !stop.load(Relaxed) {
        let start = Instant::now();
        length = encode(length).len();
        took.push(start.elapsed());
    }
    took
}

fn spin(stop: &AtomicBool) -> Vec<Duration> {
    let mut number = 0_u64;
    while !stop.load(Relaxed) {
        number = black_box(number).wrapping_mul(31) ^ 7;
    }
    Vec::new()
}
