//! Snapshots to encode: a strategy for any, and how one is visited and encoded.

use proptest::prelude::*;

use crate::{
    expose::{Encoder, NameFilter, negotiate},
    snapshot::{
        Bound, Family, Histogram, Kind, OwnedFamily, OwnedSeries, OwnedValue, Snapshot, Summary,
        Value, Visitor, canonical,
    },
};

pub(super) const TEXT: &str = "text/plain";
pub(super) const OPEN_METRICS: &str = "application/openmetrics-text;version=1.0.0";

/// `snapshot` in the format that `accept` asks for.
pub(super) fn encode(snapshot: &Snapshot, accept: &str, names: &[&str]) -> String {
    let filter = NameFilter::new(names.iter().map(|name| (*name).to_owned()).collect());
    let mut encoder = Encoder::new(negotiate(Some(accept)).document(), &filter, Vec::new());
    replay(snapshot, &mut encoder);
    String::from_utf8(encoder.finish()).expect("text formats are UTF-8")
}

/// Visits what a snapshot has collected.
pub(super) fn replay(snapshot: &Snapshot, visitor: &mut dyn Visitor) {
    for family in &snapshot.families {
        visitor.family(&Family {
            name: &family.name,
            help: &family.help,
            kind: family.kind,
            unit: family.unit.as_deref(),
        });
        for series in &family.series {
            let labels: Vec<_> = series.labels.iter().map(|(k, v)| (&**k, &**v)).collect();
            let value = match &series.value {
                OwnedValue::Unsigned(whole) => Value::Unsigned(*whole),
                OwnedValue::Float(float) => Value::Float(*float),
                OwnedValue::Histogram { bounds, counts, sum } => {
                    Value::Histogram(Histogram::new(bounds, counts, *sum))
                }
                OwnedValue::Summary { quantiles, sum, count } => {
                    Value::Summary(Summary { quantiles, sum: *sum, count: *count })
                }
            };
            visitor.series(&labels, &value);
        }
    }
}

pub(super) fn bounds(uppers: &[f64]) -> Vec<Bound> {
    uppers.iter().map(|&upper| Bound { upper, le: canonical(upper).into() }).collect()
}

/// Any snapshot the registry may hand out: legal names, everything else arbitrary.
pub(super) fn any_snapshot() -> impl Strategy<Value = Snapshot> {
    prop::collection::vec(any_family(), 0..5).prop_map(|mut families| {
        // Families must not share a name, nor differ by a suffix only.
        for (index, family) in families.iter_mut().enumerate() {
            family.name.insert_str(0, &format!("f{index}_"));
        }
        Snapshot { families }
    })
}

fn any_family() -> impl Strategy<Value = OwnedFamily> {
    let kind = prop::sample::select(vec![
        (Kind::Counter, "_total"),
        // As the crate `prometheus` has them.
        (Kind::Counter, ""),
        (Kind::Gauge, ""),
        (Kind::Histogram, ""),
        (Kind::Info, "_info"),
        (Kind::Summary, ""),
        (Kind::Unknown, ""),
    ]);
    (kind, prop::option::of("seconds|bytes|ratio"), any_text()).prop_flat_map(
        |((kind, suffix), unit, help)| {
            let middle = unit.as_ref().map(|unit| format!("_{unit}")).unwrap_or_default();
            let name =
                "[a-z:][a-zA-Z0-9:]{0,8}".prop_map(move |stem| format!("{stem}{middle}{suffix}"));
            (name, prop::collection::vec(any_series(kind), 0..4)).prop_map(
                move |(name, mut series)| {
                    for (index, series) in series.iter_mut().enumerate() {
                        // No series twice.
                        series.labels.push(("index".to_owned(), index.to_string()));
                    }
                    OwnedFamily { name, help: help.clone(), kind, unit: unit.clone(), series }
                },
            )
        },
    )
}

fn any_series(kind: Kind) -> impl Strategy<Value = OwnedSeries> {
    let labels = prop::collection::vec(any_text(), 0..3).prop_map(|values| {
        values.into_iter().enumerate().map(|(i, value)| (format!("label_{i}"), value)).collect()
    });
    (labels, any_value(kind)).prop_map(|(labels, value)| OwnedSeries { labels, value })
}

fn any_value(kind: Kind) -> BoxedStrategy<OwnedValue> {
    let whole = any::<u64>().prop_map(OwnedValue::Unsigned);
    match kind {
        Kind::Info => Just(OwnedValue::Unsigned(1)).boxed(),
        Kind::Gauge | Kind::Unknown => {
            prop_oneof![whole, any_float().prop_map(OwnedValue::Float)].boxed()
        }
        Kind::Summary => {
            let quantiles = prop::collection::btree_set(0_u32..=1000, 0..4);
            let quantiles = quantiles.prop_map(|parts| {
                let pair = |part| (f64::from(part) / 1000.0, f64::from(part) * 1.5);
                parts.into_iter().map(pair).collect()
            });
            (quantiles, 0.0..f64::MAX, any::<u64>())
                .prop_map(|(quantiles, sum, count)| OwnedValue::Summary { quantiles, sum, count })
                .boxed()
        }
        Kind::Counter => prop_oneof![whole, (0.0..f64::MAX).prop_map(OwnedValue::Float)].boxed(),
        Kind::Histogram => (prop::collection::btree_set(1_u32..1_000_000_000, 0..6), 0.0..f64::MAX)
            .prop_flat_map(|(uppers, sum)| {
                let uppers: Vec<_> =
                    uppers.into_iter().map(|upper| f64::from(upper) / 1e4).collect();
                let bounds = bounds(&uppers);
                prop::collection::vec(prop_oneof![Just(0), 0..u64::MAX / 8], bounds.len() + 1)
                    .prop_map(move |counts| OwnedValue::Histogram {
                        bounds: bounds.clone(),
                        counts,
                        sum,
                    })
            })
            .boxed(),
    }
}

fn any_float() -> impl Strategy<Value = f64> {
    use prop::num::f64::{INFINITE, NEGATIVE, NORMAL, POSITIVE, QUIET_NAN, SUBNORMAL, ZERO};
    POSITIVE | NEGATIVE | NORMAL | SUBNORMAL | ZERO | INFINITE | QUIET_NAN
}

/// Text as hostile as it gets, rich in the characters that matter.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zA-Z0-9 ./:{}=,#-]{1,6}",
        3 => prop::sample::select(vec!["\\", "\"", "\n", "\\n", "\r", "\0", "\t", "# EOF\n", "\"} 1\n", "\u{85}", "\u{2028}"])
            .prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

/// What a reader gets back of `text`: control characters arrive as their pictures.
pub(super) fn readable(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\n' | '\t' => character,
            '\u{0}'..='\u{1F}' => char::from_u32(0x2400 + u32::from(character)).expect("a picture"),
            '\u{7F}' => '␡',
            _ => character,
        })
        .collect()
}
