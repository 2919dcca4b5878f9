//! The `metrics` crate on its Prometheus exporter.

use super::{BOUNDS, Encode, FUNCTION, MODULE, OBSERVED, REGIONS, TENANTS, ZONES, places, values};
use metrics::{describe_histogram, histogram, with_local_recorder};
use metrics_exporter_prometheus::PrometheusBuilder;

pub(super) fn fill(series: usize) -> Encode {
    let builder = PrometheusBuilder::new().set_buckets(&BOUNDS).expect("bounds");
    let recorder = builder.build_recorder();
    let leaked = |values: Vec<String>| -> Vec<&'static str> {
        values.into_iter().map(|value| &*value.leak()).collect()
    };
    let regions = leaked(values("region", REGIONS));
    let (zones, tenants) = (leaked(values("zone", ZONES)), leaked(values("tenant", TENANTS)));
    with_local_recorder(&recorder, || {
        describe_histogram!(
            "observe_call_duration_seconds",
            "How long finished calls of a function took, by outcome."
        );
        for (region, zone, tenant) in places(series) {
            let histogram = histogram!(
                "observe_call_duration_seconds",
                "module" => MODULE,
                "function" => FUNCTION,
                "region" => regions[region],
                "zone" => zones[zone],
                "tenant" => tenants[tenant],
                "outcome" => "ok",
            );
            for seconds in OBSERVED {
                histogram.record(seconds);
            }
        }
    });
    let handle = recorder.handle();
    // As its documentation wants it done regularly: what was recorded goes into the buckets.
    handle.run_upkeep();
    Box::new(move |length| {
        let mut document = Vec::with_capacity(length);
        handle.render_to_write(&mut document).expect("a Vec takes every write");
        document
    })
}
