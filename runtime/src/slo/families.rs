//! SLOs as a scrape sees them (their names and labels are a promise to dashboards and rules).

use super::{
    board::Board,
    burn::{self, TIERS, WINDOWS},
    objective::{self, FINISHED, Sli},
};
use crate::{
    registry::Collector,
    snapshot::{Family, Kind, Value, Visitor},
};
use std::time::Instant;

const BAD: &str = "observe_slo_bad_events_total";
const FACTOR: &str = "observe_slo_burn_factor";
const RATE: &str = "observe_slo_burn_rate";
const EVENTS: &str = "observe_slo_events_total";
const THRESHOLD: &str = "observe_slo_latency_threshold_seconds";
const OBJECTIVE: &str = "observe_slo_objective_ratio";

/// In order of names.
pub(crate) static FAMILIES: [Family<'static>; 6] = [
    Family::new(
        BAD,
        "Calls that an SLO counts as bad: for success errors and panics, for latency those above the threshold.",
        Kind::Counter,
        None,
    ),
    Family::new(
        FACTOR,
        "The burn rate from which on an alert fires, by its severity and its longer window.",
        Kind::Gauge,
        None,
    ),
    Family::new(
        RATE,
        "How fast the budget of bad calls was spent in a window, as a multiple of what spends all of it in the period.",
        Kind::Gauge,
        None,
    ),
    Family::new(
        EVENTS,
        "Calls that an SLO counts: all that finished, cancelled ones left out.",
        Kind::Counter,
        None,
    ),
    Family::new(
        THRESHOLD,
        "How long a call may take to be fast by its SLO.",
        Kind::Gauge,
        Some("seconds"),
    ),
    Family::new(
        OBJECTIVE,
        "The share of calls that an SLO wants to be good.",
        Kind::Gauge,
        Some("ratio"),
    ),
];

impl Collector for Board {
    fn families(&self) -> &[Family<'_>] {
        if self.is_empty() { &[] } else { &FAMILIES }
    }

    fn series(&self, family: &Family<'_>, visitor: &mut dyn Visitor) {
        match family.name {
            BAD => self.events(visitor, Sli::bad),
            EVENTS => self.events(visitor, |_, counts| counts[FINISHED]),
            FACTOR => self.factors(visitor),
            RATE => self.rates(visitor),
            THRESHOLD => self.thresholds(visitor),
            _ => self.objectives(visitor),
        }
    }
}

impl Board {
    fn events(&self, visitor: &mut dyn Visitor, count: impl Fn(Sli, objective::Counts) -> u64) {
        self.each_slo(|watched| {
            let slo = &watched.slo;
            for (sli, _) in slo.objectives() {
                for member in &slo.members {
                    let counts = objective::counts(member.callsite);
                    let labels = [
                        ("slo", slo.name.as_str()),
                        ("sli", sli.text()),
                        ("module", member.module()),
                        ("function", member.name.as_ref()),
                    ];
                    visitor.series(&labels, &Value::Unsigned(count(sli, counts)));
                }
            }
        });
    }

    fn factors(&self, visitor: &mut dyn Visitor) {
        self.each_slo(|watched| {
            let slo = &watched.slo;
            for (sli, objective) in slo.objectives() {
                for tier in &TIERS {
                    let window = burn::text(burn::scaled(tier.long, slo.days));
                    let labels = [
                        ("slo", slo.name.as_str()),
                        ("sli", sli.text()),
                        ("severity", tier.urgency.text()),
                        ("window", window.as_str()),
                    ];
                    let factor = burn::factor(tier, objective).value;
                    visitor.series(&labels, &Value::Float(factor));
                }
            }
        });
    }

    fn rates(&self, visitor: &mut dyn Visitor) {
        let now = Instant::now();
        self.each(|watched, counts| {
            let days = watched.slo.days;
            let windows = WINDOWS.map(|window| burn::text(burn::scaled(window, days)));
            watched.record(now, counts);
            for (sli, _) in watched.slo.objectives() {
                let rates = watched.rates(now, counts, sli);
                for (window, rate) in windows.iter().zip(rates) {
                    let labels = [
                        ("slo", watched.slo.name.as_str()),
                        ("sli", sli.text()),
                        ("window", window.as_str()),
                    ];
                    visitor.series(&labels, &Value::Float(rate));
                }
            }
        });
    }

    fn thresholds(&self, visitor: &mut dyn Visitor) {
        self.each_slo(|watched| {
            for member in &watched.slo.members {
                let Some(seconds) = member.callsite.wishes().latency() else { continue };
                let labels = [
                    ("slo", watched.slo.name.as_str()),
                    ("module", member.module()),
                    ("function", member.name.as_ref()),
                ];
                visitor.series(&labels, &Value::Float(seconds));
            }
        });
    }

    fn objectives(&self, visitor: &mut dyn Visitor) {
        self.each_slo(|watched| {
            for (sli, objective) in watched.slo.objectives() {
                let labels = [("slo", watched.slo.name.as_str()), ("sli", sli.text())];
                visitor.series(&labels, &Value::Float(objective));
            }
        });
    }
}
