//! What is exported and when: exporters, batches of spans, pushes of metrics.
//!
//! Sources: OpenTelemetry specification, "Environment Variable Specification" ("Exporter Selection", "Batch
//! Span Processor", "Periodic exporting `MetricReader`") and "Metrics Exporter - OTLP".

use std::{fmt, time::Duration};

use super::{
    environment::{Reader, Variable, Warning},
    otlp::{Otlp, Signal, Target},
    quote::quoted,
    settings::{EffectiveSetting, Overrides, refused, shown},
    value::{self, Origin, Sourced},
};
use crate::error::Error;

static TRACES_EXPORTER: Variable =
    Variable::new("OTEL_TRACES_EXPORTER", "`otlp`, `console`, `none`, or several with commas");
static METRICS_EXPORTER: Variable =
    Variable::new("OTEL_METRICS_EXPORTER", "`otlp`, `prometheus`, `none`, or several with commas");
static SCHEDULE_DELAY: Variable =
    Variable::new("OTEL_BSP_SCHEDULE_DELAY", value::MILLISECONDS_ALLOWED);
static EXPORT_TIMEOUT: Variable =
    Variable::new("OTEL_BSP_EXPORT_TIMEOUT", value::MILLISECONDS_ALLOWED);
static MAX_QUEUE_SIZE: Variable = Variable::new("OTEL_BSP_MAX_QUEUE_SIZE", SIZE);
static MAX_EXPORT_BATCH_SIZE: Variable = Variable::new("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", SIZE);
static METRIC_INTERVAL: Variable =
    Variable::new("OTEL_METRIC_EXPORT_INTERVAL", "a whole number of milliseconds from 1");
static METRIC_TIMEOUT: Variable =
    Variable::new("OTEL_METRIC_EXPORT_TIMEOUT", value::MILLISECONDS_ALLOWED);
static TEMPORALITY: Variable = Variable::new(
    "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
    "`cumulative`, `delta` or `lowmemory`",
);
static AGGREGATION: Variable = Variable::new(
    "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
    "`explicit_bucket_histogram` or `base2_exponential_bucket_histogram`",
);

const SIZE: &str = "a whole number from 1 to 1000000";
const SIZE_MAX: usize = 1_000_000;
/// Rarer than this is a typing error.
const INTERVAL_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// Whether pushed counters and histograms count from the start, or from the last push.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Temporality {
    /// From the start, as on `/metrics`.
    #[default]
    Cumulative,
    /// From the last push.
    Delta,
    /// Whatever takes less memory in OpenTelemetry's SDKs, which is `Delta` for everything counted here.
    LowMemory,
}

impl Temporality {
    fn parse(text: &str) -> Result<Self, String> {
        match text.trim().to_ascii_lowercase().as_str() {
            "cumulative" => Ok(Self::Cumulative),
            "delta" => Ok(Self::Delta),
            "lowmemory" => Ok(Self::LowMemory),
            _ => Err("it is no temporality".to_owned()),
        }
    }
}

impl fmt::Display for Temporality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cumulative => "cumulative",
            Self::Delta => "delta",
            Self::LowMemory => "lowmemory",
        })
    }
}

/// Which exporters are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exporters {
    pub(crate) otlp: bool,
    pub(crate) console: bool,
}

impl Exporters {
    /// Parses a list; an entry that is none of ours is left out and its reason returned.
    fn parse(text: &str, signal: Signal) -> (Option<Self>, Vec<String>) {
        let (mut found, mut known, mut reasons) =
            (Self { otlp: false, console: false }, false, Vec::new());
        for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            match (entry, signal) {
                ("otlp", _) => found.otlp = true,
                ("console", Signal::Traces) => found.console = true,
                // It is what `/metrics` is, whatever is pushed.
                ("prometheus", Signal::Metrics) | ("none", _) => {}
                ("console", Signal::Metrics) => {
                    reasons.push("`console` is for traces alone".to_owned());
                    continue;
                }
                _ => {
                    reasons.push(format!("{} is no exporter of ours", quoted(entry)));
                    continue;
                }
            }
            known = true;
        }
        (known.then_some(found), reasons)
    }
}

impl fmt::Display for Exporters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.otlp, self.console) {
            (true, true) => "otlp,console",
            (true, false) => "otlp",
            (false, true) => "console",
            (false, false) => "none",
        })
    }
}

