//! The `metrics` crate by hand, on its Prometheus exporter.

use super::{
    Kept,
    by_hand::{BOUNDS, Handles, by_hand},
};
use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use observant_benches::{
    Contender, Shape, Suspend, batch, block_on,
    work::{Refused, mix, sometimes},
};
use std::{sync::LazyLock, thread, time::Duration};

pub(super) const TOOL: &str = "metrics by hand";

struct Function {
    ok: Counter,
    error: Counter,
    in_flight: Gauge,
    duration: Histogram,
}

static RECORDER: LazyLock<PrometheusHandle> = LazyLock::new(|| {
    let builder = PrometheusBuilder::new().set_buckets(&BOUNDS).expect("bounds");
    builder.install_recorder().expect("no other recorder")
});

/// Upkeep as its documentation wants it: histograms grow until then.
pub(super) fn prepare() -> Kept {
    thread::spawn(|| {
        loop {
            thread::sleep(Duration::from_secs(5));
            RECORDER.run_upkeep();
        }
    });
    Box::new(())
}

impl Function {
    fn new(name: &'static str) -> Self {
        LazyLock::force(&RECORDER);
        Self {
            ok: counter!("calls_total", "function" => name, "outcome" => "ok"),
            error: counter!("calls_total", "function" => name, "outcome" => "error"),
            in_flight: gauge!("calls_in_flight", "function" => name),
            duration: histogram!("call_seconds", "function" => name),
        }
    }
}

impl Handles for Function {
    #[inline]
    fn begin(&self) {
        self.in_flight.increment(1.0);
    }

    #[inline]
    fn end(&self, took: Duration, ok: bool) {
        self.duration.record(took);
        if ok {
            self.ok.increment(1);
        } else {
            self.error.increment(1);
        }
        self.in_flight.decrement(1.0);
    }
}

by_hand!(Function);
