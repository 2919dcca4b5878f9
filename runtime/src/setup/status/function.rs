//! Observed functions on `/status`: what each is, and what it has done; of one that is asked for, in depth.

use super::promises;
use crate::{
    callsite::Outcome,
    cell::{Durations, Ladder},
    clock,
    derived::Derived,
    registry::{Figures, Function},
    snapshot::Exemplar,
};
use serde_json::{Map, Value as Json, json};

/// What `function` is, and has done.
pub(super) fn describe(function: &Function, figures: &Figures, derived: &Derived) -> Json {
    let callsite = function.callsite;
    let meta = callsite.metadata();
    let mut description = json!({
        "module": meta.module.path,
        "function": function.name,
        "kind": callsite.kind(),
        "crate": meta.module.crate_name,
        "version": meta.module.crate_version,
        "file": meta.module.file,
        "line": meta.line,
        "on": callsite.is_on(),
    });
    let Some(fields) = description.as_object_mut() else { return description };
    fields.extend(to_json(figures, callsite.ladder()));
    promises::add(function, derived, fields);
    let Some(variants) = callsite.variants() else { return description };
    let by_labels = variants.sorted().map(|variant| {
        let labels = meta.labels.iter().zip(variant.values);
        let labels: Map<_, _> =
            labels.map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
        let figures = Figures::of_sets(std::iter::once(variant.cells));
        let mut row = to_json(&figures, callsite.ladder());
        row.insert("labels".to_owned(), labels.into());
        Json::from(row)
    });
    fields.insert("by_labels".to_owned(), by_labels.collect());
    description
}

/// What is told beyond [`describe`] of a function that is asked for by name.
pub(super) fn in_depth(function: &Function, derived: &Derived, fields: &mut Map<String, Json>) {
    let ladder = function.callsite.ladder();
    let (counts, exemplars) = histogram(function, ladder);
    let bounds = ladder.bounds().iter().map(|bound| Some(bound.upper)).chain([None]);
    let buckets = bounds.zip(counts).map(|(le, count)| json!({ "le": le, "count": count }));
    fields.insert("histogram".to_owned(), buckets.collect());
    fields.insert("exemplars".to_owned(), exemplars.into());
    fields.insert("slos".to_owned(), promises::slos_of(function, derived));
}

/// How many calls lie in each bucket, whatever their outcome and labels, and the last sampled ones of each.
fn histogram(function: &Function, ladder: &Ladder) -> (Vec<u64>, Vec<Json>) {
    let mut counts = vec![0; ladder.bounds().len() + 1];
    let mut shown = Vec::new();
    let (mut durations, mut exemplars) = (Durations::default(), Vec::new());
    for set in function.callsite.sets() {
        for outcome in Outcome::ALL {
            set.durations(outcome as usize, &mut durations);
            for (sum, count) in counts.iter_mut().zip(&durations.buckets) {
                *sum += count;
            }
            set.exemplars(outcome as usize, &durations, &mut exemplars);
            shown.extend(exemplars.iter().flatten().map(|example| (*example, outcome)));
        }
    }
    // The latest first: theirs are the traces that somebody still has.
    shown.sort_by_key(|(example, _)| std::cmp::Reverse(example.unix_nanos));
    shown.truncate(MOST_EXEMPLARS);
    (counts, shown.into_iter().map(|(example, outcome)| exemplar(&example, outcome)).collect())
}

/// Of one function, over all buckets, outcomes and labels.
const MOST_EXEMPLARS: usize = 50;

#[allow(clippy::cast_precision_loss)] // A quarter of a microsecond, in this century.
fn exemplar(example: &Exemplar, outcome: Outcome) -> Json {
    let mut shown = json!({
        "seconds": example.value,
        "unix_seconds": example.unix_nanos as f64 / 1e9,
        "outcome": outcome.text(),
    });
    if let Some(fields) = shown.as_object_mut() {
        fields.extend(example.labels().map(|(name, value)| (name.to_owned(), value.into())));
    }
    shown
}

/// The figures as fields.
fn to_json(figures: &Figures, ladder: &Ladder) -> Map<String, Json> {
    let quantile = |q| figures.seconds(ladder, q);
    let calls = Outcome::ALL
        .map(|outcome| (outcome.text().to_owned(), figures.calls[outcome as usize].into()));
    let fields = json!({
        "calls": Map::from_iter(calls),
        "errors": figures.errors,
        "in_flight": figures.in_flight,
        "busy_seconds": clock::seconds(figures.times.busy),
        "self_seconds": clock::seconds(figures.times.own),
        "duration_seconds": {
            "sum": clock::seconds(figures.sum),
            "mean": figures.mean(),
            "p50": quantile(0.5),
            "p95": quantile(0.95),
            "p99": quantile(0.99),
        },
    });
    match fields {
        Json::Object(fields) => fields,
        _ => Map::new(),
    }
}
