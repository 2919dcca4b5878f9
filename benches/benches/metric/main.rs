//! What recording in a declared metric costs, beside a plain store, an atomic addition, and the crate `prometheus`.
//!
//! ```text
//! cargo bench -p observant-benches --bench metric           nanoseconds
//! cargo bench -p observant-benches --bench metric -- smoke  all of it, far too short to tell
//! ```

use observant::Label;
use prometheus::{CounterVec, IntCounter, Opts};
use std::{
    env,
    hint::black_box,
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Instant,
};

#[derive(Clone, Copy, Label)]
enum State {
    Indexed,
    Missing,
}

observant::metrics! {
    /// A counter.
    static COUNTER: Counter = "bench_counted_total";
    /// By a label of few values.
    static FEW: Counter<{ state: State, cached: bool }> = "bench_few_total";
    /// By a text.
    static CAPPED: Counter<{ model: Capped }> = "bench_capped_total";
    /// A gauge.
    static GAUGE: Gauge = "bench_gauge";
    /// A histogram of sixteen bounds.
    static HISTOGRAM: Histogram = "bench_took_seconds";
}

static PLAIN: AtomicU64 = AtomicU64::new(0);
static PEER: LazyLock<IntCounter> =
    LazyLock::new(|| IntCounter::new("peer_total", "Peer.").expect("a good name"));
static PEER_BY_LABEL: LazyLock<CounterVec> = LazyLock::new(|| {
    CounterVec::new(Opts::new("peer_labelled_total", "Peer."), &["model"]).expect("good names")
});

const ROUNDS: usize = 200;
const TIMES: u32 = 20_000;

type Contender = (&'static str, fn(u64));

/// Each is handed another number every time.
const CONTENDERS: [Contender; 13] = [
    ("nothing", |n| _ = black_box(n)),
    ("a plain load and store", |_| PLAIN.store(PLAIN.load(Relaxed) + 1, Relaxed)),
    ("an atomic addition", |_| _ = PLAIN.fetch_add(1, Relaxed)),
    ("prometheus, a counter", |_| PEER.inc()),
    ("prometheus, by a text", |_| PEER_BY_LABEL.with_label_values(&[black_box("small")]).inc()),
    ("a counter", |_| COUNTER.inc()),
    ("a counter, a float", |_| COUNTER.add_f64(0.5)),
    ("a counter by few labels", |n| {
        let state = if n.is_multiple_of(2) { State::Indexed } else { State::Missing };
        FEW.with(FewLabels { state, cached: n.is_multiple_of(3) }).inc();
    }),
    ("a counter by a text", |_| CAPPED.with(black_box("small")).inc()),
    ("a counter by a text past the bound", |_| CAPPED.with(black_box("beyond")).inc()),
    ("a gauge, set", |_| GAUGE.set(1.0)),
    ("a gauge, moved", |_| GAUGE.add(1.0)),
    ("a histogram", |n| HISTOGRAM.record(f64::from(u32::try_from(n % 1_000).unwrap_or(0)) / 100.0)),
];

fn main() {
    let smoke = env::args().any(|argument| argument == "smoke");
    CAPPED.with("small").inc();
    (0..1_000).for_each(|n| CAPPED.with(&*n.to_string()).inc());
    let mut figures: Vec<Vec<f64>> = vec![Vec::new(); CONTENDERS.len()];
    for _ in 0..if smoke { 2 } else { ROUNDS } {
        for ((_, contender), figures) in CONTENDERS.iter().zip(&mut figures) {
            let start = Instant::now();
            (0..u64::from(TIMES)).for_each(|n| black_box(contender)(n));
            figures.push(start.elapsed().as_secs_f64() * 1e9 / f64::from(TIMES));
        }
    }
    println!("nanoseconds, the call by pointer that all pay taken off\n");
    println!("| | minimum | median |\n|---|---:|---:|");
    let sorted: Vec<Vec<f64>> = figures
        .into_iter()
        .map(|mut figures| {
            figures.sort_by(f64::total_cmp);
            figures
        })
        .collect();
    let of = |place: usize| (sorted[place][0], sorted[place][sorted[place].len() / 2]);
    let nothing = of(0);
    for (place, (name, _)) in CONTENDERS.iter().enumerate().skip(1) {
        let (minimum, median) = of(place);
        println!("| {name} | {:.2} | {:.2} |", minimum - nothing.0, median - nothing.1);
    }
}
