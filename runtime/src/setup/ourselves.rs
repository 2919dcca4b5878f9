//! Our own families: what observation costs, what it refused, what is switched off.

#[cfg(feature = "tower")]
use crate::tower;
use crate::{
    callsite,
    cell::{self, CellSet, Durations, Ended, Ladder},
    clock,
    control::{control, functions_off},
    health, metric,
    registry::{self, Collector},
    snapshot::{Family, Histogram, Kind, Value, Visitor},
};
use std::{sync::OnceLock, time::Duration};

const BUILD: &str = "observant_build_info";
const RATIO: &str = "observant_overhead_ratio";
const OVERHEAD: &str = "observant_overhead_seconds_total";
const SCRAPES: &str = "observant_scrape_duration_seconds";
const OVERFLOW: &str = "observant_series_overflow_total";
const SWITCHES: &str = "observant_switch_off";

/// In order of names.
pub(crate) static FAMILIES: [Family<'static>; 6] = [
    Family::new(BUILD, "The version of observant in this program.", Kind::Info, None),
    Family::new(
        RATIO,
        "What observing cost, relative to the time observed functions ran themselves.",
        Kind::Gauge,
        Some("ratio"),
    ),
    Family::new(
        OVERHEAD,
        "What observing cost: calls times the cost of one, measured at start-up.",
        Kind::Counter,
        Some("seconds"),
    ),
    Family::new(
        SCRAPES,
        "How long scrapes took to visit, encode and compress.",
        Kind::Histogram,
        Some("seconds"),
    ),
    Family::new(
        OVERFLOW,
        "Calls whose labels or error type were past their bound and count as _OTHER.",
        Kind::Counter,
        None,
    ),
    Family::new(
        SWITCHES,
        "1 when everything is switched off; and how many functions are.",
        Kind::Gauge,
        None,
    ),
];

/// Bounds of scrape durations, in seconds.
const SCRAPE_BOUNDS: [f64; 10] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0];

/// The collector of our own families.
#[derive(Debug)]
pub(super) struct Ourselves {
    /// Seconds that observing one call costs.
    per_call: f64,
    scrapes: Option<&'static CellSet>,
}

/// What observing has cost so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Overhead {
    pub(super) per_call: f64,
    pub(super) seconds: f64,
    /// 0 when nothing ran.
    pub(super) ratio: f64,
}

impl Ourselves {
    pub(super) fn new(per_call: f64) -> Self {
        // Once per process, however often it is set up: a counter does not go back.
        static SCRAPES: OnceLock<Option<&'static CellSet>> = OnceLock::new();
        static LADDER: OnceLock<Ladder> = OnceLock::new();
        let ladder = LADDER.get_or_init(|| Ladder::new(&SCRAPE_BOUNDS));
        Self { per_call, scrapes: *SCRAPES.get_or_init(|| CellSet::new(ladder)) }
    }

    /// Counts a scrape.
    #[cfg(feature = "http")]
    pub(super) fn scraped(&self, took: Duration) {
        let Some(set) = self.scrapes else { return };
        let duration = clock::units_of(took);
        let shard = cell::current(set);
        shard.start();
        shard.end(Ended { outcome: 0, duration, busy: duration, own: duration });
    }

    /// What observing has cost so far.
    #[allow(clippy::cast_precision_loss)] // 53 bits of a number of calls are plenty.
    pub(super) fn overhead(&self) -> Overhead {
        let (mut calls, mut own) = (0, 0.0);
        for function in &registry::listing().functions {
            for set in function.callsite.sets() {
                calls += set.started();
                own += clock::seconds(set.times().own);
            }
        }
        let seconds = calls as f64 * self.per_call;
        let ratio = if own > 0.0 { seconds / own } else { 0.0 };
        Overhead { per_call: self.per_call, seconds, ratio }
    }

    fn scrapes(&self, visitor: &mut dyn Visitor) {
        let Some(set) = self.scrapes else { return };
        let mut durations = Durations::new(visitor.wants_native());
        set.durations(0, &mut durations);
        let sum = clock::seconds(durations.sum);
        let mut histogram = Histogram::new(set.ladder().bounds(), &durations.buckets, sum);
        histogram.native = durations.native();
        visitor.series(&[], &Value::Histogram(histogram));
    }
}

/// What was past a bound, by family, in order of names.
pub(super) fn overflows() -> Vec<(&'static str, u64)> {
    let mut all = vec![
        // Labels are those of all families of a function; one stands for them.
        ("observe_calls_total", callsite::refused()),
        ("observe_errors_total", cell::refused()),
        ("observe_health_check", health::refused()),
    ];
    #[cfg(feature = "tower")]
    all.push((tower::DURATION, tower::refused()));
    let families = metric::all().into_iter();
    all.extend(families.filter_map(|shown| Some((shown.family().name, shown.refused()?))));
    all.sort_unstable();
    all
}

impl Collector for Ourselves {
    fn families(&self) -> &[Family<'_>] {
        &FAMILIES
    }

    fn series(&self, family: &Family<'_>, visitor: &mut dyn Visitor) {
        match family.name {
            BUILD => {
                let version = [("version", env!("CARGO_PKG_VERSION"))];
                visitor.series(&version, &Value::Unsigned(1));
            }
            RATIO => visitor.series(&[], &Value::Float(self.overhead().ratio)),
            OVERHEAD => visitor.series(&[], &Value::Float(self.overhead().seconds)),
            SCRAPES => self.scrapes(visitor),
            OVERFLOW => {
                for (metric, refused) in overflows() {
                    visitor.series(&[("metric", metric)], &Value::Unsigned(refused));
                }
            }
            _ => {
                let off = functions_off() as u64;
                visitor.series(&[("scope", "function")], &Value::Unsigned(off));
                let all = u64::from(!control().is_enabled());
                visitor.series(&[("scope", "global")], &Value::Unsigned(all));
            }
        }
    }
}
