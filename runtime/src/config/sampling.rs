//! Which traces are recorded, and how much of a span.
//!
//! Sources: OpenTelemetry specification, "Environment Variable Specification" ("General SDK Configuration",
//! "Attribute Limits", "Span Limits").

use std::time::Duration;

use super::{
    environment::{self, Reader, Variable},
    propagation::ForcedTraces,
    settings::{EffectiveSetting, Overrides, refused, shown},
    value::{self, Sourced},
};
use crate::{
    error::Error,
    span::{Sampler, limits::Limits},
};

static SAMPLER: Variable = Variable::new(
    "OTEL_TRACES_SAMPLER",
    "`always_on`, `always_off`, `traceidratio`, or one of them after `parentbased_`",
);
static SAMPLER_ARG: Variable = Variable::new("OTEL_TRACES_SAMPLER_ARG", "a number from 0 to 1");

macro_rules! limit {
    ($name:literal) => {
        Variable::new($name, "a whole number from 0")
    };
}

static ATTRIBUTE_COUNT: Variable = limit!("OTEL_ATTRIBUTE_COUNT_LIMIT");
static ATTRIBUTE_LENGTH: Variable = limit!("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT");
static SPAN_ATTRIBUTE_COUNT: Variable = limit!("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT");
static SPAN_ATTRIBUTE_LENGTH: Variable = limit!("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT");
static SPAN_EVENT_COUNT: Variable = limit!("OTEL_SPAN_EVENT_COUNT_LIMIT");
static SPAN_LINK_COUNT: Variable = limit!("OTEL_SPAN_LINK_COUNT_LIMIT");
static EVENT_ATTRIBUTE_COUNT: Variable = limit!("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT");
static LINK_ATTRIBUTE_COUNT: Variable = limit!("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT");

/// How much one span may hold, in code; see [`Builder::span_limits`](crate::Builder::span_limits).
///
/// # Example
///
/// ```
/// use observant::SpanLimits;
///
/// let builder = observant::builder().span_limits(SpanLimits::new().attributes(32).value_length(1_000));
/// # drop(builder);
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "it is for the builder"]
pub struct SpanLimits {
    attributes: Option<usize>,
    events: Option<usize>,
    links: Option<usize>,
    event_attributes: Option<usize>,
    link_attributes: Option<usize>,
    length: Option<usize>,
}

impl SpanLimits {
    /// Whatever the environment says.
    pub fn new() -> Self {
        Self::default()
    }

    /// Attributes of a span; 128 by default. Environment `OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT`.
    pub fn attributes(mut self, most: usize) -> Self {
        self.attributes = Some(most);
        self
    }

    /// Events of a span; 128 by default. Environment `OTEL_SPAN_EVENT_COUNT_LIMIT`.
    pub fn events(mut self, most: usize) -> Self {
        self.events = Some(most);
        self
    }

    /// Links of a span; 128 by default. Environment `OTEL_SPAN_LINK_COUNT_LIMIT`.
    pub fn links(mut self, most: usize) -> Self {
        self.links = Some(most);
        self
    }

    /// Attributes of an event; 128 by default. Environment `OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT`.
    pub fn event_attributes(mut self, most: usize) -> Self {
        self.event_attributes = Some(most);
        self
    }

    /// Attributes of a link; 128 by default. Environment `OTEL_LINK_ATTRIBUTE_COUNT_LIMIT`.
    pub fn link_attributes(mut self, most: usize) -> Self {
        self.link_attributes = Some(most);
        self
    }

    /// Characters of an attribute's text; without a limit by default. Environment
    /// `OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT`.
    pub fn value_length(mut self, most: usize) -> Self {
        self.length = Some(most);
        self
    }
}

/// What a program asks for in code.
#[derive(Clone, Debug, Default)]
pub(crate) struct SamplingOverrides {
    pub(crate) sampler: Option<Sampler>,
    pub(crate) forced: Option<u32>,
    pub(crate) tail: Option<Duration>,
    pub(crate) limits: Option<SpanLimits>,
}

/// What holds.
#[derive(Clone, Debug)]
pub(crate) struct Sampling {
    pub(crate) sampler: Sourced<Sampler>,
    /// Traces a second that a flag from elsewhere may force.
    pub(crate) forced: Sourced<ForcedTraces>,
    /// From which duration on the tail rule keeps a trace; `None` is without the rule.
    pub(crate) tail: Sourced<Option<Duration>>,
    attributes: Sourced<usize>,
    events: Sourced<usize>,
    links: Sourced<usize>,
    event_attributes: Sourced<usize>,
    link_attributes: Sourced<usize>,
    length: Sourced<Option<usize>>,
}

