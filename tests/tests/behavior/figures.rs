//! Reads the figures of one function the way a scrape sees them.

use observant::snapshot::{OwnedSeries, OwnedValue, Snapshot};
use std::collections::BTreeMap;

/// The calls of one function by outcome, its errors by type and its calls in flight.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    pub(crate) ok: u64,
    pub(crate) error: u64,
    pub(crate) panic: u64,
    pub(crate) cancelled: u64,
    pub(crate) in_flight: u64,
    /// Every type seen, with its count.
    pub(crate) errors: BTreeMap<String, u64>,
}

/// No calls at all.
pub(crate) const NONE: Figures =
    Figures { ok: 0, error: 0, panic: 0, cancelled: 0, in_flight: 0, errors: BTreeMap::new() };

/// `count` calls that ended `ok`, and no others.
pub(crate) fn ok(count: u64) -> Figures {
    Figures { ok: count, ..NONE }
}

/// `ok` good calls and one error of each of `types`.
pub(crate) fn errors(ok: u64, types: &[&str]) -> Figures {
    let mut errors = BTreeMap::new();
    for error_type in types {
        *errors.entry((*error_type).to_owned()).or_default() += 1;
    }
    Figures { ok, error: types.len() as u64, errors, ..NONE }
}

/// The figures of `function` in `module`, over all its labels.
pub(crate) fn of(module: &str, function: &str) -> Figures {
    let snapshot = observant::snapshot();
    let labels = [("module", module), ("function", function)];
    let sum = |family, extra: &[(&str, &str)]| sum(&snapshot, family, &[&labels, extra].concat());
    let outcome = |outcome| sum("observe_calls_total", &[("outcome", outcome)]);
    assert!(
        series(&snapshot, "observe_calls_total", &labels).next().is_some(),
        "{module}::{function} is not listed"
    );
    let mut errors = BTreeMap::new();
    for series in series(&snapshot, "observe_errors_total", &labels) {
        let count = count(series);
        if count > 0 {
            *errors.entry(label(series, "error_type").to_owned()).or_default() += count;
        }
    }
    Figures {
        ok: outcome("ok"),
        error: outcome("error"),
        panic: outcome("panic"),
        cancelled: outcome("cancelled"),
        in_flight: sum("observe_calls_in_flight", &[]),
        errors,
    }
}

/// The figures of a function of the module that asks.
macro_rules! figures {
    ($function:expr) => {
        crate::figures::of(::core::module_path!(), $function)
    };
}
pub(crate) use figures;

/// Seconds spent in the finished calls of one function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seconds {
    pub(crate) busy: f64,
    pub(crate) own: f64,
    /// From start to end, over all outcomes.
    pub(crate) duration: f64,
}

/// The seconds of `function` in `module`.
pub(crate) fn seconds_of(module: &str, function: &str) -> Seconds {
    let snapshot = observant::snapshot();
    let labels = [("module", module), ("function", function)];
    let total = |family| match snapshot.find(family, &labels).expect("listed").value {
        OwnedValue::Float(seconds) => seconds,
        ref other => panic!("not seconds: {other:?}"),
    };
    let durations = series(&snapshot, "observe_call_duration_seconds", &labels);
    let duration = durations.map(|series| match &series.value {
        OwnedValue::Histogram { sum, .. } => *sum,
        other => panic!("not a histogram: {other:?}"),
    });
    Seconds {
        busy: total("observe_call_busy_seconds_total"),
        own: total("observe_call_self_seconds_total"),
        duration: duration.sum(),
    }
}

/// The seconds of a function of the module that asks.
macro_rules! seconds {
    ($function:expr) => {
        crate::figures::seconds_of(::core::module_path!(), $function)
    };
}
pub(crate) use seconds;

/// The calls of `function` with an outcome by bucket, and the sum of their durations; `None` when the
/// outcome does not show.
pub(crate) fn buckets_of(module: &str, function: &str, outcome: &str) -> Option<(Vec<u64>, f64)> {
    let labels = [("module", module), ("function", function), ("outcome", outcome)];
    let snapshot = observant::snapshot();
    match &snapshot.find("observe_call_duration_seconds", &labels)?.value {
        OwnedValue::Histogram { counts, sum, .. } => Some((counts.clone(), *sum)),
        other => panic!("not a histogram: {other:?}"),
    }
}

/// The least and the greatest bound of the durations of `function` in `module`.
pub(crate) fn bounds_of(module: &str, function: &str) -> (f64, f64) {
    let labels = [("module", module), ("function", function), ("outcome", "ok")];
    let snapshot = observant::snapshot();
    let series = snapshot.find("observe_call_duration_seconds", &labels).expect("listed");
    match &series.value {
        OwnedValue::Histogram { bounds, .. } => (bounds[0].upper, bounds[bounds.len() - 1].upper),
        other => panic!("not a histogram: {other:?}"),
    }
}

/// Whether `function` of `module` is observed at all.
pub(crate) fn listed(module: &str, function: &str) -> bool {
    let labels = [("module", module), ("function", function)];
    series(&observant::snapshot(), "observe_function_info", &labels).next().is_some()
}

/// The calls of `function` counted under `labels`.
pub(crate) fn with_labels(module: &str, function: &str, labels: &[(&str, &str)]) -> u64 {
    let labels = [&[("module", module), ("function", function)], labels].concat();
    sum(&observant::snapshot(), "observe_calls_total", &labels)
}

/// Where a function says it comes from.
pub(crate) struct Info {
    pub(crate) kind: String,
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) crate_name: String,
    pub(crate) crate_version: String,
}

/// The information about `function` in `module`.
pub(crate) fn info(module: &str, function: &str) -> Info {
    let snapshot = observant::snapshot();
    let labels = [("module", module), ("function", function)];
    let found = snapshot.find("observe_function_info", &labels).expect("the function is listed");
    Info {
        kind: label(found, "kind").to_owned(),
        file: label(found, "file").to_owned(),
        line: label(found, "line").parse().expect("a number"),
        crate_name: label(found, "crate").to_owned(),
        crate_version: label(found, "version").to_owned(),
    }
}

fn series<'a>(
    snapshot: &'a Snapshot,
    family: &'a str,
    labels: &'a [(&'a str, &'a str)],
) -> impl Iterator<Item = &'a OwnedSeries> {
    let families = snapshot.families.iter().filter(move |candidate| candidate.name == family);
    families.flat_map(|family| &family.series).filter(move |series| {
        labels.iter().all(|(name, value)| {
            series.labels.iter().any(|(own, held)| own == name && held == value)
        })
    })
}

fn sum(snapshot: &Snapshot, family: &str, labels: &[(&str, &str)]) -> u64 {
    series(snapshot, family, labels).map(count).sum()
}

fn count(series: &OwnedSeries) -> u64 {
    match series.value {
        OwnedValue::Unsigned(count) => count,
        ref other => panic!("not a count: {other:?}"),
    }
}

fn label<'a>(series: &'a OwnedSeries, name: &str) -> &'a str {
    let label = series.labels.iter().find(|(own, _)| own == name);
    label.map(|(_, value)| value.as_str()).unwrap_or_default()
}
