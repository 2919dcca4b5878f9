//! The `prometheus` crate.

use super::{BOUNDS, Encode, FUNCTION, MODULE, OBSERVED, REGIONS, TENANTS, ZONES, places, values};
use prometheus::{HistogramOpts, HistogramVec, Registry, TextEncoder};

pub(super) fn fill(series: usize) -> Encode {
    let options = HistogramOpts::new(
        "observe_call_duration_seconds",
        "How long finished calls of a function took, by outcome.",
    );
    let labels = ["module", "function", "region", "zone", "tenant", "outcome"];
    let family = HistogramVec::new(options.buckets(BOUNDS.to_vec()), &labels).expect("valid");
    let registry = Registry::new();
    registry.register(Box::new(family.clone())).expect("the first");
    let regions = values("region", REGIONS);
    let (zones, tenants) = (values("zone", ZONES), values("tenant", TENANTS));
    for (region, zone, tenant) in places(series) {
        let (region, zone, tenant) = (&*regions[region], &*zones[zone], &*tenants[tenant]);
        let labels = [MODULE, FUNCTION, region, zone, tenant, "ok"];
        let histogram = family.with_label_values(&labels);
        for seconds in OBSERVED {
            histogram.observe(seconds);
        }
    }
    Box::new(move |length| {
        let mut document = String::with_capacity(length);
        TextEncoder::new().encode_utf8(&registry.gather(), &mut document).expect("valid");
        document.into_bytes()
    })
}
