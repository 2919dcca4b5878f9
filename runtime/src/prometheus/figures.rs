//! What of their registries no scrape shows: counted for scrapes, listed for `/status`.

use crate::threads::Failure;
use crate::{
    registry::Collector,
    snapshot::{Family, Kind, Value, Visitor},
};
use serde_json::{Value as Json, json};
use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

/// Why a family or a series is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    Clash,
    Invalid,
    Untyped,
}

impl Reason {
    const ALL: [Self; 3] = [Self::Clash, Self::Invalid, Self::Untyped];

    fn word(self) -> &'static str {
        match self {
            Self::Clash => "clash",
            Self::Invalid => "invalid",
            Self::Untyped => "untyped",
        }
    }

    /// The way out.
    fn advice(self) -> &'static str {
        match self {
            Self::Clash => "another family has this name, or one of its samples does; rename it",
            Self::Invalid => {
                "a scraper would refuse it: a name out of the character set, a label or series twice, or buckets out \
                 of order"
            }
            Self::Untyped => {
                "the crate `prometheus` offers no way to read its values; give it a type"
            }
        }
    }
}

/// Families listed with a reason each. More are only counted.
pub(super) const MOST_LISTED: usize = 100;

/// The figures of a bridge.
#[derive(Debug, Default)]
pub(super) struct Figures {
    dropped: [AtomicU64; Reason::ALL.len()],
    /// Panics, and times it took too long.
    failures: [AtomicU64; 2],
    listed: Mutex<BTreeMap<(String, Reason), u64>>,
}

impl Figures {
    /// Counts a family, or so many series of it, that are left out of a scrape.
    pub(super) fn dropped(&self, family: &str, reason: Reason, times: u64) {
        self.dropped[reason as usize].fetch_add(times, Relaxed);
        let mut listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (family.to_owned(), reason);
        if listed.len() < MOST_LISTED || listed.contains_key(&key) {
            *listed.entry(key).or_default() += times;
        }
    }

    /// Counts a registry that is left out of a scrape.
    pub(super) fn failed(&self, failure: Failure) {
        self.failures[failure as usize].fetch_add(1, Relaxed);
    }

    /// As `/status` shows them.
    pub(super) fn to_json(&self) -> Json {
        let [panics, timeouts] = &self.failures;
        let listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        let dropped = listed.iter().map(|((family, reason), times)| {
            json!({
                "family": family,
                "reason": reason.word(),
                "times": times,
                "advice": reason.advice(),
            })
        });
        json!({
            "gather_failures": { "panic": panics.load(Relaxed), "timeout": timeouts.load(Relaxed) },
            "dropped": dropped.collect::<Json>(),
        })
    }
}

const DROPPED: &str = "observant_prometheus_dropped_total";
const FAILURES: &str = "observant_prometheus_gather_failures_total";

const fn counter(name: &'static str, help: &'static str) -> Family<'static> {
    Family { name, help, kind: Kind::Counter, unit: None }
}

/// In order of names.
static FAMILIES: [Family<'static>; 2] = [
    counter(
        DROPPED,
        "Families and series of registries of the crate prometheus that scrapes left out; /status lists them.",
    ),
    counter(FAILURES, "Registries of the crate prometheus that a scrape had to do without."),
];

impl Collector for Figures {
    fn families(&self) -> &[Family<'_>] {
        &FAMILIES
    }

    fn series(&self, family: &Family<'_>, visitor: &mut dyn Visitor) {
        let mut show = |reason: &str, count: &AtomicU64| {
            visitor.series(&[("reason", reason)], &Value::Unsigned(count.load(Relaxed)));
        };
        if family.name == DROPPED {
            for reason in Reason::ALL {
                show(reason.word(), &self.dropped[reason as usize]);
            }
        } else {
            show("panic", &self.failures[Failure::Panic as usize]);
            show("timeout", &self.failures[Failure::Timeout as usize]);
        }
    }
}
