//! `/status`: everything known about this program's functions, build and settings, as JSON.

use super::{promises, runs, serving::Sources, warnings::Warnings};
use crate::{
    callsite::{self, Outcome},
    cell::{self, CellSet, Durations, Ladder, Times},
    clock,
    config::{EffectiveSetting, Settings},
    control::{control, functions_off},
    derived::Derived,
    genai,
    http::{Detail, Lifecycle},
    metric,
    registry::{self, Function, Listing},
};
use serde_json::{Map, Value as Json, json};
use std::{collections::BTreeMap, process, sync::Arc, time::Instant};

/// Makes the page.
pub(super) struct Status {
    started: Instant,
    /// Seconds since 1970.
    started_at: f64,
    service_name: String,
    settings: Vec<EffectiveSetting>,
    sources: Sources,
    warnings: Warnings,
    lifecycle: Arc<Lifecycle>,
}

impl Status {
    pub(super) fn new(
        settings: &Settings,
        sources: Sources,
        warnings: Warnings,
        lifecycle: Arc<Lifecycle>,
    ) -> Self {
        Self {
            started: Instant::now(),
            started_at: clock::epoch(),
            service_name: settings.service_name.value.clone(),
            settings: settings.effective(),
            sources,
            warnings,
            lifecycle,
        }
    }

    /// The page, or as much of it as a client may see.
    pub(super) fn page(&self, detail: Detail) -> Json {
        let listing = registry::listing();
        let figures: Vec<Figures> = listing.functions.iter().map(Figures::of).collect();
        let mut page = json!({
            "service": self.service_name,
            "lifecycle": self.lifecycle.state().word(),
            "uptime_seconds": self.started.elapsed().as_secs_f64(),
            "build": build(),
            "totals": totals(&figures),
        });
        if let (Detail::Full, Some(sections)) = (detail, page.as_object_mut()) {
            let functions = listing.functions.iter().zip(&figures);
            let derived = &self.sources.derived;
            let functions =
                functions.map(|(function, figures)| describe(function, figures, derived));
            sections.extend([
                ("functions".to_owned(), functions.collect()),
                ("slos".to_owned(), promises::slos(derived)),
                ("runs".to_owned(), runs::live()),
                ("crates".to_owned(), crates(&listing)),
                ("process".to_owned(), self.process()),
                ("switches".to_owned(), switches()),
                ("limits".to_owned(), limits(derived)),
                #[cfg(feature = "otlp")]
                ("export".to_owned(), self.sources.exports.status()),
                ("settings".to_owned(), self.settings()),
                #[cfg(feature = "subscriber")]
                ("tracing".to_owned(), super::subscriber::status()),
                ("warnings".to_owned(), self.warnings.all().into()),
                #[cfg(feature = "prometheus")]
                ("prometheus".to_owned(), self.sources.bridge.status()),
            ]);
        }
        page
    }

    fn process(&self) -> Json {
        let overhead = self.sources.ourselves.overhead();
        let clock = match clock::source() {
            clock::Source::Counter => "time-stamp counter",
            clock::Source::Monotonic => "monotonic",
        };
        json!({
            "pid": process::id(),
            "observed_since_unix_seconds": self.started_at,
            "clock": clock,
            "overhead": {
                "seconds_per_call": overhead.per_call,
                "seconds_total": overhead.seconds,
                "ratio": overhead.ratio,
            },
        })
    }

    fn settings(&self) -> Json {
        let each = self.settings.iter().map(|setting| {
            json!({
                "name": setting.name,
                "value": setting.value,
                "origin": setting.origin.to_string(),
            })
        });
        each.collect()
    }
}

fn build() -> Json {
    json!({
        "observant": env!("CARGO_PKG_VERSION"),
        "profile": if cfg!(debug_assertions) { "debug" } else { "release" },
        "target": format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS),
        "off": cfg!(feature = "off"),
        "genai_conventions": genai::VERSION,
        "other_versions": registry::others().into_iter().map(|other| {
            json!({ "observant": other.version, "functions": other.functions })
        }).collect::<Json>(),
    })
}

