//! The `prometheus` crate by hand.

use super::by_hand::{BOUNDS, Handles, by_hand};
use observant_benches::{
    Contender, Shape, Suspend, batch, block_on,
    work::{Refused, mix, sometimes},
};
use prometheus::{
    Histogram, IntCounter, IntGauge, register_histogram_vec, register_int_counter_vec,
    register_int_gauge_vec,
};
use std::{sync::LazyLock, time::Duration};

pub(super) const TOOL: &str = "prometheus by hand";

struct Function {
    ok: IntCounter,
    error: IntCounter,
    in_flight: IntGauge,
    duration: Histogram,
}

/// The families.
static CALLS: LazyLock<prometheus::IntCounterVec> = LazyLock::new(|| {
    register_int_counter_vec!("calls_total", "Calls.", &["function", "outcome"]).expect("once")
});
static IN_FLIGHT: LazyLock<prometheus::IntGaugeVec> = LazyLock::new(|| {
    register_int_gauge_vec!("calls_in_flight", "Calls.", &["function"]).expect("once")
});
static DURATION: LazyLock<prometheus::HistogramVec> = LazyLock::new(|| {
    register_histogram_vec!("call_seconds", "Durations.", &["function"], BOUNDS.to_vec())
        .expect("once")
});

impl Function {
    fn new(name: &str) -> Self {
        Self {
            ok: CALLS.with_label_values(&[name, "ok"]),
            error: CALLS.with_label_values(&[name, "error"]),
            in_flight: IN_FLIGHT.with_label_values(&[name]),
            duration: DURATION.with_label_values(&[name]),
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
            self.ok.inc();
        } else {
            self.error.inc();
        }
        self.in_flight.dec();
    }
}

by_hand!(Function);
