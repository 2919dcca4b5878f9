//! Functions of a kind: what they tell in metrics and spans, held against OpenTelemetry's conventions; what runs add up
//! to; what their code says; and what is never told.

// Sums of what tests put in.
#![allow(clippy::float_cmp, clippy::cast_precision_loss)]
// Functions in the shapes that programs have.
#![allow(clippy::unused_async, clippy::unnecessary_wraps, clippy::needless_pass_by_value)]

mod body;
mod conformance;
mod leaks;
mod protocol;
mod rollups;
mod streams;

use observant::{
    snapshot::{OwnedSeries, OwnedValue, Snapshot},
    testing::{SpanData, Value},
};

/// The spans of one test whose names are this.
fn named<'s>(spans: &'s [SpanData], name: &str) -> Vec<&'s SpanData> {
    spans.iter().filter(|span| span.name == name).collect()
}

/// The span of this name, of which there is one.
fn one<'s>(spans: &'s [SpanData], name: &str) -> &'s SpanData {
    let found = named(spans, name);
    let names: Vec<_> = spans.iter().map(|span| &span.name).collect();
    assert_eq!(found.len(), 1, "{name} among {names:?}");
    found[0]
}

/// The value of an attribute.
fn attribute<'s>(span: &'s SpanData, key: &str) -> Option<&'s Value> {
    span.attributes.iter().find(|attribute| attribute.key == key).map(|attribute| &attribute.value)
}

fn text<'s>(span: &'s SpanData, key: &str) -> Option<&'s str> {
    match attribute(span, key)? {
        Value::Text(text) => Some(text),
        other => panic!("{key} is {other:?}"),
    }
}

fn number(span: &SpanData, key: &str) -> Option<i64> {
    match attribute(span, key)? {
        Value::I64(number) => Some(*number),
        other => panic!("{key} is {other:?}"),
    }
}

/// The series of a family with these labels, of which there is one.
fn series<'s>(snapshot: &'s Snapshot, family: &str, labels: &[(&str, &str)]) -> &'s OwnedSeries {
    let found: Vec<_> = snapshot
        .families
        .iter()
        .filter(|known| known.name == family)
        .flat_map(|known| known.matching(labels))
        .collect();
    assert_eq!(found.len(), 1, "{family} {labels:?}: {found:?}");
    found[0]
}

/// Upper bounds, number and sum of a histogram.
fn histogram(series: &OwnedSeries) -> (Vec<f64>, u64, f64) {
    let OwnedValue::Histogram { bounds, counts, sum } = &series.value else {
        panic!("{series:?} is no histogram");
    };
    (bounds.iter().map(|bound| bound.upper).collect(), counts.iter().sum(), *sum)
}
