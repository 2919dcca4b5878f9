//! The door expansions go through. Nothing here is for people; it may change with any version.

pub use crate::{
    callsite::{Buckets, Callsite, Metadata},
    observe::{
        Entered, EnteredJudged, Frame, IntoErrorType, Labelled, Observed, ObservedStream, Probe,
        Site, Verdict, enter, enter_judged, label, labelled, literal, observe, observe_async,
        observe_future, observe_stream, predicate,
    },
    registry::Registration,
};
pub use inventory::submit;
