//! Two threads calling one function: how much of twice the throughput is left.

use crate::contender::Contender;
use std::{
    hint::spin_loop,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    thread,
    time::Instant,
};

/// What two threads do beside one.
#[derive(Clone, Copy, Debug)]
pub struct Scaling {
    /// Throughput of two threads over that of one, from the fastest round of each.
    pub best: f64,
    /// The middle of what each round says.
    pub median: f64,
}

/// Measures every contender on one thread and on two, taking turns.
#[must_use]
pub fn scaling(contenders: &[Contender], rounds: usize, calls: u32) -> Vec<Scaling> {
    let pair = Pair::default();
    thread::scope(|scope| {
        scope.spawn(|| pair.help(contenders, calls));
        let mut times = vec![Times::default(); contenders.len()];
        for round in 0..=rounds {
            for place in 0..contenders.len() {
                let place = (place + round) % contenders.len();
                let alone = time(contenders[place], calls);
                let together = pair.run(contenders[place], place, calls);
                // The first round warms up.
                if round != 0 {
                    times[place].alone.push(alone);
                    times[place].together.push(together);
                }
            }
        }
        pair.over.store(true, SeqCst);
        times.iter().map(Times::scaling).collect()
    })
}

#[derive(Clone, Debug, Default)]
struct Times {
    alone: Vec<f64>,
    together: Vec<f64>,
}

impl Times {
    fn scaling(&self) -> Scaling {
        let best = |times: &[f64]| times.iter().copied().fold(f64::INFINITY, f64::min);
        let mut each: Vec<f64> =
            self.alone.iter().zip(&self.together).map(|(one, two)| 2.0 * one / two).collect();
        each.sort_by(f64::total_cmp);
        Scaling {
            best: 2.0 * best(&self.alone) / best(&self.together),
            median: each.get(each.len() / 2).copied().unwrap_or(f64::NAN),
        }
    }
}

/// What the two threads tell each other; they spin, for waking up would take longer than a batch.
#[derive(Debug, Default)]
struct Pair {
    /// One more than the place of the contender to run; 0 for none.
    wanted: AtomicUsize,
    ready: AtomicBool,
    go: AtomicBool,
    done: AtomicBool,
    over: AtomicBool,
}

impl Pair {
    /// Runs the contender here and in the helper; the time of the slower.
    fn run(&self, contender: Contender, place: usize, calls: u32) -> f64 {
        self.wanted.store(place + 1, SeqCst);
        while !self.ready.swap(false, SeqCst) {
            spin_loop();
        }
        let start = Instant::now();
        self.go.store(true, SeqCst);
        (contender.batch)(u64::from(calls));
        while !self.done.swap(false, SeqCst) {
            spin_loop();
        }
        start.elapsed().as_secs_f64()
    }

    fn help(&self, contenders: &[Contender], calls: u32) {
        while !self.over.load(SeqCst) {
            let Some(place) = self.wanted.swap(0, SeqCst).checked_sub(1) else {
                spin_loop();
                continue;
            };
            self.ready.store(true, SeqCst);
            while !self.go.swap(false, SeqCst) {
                spin_loop();
            }
            (contenders[place].batch)(u64::from(calls));
            self.done.store(true, SeqCst);
        }
    }
}

fn time(contender: Contender, calls: u32) -> f64 {
    let start = Instant::now();
    (contender.batch)(u64::from(calls));
    start.elapsed().as_secs_f64()
}