/// What a program asks for in code.
#[derive(Clone, Debug, Default)]
pub(crate) struct ExportOverrides {
    pub(crate) otlp: Option<Otlp>,
    pub(crate) otlp_traces: Option<Otlp>,
    pub(crate) otlp_metrics: Option<Otlp>,
    pub(crate) traces_exporter: Option<String>,
    pub(crate) metrics_exporter: Option<String>,
    pub(crate) queue: Option<usize>,
    pub(crate) batch: Option<usize>,
    pub(crate) delay: Option<Duration>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) interval: Option<Duration>,
    pub(crate) metric_timeout: Option<Duration>,
    pub(crate) temporality: Option<Temporality>,
    pub(crate) exponential: Option<bool>,
}

/// What holds.
#[derive(Clone, Debug)]
pub(crate) struct Export {
    pub(crate) traces: Target,
    pub(crate) metrics: Target,
    pub(crate) traces_exporters: Sourced<Exporters>,
    pub(crate) metrics_exporters: Sourced<Exporters>,
    pub(crate) queue: Sourced<usize>,
    pub(crate) batch: Sourced<usize>,
    pub(crate) delay: Sourced<Duration>,
    pub(crate) timeout: Sourced<Duration>,
    pub(crate) interval: Sourced<Duration>,
    pub(crate) metric_timeout: Sourced<Duration>,
    pub(crate) temporality: Sourced<Temporality>,
    pub(crate) exponential: Sourced<bool>,
}

impl Export {
    pub(super) fn resolve(code: &Overrides, reader: &mut Reader<'_>) -> Result<Self, Error> {
        let code = &code.export;
        let general = code.otlp.as_ref();
        let traces = Target::resolve(Signal::Traces, code.otlp_traces.as_ref(), general, reader)?;
        let metrics =
            Target::resolve(Signal::Metrics, code.otlp_metrics.as_ref(), general, reader)?;
        let (given, from) = (code.traces_exporter.as_deref(), &TRACES_EXPORTER);
        let traces_exporters = exporters(given, from, Signal::Traces, &traces, reader)?;
        let (given, from) = (code.metrics_exporter.as_deref(), &METRICS_EXPORTER);
        let metrics_exporters = exporters(given, from, Signal::Metrics, &metrics, reader)?;
        let queue = Sourced::first(
            size("queue", code.queue)?,
            reader.parsed(&MAX_QUEUE_SIZE, parse_size),
            2_048,
        );
        let milliseconds = Duration::from_millis;
        Ok(Self {
            traces,
            metrics,
            traces_exporters,
            metrics_exporters,
            batch: batch(size("batch", code.batch)?, &queue, reader)?,
            queue,
            delay: Sourced::first(
                code.delay,
                reader.parsed(&SCHEDULE_DELAY, value::milliseconds),
                milliseconds(5_000),
            ),
            timeout: Sourced::first(
                code.timeout,
                reader.parsed(&EXPORT_TIMEOUT, value::timeout),
                milliseconds(30_000),
            ),
            interval: Sourced::first(
                given_interval(code.interval)?,
                reader
                    .parsed(&METRIC_INTERVAL, |text| value::milliseconds(text).and_then(interval)),
                milliseconds(60_000),
            ),
            metric_timeout: Sourced::first(
                code.metric_timeout,
                reader.parsed(&METRIC_TIMEOUT, value::timeout),
                milliseconds(30_000),
            ),
            temporality: Sourced::first(
                code.temporality,
                reader.parsed(&TEMPORALITY, Temporality::parse),
                Temporality::Cumulative,
            ),
            exponential: Sourced::first(
                code.exponential,
                reader.parsed(&AGGREGATION, aggregation),
                false,
            ),
        })
    }

