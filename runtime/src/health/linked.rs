//! The checks that `#[health_check]` put into the program at link time, like every observed function.

use super::{
    checks::{Checks, Refused, written},
    entry::{Entry, Place},
    home::Home,
    leaves::{Run, Running},
    options::CheckOptions,
    verdict::Verdict,
};
pub use observant_link::inventory;
use std::{future::Future, pin::Pin, sync::Arc};

/// A function that is a check.
#[derive(Debug)]
pub struct LinkedCheck {
    name: &'static str,
    file: &'static str,
    line: u32,
    options: CheckOptions,
    run: LinkedRun,
}

/// An async check that runs.
pub type RunningCheck = Pin<Box<dyn Future<Output = Verdict> + Send>>;

/// How it is called.
#[derive(Debug)]
pub enum LinkedRun {
    /// On a thread where it may block.
    Blocking(fn() -> Verdict),
    /// On a runtime.
    Future(fn() -> RunningCheck),
}

impl LinkedCheck {
    /// One function.
    pub const fn new(
        name: &'static str,
        (file, line): (&'static str, u32),
        options: CheckOptions,
        run: LinkedRun,
    ) -> Self {
        Self { name, file, line, options, run }
    }
}

#[cfg(not(feature = "off"))]
inventory::collect!(LinkedCheck);

/// Adds all that were linked in to `checks`; those that are there stay.
///
/// # Errors
///
/// When two are named alike, one like a check of ours, or there are too many.
pub(crate) fn enter(checks: &Checks) -> Result<(), Refused> {
    let (known, home) = (checks.all(), Home::here());
    known.iter().for_each(|entry| entry.settle(&home, false));
    let mut entries = Vec::new();
    for check in linked() {
        let place = Place { file: check.file, line: check.line };
        let same = |entry: &Arc<Entry>| &*entry.name == check.name && entry.place == place;
        if let Some(entry) = known.iter().find(|entry| same(entry)) {
            entry.settle(&home, true);
            continue;
        }
        entries.push(Arc::new(made(check, place)?));
    }
    // Of two with one name the message is the same in every build.
    entries.sort_by_key(|entry| (entry.place.file, entry.place.line));
    checks.add(entries)
}

fn made(check: &LinkedCheck, place: Place) -> Result<Entry, Refused> {
    let plan = written(check.name, &check.options, place)?;
    let run = match check.run {
        LinkedRun::Blocking(run) => Run::Blocking(Arc::new(run)),
        LinkedRun::Future(run) => {
            let run: Arc<dyn Fn() -> Running + Send + Sync> = Arc::new(run);
            Run::Future(run)
        }
    };
    Ok(Entry::new(check.name.to_owned(), plan, place, run))
}

#[cfg(not(feature = "off"))]
fn linked() -> impl Iterator<Item = &'static LinkedCheck> {
    inventory::iter::<LinkedCheck>()
}

#[cfg(feature = "off")]
fn linked() -> impl Iterator<Item = &'static LinkedCheck> {
    std::iter::empty()
}

/// Has the platform register a check before `main`.
#[doc(hidden)]
#[macro_export]
macro_rules! __observant_submit_check {
    ($check:expr) => {
        $crate::health::inventory::submit! { $check }
    };
}

/// Evaluates what it would register, and forgets it.
#[doc(hidden)]
#[macro_export]
macro_rules! __observant_drop_check {
    ($check:expr) => {
        const _: $crate::health::LinkedCheck = $check;
    };
}

#[cfg(feature = "off")]
pub use __observant_drop_check as submit_check;
#[cfg(not(feature = "off"))]
pub use __observant_submit_check as submit_check;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::health::{Kind, Severity, Status};

    const LINE: u32 = line!() + 1;
    #[observant_macros::health_check(informational, name = "linked/one", crate = crate)]
    fn one() -> Result<(), std::fmt::Error> {
        Err(std::fmt::Error)
    }

    #[observant_macros::health_check(informational, name = "linked/other", crate = crate)]
    async fn other() {
        std::future::ready(()).await;
    }

    #[test]
    fn annotated_functions_are_there_and_under_off_they_are_not() {
        let checks = Checks::default();
        enter(&checks).unwrap();
        // Once more adds nothing.
        enter(&checks).unwrap();
        let all = checks.all();
        let names: Vec<_> = all.iter().map(|entry| &*entry.name).collect();
        if cfg!(feature = "off") {
            assert_eq!(names, [""; 0]);
            return;
        }
        assert_eq!(names, ["linked/one", "linked/other"]);
        let entry = &all[0];
        assert_eq!((entry.place.file, entry.place.line), (file!(), LINE));
        assert_eq!((entry.plan.kind, entry.plan.severity), (Kind::Informational, Severity::Info));
        let Run::Blocking(run) = &entry.run else { panic!("it blocks") };
        assert_eq!(run().status(), Status::Fail);
        assert!(matches!(all[1].run, Run::Future(_)));
        assert!(one().is_err());
        drop(other());
    }

    /// In its place the watchdog would look at nothing, and nobody would know.
    #[test]
    fn none_is_called_like_ours() {
        let place = Place { file: "src/checks.rs", line: 7 };
        for (name, taken) in [
            ("watchdog/runtime", true),
            ("observant/slo", true),
            ("watchdog", false),
            ("slo", false),
        ] {
            let run = LinkedRun::Blocking(Verdict::pass);
            let check = LinkedCheck::new(name, (place.file, place.line), CheckOptions::new(), run);
            let refused = made(&check, place).err().map(|Refused(message)| message);
            assert_eq!(refused.is_some(), taken, "{name}");
            let says = |message: String| {
                ["src/checks.rs:7", name, "`observant/` or `watchdog/`", "name = "]
                    .iter()
                    .all(|part| message.contains(part))
            };
            assert!(refused.is_none_or(says), "{name}");
        }
    }
}
