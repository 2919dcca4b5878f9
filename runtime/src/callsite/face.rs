//! An observed function as `tracing` sees it: metadata, made when somebody first looks.

use super::{Metadata, Spans};
use std::sync::{
    OnceLock,
    atomic::{AtomicBool, AtomicU8, Ordering::Relaxed},
};
use tracing::{
    Dispatch, Level,
    callsite::{self, Callsite, Identifier},
    field::FieldSet,
    level_filters::{LevelFilter, STATIC_MAX_LEVEL},
    metadata::Kind,
    subscriber::{Interest, NoSubscriber},
};

/// The last fields of every observe span, set at its end: its outcome and, of a call that did not end well, the
/// type of the error.
pub(crate) const LAST_FIELDS: [&str; 2] = ["observe.outcome", "error.type"];

const NEVER: u8 = 0;
const SOMETIMES: u8 = 1;
const ALWAYS: u8 = 2;

/// What `tracing` knows of a function. Lives for ever, as `tracing` asks of its callsites: one per
/// function that was ever shown.
#[derive(Debug)]
pub(crate) struct Face {
    metadata: OnceLock<tracing::Metadata<'static>>,
    /// Whether any subscriber is interested, as `tracing` told.
    interest: AtomicU8,
    /// The subscriber that looks was not asked for its interest.
    unasked: AtomicBool,
}

impl Callsite for Face {
    fn set_interest(&self, interest: Interest) {
        let interest = if interest.is_never() {
            NEVER
        } else if interest.is_always() {
            ALWAYS
        } else {
            SOMETIMES
        };
        self.interest.store(interest, Relaxed);
    }

    #[allow(clippy::expect_used)] // `new` sets it before anybody sees the face.
    fn metadata(&self) -> &tracing::Metadata<'_> {
        self.metadata.get().expect("a face is made with its metadata")
    }
}

impl Face {
    /// Makes the face of a function and tells `tracing` of it.
    pub(super) fn new(meta: &Metadata, spans: &Spans) -> &'static Self {
        let face: &'static Self = Box::leak(Box::new(Self {
            metadata: OnceLock::new(),
            interest: AtomicU8::new(SOMETIMES),
            unasked: AtomicBool::new(false),
        }));
        let names = spans.fields.iter().copied().chain(LAST_FIELDS);
        let names: &'static [&'static str] = Box::leak(names.collect());
        let _ = face.metadata.set(tracing::Metadata::new(
            meta.function,
            meta.module.path,
            spans.level.tracing(),
            Some(meta.module.file),
            Some(meta.line),
            Some(meta.module.path),
            FieldSet::new(names, Identifier(face)),
            Kind::SPAN,
        ));
        callsite::register(face);
        // Somebody looks, so there is a subscriber. That there seems to be none means that this is done
        // within what it is told, where `tracing` asks nobody and takes that for no interest.
        if tracing::dispatcher::get_default(Dispatch::is::<NoSubscriber>) {
            face.interest.store(SOMETIMES, Relaxed);
            face.unasked.store(true, Relaxed);
        }
        face
    }

    /// Whether the subscriber that looks must still be asked for its interest; true once.
    pub(crate) fn take_unasked(&self) -> bool {
        self.unasked.load(Relaxed) && self.unasked.swap(false, Relaxed)
    }

    /// The metadata.
    pub(crate) fn metadata(&'static self) -> &'static tracing::Metadata<'static> {
        self.metadata.get().unwrap_or_else(|| unreachable!("a face is made with its metadata"))
    }

    /// Whether a span of it is wanted, as `tracing`'s own macros find out; `ask` is the subscriber's
    /// answer where that may vary.
    pub(crate) fn is_wanted(&'static self, ask: impl FnOnce() -> bool) -> bool {
        let level = *self.metadata().level();
        level <= STATIC_MAX_LEVEL
            && level <= LevelFilter::current()
            && match self.interest.load(Relaxed) {
                NEVER => false,
                ALWAYS => true,
                _ => ask(),
            }
    }
}

/// How important a function's span is to those who filter by that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SpanLevel {
    /// Of interest when looking for a bug in the function.
    Trace,
    /// Of interest to its developers.
    Debug,
    /// Of interest to whoever runs the program.
    #[default]
    Info,
    /// A sign that something may be wrong.
    Warn,
    /// Something is wrong.
    Error,
}

impl SpanLevel {
    fn tracing(self) -> Level {
        match self {
            Self::Trace => Level::TRACE,
            Self::Debug => Level::DEBUG,
            Self::Info => Level::INFO,
            Self::Warn => Level::WARN,
            Self::Error => Level::ERROR,
        }
    }
}
