//! From a context to headers and back, in the formats that were asked for.

use super::{
    SpanContext, b3,
    baggage::Baggage,
    carrier::{Extractor, Injector},
    trace_state,
};
use std::{
    fmt,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

const TRACEPARENT: &str = "traceparent";
const TRACESTATE: &str = "tracestate";
const BAGGAGE: &str = "baggage";

/// A format of headers (OpenTelemetry, "General SDK Configuration", `OTEL_PROPAGATORS`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Propagator {
    /// W3C Trace Context: `traceparent` and `tracestate`.
    TraceContext,
    /// W3C Baggage: `baggage`.
    Baggage,
    /// B3 of Zipkin in one header; both of its forms are read.
    B3,
    /// B3 of Zipkin in several headers; both of its forms are read.
    B3Multi,
}

impl Propagator {
    const ALL: [Self; 4] = [Self::TraceContext, Self::Baggage, Self::B3, Self::B3Multi];

    /// As `OTEL_PROPAGATORS` calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::TraceContext => "tracecontext",
            Self::Baggage => "baggage",
            Self::B3 => "b3",
            Self::B3Multi => "b3multi",
        }
    }

    /// The one that `OTEL_PROPAGATORS` calls so.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|propagator| propagator.name() == name)
    }
}

impl fmt::Display for Propagator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Those in use, in order: a nibble each, from the lowest, 0 where there are no more.
static IN_USE: AtomicU32 = AtomicU32::new(packed(&[Propagator::TraceContext, Propagator::Baggage]));

const fn packed(propagators: &[Propagator]) -> u32 {
    let mut number = 0;
    let mut place = 0;
    while place < propagators.len() && place < 4 {
        number |= (propagators[place] as u32 + 1) << (4 * place);
        place += 1;
    }
    number
}

/// Writes and reads these formats from now on, each at most once.
pub(crate) fn set_propagators(propagators: &[Propagator]) {
    IN_USE.store(packed(propagators), Relaxed);
}

fn in_use() -> impl Iterator<Item = Propagator> {
    let number = IN_USE.load(Relaxed);
    (0..4).map_while(move |place| {
        let nibble = number >> (4 * place) & 0xf;
        Propagator::ALL.into_iter().find(|propagator| *propagator as u32 + 1 == nibble)
    })
}

/// What travels between processes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Propagated {
    /// The span that asks.
    pub(crate) span: Option<SpanContext>,
    pub(crate) baggage: Baggage,
    /// B3's debug flag, which no other format has.
    pub(crate) debug: bool,
}

impl Propagated {
    /// What `carrier` says. Of formats that say different things the later counts, as OpenTelemetry's
    /// composite propagator has it.
    pub(crate) fn extract(carrier: &dyn Extractor) -> Self {
        Self::extract_by(in_use(), carrier)
    }

    fn extract_by(
        propagators: impl IntoIterator<Item = Propagator>,
        carrier: &dyn Extractor,
    ) -> Self {
        let mut found = Self::default();
        for propagator in propagators {
            match propagator {
                Propagator::TraceContext => {
                    if let Some(span) = trace_context(carrier) {
                        (found.span, found.debug) = (Some(span), false);
                    }
                }
                Propagator::Baggage => {
                    found.baggage = Baggage::read(&carrier.get_all(BAGGAGE).join(","));
                }
                Propagator::B3 | Propagator::B3Multi => {
                    if let Some(b3) = b3::extract(carrier) {
                        (found.span, found.debug) = (Some(b3.span), b3.debug);
                    }
                }
            }
        }
        found
    }

    /// Writes it. What there is none of is left as it is in `carrier`, but for a `tracestate`: it
    /// belongs to the `traceparent` it came with.
    pub(crate) fn inject(&self, carrier: &mut dyn Injector) {
        #[cfg(feature = "otlp")]
        self.span.iter().for_each(super::handed_out::note);
        self.inject_by(in_use(), carrier);
    }

    fn inject_by(
        &self,
        propagators: impl IntoIterator<Item = Propagator>,
        carrier: &mut dyn Injector,
    ) {
        for propagator in propagators {
            match (propagator, &self.span) {
                (Propagator::Baggage, _) if !self.baggage.is_empty() => {
                    carrier.set(BAGGAGE, self.baggage.to_string());
                }
                (Propagator::Baggage, _) | (_, None) => {}
                (Propagator::TraceContext, Some(span)) => {
                    carrier.set(TRACEPARENT, span.traceparent());
                    match span.trace_state() {
                        Some(state) => carrier.set(TRACESTATE, state.to_owned()),
                        None => carrier.remove(TRACESTATE),
                    }
                }
                (Propagator::B3, Some(span)) => b3::inject_single(span, self.debug, carrier),
                (Propagator::B3Multi, Some(span)) => b3::inject_several(span, self.debug, carrier),
            }
        }
    }
}

/// `traceparent`, and `tracestate` if that holds (W3C Trace Context level 2, section 3).
fn trace_context(carrier: &dyn Extractor) -> Option<SpanContext> {
    let [parent] = carrier.get_all(TRACEPARENT)[..] else { return None };
    let span: SpanContext = parent.trim_matches([' ', '\t']).parse().ok()?;
    // Several headers are one list (section 3.3.1).
    Some(span.with_trace_state(trace_state::checked(&carrier.get_all(TRACESTATE).join(","))))
}

#[cfg(test)]
#[path = "tests/propagation.rs"]
mod tests;
