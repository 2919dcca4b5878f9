//! Checks as an engine runs them: those that hang, panic, flap, come and go.

mod ends;
mod hook;
mod many;
mod set;

use super::{
    Check, CheckOptions, HealthCheck, Hooked, Status, Verdict,
    checks::{Checks, Registration},
    engine::Engine,
    entry::{Ended, Entry, Place},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::{Duration, Instant},
};

const HERE: Place = Place { file: "tests.rs", line: 1 };

/// So short that it runs all the time.
const OFTEN: CheckOptions = CheckOptions::new()
    .interval(Duration::from_millis(1))
    .timeout(Duration::from_secs(60))
    .fail_after(1)
    .pass_after(1);

/// A check of the test's making.
struct Made<F> {
    options: CheckOptions,
    check: F,
}

impl<F: Fn() -> Check<'static> + Send + Sync> HealthCheck for Made<F> {
    fn check(&self) -> Check<'_> {
        (self.check)()
    }

    fn options(&self) -> CheckOptions {
        self.options
    }
}

fn made<F: Fn() -> Check<'static> + Send + Sync>(options: CheckOptions, check: F) -> Made<F> {
    Made { options, check }
}

fn engine() -> (Arc<Checks>, Arc<Engine>) {
    let checks = Arc::new(Checks::default());
    let engine = Engine::start(Arc::clone(&checks), Hooked::default()).unwrap();
    (checks, engine)
}

fn add<C: HealthCheck + 'static>(checks: &Arc<Checks>, name: &str, check: C) -> Registration {
    checks.add_value(Some(name.to_owned()), check, HERE).unwrap()
}

fn find(checks: &Checks, name: &str) -> Arc<Entry> {
    checks.all().iter().find(|entry| &*entry.name == name).cloned().unwrap()
}

fn status(entry: &Entry) -> (Status, &'static str) {
    let glance = entry.glance(Instant::now());
    (glance.status, glance.reason)
}

fn runs(entry: &Entry, ended: Ended) -> u64 {
    entry.look(|known| known.runs[ended as usize])
}

/// Waits for `is_so`, for longer than any machine should take.
#[track_caller]
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(120), "{what}");
        thread::sleep(Duration::from_millis(1));
    }
}

/// Counts how often something was done.
#[derive(Clone, Default)]
struct Count(Arc<AtomicUsize>);

impl Count {
    fn one_more(&self) -> usize {
        self.0.fetch_add(1, SeqCst) + 1
    }

    fn get(&self) -> usize {
        self.0.load(SeqCst)
    }
}
