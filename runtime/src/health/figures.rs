//! The metrics of health, out of what is known of each check at a scrape.

use super::{
    engine::Engine,
    entry::{BOUNDS, Ended, Entry},
    report::passes,
    words::{Kind as Asked, Status},
};
use crate::{
    registry::Collector,
    snapshot::{Bound, Family, Histogram, Kind, Value, Visitor, canonical},
};
use std::{
    slice,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::{Instant, UNIX_EPOCH},
};

const CHECK: &str = "observe_health_check";
const DURATION: &str = "observe_health_check_duration_seconds";
const LAST_SUCCESS: &str = "observe_health_check_last_success_timestamp_seconds";
const TRANSITIONS: &str = "observe_health_check_transitions_total";
const RUNS: &str = "observe_health_checks_total";
const PROBE: &str = "observe_health_probe";
const DROPPED: &str = "observant_health_transitions_dropped_total";

/// In order of names.
pub(crate) static FAMILIES: [Family<'static>; 7] = [
    Family::new(
        DROPPED,
        "Transitions of health checks that were told to nobody, as the log or the hook did not keep up.",
        Kind::Counter,
        None,
    ),
    Family::new(
        CHECK,
        "1 where a health check passes or is degraded, 0 where it fails or nothing is known of it.",
        Kind::Gauge,
        None,
    ),
    Family::new(
        DURATION,
        "How long runs of a health check took.",
        Kind::Histogram,
        Some("seconds"),
    ),
    Family::new(
        LAST_SUCCESS,
        "When a health check last passed, in seconds since 1970; 0 before.",
        Kind::Gauge,
        Some("seconds"),
    ),
    Family::new(
        TRANSITIONS,
        "How often the status of a health check changed.",
        Kind::Counter,
        None,
    ),
    Family::new(
        RUNS,
        "Runs of a health check by how they ended; stuck are those left out as one before has not returned.",
        Kind::Counter,
        None,
    ),
    Family::new(
        PROBE,
        "1 where the probe would be answered that all is well, else 0.",
        Kind::Gauge,
        None,
    ),
];

/// The probes by the value of the label `probe`, in order.
const PROBES: [(&str, Asked); 3] =
    [("live", Asked::Liveness), ("ready", Asked::Readiness), ("startup", Asked::Startup)];

/// Shows the checks of an engine.
pub(crate) struct Figures {
    engine: Arc<Engine>,
    bounds: Vec<Bound>,
}

impl Figures {
    pub(crate) fn new(engine: Arc<Engine>) -> Self {
        let bounds =
            BOUNDS.iter().map(|upper| Bound { upper: *upper, le: canonical(*upper).into() });
        Self { engine, bounds: bounds.collect() }
    }

    fn of(&self, family: &str, entry: &Entry, now: Instant, visitor: &mut dyn Visitor) {
        let (name, kind) = (&*entry.name, entry.plan.kind.as_str());
        let labels = [("name", name), ("kind", kind)];
        match family {
            CHECK => {
                let status = entry.glance(now).status;
                let up = matches!(status, Status::Pass | Status::Degraded);
                visitor.series(&labels, &Value::Unsigned(u64::from(up)));
            }
            DURATION => {
                let (counts, seconds) = entry.look(|known| (known.buckets, known.seconds));
                let histogram = Histogram::new(&self.bounds, &counts, seconds);
                visitor.series(&labels, &Value::Histogram(histogram));
            }
            LAST_SUCCESS => {
                let last = entry.look(|known| known.last_success);
                let since = last.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
                let seconds = since.unwrap_or_default().as_secs_f64();
                visitor.series(&labels, &Value::Float(seconds));
            }
            TRANSITIONS => {
                let changed = entry.look(|known| known.changed);
                visitor.series(&labels, &Value::Unsigned(changed));
            }
            _ => {
                let runs = entry.look(|known| known.runs);
                for ended in Ended::ALL {
                    let labels = [labels[0], labels[1], ("status", ended.word())];
                    visitor.series(&labels, &Value::Unsigned(runs[ended as usize]));
                }
            }
        }
    }
}

impl Collector for Figures {
    /// As long as there is no check, what probes are answered: that of the program's life alone.
    fn families(&self) -> &[Family<'_>] {
        let [.., probe] = &FAMILIES;
        if self.engine.checks().all().is_empty() { slice::from_ref(probe) } else { &FAMILIES }
    }

    fn series(&self, family: &Family<'_>, visitor: &mut dyn Visitor) {
        if family.name == DROPPED {
            let dropped = self.engine.dropped();
            for (receiver, count) in [("hook", &dropped.hook), ("log", &dropped.log)] {
                visitor.series(&[("receiver", receiver)], &Value::Unsigned(count.load(Relaxed)));
            }
            return;
        }
        let (all, now) = (self.engine.checks().all(), Instant::now());
        if family.name == PROBE {
            for (probe, kind) in PROBES {
                let passes = passes(kind, self.engine.lifecycle(), &all, now);
                visitor.series(&[("probe", probe)], &Value::Unsigned(u64::from(passes)));
            }
            return;
        }
        for entry in all.iter() {
            self.of(family.name, entry, now, visitor);
        }
    }
}
