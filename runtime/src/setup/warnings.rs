//! What went wrong at set-up without stopping it: told once, and kept for `/status`.

use crate::{
    config::{Filter, Settings},
    metric,
    registry::{self, Listing},
};
use std::{
    io::{self, Write as _},
    sync::{Arc, Mutex, PoisonError},
};
use tracing::{Dispatch, subscriber::NoSubscriber};

/// Told one by one where `/status` has them all; how many more there are is told too.
const MOST_TOLD: usize = 20;

/// Kept for `/status`; what comes later than that is only told.
const MOST_KEPT: usize = 1_000;

/// The warnings of this process.
#[derive(Clone, Debug, Default)]
pub(super) struct Warnings(Arc<Mutex<Vec<String>>>);

impl Warnings {
    /// Everything that settings, names of functions and metrics, and expected crates give cause for.
    pub(super) fn gather(settings: &Settings, expected: &[String]) -> Self {
        let listing = registry::listing();
        let mut all: Vec<String> =
            settings.warnings.iter().map(|warning| warning.message.clone()).collect();
        all.extend(listing.twins.iter().map(ToString::to_string));
        all.extend(metric::clashes().iter().map(ToString::to_string));
        all.extend(registry::others().iter().map(ToString::to_string));
        all.extend(idle(&listing, &settings.filter.value));
        all.extend(absent(&listing, expected).map(|package| {
            format!(
                "`{package}` was expected to have observed functions and has none here: nothing of it is \
                 observed, or the linker left it out; name it in the program: `use {} as _;`",
                package.replace('-', "_")
            )
        }));
        #[cfg(not(feature = "http"))]
        all.extend(unserved(settings));
        #[cfg(not(feature = "otlp"))]
        all.extend(unexported(settings));
        all.truncate(MOST_KEPT);
        Self(Arc::new(Mutex::new(all)))
    }

    /// Keeps one more and tells it at once.
    #[cfg(feature = "http")]
    pub(super) fn add(&self, message: String) {
        tell(&message);
        self.keep(message);
    }

    /// Keeps one more.
    pub(super) fn keep(&self, message: String) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() < MOST_KEPT {
            all.push(message);
        }
    }

    /// Tells what was gathered: all of it, unless it can be read on `/status`.
    pub(super) fn tell(&self, served: bool) {
        let all = self.all();
        let most = if served { MOST_TOLD } else { MOST_KEPT };
        all.iter().take(most).for_each(|message| tell(message));
        if let Some(more) = all.len().checked_sub(most).filter(|more| *more > 0) {
            tell(&format!("{more} more warnings are on /status"));
        }
    }

    /// All of them.
    pub(super) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Paths of the filter that lead to no function.
fn idle(listing: &Listing, filter: &Filter) -> impl Iterator<Item = String> {
    let leads = move |path: &str| {
        let mut functions = listing.functions.iter();
        functions.any(|function| Filter::covers(path, function.module(), &function.name))
    };
    filter.paths().filter(move |path| !leads(path)).map(|path| {
        format!(
            "the filter names `{}`, where no observed function is; paths are those of /status: the module, \
             `::`, and the function or a part of both",
            path.escape_debug()
        )
    })
}

/// Expected packages without functions. Packages are written with `-`, crates with `_`.
fn absent<'e>(listing: &Listing, expected: &'e [String]) -> impl Iterator<Item = &'e String> {
    let same = |one: &str, other: &str| one.replace('-', "_") == other.replace('-', "_");
    expected.iter().filter(move |package| {
        let mut functions = listing.functions.iter();
        !functions.any(|function| same(function.callsite.metadata().module.crate_name, package))
    })
}

/// Somebody asked for a server that is not compiled in.
#[cfg(not(feature = "http"))]
fn unserved(settings: &Settings) -> Option<String> {
    use crate::config::{Listen, Origin};
    let listen = &settings.listen;
    (listen.origin != Origin::Default && listen.value != Listen::Off).then(|| {
        format!(
            "nothing is served on {}: observant was built without its feature `http`",
            listen.value
        )
    })
}

/// Somebody asked for an exporter that is not compiled in.
#[cfg(not(feature = "otlp"))]
fn unexported(settings: &Settings) -> Option<String> {
    let export = &settings.export;
    let asked =
        [&export.traces, &export.metrics].into_iter().find_map(crate::config::Target::asked_by);
    let asked = asked.or(export
        .traces_exporters
        .value
        .console
        .then_some(export.traces_exporters.origin))?;
    Some(format!(
        "nothing is exported, as {asked} asks: observant was built without its feature `otlp`"
    ))
}

/// To whoever listens to `tracing` on this thread, or else to standard error.
pub(super) fn tell(message: &str) {
    // Not `has_been_set`: that goes on to hold when a subscriber of one scope has gone.
    if tracing::dispatcher::get_default(Dispatch::is::<NoSubscriber>) {
        // Not `eprintln!`, which panics where nobody reads standard error any more.
        let _ = writeln!(io::stderr(), "observant: {message}");
    } else {
        tracing::warn!(target: "observant", "{message}");
    }
}