fn totals(figures: &[Figures]) -> Json {
    let calls = Outcome::ALL.map(|outcome| {
        let sum: u64 = figures.iter().map(|figures| figures.calls[outcome as usize]).sum();
        (outcome.text().to_owned(), sum.into())
    });
    json!({
        "functions": figures.len(),
        "calls": Map::from_iter(calls),
        "in_flight": figures.iter().map(|figures| figures.in_flight).sum::<u64>(),
    })
}

/// Packages with observed functions. One that is missing here was left out by the linker.
fn crates(listing: &Listing) -> Json {
    let mut packages = BTreeMap::<_, usize>::new();
    for function in &listing.functions {
        let meta = function.callsite.metadata();
        *packages.entry((meta.module.crate_name, meta.module.crate_version)).or_default() += 1;
    }
    let each = packages.into_iter().map(|((name, version), functions)| {
        json!({ "name": name, "version": version, "functions": functions })
    });
    each.collect()
}

fn switches() -> Json {
    json!({
        "enabled": control().is_enabled(),
        "filter": control().filter(),
        "functions_off": functions_off(),
    })
}

fn limits(derived: &Derived) -> Json {
    json!({
        "error_types": { "most": cell::most(), "refused": cell::refused() },
        "series": { "most": metric::most_series(), "refused": callsite::refused() },
        "functions_judged": promises::limit(derived),
    })
}

fn describe(function: &Function, figures: &Figures, derived: &Derived) -> Json {
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
    fields.extend(figures.to_json(callsite.ladder()));
    promises::add(function, derived, fields);
    let Some(variants) = callsite.variants() else { return description };
    let by_labels = variants.sorted().map(|variant| {
        let labels = meta.labels.iter().zip(variant.values);
        let labels: Map<_, _> =
            labels.map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
        let mut row = Figures::of_sets(std::iter::once(variant.cells)).to_json(callsite.ladder());
        row.insert("labels".to_owned(), labels.into());
        Json::from(row)
    });
    fields.insert("by_labels".to_owned(), by_labels.collect());
    description
}

/// What one function, or one combination of its labels, has done.
#[derive(Debug, Default)]
struct Figures {
    /// By outcome.
    calls: [u64; Outcome::ALL.len()],
    in_flight: u64,
    times: Times,
    /// Sum of durations in units.
    sum: f64,
    cells: Vec<u64>,
    errors: BTreeMap<&'static str, u64>,
}

impl Figures {
    fn of(function: &Function) -> Self {
        Self::of_sets(function.callsite.sets())
    }

    fn of_sets(sets: impl Iterator<Item = &'static CellSet>) -> Self {
        let mut figures = Self::default();
        let mut durations = Durations::default();
        let mut errors = Vec::new();
        for set in sets {
            for outcome in Outcome::ALL {
                set.durations(outcome as usize, &mut durations);
                figures.calls[outcome as usize] += durations.count();
                figures.sum += durations.sum;
            }
            figures.in_flight += set.in_flight();
            let Times { busy, own } = set.times();
            figures.times.busy += busy;
            figures.times.own += own;
            set.add_cells(&mut figures.cells);
            set.errors(&mut errors);
            for (error_type, count) in &errors {
                *figures.errors.entry(error_type).or_default() += count;
            }
        }
        figures
    }

    #[allow(clippy::cast_precision_loss)] // 53 bits of a number of calls are plenty.
    fn to_json(&self, ladder: &Ladder) -> Map<String, Json> {
        let count: u64 = self.calls.iter().sum();
        let quantile = |q| {
            let units = ladder.quantile(&self.cells, q).filter(|units| units.is_finite());
            // Edges are whole units, a quarter of a nanosecond below what people wrote.
            Json::from(units.map(|units| (clock::seconds(units) * 1e9).round() / 1e9))
        };
        let sum = clock::seconds(self.sum);
        let mean = (count > 0).then(|| sum / count as f64);
        let calls = Outcome::ALL
            .map(|outcome| (outcome.text().to_owned(), self.calls[outcome as usize].into()));
        let fields = json!({
            "calls": Map::from_iter(calls),
            "errors": self.errors,
            "in_flight": self.in_flight,
            "busy_seconds": clock::seconds(self.times.busy),
            "self_seconds": clock::seconds(self.times.own),
            "duration_seconds": {
                "sum": sum,
                "mean": mean,
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
}
