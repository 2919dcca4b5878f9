//! Whatever is encoded, our own strict reader gets back equal. Always on; `reference` asks other people's readers.

use proptest::prelude::*;

use super::documents::{OPEN_METRICS, TEXT, any_snapshot, encode, readable};
use crate::snapshot::{Kind, OwnedFamily, OwnedSeries, OwnedValue, Snapshot, canonical};

// The tests of the workspace's public face use the same reader; it depends on nothing.
#[allow(unreachable_pub, dead_code)]
#[path = "../../../../tests/src/parse.rs"]
mod parse;
use parse::{Dialect, Sample};

proptest! {
    #[test]
    fn text_reads_back_equal(snapshot in any_snapshot()) {
        let read = parse::parse(&encode(&snapshot, TEXT, &[]), Dialect::Text).map_err(TestCaseError::fail)?;
        prop_assert_eq!(read, expected(&snapshot, Dialect::Text));
    }

    #[test]
    fn open_metrics_reads_back_equal(snapshot in any_snapshot()) {
        let read = parse::parse(&encode(&snapshot, OPEN_METRICS, &[]), Dialect::OpenMetrics)
            .map_err(TestCaseError::fail)?;
        prop_assert_eq!(read, expected(&snapshot, Dialect::OpenMetrics));
    }
}

/// What a reader must find of `snapshot`.
fn expected(snapshot: &Snapshot, dialect: Dialect) -> Vec<parse::Family> {
    let families = snapshot.families.iter().filter(|family| !family.series.is_empty());
    families.map(|family| expected_family(family, dialect)).collect()
}

fn expected_family(family: &OwnedFamily, dialect: Dialect) -> parse::Family {
    let open_metrics = dialect == Dialect::OpenMetrics;
    let (kind, suffix) = kind_and_suffix(family, open_metrics);
    let name = if open_metrics { family.name.strip_suffix(suffix).unwrap() } else { &family.name };
    let unit = family.unit.clone().filter(|_| open_metrics && family.kind != Kind::Info);
    parse::Family {
        name: name.to_owned(),
        kind: kind.to_owned(),
        help: readable(&family.help),
        unit: unit.unwrap_or_default(),
        samples: family
            .series
            .iter()
            .flat_map(|series| expected_samples(&family.name, series))
            .collect(),
    }
}

/// The type a reader is told, and the suffix its samples have besides.
pub(super) fn kind_and_suffix(
    family: &OwnedFamily,
    open_metrics: bool,
) -> (&'static str, &'static str) {
    match family.kind {
        Kind::Counter if family.name.ends_with("_total") => ("counter", "_total"),
        Kind::Counter | Kind::Unknown if open_metrics => ("unknown", ""),
        Kind::Counter => ("counter", ""),
        Kind::Histogram => ("histogram", ""),
        Kind::Info if open_metrics => ("info", "_info"),
        Kind::Gauge | Kind::Info => ("gauge", ""),
        Kind::Summary => ("summary", ""),
        Kind::Unknown => ("untyped", ""),
    }
}

pub(super) fn expected_samples(name: &str, series: &OwnedSeries) -> Vec<Sample> {
    let labels: Vec<_> = series.labels.iter().map(|(k, v)| (k.clone(), readable(v))).collect();
    let sample = |suffix: &str, labels: &[(String, String)], text: String| Sample {
        name: format!("{name}{suffix}"),
        labels: labels.to_vec(),
        text,
    };
    match &series.value {
        OwnedValue::Unsigned(whole) => vec![sample("", &labels, whole.to_string())],
        OwnedValue::Float(float) => vec![sample("", &labels, canonical(*float))],
        OwnedValue::Histogram { bounds, counts, sum } => {
            let mut cumulative = 0;
            let mut samples: Vec<_> = bounds
                .iter()
                .map(|bound| bound.upper)
                .chain([f64::INFINITY])
                .zip(counts)
                .map(|(upper, count)| {
                    cumulative += count;
                    let mut labels = labels.clone();
                    labels.push(("le".to_owned(), canonical(upper)));
                    sample("_bucket", &labels, cumulative.to_string())
                })
                .collect();
            samples.push(sample("_sum", &labels, canonical(*sum)));
            samples.push(sample("_count", &labels, cumulative.to_string()));
            samples
        }
        OwnedValue::Summary { quantiles, sum, count } => {
            let quantiles = quantiles.iter().map(|(quantile, value)| {
                let mut labels = labels.clone();
                labels.push(("quantile".to_owned(), canonical(*quantile)));
                sample("", &labels, canonical(*value))
            });
            let mut samples: Vec<_> = quantiles.collect();
            samples.push(sample("_sum", &labels, canonical(*sum)));
            samples.push(sample("_count", &labels, count.to_string()));
            samples
        }
    }
}
