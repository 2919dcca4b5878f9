//! The set of all checks: those linked in, those registered, and verdicts that rooms of ours contribute. Names are
//! unique in it, and it has a cap.

use super::{
    check::HealthCheck,
    entry::{Entry, Place},
    leaves::{Run, leaves},
    options::{CheckOptions, Plan},
    verdict::Verdict,
    words::Kind,
};
use crate::lock::Lock;
use std::{
    any::type_name,
    collections::HashMap,
    fmt,
    sync::{
        Arc, OnceLock, Weak,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Instant,
};

/// How many checks there may be, beside ours.
pub(crate) const MOST: usize = 2_000;

/// Characters of a name.
const LONGEST_NAME: usize = 128;

/// What names of our own checks begin with. No check of the program's may be called so: it would stand in the place of one
/// that has the process restarted, or shows its SLOs.
const RESERVED: [&str; 2] = ["observant/", "watchdog/"];

/// The check that samples SLOs.
pub(crate) const OF_SLOS: &str = "observant/slo";
/// The check of the program's async runtime.
pub(crate) const OF_RUNTIME: &str = "watchdog/runtime";
/// The check of the threads of ours.
pub(crate) const OF_TELEMETRY: &str = "watchdog/telemetry";

/// Our own checks. Each finds room however many others there are.
pub(crate) const OURS: [&str; 3] = [OF_SLOS, OF_RUNTIME, OF_TELEMETRY];

/// A verdict that is computed on our scheduler's thread, from figures that are there: it must neither block nor take
/// its time. Hysteresis, history, metrics and pages are those of any check; for none of the former set
/// `fail_after(1).pass_after(1)`.
pub(crate) trait Source: Send + Sync {
    /// Its name, unique among checks: a path such as `agent/plan`.
    fn name(&self) -> String;

    /// Kind, severity, interval, thresholds, tags.
    fn options(&self) -> CheckOptions;

    /// Where the cause of it was written.
    fn place(&self) -> Place;

    /// How things are at `now`.
    fn evaluate(&self, now: Instant) -> Verdict;
}

/// Told when the set changes.
pub(crate) type OnChange = Arc<dyn Fn() + Send + Sync>;

/// A set of checks.
#[derive(Default)]
pub(crate) struct Checks {
    /// In order of names; replaced as a whole, so that a reader holds the lock for no longer than it takes to clone.
    all: Lock<Arc<Vec<Arc<Entry>>>>,
    on_change: Lock<Option<OnChange>>,
    refused: AtomicU64,
}

/// Why something was not added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused(pub(crate) String);

impl Checks {
    /// Those of this process.
    pub(crate) fn of_process() -> &'static Arc<Self> {
        static CHECKS: OnceLock<Arc<Checks>> = OnceLock::new();
        CHECKS.get_or_init(Arc::default)
    }

    /// All of this moment, in order of names; none in a child in which they are lost.
    pub(crate) fn all(&self) -> Arc<Vec<Arc<Entry>>> {
        self.all.lock().map_or_else(Arc::default, |all| Arc::clone(&all))
    }

    /// Checks that were refused because there were too many.
    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Relaxed)
    }

    /// Calls `on_change` from now on whenever there is another set.
    pub(crate) fn when_changed(&self, on_change: Option<OnChange>) {
        if let Some(mut told) = self.on_change.lock() {
            *told = on_change;
        }
    }

    /// Adds all of `entries`, or none.
    ///
    /// # Errors
    ///
    /// When one is named like another, or there are too many.
    pub(crate) fn add(&self, entries: Vec<Arc<Entry>>) -> Result<(), Refused> {
        {
            let lost = || Refused("the checks were in use when this process was forked".to_owned());
            let mut all = self.all.lock().ok_or_else(lost)?;
            let mut names: HashMap<&str, Place> =
                all.iter().map(|entry| (&*entry.name, entry.place)).collect();
            for entry in &entries {
                if let Some(other) = names.insert(&entry.name, entry.place) {
                    return Err(Refused(twins(&entry.name, other, entry.place)));
                }
            }
            let others = names.keys().filter(|name| !OURS.contains(name)).count();
            if others > MOST && !entries.iter().all(|entry| OURS.contains(&&*entry.name)) {
                self.refused.fetch_add(entries.len() as u64, Relaxed);
                return Err(Refused(format!(
                    "there are {MOST} health checks already, and no more can be added; \
                     let one check look at several things"
                )));
            }
            let mut next: Vec<_> = all.iter().cloned().chain(entries).collect();
            next.sort_by(|one, other| one.name.cmp(&other.name));
            *all = Arc::new(next);
        }
        self.changed();
        Ok(())
    }

    /// Takes these out again.
    pub(crate) fn remove(&self, entries: &[Arc<Entry>]) {
        {
            let Some(mut all) = self.all.lock() else { return };
            let stays = |entry: &&Arc<Entry>| !entries.iter().any(|gone| Arc::ptr_eq(gone, entry));
            let next = all.iter().filter(stays).cloned().collect();
            *all = Arc::new(next);
        }
        self.changed();
    }

    fn changed(&self) {
        let on_change = self.on_change.lock().and_then(|on_change| on_change.clone());
        if let Some(on_change) = on_change {
            on_change();
        }
    }

    /// Adds a verdict that is computed, until what is returned is dropped.
    #[allow(dead_code)] // By rooms that judge functions.
    pub(crate) fn contribute(
        self: &Arc<Self>,
        source: Arc<dyn Source>,
    ) -> Result<Registration, Refused> {
        let (name, place) = (source.name(), source.place());
        let plan = plan(&name, &source.options(), place)?;
        self.register(vec![Arc::new(Entry::new(name, plan, place, Run::Computed(source)))])
    }

    /// Adds everything that `value` consists of.
    pub(crate) fn add_value<C: HealthCheck + 'static>(
        self: &Arc<Self>,
        name: Option<String>,
        value: C,
        place: Place,
    ) -> Result<Registration, Refused> {
        let root: Arc<dyn HealthCheck> = Arc::new(value);
        let options = root.options();
        let refused =
            |what: String| Refused(format!("the health check registered at {place}: {what}"));
        let found = leaves(&root, &options, MOST).map_err(refused)?;
        let prefix = name.or_else(|| options.name.map(str::to_owned));
        let mut entries = Vec::with_capacity(found.len());
        for leaf in found {
            let name = match (&prefix, leaf.path.as_str()) {
                (Some(prefix), "") => prefix.clone(),
                (Some(prefix), path) => format!("{prefix}/{path}"),
                (None, "") => snake_case(type_name::<C>()),
                (None, path) => path.to_owned(),
            };
            let plan = written(&name, &leaf.options, place)?;
            if plan.kind == Kind::Liveness {
                return Err(Refused(format!(
                    "the health check `{name}` registered at {place} is of the kind `liveness`, which takes a \
                     `#[health_check(liveness)]` function without parameters: what holds a client would restart \
                     the process when somebody else is down; say `readiness`"
                )));
            }
            entries.push(Arc::new(Entry::new(name, plan, place, leaf.run)));
        }
        self.register(entries)
    }

    fn register(self: &Arc<Self>, entries: Vec<Arc<Entry>>) -> Result<Registration, Refused> {
        self.add(entries.clone())?;
        Ok(Registration { checks: Arc::downgrade(self), entries })
    }
}

