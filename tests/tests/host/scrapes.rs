//! Scrapes beside busy threads: nothing is lost, counted twice, or steps back, and no call waits.

use super::{LOOPBACK, executable, hosts};
use observant_tests::{
    http::Client,
    parse::{Dialect, Family, parse},
    program::Program,
};
use std::{
    collections::HashMap,
    thread,
    time::{Duration, Instant},
};

const NAMES: &str = "/metrics?name[]=observe_calls_total&name[]=observe_calls_in_flight\
                     &name[]=observe_call_duration_seconds&name[]=observe_errors_total\
                     &name[]=observe_call_busy_seconds_total";

const SCRAPES: u64 = 500;

/// The program of one function.
fn few() -> Program {
    Program::start(executable(hosts(), "observant-fixture-few"), &[])
}

/// What scrapes saw so far, to compare with the next.
#[derive(Default)]
struct Seen(HashMap<(String, Vec<(String, String)>), f64>);

impl Seen {
    /// Counters do not step back, `_count` is the sum of the buckets, and no more calls are in flight than threads
    /// that call.
    fn look(&mut self, families: &[Family], threads: f64) {
        for sample in families.iter().flat_map(|family| &family.samples) {
            let value = sample.value();
            if sample.name == "observe_calls_in_flight" {
                let most = if sample.label("function") == Some("counted") { threads } else { 0.0 };
                assert!(
                    (0.0..=most).contains(&value),
                    "{value} calls of {threads} threads: {sample:?}"
                );
                continue;
            }
            let key = (sample.name.clone(), sample.labels.clone());
            let before = self.0.insert(key, value).unwrap_or(0.0);
            assert!(value >= before, "{sample:?} was {before}");
            if sample.label("le") == Some("+Inf") {
                let count = families.iter().flat_map(|family| &family.samples).find(|other| {
                    other.name == "observe_call_duration_seconds_count"
                        && other.label("function") == sample.label("function")
                        && other.label("outcome") == sample.label("outcome")
                        && other.label("module") == sample.label("module")
                });
                assert_eq!(count.map(|count| &count.text), Some(&sample.text));
            }
        }
    }
}

/// What the program says in the end is what it did.
fn settle(program: &mut Program) -> u64 {
    let calls = program.tell("calm").as_u64().unwrap();
    let figures = program.tell("figures");
    assert_eq!(
        (&figures["ok"], &figures["error"]),
        (&(calls / 10 * 9).into(), &(calls / 10).into())
    );
    assert_eq!(figures["in_flight"], 0);
    calls
}

/// A scrape every millisecond while eight threads record.
#[test]
fn a_scrape_every_millisecond_disturbs_nobody() {
    let mut program = few();
    let mut client = Client::connect(program.init(LOOPBACK));
    let mut seen = Seen::default();
    program.tell("storm 8 0");
    let start = Instant::now();
    for scrape in 1..=SCRAPES {
        let families = parse(client.get(NAMES, &[]).text(), Dialect::Text).unwrap();
        seen.look(&families, 8.0);
        thread::sleep(
            (start + Duration::from_millis(scrape)).saturating_duration_since(Instant::now()),
        );
    }
    let took = start.elapsed();
    let calls = settle(&mut program);
    println!("{SCRAPES} scrapes in {took:?} beside {calls} calls");
    assert!(calls > 8 * SCRAPES, "threads that record do not wait for scrapes");
}

/// Threads end in the middle of scrapes all the time.
#[test]
fn threads_that_end_during_a_scrape_are_counted_once() {
    let mut program = few();
    let mut client = Client::connect(program.init(LOOPBACK));
    let mut seen = Seen::default();
    program.tell("storm 0 2");
    for _ in 0..SCRAPES {
        let families = parse(client.get(NAMES, &[]).text(), Dialect::Text).unwrap();
        seen.look(&families, 8.0);
    }
    assert!(settle(&mut program) > 0);
}
