//! A million spans as fast as they can be made: what did not arrive is counted, by reason.

use super::{
    FLOOD,
    ours::{exporting, root},
    receiver::Receiver,
    start,
};
use crate::table::{Table, number};
use std::{error::Error, thread, time::Instant};

const SPANS: u64 = 1_000_000;
/// Of one trace, its root included.
const OF_TRACE: u64 = 100;
const BATCH: usize = 512;

/// Every reason a span can be lost for.
const REASONS: [&str; 7] =
    ["open", "queue", "rejected", "shutdown", "tail", "timeout", "unreachable"];
const DROPPED: &str = "observant_spans_dropped_total";
const EXPORTED: &str = "observant_spans_exported_total";

/// Makes them on so many threads, so many waiting at most. Prints how long that took, how many the exporter says
/// were taken, and how many were lost, by reason.
#[allow(clippy::cast_precision_loss)] // Millions.
pub(super) fn flood(queue: usize, threads: u64, endpoint: &str) {
    let observant = exporting(endpoint).span_queue(queue, BATCH).init();
    let observant = observant.expect("the environment of a benchmark is sound");
    let begun = Instant::now();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                for trace in 0..SPANS / OF_TRACE / threads {
                    root(trace * OF_TRACE, OF_TRACE - 1);
                }
            });
        }
    });
    let took = begun.elapsed().as_secs_f64();
    // What is lost is lost by now; whether anything was, is what the figures say.
    observant::flush();
    let figures = observant::snapshot();
    let dropped = REASONS.map(|reason| figures.sum(DROPPED, &[("reason", reason)]));
    let known: f64 = figures.sum(DROPPED, &[]);
    assert!((dropped.iter().sum::<f64>() - known).abs() < 0.5, "a reason that is not printed");
    print!("{} {}", took * 1e9 / SPANS as f64, figures.sum(EXPORTED, &[]));
    for dropped in dropped {
        print!(" {dropped}");
    }
    println!();
    drop(observant);
}

/// Prints the table.
///
/// # Errors
///
/// When a span is neither received nor counted as lost.
#[allow(clippy::cast_precision_loss)] // Millions.
pub(super) fn run(receiver: &mut Receiver) -> Result<(), Box<dyn Error>> {
    let mut table = Table::new("1,000,000 spans at full speed");
    table.column("ns per span");
    table.column("received");
    for reason in REASONS {
        table.column(reason);
    }
    table.column("sum");
    let mut uncounted = 0.0;
    for (queue, threads) in [(2_048, 1), (2_048, 4), (200_000, 1), (200_000, 4)] {
        let [took, exported, dropped @ ..]: [f64; 9] =
            start([FLOOD, &queue.to_string(), &threads.to_string(), receiver.endpoint()])?;
        let arrived = receiver.count()?;
        let sum = arrived + dropped.iter().sum::<f64>();
        uncounted += (sum - SPANS as f64).abs() + (exported - arrived).abs();
        let plural = if threads == 1 { "" } else { "s" };
        let counts = [arrived].into_iter().chain(dropped).chain([sum]);
        let cells = [number(took, 1)].into_iter().chain(counts.map(|count| number(count, 0)));
        table.row(format!("{threads} thread{plural}, a queue of {queue}"), cells);
    }
    table.print();
    if uncounted > 0.5 { Err("spans were lost and not counted".into()) } else { Ok(()) }
}
