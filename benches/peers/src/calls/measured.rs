//! The `measured` crate by hand.

use super::by_hand::{BOUNDS, Handles, by_hand};
use measured::{Counter, Gauge, Histogram, metric::histogram::Thresholds};
use observant_benches::{
    Contender, Shape, Suspend, batch, block_on,
    work::{Refused, mix, sometimes},
};
use std::time::Duration;

pub(super) const TOOL: &str = "measured by hand";

struct Function {
    ok: Counter,
    error: Counter,
    in_flight: Gauge,
    duration: Histogram<10>,
}

impl Function {
    fn new(_: &'static str) -> Self {
        Self {
            ok: Counter::new(),
            error: Counter::new(),
            in_flight: Gauge::new(),
            duration: Histogram::with_metadata(Thresholds::with_buckets(BOUNDS)),
        }
    }
}

impl Handles for Function {
    #[inline]
    fn begin(&self) {
        self.in_flight.get_metric().inc();
    }

    #[inline]
    fn end(&self, took: Duration, ok: bool) {
        self.duration.get_metric().observe(took.as_secs_f64());
        if ok {
            self.ok.get_metric().inc();
        } else {
            self.error.get_metric().inc();
        }
        self.in_flight.get_metric().dec();
    }
}

by_hand!(Function);
