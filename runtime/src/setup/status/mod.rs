//! `/status`: everything known about this program's functions, build and settings, as JSON.
//!
//! | file | what lives there |
//! |---|---|
//! | `function` | observed functions, and one in depth |
//! | `histogram` | how long its calls took, and sampled ones |
//! | `promises` | SLOs, verdicts, calls in flight |
//! | `runs` | runs of agents, workflows and tasks |
//! | `spend` | tokens and money, by agent and model |
//! | `system` | the process, its cgroup, the machine, the async runtime |
//! | `notices` | what is missing in all this, in sentences |

mod function;
mod histogram;
mod notices;
mod promises;
mod runs;
mod spend;
#[cfg(feature = "system")]
mod system;

use super::{serving::Sources, warnings::Warnings};
use crate::{
    callsite::{self, Outcome},
    cell, clock,
    config::{EffectiveSetting, Settings},
    control::{control, functions_off},
    derived::Derived,
    genai,
    http::Detail,
    metric,
    registry::{self, Figures, Listing},
};
use function::{describe, in_depth};
use serde_json::{Map, Value as Json, json};
use std::{collections::BTreeMap, process, time::Instant};

/// Makes the page.
pub(super) struct Status {
    started: Instant,
    /// Seconds since 1970.
    started_at: f64,
    service_name: String,
    settings: Vec<EffectiveSetting>,
    sources: Sources,
    warnings: Warnings,
}

impl Status {
    pub(super) fn new(settings: &Settings, sources: Sources, warnings: Warnings) -> Self {
        Self {
            started: Instant::now(),
            started_at: clock::epoch(),
            service_name: settings.service_name.value.clone(),
            settings: settings.effective(),
            sources,
            warnings,
        }
    }

    /// The page, or as much of it as a client may see; with `wanted`, about the function of that key alone, and `None`
    /// where there is none.
    pub(super) fn page(&self, detail: Detail, wanted: Option<&str>) -> Option<Json> {
        let listing = registry::listing();
        let figures: Vec<Figures> = listing.functions.iter().map(Figures::of).collect();
        let mut page = self.summary(&figures);
        if let (Detail::Full, Some(sections)) = (detail, page.as_object_mut()) {
            sections.insert("unix_seconds".to_owned(), clock::wall().into());
            match wanted {
                Some(key) => {
                    sections.insert("function".to_owned(), self.function(&listing, &figures, key)?);
                    // Whose counters these are: those of another life begin anew.
                    sections.insert("process".to_owned(), self.process());
                }
                None => sections.extend(self.sections(&listing, &figures)),
            }
        }
        Some(page)
    }

    fn sections(&self, listing: &Listing, figures: &[Figures]) -> Map<String, Json> {
        let derived = &self.sources.derived;
        let functions = listing.functions.iter().zip(figures);
        let functions = functions.map(|(function, figures)| describe(function, figures, derived));
        Map::from_iter([
            ("notices".to_owned(), self.notices()),
            ("functions".to_owned(), functions.collect()),
            ("slos".to_owned(), promises::slos(derived)),
            ("runs".to_owned(), runs::live()),
            ("spend".to_owned(), spend::spend()),
            ("crates".to_owned(), crates(listing)),
            ("process".to_owned(), self.process()),
            #[cfg(feature = "system")]
            ("system".to_owned(), system::system()),
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
        ])
    }

    /// The function that `key` names, module and name with `::` between them, in depth.
    fn function(&self, listing: &Listing, figures: &[Figures], key: &str) -> Option<Json> {
        let (function, figures) = listing.functions.iter().zip(figures).find(|(function, _)| {
            let name = key.strip_prefix(function.module()).and_then(|key| key.strip_prefix("::"));
            name.is_some_and(|name| name == function.name)
        })?;
        let derived = &self.sources.derived;
        let mut described = describe(function, figures, derived);
        if let Some(fields) = described.as_object_mut() {
            in_depth(function, derived, fields);
        }
        Some(described)
    }

    /// What everybody may see.
    fn summary(&self, figures: &[Figures]) -> Json {
        json!({
            "service": self.service_name,
            "lifecycle": self.sources.engine.lifecycle().state().word(),
            "uptime_seconds": self.started.elapsed().as_secs_f64(),
            "build": build(),
            "totals": totals(figures),
        })
    }

    fn notices(&self) -> Json {
        #[cfg(feature = "otlp")]
        let lost = self.sources.exports.losses();
        #[cfg(not(feature = "otlp"))]
        let lost = Vec::new();
        notices::notices(&self.sources.derived, lost)
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
