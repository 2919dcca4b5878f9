//! The families of observed functions (their names and labels are a promise to dashboards and rules).

use super::{
    collector::Collector,
    listing::{Function, Listing},
};
use crate::{
    callsite::{Metadata, Outcome, Variants},
    cell::{CellSet, Durations},
    clock::{self, epoch},
    snapshot::{Family, Histogram, Kind, Value, Visitor},
};

/// Durations of finished calls.
const DURATION: &str = "observe_call_duration_seconds";
const BUSY: &str = "observe_call_busy_seconds_total";
const SELF: &str = "observe_call_self_seconds_total";
const IN_FLIGHT: &str = "observe_calls_in_flight";
const CALLS: &str = "observe_calls_total";
const ERRORS: &str = "observe_errors_total";
const INFO: &str = "observe_function_info";

/// In order of names.
pub(crate) static FAMILIES: [Family<'static>; 7] = [
    Family::new(
        BUSY,
        "Time spent running in finished calls of a function; for a future, time polled.",
        Kind::Counter,
        Some("seconds"),
    ),
    Family::new(
        DURATION,
        "How long finished calls of a function took, by outcome.",
        Kind::Histogram,
        Some("seconds"),
    ),
    Family::new(
        SELF,
        "Time spent running in finished calls of a function, less that of the observed functions it called.",
        Kind::Counter,
        Some("seconds"),
    ),
    Family::new(IN_FLIGHT, "Calls of a function that have begun and not ended.", Kind::Gauge, None),
    Family::new(CALLS, "Finished calls of a function, by outcome.", Kind::Counter, None),
    Family::new(
        ERRORS,
        "Calls of a function that ended in an error, by its type.",
        Kind::Counter,
        None,
    ),
    Family::new(
        INFO,
        "Every observed function that is linked in, and where it comes from.",
        Kind::Info,
        None,
    ),
];

/// Visits the functions of a listing.
pub(super) struct Functions<'l>(&'l Listing);

impl<'l> Functions<'l> {
    pub(super) fn new(listing: &'l Listing) -> Self {
        Self(listing)
    }

    /// Hands every series to `write`, with its labels in `labels`. A function with `labels(..)` shows
    /// without their values until its first call tells some.
    fn each<'a>(
        &'a self,
        visitor: &mut dyn Visitor,
        mut write: impl FnMut(&Series<'a>, &mut Vec<(&'a str, &'a str)>, &mut dyn Visitor),
    ) {
        let mut labels = Vec::with_capacity(8);
        for function in &self.0.functions {
            let callsite = function.callsite;
            let names = callsite.metadata().labels;
            let mut variants =
                callsite.variants().into_iter().flat_map(Variants::sorted).peekable();
            if variants.peek().is_none() {
                start(&mut labels, function);
                visitor.counting_since(epoch());
                write(&Series { function, cells: callsite.cells() }, &mut labels, visitor);
            }
            for variant in variants {
                start(&mut labels, function);
                labels.extend(names.iter().copied().zip(variant.values.iter().copied()));
                visitor.counting_since(variant.since);
                write(&Series { function, cells: Some(variant.cells) }, &mut labels, visitor);
            }
        }
    }
}

fn start<'a>(labels: &mut Vec<(&'a str, &'a str)>, function: &'a Function) {
    labels.clear();
    labels.extend([("module", function.module()), ("function", function.name.as_ref())]);
}

/// A function, or one combination of its labels.
struct Series<'a> {
    function: &'a Function,
    /// `None` before the first call.
    cells: Option<&'static CellSet>,
}

impl Series<'_> {
    fn metadata(&self) -> &'static Metadata {
        self.function.callsite.metadata()
    }

    /// Outcomes that show although no call had them yet.
    fn knows(&self, outcome: Outcome) -> bool {
        match outcome {
            Outcome::Ok | Outcome::Panic => true,
            Outcome::Error => self.metadata().fallible,
            Outcome::Cancelled => self.metadata().cancellable,
        }
    }
}

impl Collector for Functions<'_> {
    fn families(&self) -> &[Family<'_>] {
        &FAMILIES
    }

    fn series(&self, family: &Family<'_>, visitor: &mut dyn Visitor) {
        match family.name {
            BUSY => self.seconds(visitor, |cells| cells.times().busy),
            SELF => self.seconds(visitor, |cells| cells.times().own),
            DURATION => self.durations(visitor),
            IN_FLIGHT => self.each(visitor, |series, labels, visitor| {
                let calls = series.cells.map_or(0, CellSet::in_flight);
                visitor.series(labels, &Value::Unsigned(calls));
            }),
            CALLS => self.calls(visitor),
            ERRORS => self.errors(visitor),
            _ => self.info(visitor),
        }
    }
}

impl Functions<'_> {
    fn seconds(&self, visitor: &mut dyn Visitor, units: impl Fn(&CellSet) -> f64) {
        self.each(visitor, |series, labels, visitor| {
            let units = series.cells.map_or(0.0, &units);
            visitor.series(labels, &Value::Float(clock::seconds(units)));
        });
    }

    fn durations(&self, visitor: &mut dyn Visitor) {
        let mut durations = Durations::new(visitor.wants_native());
        let (wanted, mut exemplars) = (visitor.wants_exemplars(), Vec::new());
        self.each(visitor, |series, labels, visitor| {
            let ladder = series.function.callsite.ladder();
            for outcome in Outcome::SORTED {
                match series.cells {
                    Some(cells) => cells.durations(outcome as usize, &mut durations),
                    None => durations.clear(ladder.bounds().len() + 1),
                }
                if durations.seen || outcome == Outcome::Ok {
                    labels.push(("outcome", outcome.text()));
                    let sum = clock::seconds(durations.sum);
                    let mut histogram = Histogram::new(ladder.bounds(), &durations.buckets, sum);
                    histogram.native = durations.native();
                    if let Some(cells) = series.cells.filter(|_| wanted) {
                        cells.exemplars(outcome as usize, &durations, &mut exemplars);
                        histogram.exemplars = &exemplars;
                    }
                    visitor.series(labels, &Value::Histogram(histogram));
                    labels.pop();
                }
            }
        });
    }

    fn calls(&self, visitor: &mut dyn Visitor) {
        self.each(visitor, |series, labels, visitor| {
            for outcome in Outcome::SORTED {
                let calls = series.cells.map_or(0, |cells| cells.count(outcome as usize));
                if calls > 0 || series.knows(outcome) {
                    labels.push(("outcome", outcome.text()));
                    visitor.series(labels, &Value::Unsigned(calls));
                    labels.pop();
                }
            }
        });
    }

    fn errors(&self, visitor: &mut dyn Visitor) {
        let mut errors = Vec::new();
        self.each(visitor, |series, labels, visitor| {
            let Some(cells) = series.cells else { return };
            cells.errors(&mut errors);
            for (error_type, count) in &errors {
                labels.push(("error_type", error_type));
                visitor.series(labels, &Value::Unsigned(*count));
                labels.pop();
            }
        });
    }

    fn info(&self, visitor: &mut dyn Visitor) {
        for function in &self.0.functions {
            let meta = function.callsite.metadata();
            let line = meta.line.to_string();
            let labels = [
                ("module", meta.module.path),
                ("function", function.name.as_ref()),
                ("kind", function.callsite.kind()),
                ("crate", meta.module.crate_name),
                ("version", meta.module.crate_version),
                ("file", meta.module.file),
                ("line", line.as_str()),
            ];
            visitor.series(&labels, &Value::Unsigned(1));
        }
    }
}
