//! Random programs of calls on real threads, counted by cells and by a plain map under a mutex, while
//! another thread scrapes.

use super::{BOUNDS, Random, new_set};
use crate::cell::sync::Lock;
use crate::cell::{CellSet, Durations, ERROR, Ended, MOST_ERROR_TYPES, OTHER, OUTCOMES, current};
use std::{
    cell::RefCell,
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread,
};

const SEEDS: u64 = if cfg!(miri) { 2 } else { 40 };
const STEPS: usize = if cfg!(miri) { 25 } else { 2_000 };
const THREADS: usize = 3;
const SETS: usize = 2;
/// Generations of threads: each thread is followed by another when it ends.
const GENERATIONS: usize = 3;

/// More types than a set takes.
const TYPES: [&str; 40] = [
    "E00", "E01", "E02", "E03", "E04", "E05", "E06", "E07", "E08", "E09", "E10", "E11", "E12",
    "E13", "E14", "E15", "E16", "E17", "E18", "E19", "E20", "E21", "E22", "E23", "E24", "E25",
    "E26", "E27", "E28", "E29", "E30", "E31", "E32", "E33", "E34", "E35", "E36", "E37", "E38",
    OTHER,
];

/// What a set should have counted.
#[derive(Debug, Default)]
struct Plain {
    started: u64,
    ended: u64,
    buckets: [[u64; BOUNDS.len() + 1]; OUTCOMES],
    sums: [u64; OUTCOMES],
    errors: BTreeMap<&'static str, u64>,
    busy: u64,
    own: u64,
}

impl Plain {
    #[allow(clippy::cast_precision_loss)] // Below 2^53.
    fn end(&mut self, call: Ended, error_type: &'static str) {
        let seconds = call.duration as f64 / 4_294_967_296.0;
        let bucket = BOUNDS.iter().position(|bound| seconds <= *bound).unwrap_or(BOUNDS.len());
        self.ended += 1;
        self.buckets[call.outcome][bucket] += 1;
        self.sums[call.outcome] += call.duration;
        self.busy += call.busy;
        self.own += call.own;
        if call.outcome == ERROR {
            *self.errors.entry(error_type).or_default() += 1;
        }
    }
}

/// What all threads share.
struct World {
    sets: [&'static CellSet; SETS],
    plain: Lock<[Plain; SETS]>,
    /// Calls that started on one thread and may end on another.
    adrift: Lock<Vec<usize>>,
    stop: AtomicBool,
}

impl World {
    fn start(&self, index: usize) {
        // The model counts before, so that cells never show more than the model.
        self.plain.lock().unwrap()[index].started += 1;
        current(self.sets[index]).start();
    }

    fn end(&self, index: usize, random: &mut Random) {
        let duration = random.duration();
        let busy = random.next() % (duration + 1);
        let own = random.next() % (busy + 1);
        let call = Ended { outcome: random.below(OUTCOMES), duration, busy, own };
        let error_type = TYPES[random.below(TYPES.len())];
        self.plain.lock().unwrap()[index].end(call, error_type);
        let shard = current(self.sets[index]);
        if call.outcome == ERROR {
            shard.error(error_type, |name| name);
        }
        shard.end(call);
    }

