//! Tests with a real collector on the other side; `record` makes what they export.

#[path = "../../../../tests/src/absent.rs"]
#[allow(unreachable_pub)] // Public where it is a part of the tests crate.
mod absent;
mod encoding;
mod faults;
mod load;
mod metrics;
#[path = "../../../../tests/src/otlp.rs"]
#[allow(unreachable_pub)] // Public where it is a part of the tests crate.
mod receiver;
mod silence;
#[cfg(feature = "otlp-tls")]
mod tls;
mod traces;

use super::{
    Exporter, Protocol, Reason, Settings, Spans, Target, Tell, Tls, discarded, dropped, exported,
    start,
};
use crate::{
    callsite::{Buckets, Callsite, Metadata, Module, Outcome},
    cell::CellSet,
    clock::{self, UNITS_PER_SECOND},
    span::{self, Owner, RANDOM, Record, SAMPLED, SpanId, TraceId},
};
use receiver::Receiver;
use std::{
    sync::{Arc, Mutex, MutexGuard, OnceLock},
    time::{Duration, Instant},
};

/// Longer than anything here takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// There is one exporter in a process, so tests of it take turns, also with others that take spans.
fn turn() -> MutexGuard<'static, ()> {
    let turn = span::turn();
    span::drain(usize::MAX, &mut Vec::new());
    turn
}

fn target(receiver: &Receiver, protocol: Protocol) -> Target {
    target_at(receiver.url(), protocol)
}

fn target_at(url: String, protocol: Protocol) -> Target {
    let path = if protocol == Protocol::Http { "/v1/traces" } else { "" };
    Target {
        url: format!("{url}{path}"),
        shown: url,
        protocol,
        headers: vec![("x-secret".to_owned(), "of the test".to_owned())],
        timeout: Duration::from_secs(10),
        gzip: false,
        tls: Tls::default(),
    }
}

fn spans(target: Target) -> Spans {
    Spans {
        target: Some(target),
        console: false,
        queue: 2_048,
        batch: 512,
        delay: Duration::from_millis(20),
        timeout: Duration::from_secs(30),
        tail: None,
    }
}

/// An exporter and what it told people.
struct Running {
    exporter: Option<Exporter>,
    told: Arc<Mutex<Vec<String>>>,
    before: Counts,
}

/// Spans by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    exported: u64,
    dropped: [u64; Reason::ALL.len()],
    discarded: u64,
}

impl Counts {
    fn now() -> Self {
        Self { exported: exported(), dropped: Reason::ALL.map(dropped), discarded: discarded() }
    }

    fn all(&self) -> u64 {
        self.exported + self.discarded + self.dropped.iter().sum::<u64>()
    }

    fn of(&self, reason: Reason) -> u64 {
        self.dropped[reason as usize]
    }
}

impl Running {
    fn start(spans: Spans) -> Self {
        Self::with(&Settings { resource: Vec::new(), spans: Some(spans), metrics: None })
    }

    fn with(settings: &Settings) -> Self {
        let told = Arc::<Mutex<Vec<String>>>::default();
        let teller = Arc::clone(&told);
        let tell: Tell = Arc::new(move |message: &str| {
            teller.lock().unwrap().push(message.to_owned());
        });
        let before = Counts::now();
        let exporter = start(settings, &tell).unwrap();
        Self { exporter, told, before }
    }

    fn exporter(&self) -> &Exporter {
        self.exporter.as_ref().expect("there is something to export")
    }

    fn flush(&self) -> bool {
        self.flush_within(PATIENCE)
    }

    fn flush_within(&self, most: Duration) -> bool {
        self.exporter().flusher().flush(Instant::now() + most)
    }

    fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }

    /// What was counted since it started.
    fn counts(&self) -> Counts {
        let now = Counts::now();
        let mut dropped = now.dropped;
        dropped.iter_mut().zip(self.before.dropped).for_each(|(now, before)| *now -= before);
        Counts {
            exported: now.exported - self.before.exported,
            dropped,
            discarded: now.discarded - self.before.discarded,
        }
    }

    fn wait_for(&self, is_enough: impl Fn(&Counts) -> bool) -> Counts {
        let start = Instant::now();
        loop {
            let counts = self.counts();
            if is_enough(&counts) {
                return counts;
            }
            assert!(start.elapsed() < PATIENCE, "never: {counts:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn shutdown(mut self, deadline: Duration) -> Counts {
        self.exporter.take().expect("it runs").shutdown(deadline);
        self.counts()
    }
}

/// The function whose calls are recorded.
fn owner() -> Owner {
    static CALLSITE: Callsite = Callsite::new(Metadata {
        module: &Module {
            path: "shop::cart",
            file: "src/cart.rs",
            crate_name: "shop",
            crate_version: "1.0.0",
        },
        function: "checkout",
        line: 42,
        fallible: true,
        cancellable: false,
        buckets: Buckets::Default,
        labels: &[],
    });
    static CELLS: OnceLock<&'static CellSet> = OnceLock::new();
    let cells = CELLS.get_or_init(|| CellSet::new(CALLSITE.ladder()).expect("there is room"));
    Owner::Call { callsite: &CALLSITE, cells }
}

/// A call that took a millisecond.
fn record(trace: u128, id: u64, parent: Option<u64>) -> Record {
    Record {
        owner: owner(),
        trace_id: TraceId::new(trace).expect("not 0"),
        span_id: SpanId::new(id).expect("not 0"),
        parent: parent.map(|parent| SpanId::new(parent).expect("not 0")),
        parent_is_remote: false,
        flags: SAMPLED | RANDOM,
        outcome: Outcome::Ok,
        error_type: None,
        start: clock::now(),
        duration: UNITS_PER_SECOND / 1_000,
        extra: None,
    }
}

/// So many finished calls, each a trace of its own.
fn push(count: u64) {
    for number in 1..=count {
        span::push(record(number.into(), number, None));
    }
}
