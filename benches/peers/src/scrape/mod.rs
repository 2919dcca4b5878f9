//! What one scrape costs: a histogram of ten bounds for every combination of three labels, in text 0.0.4. Each
//! number of series has a process of its own; within it the encoders take turns.

mod measured;
mod metrics;
mod ours;
mod prometheus;
mod prometheus_client;
mod waiting;

use crate::{
    processor,
    table::{Table, number},
};
use observant_benches::memory_during;
use std::{
    env,
    error::Error,
    process::{Command, Stdio},
};

/// Writes a document into a buffer that is as large as the last one, where it takes one.
type Encode = Box<dyn FnMut(usize) -> Vec<u8>>;

/// A tool: makes this many series, and what encodes them.
struct Tool {
    name: &'static str,
    fill: fn(usize) -> Encode,
}

const TOOLS: [Tool; 6] = [
    Tool { name: "observant", fill: ours::fill },
    Tool { name: "observant, all its families", fill: ours::everything },
    Tool { name: "prometheus", fill: prometheus::fill },
    Tool { name: "prometheus-client", fill: prometheus_client::fill },
    Tool { name: "measured", fill: measured::fill },
    Tool { name: "metrics", fill: metrics::fill },
];

/// Bounds of every histogram, in seconds.
const BOUNDS: [f64; 10] = [1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3];

/// What is observed in every series, in seconds.
const OBSERVED: [f64; 3] = [1e-6, 8e-6, 64e-6];

/// The labels that all tools write alike, and that ours writes of itself.
const MODULE: &str = "observant_peers::scrape::ours";
const FUNCTION: &str = "handle";

/// The values of the labels `region`, `zone` and `tenant`.
const REGIONS: usize = 10;
const ZONES: usize = 100;
const TENANTS: usize = 100;

/// The places of the values of one series.
fn place(at: usize) -> (usize, usize, usize) {
    (at / (ZONES * TENANTS), at / TENANTS % ZONES, at % TENANTS)
}

/// The same of every series.
fn places(series: usize) -> impl Iterator<Item = (usize, usize, usize)> {
    (0..series).map(place)
}

/// The values of a label.
fn values(prefix: &str, count: usize) -> Vec<String> {
    (0..count).map(|value| format!("{prefix}-{value:03}")).collect()
}

/// The argument of a process that measures one number of series.
const SERIES: &str = "series";

const SIZES: [(usize, usize); 3] = [(1_000, 101), (10_000, 31), (100_000, 7)];

/// Prints a table for each number of series.
pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    for (series, rounds) in SIZES {
        let status = Command::new(env::current_exe()?)
            .args([SERIES, &series.to_string(), &rounds.to_string()])
            .stdin(Stdio::null())
            .status()?;
        if !status.success() {
            return Err(format!("{series} series: {status}").into());
        }
    }
    Ok(())
}

/// What one tool came to.
#[derive(Default)]
struct Figures {
    live: f64,
    nanoseconds: Vec<f64>,
    bytes: usize,
    extra: f64,
}

/// Whether this process was started to measure one number of series, and did.
#[allow(clippy::cast_precision_loss)] // Some megabytes.
pub(crate) fn run_alone(arguments: &[String]) -> Result<bool, Box<dyn Error>> {
    let [asked, series, rounds] = arguments else { return Ok(false) };
    if asked != SERIES {
        return Ok(false);
    }
    let (series, rounds): (usize, usize) = (series.parse()?, rounds.parse()?);
    let mut figures: Vec<Figures> = Vec::new();
    let mut encoders: Vec<Encode> = Vec::new();
    for tool in &TOOLS {
        let (encode, memory) = memory_during(|| (tool.fill)(series));
        figures.push(Figures { live: memory.kept as f64 / series as f64, ..Figures::default() });
        encoders.push(encode);
    }
    // The first round warms up, and learns how long the documents are.
    for round in 0..=rounds {
        for place in 0..TOOLS.len() {
            let place = (place + round) % TOOLS.len();
            let own = &mut figures[place];
            let (took, document, peak) = once(&mut encoders[place], own.bytes);
            if round == 0 {
                check(TOOLS[place].name, &document, series)?;
            } else {
                own.nanoseconds.push(took * 1e9 / series as f64);
                own.extra = peak as f64 - document.len() as f64;
            }
            own.bytes = document.len();
        }
    }
    print(series, &figures);
    waiting::run(series);
    Ok(true)
}

fn once(encode: &mut Encode, length: usize) -> (f64, Vec<u8>, isize) {
    let start = processor::of_this_thread();
    let (document, memory) = memory_during(|| encode(length));
    (processor::of_this_thread() - start, document, memory.peak)
}

/// A document that lacks series would be written fast.
fn check(tool: &str, document: &[u8], series: usize) -> Result<(), Box<dyn Error>> {
    let text = std::str::from_utf8(document)?;
    // What has none of these labels belongs to the other functions of this program.
    let lines = || text.lines().filter(|line| line.contains("seconds") && line.contains(",zone="));
    let count = |what: &str| lines().filter(|line| line.contains(what)).count();
    let found = (count("_bucket{"), count("le=\"+Inf\""), count("seconds_count{"));
    if found != (series * (BOUNDS.len() + 1), series, series) {
        return Err(format!("{tool}: {found:?} lines for {series} series").into());
    }
    Ok(())
}

#[allow(clippy::cast_precision_loss)] // Some megabytes.
fn print(series: usize, figures: &[Figures]) {
    let mut table = Table::new(match series {
        1_000 => "1,000 series",
        10_000 => "10,000 series",
        _ => "100,000 series",
    });
    let heads = [
        "ns per series, minimum",
        "median",
        "/ ours",
        "bytes out per series",
        "extra KB while encoding",
        "live bytes per series",
    ];
    for head in heads {
        table.column(head);
    }
    let least =
        |figures: &Figures| figures.nanoseconds.iter().copied().fold(f64::INFINITY, f64::min);
    for (tool, own) in TOOLS.iter().zip(figures) {
        let mut sorted = own.nanoseconds.clone();
        sorted.sort_by(f64::total_cmp);
        let live = if own.live.abs() < 1.0 { f64::NAN } else { own.live };
        table.row(
            tool.name.to_owned(),
            [
                number(least(own), 0),
                number(sorted[sorted.len() / 2], 0),
                number(least(own) / least(&figures[0]), 2),
                number(own.bytes as f64 / series as f64, 0),
                number(own.extra / 1e3, 1),
                number(live, 0),
            ],
        );
    }
    table.print();
}
