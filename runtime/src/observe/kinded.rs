//! What an annotation of some kind says of one call: its options that are expressions, read at the start, and what it
//! reads from what the call returned.

use super::{
    frame::Frame,
    judge::{Fault, REFUSED},
    site::{Site, Start, sealed},
};
use crate::{
    callsite::{Callsite, Given, Kind},
    clock::Stamp,
    genai::{self, Around, GivenValues, Run},
    span::{self, Ending, Fields, Node, Rider, Span, shown},
};
use std::fmt::Display;

#[cfg(feature = "off")]
use super::Callsite as Annotated;
#[cfg(not(feature = "off"))]
use crate::{
    callsite::Callsite as Annotated,
    cell::{self, Work},
};

/// A site with what its kind's options say at this call.
#[derive(Debug)]
pub struct Kinded<S>(S, GivenValues);

/// Evaluates the options of a call's kind, if the callsite is on; `read` hands them to what it is given.
#[inline]
pub fn kinded<S: Site>(
    callsite: &'static Annotated,
    site: S,
    read: impl FnOnce(&mut dyn FnMut(Given, &dyn Display)),
) -> Kinded<S> {
    #[allow(unused_mut)]
    let mut given: GivenValues = None;
    #[cfg(not(feature = "off"))]
    if callsite.is_on() && !cell::is_at_work() {
        read(&mut |option, value| {
            let _work = Work::begin();
            given.get_or_insert_default().push((option, shown(format_args!("{value}"))));
        });
    }
    #[cfg(feature = "off")]
    let _ = (callsite, read);
    Kinded(site, given)
}

impl<S: Site> sealed::Sealed for Kinded<S> {}

impl<S: Site> Site for Kinded<S> {
    fn take_fields(&mut self) -> Fields {
        self.0.take_fields()
    }

    fn take_given(&mut self) -> GivenValues {
        self.1.take()
    }

    fn resolve(self) -> Option<Start> {
        self.0.resolve()
    }

    fn begin(mut self, frame: &Frame) {
        let fields = self.0.take_fields();
        frame.begin_guarded_with(self.0.resolve(), fields, self.1);
    }

    fn begin_guarded(self, frame: &Frame) {
        self.begin(frame);
    }
}

/// Begins a run of the kind that a function is of, if it is of any.
pub(super) fn begin(
    callsite: &'static Callsite,
    given: GivenValues,
    start: Stamp,
) -> Option<Rider> {
    let nature = callsite.nature()?;
    let around = Around::of(span::rider());
    Some(Run::begin(callsite, nature, given, around, start))
}

/// What a call is called that was refused: of tools, whose answers say by themselves that they are errors, as the semantic
/// conventions for MCP call it (1.41.0, `error.type`).
#[cold]
pub(super) fn refused(running: &Node) -> Fault {
    let run = running.rider().and_then(|rider| rider.downcast::<Run>().ok());
    match run.map(|run| run.kind()) {
        Some(Kind::Mcp | Kind::Tool) => Fault::named("tool_error"),
        _ => Fault::named(REFUSED),
    }
}

/// Ends the run that a call is, if it is any, and says so in its span, which no node has any more.
pub(super) fn end(span: &mut Span, ending: &Ending) {
    let Some(run) = span.take_rider().and_then(|rider| rider.downcast::<Run>().ok()) else {
        return;
    };
    let ended = run.end(ending.outcome, span.error_type(), ending.duration);
    span.say(|extra| genai::describe(&run, &ended, extra));
}
