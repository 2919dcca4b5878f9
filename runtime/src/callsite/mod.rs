//! One static per observed function: what is known of it, its switch and its cells.
//!
//! A callsite is built in a constant, registers itself at link time and allocates nothing until its
//! function is first called.

mod buckets;
mod face;
mod kind;
mod linked;
mod variants;
mod wishes;

pub use buckets::Buckets;
pub use face::SpanLevel;
pub(crate) use face::{Face, LAST_FIELDS};
pub use kind::{Given, Kind, Nature};
pub(crate) use linked::linked;
#[cfg(not(feature = "off"))]
pub use linked::submit;
pub(crate) use variants::{Variants, refused};
pub use wishes::{Extras, Health, Latency, Limits, Severity, Slo, Wishes};

use crate::{
    cell::{CellSet, Ladder, Tracking, Work},
    metric::LabelValue,
};
use std::{
    fmt,
    sync::{
        OnceLock,
        atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    },
};

/// How a call ended; exactly one per call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Outcome {
    /// It returned, and not an error.
    Ok = 0,
    /// It returned an error, or something `ok_if` or `error_if` refused.
    Error = crate::cell::ERROR,
    /// It unwound.
    Panic = 2,
    /// Its future or stream was dropped before it finished.
    Cancelled = 3,
}

impl Outcome {
    /// All of them, in the order of their indices.
    pub(crate) const ALL: [Self; crate::cell::OUTCOMES] =
        [Self::Ok, Self::Error, Self::Panic, Self::Cancelled];

    /// All of them, in the order of their texts.
    pub(crate) const SORTED: [Self; crate::cell::OUTCOMES] =
        [Self::Cancelled, Self::Error, Self::Ok, Self::Panic];

    /// The value of the label `outcome`.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error => "error",
            Self::Panic => "panic",
            Self::Cancelled => "cancelled",
        }
    }
}

/// What functions that are written in one place share. Apart from them, since the compiler keeps one of what is the same,
/// and a pointer to it takes a quarter of what the texts do.
#[derive(Clone, Copy, Debug)]
pub struct Module {
    /// Its path.
    pub path: &'static str,
    /// The source file.
    pub file: &'static str,
    /// The package that it is a part of.
    pub crate_name: &'static str,
    /// The version of that.
    pub crate_version: &'static str,
}

/// What the attribute knows of a function.
#[derive(Clone, Copy, Debug)]
pub struct Metadata {
    /// The module the function is written in.
    pub module: &'static Module,
    /// Name of the function: `load`, `Type::method`.
    pub function: &'static str,
    /// The line of the function's name.
    pub line: u32,
    /// The outcome `error` is known to be possible.
    pub fallible: bool,
    /// The outcome `cancelled` is possible.
    pub cancellable: bool,
    /// Bounds of the durations.
    pub buckets: Buckets,
    /// Names of `labels(..)`.
    pub labels: &'static [&'static str],
}

impl Metadata {
    /// Refuses at compile time what the attribute could not see in constants.
    pub(crate) const fn check(&self) {
        self.buckets.check();
    }
}

/// What the attribute says of a function's spans.
#[derive(Clone, Copy, Debug)]
pub struct Spans {
    /// Names of `fields(..)`.
    pub fields: &'static [&'static str],
    /// How important they are.
    pub level: SpanLevel,
}

impl Spans {
    /// Spans of which nothing is said.
    pub const PLAIN: Self = Self { fields: &[], level: SpanLevel::Info };
}

/// The switch in a callsite's state; the other bits are the id of its cells, 0 before the first call.
const OFF: u32 = 1 << 31;

/// One observed function. Small and plain, for rustc evaluates one for each, and all are part of the
/// program's file.
pub struct Callsite {
    meta: Metadata,
    /// `None` for nothing: a pointer to that would take a relocation in each.
    extras: Option<&'static Extras>,
    state: AtomicU32,
    /// Calls have no spans.
    spanless: AtomicBool,
    next: linked::Next,
    made: OnceLock<Box<Made>>,
}

