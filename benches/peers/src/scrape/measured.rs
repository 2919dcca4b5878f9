//! The `measured` crate, with all label values known beforehand, as in its own benchmarks.

use super::{BOUNDS, Encode, FUNCTION, MODULE, OBSERVED, REGIONS, TENANTS, ZONES, places, values};
use measured::{
    FixedCardinalityLabel, HistogramVec, LabelGroup, MetricGroup,
    lasso::{Rodeo, RodeoReader},
    metric::histogram::Thresholds,
    text::TextEncoder,
};

#[derive(Clone, Copy, FixedCardinalityLabel)]
enum Module {
    #[label(rename = "observant_peers::scrape::ours")]
    Ours,
}

#[derive(Clone, Copy, FixedCardinalityLabel)]
enum Function {
    Handle,
}

#[derive(Clone, Copy, FixedCardinalityLabel)]
enum Outcome {
    Ok,
}

#[derive(Clone, Copy, LabelGroup)]
#[label(set = LabelsSet)]
struct Labels<'a> {
    module: Module,
    function: Function,
    #[label(fixed_with = RodeoReader)]
    region: &'a str,
    #[label(fixed_with = RodeoReader)]
    zone: &'a str,
    #[label(fixed_with = RodeoReader)]
    tenant: &'a str,
    outcome: Outcome,
}

#[derive(MetricGroup)]
struct Metrics {
    /// How long finished calls of a function took, by outcome.
    observe_call_duration_seconds: HistogramVec<LabelsSet, 10>,
}

fn known(values: &[String]) -> RodeoReader {
    Rodeo::from_iter(values).into_reader()
}

pub(super) fn fill(series: usize) -> Encode {
    assert_eq!(MODULE, "observant_peers::scrape::ours");
    assert_eq!(FUNCTION, "handle");
    let regions = values("region", REGIONS);
    let (zones, tenants) = (values("zone", ZONES), values("tenant", TENANTS));
    let set = LabelsSet::new(known(&regions), known(&zones), known(&tenants));
    let family =
        HistogramVec::sparse_with_label_set_and_metadata(set, Thresholds::with_buckets(BOUNDS));
    for (region, zone, tenant) in places(series) {
        let labels = Labels {
            module: Module::Ours,
            function: Function::Handle,
            region: &regions[region],
            zone: &zones[zone],
            tenant: &tenants[tenant],
            outcome: Outcome::Ok,
        };
        for seconds in OBSERVED {
            family.observe(labels, seconds);
        }
    }
    let metrics = Metrics { observe_call_duration_seconds: family };
    Box::new(move |length| {
        let mut document = Vec::with_capacity(length);
        let mut encoder = TextEncoder::new(&mut document);
        metrics.collect_group_into(&mut encoder).expect("a Vec takes every write");
        encoder.flush().expect("a Vec takes every write");
        document
    })
}
