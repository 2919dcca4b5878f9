//! Whether spans are wanted, and by whom: one atomic that every call looks at.

use super::SAMPLED;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

static MODE: AtomicU8 = AtomicU8::new(0);

/// Somebody exports records.
const EXPORTED: u8 = 0b001;
/// A subscriber or layer of ours is installed somewhere.
const BRIDGED: u8 = 0b010;
/// What is not sampled is recorded too: somebody decides later.
const ALL: u8 = 0b100;
/// A test keeps the spans of its trace.
const TESTED: u8 = 0b1000;

/// Who wants spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mode(u8);

/// Who wants spans now.
#[inline(always)]
pub(crate) fn get() -> Mode {
    Mode(MODE.load(Relaxed))
}

impl Mode {
    /// Anybody at all.
    #[inline(always)]
    pub(crate) fn is_on(self) -> bool {
        self.0 != 0
    }

    /// `tracing` may look.
    #[inline(always)]
    pub(crate) fn is_bridged(self) -> bool {
        self.0 & BRIDGED != 0
    }

    /// Somebody exports.
    #[inline(always)]
    pub(crate) fn is_exported(self) -> bool {
        self.0 & EXPORTED != 0
    }

    /// Whether a span of a trace with these flags becomes a record.
    #[inline(always)]
    pub(crate) fn records(self, flags: u8) -> bool {
        self.0 & (EXPORTED | TESTED) != 0 && (flags & SAMPLED != 0 || self.0 & ALL != 0)
    }
}

fn set(bit: u8, on: bool) {
    if on {
        MODE.fetch_or(bit, Relaxed);
    } else {
        MODE.fetch_and(!bit, Relaxed);
    }
}

/// Somebody exports from now on, or nobody.
pub(crate) fn set_exported(on: bool) {
    set(EXPORTED, on);
}

/// `tracing` may look from now on. It stays so: a subscriber that was installed may be kept anywhere.
pub(crate) fn set_bridged() {
    set(BRIDGED, true);
}

/// Tests may ask for spans from now on.
#[cfg(feature = "testing")]
pub(crate) fn set_tested() {
    set(TESTED, true);
}

/// Whether what is not sampled is recorded too.
pub(crate) fn set_record_all(on: bool) {
    set(ALL, on);
}