/// What a function has from its first call on.
struct Made {
    ladder: &'static Ladder,
    /// Never freed, as the cells that know it.
    tracking: Option<&'static Tracking>,
    cells: OnceLock<Option<&'static CellSet>>,
    variants: OnceLock<Variants>,
    /// What `tracing` sees.
    face: OnceLock<&'static Face>,
    path: OnceLock<Box<str>>,
}

impl Callsite {
    /// Evaluated once, not for each callsite.
    #[allow(clippy::declare_interior_mutable_const)] // Copied into each, on purpose.
    const ON: AtomicU32 = AtomicU32::new(0);
    #[allow(clippy::declare_interior_mutable_const)]
    const SPANNED: AtomicBool = AtomicBool::new(false);
    #[allow(clippy::declare_interior_mutable_const)]
    const UNLINKED: linked::Next = linked::Next::none();
    #[allow(clippy::declare_interior_mutable_const)]
    const UNMADE: OnceLock<Box<Made>> = OnceLock::new();

    /// A callsite that is switched on and was never called.
    pub const fn new(meta: Metadata) -> Self {
        meta.check();
        Self {
            meta,
            extras: None,
            state: Self::ON,
            spanless: Self::SPANNED,
            next: Self::UNLINKED,
            made: Self::UNMADE,
        }
    }

    /// The same with all else that the attribute says.
    #[must_use]
    pub const fn with(mut self, extras: &'static Extras) -> Self {
        self.extras = Some(extras);
        self
    }