    /// As `/status` shows it.
    pub(super) fn effective(&self) -> Vec<EffectiveSetting> {
        fn time(time: &Duration) -> String {
            format!("{time:?}")
        }
        let aggregation = |exponential: &bool| {
            let kind = if *exponential { EXPONENTIAL } else { EXPLICIT };
            kind.to_owned()
        };
        let mut all = vec![
            shown("batch.delay", &self.delay, time),
            shown("batch.queue", &self.queue, usize::to_string),
            shown("batch.size", &self.batch, usize::to_string),
            shown("batch.timeout", &self.timeout, time),
            shown("metrics_exporter", &self.metrics_exporters, Exporters::to_string),
            shown("metrics_histograms", &self.exponential, aggregation),
            shown("metrics_interval", &self.interval, time),
            shown("metrics_temporality", &self.temporality, Temporality::to_string),
            shown("metrics_timeout", &self.metric_timeout, time),
            shown("traces_exporter", &self.traces_exporters, Exporters::to_string),
        ];
        all.extend(self.traces.effective(Signal::Traces));
        all.extend(self.metrics.effective(Signal::Metrics));
        all
    }
}

/// `otlp` unless told otherwise; asked for by name, it should have an endpoint.
fn exporters(
    code: Option<&str>,
    variable: &'static Variable,
    signal: Signal,
    target: &Target,
    reader: &mut Reader<'_>,
) -> Result<Sourced<Exporters>, Error> {
    let default = Exporters { otlp: true, console: false };
    let given = match code.map(|text| Exporters::parse(text, signal)) {
        None => None,
        Some((Some(given), reasons)) if reasons.is_empty() => Some(given),
        Some((_, reasons)) => {
            let name =
                if signal == Signal::Traces { "traces_exporter" } else { "metrics_exporter" };
            let given = format!(" {}", quoted(code.unwrap_or_default()));
            return Err(refused(name, &given, &reasons.join(", "), variable.allowed));
        }
    };
    let env = reader.listed(variable, |text| Exporters::parse(text, signal));
    let env = env.and_then(|(found, name)| found.map(|found| (found, name)));
    let found = Sourced::first(given, env, default);
    if found.origin != Origin::Default && found.value.otlp && target.asked_by().is_none() {
        let Variable { name, .. } = variable;
        reader.warnings.push(Warning {
            setting: (*name).to_owned(),
            message: format!(
                "`{name}` asks for `otlp`, and no endpoint is set: nothing is sent anywhere; set \
                 OTEL_EXPORTER_OTLP_ENDPOINT, such as to http://localhost:4318"
            ),
        });
    }
    Ok(found)
}

const EXPLICIT: &str = "explicit_bucket_histogram";
const EXPONENTIAL: &str = "base2_exponential_bucket_histogram";

fn aggregation(text: &str) -> Result<bool, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        EXPLICIT => Ok(false),
        EXPONENTIAL => Ok(true),
        _ => Err("it is no aggregation of histograms".to_owned()),
    }
}

fn parse_size(text: &str) -> Result<usize, String> {
    let number = text.trim().parse().ok().filter(|size| (1..=SIZE_MAX).contains(size));
    number.ok_or_else(|| "it is no such number".to_owned())
}

fn size(name: &str, given: Option<usize>) -> Result<Option<usize>, Error> {
    match given {
        Some(size) if !(1..=SIZE_MAX).contains(&size) => {
            Err(refused(name, &format!(" {size}"), "out of range", SIZE))
        }
        given => Ok(given),
    }
}

/// A batch is at most as large as the queue.
fn batch(
    given: Option<usize>,
    queue: &Sourced<usize>,
    reader: &mut Reader<'_>,
) -> Result<Sourced<usize>, Error> {
    let most = queue.value;
    let allowed = format!("at most {most}, the size of the queue");
    if let Some(size) = given.filter(|size| *size > most) {
        return Err(refused("batch", &format!(" {size}"), "larger than the queue", &allowed));
    }
    let env = reader.parsed(&MAX_EXPORT_BATCH_SIZE, |text| match parse_size(text) {
        Ok(size) if size > most => Err(format!("it is more than the queue holds, which is {most}")),
        size => size,
    });
    Ok(Sourced::first(given, env, 512.min(most)))
}

fn interval(time: Duration) -> Result<Duration, String> {
    if time.is_zero() || time > INTERVAL_MAX {
        return Err("it is not between a millisecond and a day".to_owned());
    }
    Ok(time)
}

fn given_interval(given: Option<Duration>) -> Result<Option<Duration>, Error> {
    let Some(time) = given else { return Ok(None) };
    let checked = interval(time).map(Some);
    checked.map_err(|reason| {
        refused("metrics_interval", &format!(" {time:?}"), &reason, "a time up to a day")
    })
}
