//! Switches: what settings and code ask for, brought into every callsite as one atomic store.
//!
//! A function is on when everything is on and its level in the filter is not `off`. The answer is
//! worked out when something changes, never during a call.

use crate::{
    config::{Filter, Level},
    error::Error,
    lock::Lock,
    registry::{Function, listing},
};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Whether anything is observed at all. Not a part of the state: every scrape asks, and must wait for
/// nobody.
static ON: AtomicBool = AtomicBool::new(true);

/// What else holds now.
#[derive(Debug)]
struct State {
    filter: Option<Filter>,
    /// How many functions there were when switches were last set.
    functions: usize,
}

static STATE: Lock<State> = Lock::new(State::UNFILTERED);

/// Looks at the state or changes it. A forked child whose parent was at it has lost it: there each change
/// starts from no filter, and switches stay as they are until then.
fn with_state<R>(look: impl FnOnce(&mut State) -> R) -> R {
    if let Some(mut state) = STATE.lock() {
        return look(&mut state);
    }
    let mut unfiltered = State::UNFILTERED;
    look(&mut unfiltered)
}

impl State {
    /// Nothing was said of any function.
    const UNFILTERED: Self = Self { filter: None, functions: 0 };

    fn level(&self, function: &Function) -> Level {
        let filter = self.filter.as_ref();
        filter.map_or(Level::On, |filter| filter.level_for(function.module(), &function.name))
    }

    /// Sets every switch.
    fn apply(&mut self) {
        let (on, listing) = (ON.load(Relaxed), listing());
        #[cfg(feature = "tower")]
        crate::tower::switch(on);
        self.functions = listing.functions.len();
        for function in &listing.functions {
            let level = self.level(function);
            function.callsite.switch(on && level != Level::Off);
            function.callsite.switch_spans(level != Level::Metrics);
        }
    }
}

/// Starts from what the settings say.
pub(crate) fn begin(on: bool, filter: Filter) {
    with_state(|state| {
        ON.store(on, Relaxed);
        state.filter = Some(filter);
        state.apply();
    });
}

/// Switches functions that came with a library loaded since.
pub(crate) fn refresh() {
    with_state(|state| {
        if state.functions != listing().functions.len() {
            state.apply();
        }
    });
}

/// How many functions are off.
pub(crate) fn functions_off() -> usize {
    listing().functions.iter().filter(|function| !function.callsite.is_on()).count()
}

/// The switches of this process.
///
/// Each change holds from the next call of a function on; calls in flight end as they began. What
/// was counted before stays. A disabled program (`OBSERVANT_DISABLED`, `OTEL_SDK_DISABLED`) can be
/// enabled here. [`init`](crate::init) starts from its settings: what was switched before it is
/// switched as they say.
///
/// # Example
///
/// ```
/// # fn main() -> Result<(), observant::Error> {
/// use observant::observe;
///
/// #[observe]
/// fn hot() {}
///
/// let control = observant::control();
/// assert_eq!(control.switch_off(concat!(module_path!(), "::hot"))?, 1);
/// hot(); // not observed
/// control.switch_on(concat!(module_path!(), "::hot"))?;
/// hot();
/// # let snapshot = observant::snapshot();
/// # let calls = snapshot.find("observe_calls_total", &[("function", "hot"), ("outcome", "ok")]);
/// # assert_eq!(calls.unwrap().value, observant::snapshot::OwnedValue::Unsigned(1));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Control {}

/// The switches of this process; see [`Control`].
pub fn control() -> Control {
    Control {}
}

impl Control {
    /// Whether anything is observed at all.
    pub fn is_enabled(&self) -> bool {
        ON.load(Relaxed)
    }

    /// Goes back to what the filter says of each function.
    pub fn enable(&self) {
        with_state(|state| {
            ON.store(true, Relaxed);
            state.apply();
        });
    }

    /// Switches every function off.
    pub fn disable(&self) {
        with_state(|state| {
            ON.store(false, Relaxed);
            state.apply();
        });
    }

    /// The filter that holds, as [`set_filter`](Self::set_filter) takes it; empty when nothing is
    /// filtered.
    pub fn filter(&self) -> String {
        with_state(|state| state.filter.as_ref().map_or_else(String::new, Filter::to_string))
    }

    /// Replaces the filter: a comma list of `path=level`, or `level` alone for everything else,
    /// with level `off`, `metrics` or `on`. The longest path that matches a function decides.
    ///
    /// # Errors
    ///
    /// When a part of `filter` is no such directive; then nothing changes.
    ///
    /// # Example
    ///
    /// ```
    /// # fn main() -> Result<(), observant::Error> {
    /// observant::control().set_filter("my_crate::hot=off,my_crate=on")?;
    /// assert!(observant::control().set_filter("my_crate=loud").is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_filter(&self, filter: &str) -> Result<(), Error> {
        let (filter, reasons) = Filter::parse(filter);
        if !reasons.is_empty() {
            let reasons = reasons.join(", ");
            let allowed = Filter::ALLOWED;
            return Err(Error::setting(format!("filter: {reasons}; expected {allowed}")));
        }
        with_state(|state| {
            state.filter = Some(filter);
            state.apply();
        });
        Ok(())
    }

    /// Switches on what lies at or below `path`, a function or module such as `my_crate::hot`, and
    /// returns how many functions lie there; 0 is worth a look at the spelling. What the filter said
    /// of parts of it is forgotten. Nothing is on while everything is [disabled](Self::disable).
    ///
    /// # Errors
    ///
    /// When `path` is empty or has a `*`.
    pub fn switch_on(&self, path: &str) -> Result<usize, Error> {
        switch(path, Level::On)
    }

    /// Switches off what lies at or below `path`; see [`switch_on`](Self::switch_on).
    ///
    /// # Errors
    ///
    /// When `path` is empty (everything at once is [`disable`](Self::disable)) or has a `*`.
    pub fn switch_off(&self, path: &str) -> Result<usize, Error> {
        switch(path, Level::Off)
    }
}

/// Adds to the filter, and returns how many functions `path` covers.
fn switch(path: &str, level: Level) -> Result<usize, Error> {
    let path = Filter::path(path)
        .map_err(|reason| Error::setting(format!("path `{}` {reason}", path.escape_debug())))?;
    with_state(|state| {
        state.filter.get_or_insert_default().settle(path, level);
        state.apply();
    });
    let listing = listing();
    let covered = |function: &&Function| Filter::covers(path, function.module(), &function.name);
    Ok(listing.functions.iter().filter(covered).count())
}
