//! B3, the headers of Zipkin: in one header `b3`, or in several `x-b3-..` (openzipkin/b3-propagation).

use super::{
    SAMPLED, SpanContext, SpanId, TraceId,
    carrier::{Extractor, Injector},
    context::hexadecimal,
    sampler,
};

const SINGLE: &str = "b3";
const TRACE_ID: &str = "x-b3-traceid";
const SPAN_ID: &str = "x-b3-spanid";
const PARENT: &str = "x-b3-parentspanid";
const STATE: &str = "x-b3-sampled";
const DEBUG: &str = "x-b3-flags";

/// What B3 says of a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) span: SpanContext,
    /// Somebody debugs: more than sampled, and passed on as such.
    pub(super) debug: bool,
}

/// What is said of sampling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Accept,
    Deny,
    Debug,
    /// Nobody has decided.
    Defer,
}

/// Reads the single header, else the several.
pub(super) fn extract(carrier: &dyn Extractor) -> Option<Found> {
    match carrier.get_all(SINGLE).first() {
        Some(text) => single(text),
        None => None,
    }
    .or_else(|| several(carrier))
}

/// `{trace id}-{span id}-{state}-{parent's span id}`, the last two being optional.
fn single(text: &str) -> Option<Found> {
    let mut parts = text.trim_matches([' ', '\t']).split('-');
    let (trace_id, span_id) = (parts.next()?, parts.next()?);
    let state = match parts.next() {
        None => State::Defer,
        Some("1") => State::Accept,
        Some("0") => State::Deny,
        Some("d") => State::Debug,
        Some(_) => return None,
    };
    let parent_is_valid = parts.next().is_none_or(|parent| id_of_span(parent).is_some());
    if !parent_is_valid || parts.next().is_some() {
        return None;
    }
    found(trace_id, span_id, state)
}

fn several(carrier: &dyn Extractor) -> Option<Found> {
    let first = |key| carrier.get_all(key).first().map(|value| value.trim_matches([' ', '\t']));
    let state = match (first(DEBUG), first(STATE)) {
        (Some("1"), _) => State::Debug,
        // Words were written before there was a specification.
        (_, Some("1" | "true")) => State::Accept,
        (_, Some("0" | "false")) => State::Deny,
        (_, None) => State::Defer,
        (_, Some(_)) => return None,
    };
    found(first(TRACE_ID)?, first(SPAN_ID)?, state)
}

fn found(trace_id: &str, span_id: &str, state: State) -> Option<Found> {
    let trace_id = match trace_id.len() {
        16 | 32 => TraceId::new(hexadecimal(trace_id.as_bytes())?)?,
        _ => return None,
    };
    let flags = match state {
        State::Accept | State::Debug => SAMPLED,
        State::Deny => 0,
        // Whoever began the trace leaves it to us.
        State::Defer => sampler::chosen(trace_id),
    };
    let span = SpanContext::remote(trace_id, id_of_span(span_id)?, flags, None);
    Some(Found { span, debug: state == State::Debug })
}

fn id_of_span(text: &str) -> Option<SpanId> {
    let number = (text.len() == 16).then(|| hexadecimal(text.as_bytes()))??;
    SpanId::new(u64::try_from(number).ok()?)
}

/// Writes the single header.
pub(super) fn inject_single(span: &SpanContext, debug: bool, carrier: &mut dyn Injector) {
    let state = match (debug, span.is_sampled()) {
        (true, _) => 'd',
        (false, true) => '1',
        (false, false) => '0',
    };
    carrier.set(SINGLE, format!("{}-{}-{state}", span.trace_id(), span.span_id()));
}

/// Writes the several.
pub(super) fn inject_several(span: &SpanContext, debug: bool, carrier: &mut dyn Injector) {
    carrier.set(TRACE_ID, span.trace_id().to_string());
    carrier.set(SPAN_ID, span.span_id().to_string());
    carrier.remove(PARENT);
    if debug {
        carrier.remove(STATE);
        carrier.set(DEBUG, "1".to_owned());
    } else {
        carrier.remove(DEBUG);
        carrier.set(STATE, u8::from(span.is_sampled()).to_string());
    }
}

#[cfg(test)]
#[path = "tests/b3.rs"]
mod tests;
