//! The door expansions go through, and our benchmarks. Nothing here is for people; it may change with
//! any version.

#[cfg(not(feature = "off"))]
pub use crate::callsite::{Callsite, submit};
#[cfg(feature = "off")]
pub use crate::observe::{Callsite, submit};
#[cfg(feature = "http")]
pub use crate::setup::bare_scrape;
/// Kinds of declared metrics, beside which the user may have types of the same names.
pub mod kinds {
    pub use crate::metric::{Counter, Gauge, Histogram, Info};
}
/// Bounds by name.
pub mod ladders {
    pub use crate::metric::ladders::{BYTES, DEFAULT, MICRO, RATIO, SLOW, USD};
}
pub use crate::{
    callsite::{
        Buckets, Extras, Given, Health, Kind as FunctionKind, Latency, Limits, Metadata, Module,
        Nature, Severity as FunctionSeverity, Slo, SpanLevel, Spans, Wishes,
    },
    health::{
        Check, CheckOptions, HealthCheck, Kind as CheckKind, LinkedCheck, LinkedRun, Part,
        RunningCheck, Severity, Verdict as CheckVerdict, judged, looked, submit_check,
    },
    metric::{
        Computed, Counters, Declared, Description, Gauges, Histograms, Infos, Label, LabelSet,
        LinkedMetric, Texts, compute, place, submit_metric, text_of,
    },
    observe::{
        AsText, BoxedFuture, BoxedStream, Branch, Entered, EnteredJudged, Fielded, Frame,
        IntoErrorType, Kinded, Labelled, Leave, Observed, ObservedStream, Probe, Site, Verdict,
        enter, enter_judged, fielded, kinded, label, labelled, literal, observe, observe_async,
        observe_boxed_future, observe_boxed_stream, observe_future, observe_stream, predicate,
        told_model, told_usage, value,
    },
};
pub use core::{file, line};
pub use futures_core::Stream;
pub use tracing::field::{debug, display};