/// Checks of this process that were refused because there were too many.
pub(crate) fn refused() -> u64 {
    Checks::of_process().refused()
}

/// As [`plan`], of a check that the program wrote: it may not be called like one of ours.
pub(super) fn written(name: &str, options: &CheckOptions, place: Place) -> Result<Plan, Refused> {
    match RESERVED.into_iter().find(|reserved| name.starts_with(reserved)) {
        Some(reserved) => Err(Refused(format!(
            "the health check `{name}` at {place} is called like one of observant's own, whose names begin with \
             `observant/` or `watchdog/`; give it a name that does not begin with `{reserved}`, with \
             `#[health_check(name = \"..\")]`, or where it is registered with `register_as(\"..\", ..)`"
        ))),
        None => plan(name, options, place),
    }
}

/// The name and the options of a check, examined.
fn plan(name: &str, options: &CheckOptions, place: Place) -> Result<Plan, Refused> {
    let said = |what: &str| Refused(format!("the health check `{name}` at {place} {what}"));
    if !is_name(name) {
        return Err(said(
            "has a name that cannot be; it takes letters, digits, `_`, `-`, `.`, and `/` between parts, at most 128 \
             of them",
        ));
    }
    Plan::of(options).map_err(|what| said(&what))
}

/// Fit for a path and a label.
fn is_name(name: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "_-.".contains(letter);
    name.len() <= LONGEST_NAME
        && name.split('/').all(|part| !part.is_empty() && part.chars().all(fits))
}

fn twins(name: &str, one: Place, other: Place) -> String {
    format!(
        "two health checks are called `{name}`: at {one} and at {other}; give one of them another name with \
         `#[health_check(name = \"..\")]`, or where it is registered with `register_as(\"..\", ..)`"
    )
}

/// `model_server` of `crate::ModelServer<T>`.
fn snake_case(path: &str) -> String {
    let end = path.find('<').unwrap_or(path.len());
    let name = path[..end].rsplit("::").next().unwrap_or(path);
    let mut snake = String::new();
    let mut after_lower = false;
    for letter in name.chars().filter(char::is_ascii_alphanumeric) {
        if letter.is_ascii_uppercase() && after_lower {
            snake.push('_');
        }
        after_lower = !letter.is_ascii_uppercase();
        snake.push(letter.to_ascii_lowercase());
    }
    if snake.is_empty() { "check".to_owned() } else { snake }
}

/// Keeps what was registered among the checks; dropped, it takes it out.
///
/// Dropping it waits for nobody: a run under way goes on, on its thread or as a task that is aborted where it next waits,
/// and what it finds counts no more. What was registered is dropped with the last run that uses it.
///
/// A program that has it registered for good may [`forget`](std::mem::forget) it.
#[must_use = "dropping it takes the check out again; keep it as long as what it checks"]
pub struct Registration {
    checks: Weak<Checks>,
    entries: Vec<Arc<Entry>>,
}

impl Registration {
    /// What the checks are called, by which `/health/{name}` shows them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| &*entry.name)
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        if let Some(checks) = self.checks.upgrade() {
            checks.remove(&self.entries);
        }
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}