    /// A thread's part of the program; calls left open at its end are for others to end.
    fn run(self: &Arc<Self>, seed: u64) {
        let mut random = Random(seed);
        let mut open = Vec::new();
        if random.below(2) == 0 {
            // Registered before the cells' own thread-local, so destroyed after it.
            LATE.with(|late| late.borrow_mut().replace(Late(Arc::clone(self), seed)));
        }
        for _ in 0..=random.below(STEPS) {
            match random.below(8) {
                0..3 => {
                    let index = random.below(SETS);
                    self.start(index);
                    open.push(index);
                }
                3..6 if !open.is_empty() => {
                    let index = open.swap_remove(random.below(open.len()));
                    self.end(index, &mut random);
                }
                6 => self.adrift.lock().unwrap().extend(open.pop()),
                _ => {
                    let found = self.adrift.lock().unwrap().pop();
                    if let Some(index) = found {
                        self.end(index, &mut random);
                    }
                }
            }
        }
        self.adrift.lock().unwrap().append(&mut open);
    }
}

thread_local! {
    static LATE: RefCell<Option<Late>> = const { RefCell::new(None) };
}

/// Goes on calling while the thread's locals are destroyed: after its shards are folded, or, when the
/// thread never called before, with its first.
struct Late(Arc<World>, u64);

impl Drop for Late {
    fn drop(&mut self) {
        let mut random = Random(!self.1);
        for _ in 0..random.below(20) {
            let index = random.below(SETS);
            self.0.start(index);
            self.0.end(index, &mut random);
        }
    }
}

/// What a scrape saw, to compare with the next.
#[derive(Default)]
struct Seen {
    started: u64,
    buckets: [Vec<u64>; OUTCOMES],
    sums: [f64; OUTCOMES],
    errors: BTreeMap<&'static str, u64>,
    busy: f64,
    own: f64,
}

impl Seen {
    fn scrape(&mut self, set: &CellSet) {
        let mut durations = Durations::default();
        for outcome in 0..OUTCOMES {
            set.durations(outcome, &mut durations);
            let before = &mut self.buckets[outcome];
            before.resize(durations.buckets.len(), 0);
            let stepped_back = before.iter().zip(&durations.buckets).any(|(old, new)| new < old);
            assert!(!stepped_back, "a bucket stepped back: {before:?} {durations:?}");
            assert!(durations.sum >= self.sums[outcome], "the sum stepped back: {durations:?}");
            assert_eq!(durations.seen, durations.count() > 0);
            assert!(set.count(outcome) >= durations.count());
            (*before, self.sums[outcome]) = (durations.buckets.clone(), durations.sum);
        }
        let mut errors = Vec::new();
        set.errors(&mut errors);
        assert!(errors.is_sorted());
        for (error_type, count) in errors {
            let before = self.errors.insert(error_type, count).unwrap_or_default();
            assert!(count >= before, "errors of {error_type} stepped back");
        }
        let times = set.times();
        assert!(times.busy >= self.busy && times.own >= self.own, "time stepped back");
        (self.busy, self.own) = (times.busy, times.own);
        let (in_flight, started) = (set.in_flight(), set.started());
        assert!(in_flight <= started, "{in_flight} calls in flight, of {started}");
        assert!(started >= self.started, "calls stepped back");
        self.started = started;
    }
}

/// Everything is equal once nobody writes.
#[allow(clippy::cast_precision_loss)] // Below 2^53.
fn compare(set: &CellSet, plain: &Plain, seed: u64) {
    let mut durations = Durations::default();
    let mut calls = 0;
    for outcome in 0..OUTCOMES {
        set.durations(outcome, &mut durations);
        assert_eq!(durations.buckets, plain.buckets[outcome], "outcome {outcome}, seed {seed}");
        assert_eq!(durations.sum.to_bits(), (plain.sums[outcome] as f64).to_bits(), "seed {seed}");
        assert_eq!(set.count(outcome), durations.count());
        calls += durations.count();
    }
    let mut partition = Vec::new();
    set.add_cells(&mut partition);
    assert_eq!(partition.iter().sum::<u64>(), calls);
    assert_eq!((set.started(), calls), (plain.started, plain.ended), "seed {seed}");
    assert_eq!(set.in_flight(), plain.started - plain.ended, "seed {seed}");
    let times = set.times();
    assert_eq!((times.busy, times.own), (plain.busy as f64, plain.own as f64), "seed {seed}");
    compare_errors(set, plain, seed);
}

/// Which types found room depends on the threads' order: those that did are exact, the others are
/// `_OTHER` together.
fn compare_errors(set: &CellSet, plain: &Plain, seed: u64) {
    let mut errors = Vec::new();
    set.errors(&mut errors);
    let named = errors.iter().filter(|(error_type, _)| *error_type != OTHER);
    let expected = plain.errors.keys().filter(|error_type| **error_type != OTHER).count();
    assert_eq!(named.clone().count(), expected.min(MOST_ERROR_TYPES), "seed {seed}");
    let mut rest = plain.errors.clone();
    for (error_type, count) in named {
        assert_eq!(rest.remove(error_type), Some(*count), "{error_type}, seed {seed}");
    }
    let other = errors.iter().find(|(error_type, _)| *error_type == OTHER);
    assert_eq!(other.map_or(0, |(_, count)| *count), rest.values().sum::<u64>(), "seed {seed}");
}

#[test]
fn cells_equal_a_plain_implementation_under_threads_their_ends_and_scrapes() {
    for seed in 0..SEEDS {
        let world = Arc::new(World {
            sets: std::array::from_fn(|_| new_set()),
            plain: Lock::default(),
            adrift: Lock::default(),
            stop: AtomicBool::new(false),
        });
        let scraper = Arc::clone(&world);
        let scraper = thread::spawn(move || {
            let mut seen: [Seen; SETS] = std::array::from_fn(|_| Seen::default());
            let mut times = 0_u64;
            while !scraper.stop.load(SeqCst) || times == 0 {
                for (set, seen) in scraper.sets.iter().zip(&mut seen) {
                    seen.scrape(set);
                }
                times += 1;
            }
        });
        let lines: Vec<_> = (0..THREADS)
            .map(|line| {
                let world = Arc::clone(&world);
                thread::spawn(move || {
                    for generation in 0..GENERATIONS {
                        let seed = seed << 8 | (line * GENERATIONS + generation) as u64;
                        let world = Arc::clone(&world);
                        thread::spawn(move || world.run(seed)).join().unwrap();
                    }
                })
            })
            .collect();
        let ended = lines.into_iter().filter_map(|line| line.join().ok()).count();
        world.stop.store(true, SeqCst);
        scraper.join().unwrap();
        assert_eq!(ended, THREADS, "seed {seed}");
        for (set, plain) in world.sets.iter().zip(&*world.plain.lock().unwrap()) {
            compare(set, plain, seed);
            assert_eq!(set.live(), 0, "shards of threads that ended are folded, seed {seed}");
        }
    }
}
