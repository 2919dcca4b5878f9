//! How much one span may hold (OpenTelemetry SDK, "Span Limits"). Uses nothing of the crate.

use super::Value;
use std::{
    borrow::Cow,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

static ATTRIBUTES: AtomicUsize = AtomicUsize::new(128);
static EVENTS: AtomicUsize = AtomicUsize::new(128);
static LINKS: AtomicUsize = AtomicUsize::new(128);
static EVENT_ATTRIBUTES: AtomicUsize = AtomicUsize::new(128);
static LINK_ATTRIBUTES: AtomicUsize = AtomicUsize::new(128);
/// Characters of a text; `usize::MAX` is without a limit.
static LENGTH: AtomicUsize = AtomicUsize::new(usize::MAX);

/// What one span may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Attributes of a span.
    pub(crate) attributes: usize,
    /// Events of a span.
    pub(crate) events: usize,
    /// Links of a span.
    pub(crate) links: usize,
    /// Attributes of an event.
    pub(crate) event_attributes: usize,
    /// Attributes of a link.
    pub(crate) link_attributes: usize,
    /// Characters of an attribute's text.
    pub(crate) length: Option<usize>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            attributes: 128,
            events: 128,
            links: 128,
            event_attributes: 128,
            link_attributes: 128,
            length: None,
        }
    }
}

/// Holds from now on.
pub(crate) fn set(limits: Limits) {
    ATTRIBUTES.store(limits.attributes, Relaxed);
    EVENTS.store(limits.events, Relaxed);
    LINKS.store(limits.links, Relaxed);
    EVENT_ATTRIBUTES.store(limits.event_attributes, Relaxed);
    LINK_ATTRIBUTES.store(limits.link_attributes, Relaxed);
    LENGTH.store(limits.length.unwrap_or(usize::MAX), Relaxed);
}

pub(crate) fn attributes() -> usize {
    ATTRIBUTES.load(Relaxed)
}

pub(crate) fn events() -> usize {
    EVENTS.load(Relaxed)
}

pub(crate) fn links() -> usize {
    LINKS.load(Relaxed)
}

pub(crate) fn event_attributes() -> usize {
    EVENT_ATTRIBUTES.load(Relaxed)
}

pub(crate) fn link_attributes() -> usize {
    LINK_ATTRIBUTES.load(Relaxed)
}

/// A value whose texts are no longer than the limit.
pub(crate) fn shortened(value: Value) -> Value {
    let most = LENGTH.load(Relaxed);
    if most == usize::MAX {
        return value;
    }
    match value {
        Value::Text(text) => Value::Text(cut(text, most)),
        Value::Texts(texts) => {
            Value::Texts(texts.into_iter().map(|text| cut(text, most)).collect())
        }
        other => other,
    }
}

fn cut(text: Cow<'static, str>, most: usize) -> Cow<'static, str> {
    match text.char_indices().nth(most) {
        None => text,
        Some((end, _)) => match text {
            Cow::Borrowed(text) => Cow::Borrowed(&text[..end]),
            Cow::Owned(mut text) => {
                text.truncate(end);
                Cow::Owned(text)
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_at_whole_characters() {
        assert_eq!(cut("häuser".into(), 2), "hä");
        assert_eq!(cut(String::from("häuser").into(), 2), "hä");
        assert_eq!(cut("ab".into(), 2), "ab");
    }
}