impl Sampling {
    pub(super) fn resolve(code: &Overrides, reader: &mut Reader<'_>) -> Result<Self, Error> {
        let code = &code.sampling;
        if let Some(Err(reason)) = code.tail.map(value::drain) {
            return Err(refused("tail", "", &reason, "at most one hour"));
        }
        let none = SpanLimits::default();
        let given = code.limits.as_ref().unwrap_or(&none);
        let mut count = |code: Option<usize>, own: &'static Variable| {
            let own = reader.parsed(own, number);
            let general = reader.parsed(&ATTRIBUTE_COUNT, number);
            // Only counts of attributes have a general form; it is read every time and warned of once.
            (code, own, general)
        };
        let (attributes, event_attributes, link_attributes) = (
            count(given.attributes, &SPAN_ATTRIBUTE_COUNT),
            count(given.event_attributes, &EVENT_ATTRIBUTE_COUNT),
            count(given.link_attributes, &LINK_ATTRIBUTE_COUNT),
        );
        let first = |(code, own, general): (Option<usize>, Option<_>, Option<_>)| {
            Sourced::first(code, own.or(general), MOST)
        };
        let length = reader
            .parsed(&SPAN_ATTRIBUTE_LENGTH, number)
            .or_else(|| reader.parsed(&ATTRIBUTE_LENGTH, number));
        Ok(Self {
            sampler: Sourced::first(code.sampler, sampler(reader), Sampler::default()),
            forced: Sourced::first(
                code.forced.map(|most| ForcedTraces(Some(most))),
                reader.parsed(&environment::FORCED_TRACES, ForcedTraces::parse),
                ForcedTraces::default(),
            ),
            tail: Sourced::first(
                code.tail.map(Some),
                reader.parsed(&environment::TAIL, |text| match text.trim() {
                    off if off.eq_ignore_ascii_case("off") => Ok(None),
                    text => value::duration(text).map(Some),
                }),
                None,
            ),
            attributes: first(attributes),
            events: Sourced::first(given.events, reader.parsed(&SPAN_EVENT_COUNT, number), MOST),
            links: Sourced::first(given.links, reader.parsed(&SPAN_LINK_COUNT, number), MOST),
            event_attributes: first(event_attributes),
            link_attributes: first(link_attributes),
            length: Sourced::first(
                given.length.map(Some),
                length.map(|(length, name)| (Some(length), name)),
                None,
            ),
        })
    }

    /// What one span may hold.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            attributes: self.attributes.value,
            events: self.events.value,
            links: self.links.value,
            event_attributes: self.event_attributes.value,
            link_attributes: self.link_attributes.value,
            length: self.length.value,
        }
    }

    /// As `/status` shows it.
    pub(super) fn effective(&self) -> Vec<EffectiveSetting> {
        fn or<T: ToString>(value: Option<&T>, without: &str) -> String {
            value.map_or_else(|| without.to_owned(), ToString::to_string)
        }
        let tail = |tail: &Option<Duration>| {
            tail.map_or_else(|| "off".to_owned(), |slow| format!("{slow:?}"))
        };
        vec![
            shown("forced_traces", &self.forced, ForcedTraces::to_string),
            shown("sampler", &self.sampler, Sampler::to_string),
            shown("span_limits.attributes", &self.attributes, usize::to_string),
            shown("span_limits.event_attributes", &self.event_attributes, usize::to_string),
            shown("span_limits.events", &self.events, usize::to_string),
            shown("span_limits.link_attributes", &self.link_attributes, usize::to_string),
            shown("span_limits.links", &self.links, usize::to_string),
            shown("span_limits.value_length", &self.length, |most| or(most.as_ref(), "unlimited")),
            shown("tail", &self.tail, tail),
        ]
    }
}

/// The default of every count.
const MOST: usize = 128;

fn number(text: &str) -> Result<usize, String> {
    text.trim().parse().map_err(|_| "it is no such number".to_owned())
}

/// The sampler of the environment: its argument counts only with one that takes it.
fn sampler(reader: &mut Reader<'_>) -> Option<(Sampler, &'static str)> {
    let text = reader.text(&SAMPLER)?.trim();
    let (root, parent_based) = match text.strip_prefix("parentbased_") {
        Some(root) => (root, true),
        None => (text, false),
    };
    let root = match root {
        "always_on" => Sampler::always_on(),
        "always_off" => Sampler::always_off(),
        "traceidratio" => {
            let share = reader.parsed(&SAMPLER_ARG, |text| {
                let share = text.trim().parse().ok().filter(|share| (0.0..=1.0).contains(share));
                share.ok_or_else(|| "it is no such number".to_owned())
            });
            Sampler::ratio(share.map_or(1.0, |(share, _)| share))
        }
        _ => return reader.parsed(&SAMPLER, |_| Err("it is no sampler of ours".to_owned())),
    };
    let sampler = if parent_based { Sampler::parent_based(root) } else { root };
    Some((sampler, SAMPLER.name))
}
