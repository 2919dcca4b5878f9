//! Every shape of a struct that is checked.

#![deny(warnings, clippy::pedantic)]
#![forbid(unsafe_code)]
#![allow(dead_code)]

use observant::{HealthCheck, health::{Check, CheckResult, Part, Verdict}};
use std::sync::Arc;

struct Leaf;

impl HealthCheck for Leaf {
    fn check(&self) -> Check<'_> {
        Check::blocking(|| ())
    }
}

/// Not ours, and no check.
struct Foreign;

fn blocking(_: &Foreign) -> Result<(), std::fmt::Error> {
    Ok(())
}

async fn waiting(_: &Foreign) -> Result<(), std::fmt::Error> {
    std::future::ready(()).await;
    Ok(())
}

#[derive(HealthCheck)]
struct Store {
    pool: Leaf,
    #[health(with = blocking, timeout = "1s")]
    foreign: Foreign,
    #[health(with = waiting, name = "replica", degraded, runtime = "own")]
    other: Foreign,
}

#[derive(HealthCheck)]
#[health(readiness, interval = "30s", tags("storage"))]
struct Everything {
    store: Store,
    #[health(degraded)]
    cache: Option<Arc<Leaf>>,
    boxed: Box<dyn HealthCheck>,
    all: Vec<Leaf>,
    #[health(skip)]
    name: String,
}

#[derive(HealthCheck)]
struct Generic<'a, T: Clone, const N: usize>
where
    T: Sync,
{
    value: T,
    borrowed: &'a Leaf,
}

#[derive(HealthCheck)]
struct Pair(Leaf, #[health(name = "second")] Leaf);

#[derive(HealthCheck)]
#[health(with = Self::look, name = "queue", severity_is_not_an_option_here)]
#[cfg(any())]
struct Absent;

#[derive(HealthCheck)]
#[health(with = Self::look, name = "queue", informational)]
struct Queue {
    length: usize,
}

impl Queue {
    fn look(&self) -> Verdict {
        if self.length < 10 { Verdict::pass() } else { Verdict::degraded("long") }
    }
}

#[derive(HealthCheck)]
#[health(with = Client::ping)]
struct Client(u8);

impl Client {
    async fn ping(&self) -> Result<(), std::fmt::Error> {
        std::future::ready(self.0).await;
        Ok(())
    }
}

fn main() {
    let leaf = Leaf;
    let _ = leaf.check();
    let everything = Everything {
        store: Store { pool: Leaf, foreign: Foreign, other: Foreign },
        cache: Some(Arc::new(Leaf)),
        boxed: Box::new(Queue { length: 3 }),
        all: vec![Leaf, Leaf],
        name: "none".to_owned(),
    };
    let registered = observant::health().register(everything).unwrap();
    let names: Vec<_> = registered.names().collect();
    assert_eq!(
        names,
        ["store/pool", "store/foreign", "store/replica", "cache", "boxed", "all/0", "all/1"]
    );
    let queue = observant::health().register(Queue { length: 1 }).unwrap();
    assert_eq!(queue.names().collect::<Vec<_>>(), ["queue"]);
    let client = observant::health().register(Client(1)).unwrap();
    assert_eq!(client.names().collect::<Vec<_>>(), ["client"]);
    let pair = observant::health().register_as("pair", Pair(Leaf, Leaf)).unwrap();
    assert_eq!(pair.names().collect::<Vec<_>>(), ["pair/0", "pair/second"]);
    let by_hand = Check::parts([Part::new("a", &leaf), Part::with("b", Check::blocking(|| ()))]);
    assert_eq!(format!("{by_hand:?}"), "[Part(\"a\"), Part(\"b\")]");
    assert!(().into_verdict().is_pass());
}
