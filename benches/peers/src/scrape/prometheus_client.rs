//! The `prometheus-client` crate.

use super::{BOUNDS, Encode, FUNCTION, MODULE, OBSERVED, REGIONS, TENANTS, ZONES, places, values};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{family::Family, histogram::Histogram},
    registry::Registry,
};

/// All texts live as long as the program, as its users arrange where they can.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    module: &'static str,
    function: &'static str,
    region: &'static str,
    zone: &'static str,
    tenant: &'static str,
    outcome: &'static str,
}

fn leaked(values: Vec<String>) -> Vec<&'static str> {
    values.into_iter().map(|value| &*value.leak()).collect()
}

pub(super) fn fill(series: usize) -> Encode {
    let family = Family::<Labels, Histogram, fn() -> Histogram>::new_with_constructor(|| {
        Histogram::new(BOUNDS)
    });
    let mut registry = Registry::default();
    registry.register(
        "observe_call_duration_seconds",
        "How long finished calls of a function took, by outcome",
        family.clone(),
    );
    let regions = leaked(values("region", REGIONS));
    let (zones, tenants) = (leaked(values("zone", ZONES)), leaked(values("tenant", TENANTS)));
    for (region, zone, tenant) in places(series) {
        let labels = Labels {
            module: MODULE,
            function: FUNCTION,
            region: regions[region],
            zone: zones[zone],
            tenant: tenants[tenant],
            outcome: "ok",
        };
        let histogram = family.get_or_create(&labels);
        for seconds in OBSERVED {
            histogram.observe(seconds);
        }
    }
    Box::new(move |length| {
        let mut document = String::with_capacity(length);
        encode(&mut document, &registry).expect("a String takes every write");
        document.into_bytes()
    })
}
