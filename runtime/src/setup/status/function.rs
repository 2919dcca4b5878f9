//! Observed functions on `/status`: what each is, and what it has done; of one that is asked for, in depth.

use super::{histogram, promises};
use crate::{
    callsite::Outcome,
    cell::Ladder,
    clock,
    derived::Derived,
    registry::{Figures, Function},
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
    histogram::add(function, fields);
    fields.insert("slos".to_owned(), promises::slos_of(function, derived));
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
