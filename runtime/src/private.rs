//! The door expansions go through, and our benchmarks. Nothing here is for people; it may change with
//! any version.

#[cfg(not(feature = "off"))]
pub use crate::callsite::Callsite;
#[cfg(feature = "off")]
pub use crate::observe::{Callsite, submit};
#[cfg(feature = "http")]
pub use crate::setup::scrape;
pub use crate::{
    callsite::{Buckets, Metadata},
    observe::{
        Branch, Entered, EnteredJudged, Frame, IntoErrorType, Labelled, Leave, Observed,
        ObservedStream, Probe, Site, Verdict, enter, enter_judged, label, labelled, literal,
        observe, observe_async, observe_future, observe_stream, predicate,
    },
    registry::Registration,
};
pub use futures_core::Stream;
#[cfg(not(feature = "off"))]
pub use inventory::submit;