    fn extras(&self) -> &'static Extras {
        self.extras.unwrap_or(Extras::NONE)
    }

    /// What the attribute says of spans.
    pub(crate) fn spans(&self) -> &'static Spans {
        &self.extras().spans
    }

    /// What the attribute asks for.
    pub(crate) fn wishes(&self) -> &'static Wishes {
        &self.extras().wishes
    }

    /// What it does, where that is said.
    pub(crate) fn nature(&self) -> Option<&'static Nature> {
        self.extras().nature.as_ref()
    }

    /// What it does: `function` where nothing is said.
    pub(crate) fn kind(&self) -> &'static str {
        self.nature().map_or("function", |nature| nature.kind.text())
    }

    /// What is known of its calls one by one, where it asks for that and was called.
    pub(crate) fn tracking(&self) -> Option<&'static Tracking> {
        self.made.get()?.tracking
    }

    /// Whether calls have spans, where somebody wants them.
    #[inline(always)]
    pub(crate) fn has_spans(&self) -> bool {
        !self.spanless.load(Relaxed)
    }

    /// Whether calls have spans from now on.
    pub(crate) fn switch_spans(&self, on: bool) {
        self.spanless.store(!on, Relaxed);
    }

    /// What `tracing` sees of it, made when it first looks.
    pub(crate) fn face(&self) -> &'static Face {
        self.made
            .get()
            .and_then(|made| made.face.get().copied())
            .unwrap_or_else(|| self.make_face())
    }

    #[cold]
    fn make_face(&self) -> &'static Face {
        let slot = {
            let _work = Work::begin();
            &self.make().face
        };
        slot.get().copied().unwrap_or_else(|| {
            // Not `get_or_init`: subscribers are told of it, and may come back for it. Of two made at one time
            // the other is a few bytes that stay.
            let made = Face::new(&self.meta, self.spans());
            let _ = slot.set(made);
            slot.get().copied().unwrap_or(made)
        })
    }

    /// Module and function, as one path: every span of it says so.
    pub(crate) fn path(&'static self) -> &'static str {
        // An observed allocator must not come back for it.
        let _work = Work::begin();
        let Metadata { module: Module { path: module, .. }, function, .. } = self.meta;
        self.make().path.get_or_init(|| format!("{module}::{function}").into())
    }

    /// What the attribute knows.
    pub(crate) fn metadata(&self) -> &Metadata {
        &self.meta
    }

    /// Switch and id in one load: an id to look a shard up by, or a number no table reaches.
    #[inline(always)]
    pub(crate) fn state(&self) -> u32 {
        self.state.load(Relaxed)
    }

    /// What the switch is in a state.
    #[inline(always)]
    pub(crate) fn is_off(state: u32) -> bool {
        state & OFF != 0
    }

    /// Whether calls are observed.
    pub(crate) fn is_on(&self) -> bool {
        !Self::is_off(self.state())
    }

    /// Switches the function on or off; effective from the next call.
    pub(crate) fn switch(&self, on: bool) {
        if on {
            self.state.fetch_and(!OFF, Relaxed);
        } else {
            self.state.fetch_or(OFF, Relaxed);
        }
    }

    /// The cells of calls without labels, made with the first of them.
    #[cold]
    pub(crate) fn make_cells(&self) -> Option<&'static CellSet> {
        let _work = Work::begin()?;
        let made = self.make();
        let cells = *made.cells.get_or_init(|| CellSet::tracked(made.ladder, made.tracking));
        if let Some(cells) = cells {
            self.state.fetch_or(cells.id(), Relaxed);
        }
        cells
    }

    fn make(&self) -> &Made {
        self.made.get_or_init(|| {
            let wishes = self.wishes();
            let (in_flight, failures) = (wishes.deadline.is_some(), wishes.counts_failures());
            // Calls of a kind are told apart, too: by what they are a part of.
            let apart = in_flight || failures || self.nature().is_some();
            let tracking = || &*Box::leak(Box::new(Tracking::new(in_flight, failures)));
            Box::new(Made {
                ladder: self.meta.buckets.ladder(wishes.latency()),
                tracking: apart.then(tracking),
                cells: OnceLock::new(),
                variants: OnceLock::new(),
                face: OnceLock::new(),
                path: OnceLock::new(),
            })
        })
    }

    /// The cells of calls without labels, if there was one.
    pub(crate) fn cells(&self) -> Option<&'static CellSet> {
        self.made.get()?.cells.get().copied().flatten()
    }

    /// The cells of calls with these labels.
    #[inline(never)]
    pub(crate) fn variant(&self, values: &[LabelValue]) -> Option<&'static CellSet> {
        match self.variants().and_then(|variants| variants.get(values)) {
            Some(cells) => Some(cells),
            None => self.make_variant(values),
        }
    }

    #[cold]
    fn make_variant(&self, values: &[LabelValue]) -> Option<&'static CellSet> {
        let _work = Work::begin()?;
        let made = self.make();
        made.variants
            .get_or_init(|| Variants::new(values))
            .make(values, || CellSet::tracked(made.ladder, made.tracking))
    }

    /// The label combinations seen so far.
    #[inline]
    pub(crate) fn variants(&self) -> Option<&Variants> {
        self.made.get()?.variants.get()
    }

    /// The cells of all its calls: without labels, then by labels.
    pub(crate) fn sets(&self) -> impl Iterator<Item = &'static CellSet> + use<> {
        let variants = self.variants().map(Variants::sorted).into_iter().flatten();
        self.cells().into_iter().chain(variants.map(|variant| variant.cells))
    }

    /// The labels of a combination, by its cells; none for calls without.
    pub(crate) fn labels_of(&self, cells: &CellSet) -> Vec<(&'static str, &'static str)> {
        let mut variants = self.variants().map(Variants::sorted).into_iter().flatten();
        let of = |variant: &variants::Variant| std::ptr::eq(variant.cells, cells);
        let values = variants.find(of).map_or(&[][..], |variant| variant.values);
        self.meta.labels.iter().copied().zip(values.iter().copied()).collect()
    }

    /// The place of the SLO's latency among the bounds of its ladder, once it was called.
    #[allow(clippy::float_cmp)] // It was put there.
    pub(crate) fn latency_bound(&self) -> Option<usize> {
        let latency = self.wishes().latency()?;
        self.made.get()?.ladder.bounds().iter().position(|bound| bound.upper == latency)
    }

    /// How this function's durations are divided.
    pub(crate) fn ladder(&self) -> &'static Ladder {
        if let Some(made) = self.made.get() {
            return made.ladder;
        }
        let _work = Work::begin();
        match (self.meta.buckets, self.wishes().latency()) {
            // A ladder of its own, kept for the first call.
            (Buckets::Custom(_), _) | (_, Some(_)) => self.make().ladder,
            (shared, None) => shared.ladder(None),
        }
    }
}

impl fmt::Debug for Callsite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Callsite({}::{})", self.meta.module.path, self.meta.function)
    }
}
