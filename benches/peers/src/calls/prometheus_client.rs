//! The `prometheus-client` crate by hand.

use super::by_hand::{BOUNDS, Handles, by_hand};
use observant_benches::{
    Contender, Shape, Suspend, batch, block_on,
    work::{Refused, mix, sometimes},
};
use prometheus_client::{
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};
use std::{
    sync::{LazyLock, Mutex},
    time::Duration,
};

pub(super) const TOOL: &str = "prometheus-client by hand";

/// Handles are clones of what the families hold.
struct Function {
    ok: Counter,
    error: Counter,
    in_flight: Gauge,
    duration: Histogram,
}

type Labels = Vec<(&'static str, &'static str)>;

struct Families {
    calls: Family<Labels, Counter>,
    in_flight: Family<Labels, Gauge>,
    duration: Family<Labels, Histogram, fn() -> Histogram>,
}

static REGISTRY: Mutex<Option<Registry>> = Mutex::new(None);
static FAMILIES: LazyLock<Families> = LazyLock::new(|| {
    let families = Families {
        calls: Family::default(),
        in_flight: Family::default(),
        duration: Family::new_with_constructor(|| Histogram::new(BOUNDS)),
    };
    let mut registry = Registry::default();
    registry.register("calls", "Calls", families.calls.clone());
    registry.register("calls_in_flight", "Calls", families.in_flight.clone());
    registry.register("call_seconds", "Durations", families.duration.clone());
    *REGISTRY.lock().expect("not poisoned") = Some(registry);
    families
});

impl Function {
    fn new(name: &'static str) -> Self {
        let outcome = |outcome| vec![("function", name), ("outcome", outcome)];
        let labels = vec![("function", name)];
        Self {
            ok: FAMILIES.calls.get_or_create_owned(&outcome("ok")),
            error: FAMILIES.calls.get_or_create_owned(&outcome("error")),
            in_flight: FAMILIES.in_flight.get_or_create_owned(&labels),
            duration: FAMILIES.duration.get_or_create_owned(&labels),
        }
    }
}

impl Handles for Function {
    #[inline]
    fn begin(&self) {
        self.in_flight.inc();
    }

    #[inline]
    fn end(&self, took: Duration, ok: bool) {
        self.duration.observe(took.as_secs_f64());
        if ok {
            self.ok.inc()
        } else {
            self.error.inc()
        };
        self.in_flight.dec();
    }
}

by_hand!(Function);
