//! What the exporter did, as families of ours and on `/status`.

use crate::{
    otlp::{self, Exporter, Reason, Signal},
    registry::Collector,
    snapshot::{Family, Kind, Value, Visitor},
};
use std::sync::{Arc, OnceLock};

const FAILURES: &str = "observant_export_failures_total";
const DROPPED: &str = "observant_spans_dropped_total";
const EXPORTED: &str = "observant_spans_exported_total";

const fn family(name: &'static str, help: &'static str) -> Family<'static> {
    Family { name, help, kind: Kind::Counter, unit: None }
}

/// In order of names.
pub(crate) static FAMILIES: [Family<'static>; 3] = [
    family(FAILURES, "Requests to a collector that failed, tried again or not, by signal."),
    family(DROPPED, "Finished spans that were lost, by reason."),
    family(EXPORTED, "Finished spans that a collector took, or that were printed."),
];

/// The collector of these families, and the state of the exporter once there is one.
#[derive(Default)]
pub(super) struct Exports(OnceLock<States>);

type States = Box<dyn Fn() -> Vec<otlp::State> + Send + Sync>;

impl Exports {
    /// From now on there is one.
    pub(super) fn of(&self, exporter: &Exporter) {
        let _ = self.0.set(Box::new(exporter.states()));
    }

    /// What `/status` says of it.
    #[cfg(feature = "http")]
    pub(super) fn status(&self) -> serde_json::Value {
        use serde_json::{Map, Value as Json, json};
        let states = self.0.get().map(|states| states()).unwrap_or_default();
        let signals = states.into_iter().map(|state| {
            let error =
                state.last_error.map(|(at, text)| json!({ "unix_seconds": at, "text": text }));
            let mut shown = json!({
                "endpoint": state.endpoint,
                "protocol": state.protocol,
                "requests": state.requests,
                "failures": otlp::failures(state.signal),
                "last_success_unix_seconds": state.last_success,
                "last_error": error,
            });
            if let (Signal::Traces, Some(fields)) = (state.signal, shown.as_object_mut()) {
                let dropped =
                    Reason::ALL.map(|it| (it.name().to_owned(), otlp::dropped(it).into()));
                fields.extend([
                    ("queue".to_owned(), Json::from(state.waiting)),
                    ("exported".to_owned(), otlp::exported().into()),
                    ("dropped".to_owned(), Map::from_iter(dropped).into()),
                    ("discarded_by_tail_rule".to_owned(), otlp::discarded().into()),
                    ("traces_timed_out".to_owned(), otlp::timed_out().into()),
                ]);
            }
            (state.signal.name().to_owned(), shown)
        });
        Json::Object(signals.collect())
    }

    /// What no collector has, in sentences.
    #[cfg(feature = "http")]
    pub(super) fn losses(&self) -> Vec<String> {
        let mut told = Vec::new();
        for state in self.0.get().map(|states| states()).unwrap_or_default() {
            let otlp::State { signal, endpoint, last_success, last_error, .. } = state;
            let Some((at, text)) = last_error else { continue };
            if last_success.is_none_or(|success| success < at) {
                let signal = signal.name();
                told.push(format!("{endpoint} takes no {signal}: {text}"));
            }
        }
        let dropped = Reason::ALL.map(|reason| (reason.name(), otlp::dropped(reason)));
        let lost: Vec<_> = dropped.iter().filter(|(_, count)| *count > 0).collect();
        if !lost.is_empty() {
            let sum: u64 = lost.iter().map(|(_, count)| count).sum();
            let each: Vec<_> =
                lost.iter().map(|(reason, count)| format!("{reason} {count}")).collect();
            told.push(format!("{sum} finished spans were lost ({})", each.join(", ")));
        }
        told
    }
}

impl Collector for Arc<Exports> {
    fn families(&self) -> &[Family<'static>] {
        &FAMILIES
    }

    fn series(&self, family: &Family<'_>, visitor: &mut dyn Visitor) {
        match family.name {
            FAILURES => {
                for signal in Signal::ALL {
                    let failures = Value::Unsigned(otlp::failures(signal));
                    visitor.series(&[("signal", signal.name())], &failures);
                }
            }
            DROPPED => {
                for reason in Reason::ALL {
                    let dropped = Value::Unsigned(otlp::dropped(reason));
                    visitor.series(&[("reason", reason.name())], &dropped);
                }
            }
            _ => visitor.series(&[], &Value::Unsigned(otlp::exported())),
        }
    }
}
