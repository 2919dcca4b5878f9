//! Every kind of metric, and every way of giving labels.

#![allow(clippy::float_cmp)] // Exact where they are compared.

use super::State;
use observant::{
    metric::{Counter, Gauge, Histogram},
    snapshot::{OwnedValue, Snapshot},
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    thread,
    time::Duration,
};

static WAITING: AtomicU32 = AtomicU32::new(0);
const REGION: &str = "eu";

observant::metrics! {
    /// Plain counter.
    static PLAIN: Counter = "used_plain_total";
    /// Money.
    static SPENT: Counter<{ model: Capped }> = "used_spent_usd_total";
    /// Files.
    pub(crate) static FILES: Gauge<{ state: State }> = "used_files";
    /// Two labels of one type, one by reference, one constant.
    static MOVED: Counter<{ from: State, to: State, region = REGION, zone = "a" }> = "used_moved_total";
    /// Seconds.
    static TOOK: Histogram<{ r#type: bool }> = "used_took_seconds";
    /// Items.
    static ITEMS: Histogram = "used_items", buckets = [0, 1, 2.5];
    /// Computed.
    static COMPUTED: Gauge = "used_waiting_jobs", value = || WAITING.load(Relaxed);
    /// Panics.
    static BROKEN: Gauge = "used_broken", value = broken;
    /// Told at once.
    static BUILD: Info<{ version = "1", region = REGION }> = "used_build_info";
    /// Told later.
    static NODE: Info<{ host: Capped, state: State }> = "used_node_info";
    /// Nobody ever uses it.
    #[allow(dead_code)]
    static IDLE: Counter<{ state: State, cached: bool }> = "used_idle_total";
    /// Too many combinations to be there from the start.
    #[allow(dead_code)]
    static MANY: Counter<{ a: bool, b: bool, c: bool, d: bool, e: bool, f: bool, g: bool }> = "used_many_total";
    /// Not there at all.
    #[cfg(any())]
    static ABSENT: Counter<{ kind: Nowhere }> = "used_absent_total";
}

fn broken() -> f64 {
    panic!("as told")
}

#[track_caller]
fn value(snapshot: &Snapshot, name: &str, labels: &[(&str, &str)]) -> f64 {
    let found = snapshot.find(name, labels);
    found.unwrap_or_else(|| panic!("no {name} {labels:?}")).value.as_f64()
}

fn series(snapshot: &Snapshot, name: &str) -> usize {
    let family = snapshot.families.iter().find(|family| family.name == name);
    family.map_or(0, |family| family.series.len())
}

#[test]
fn what_is_recorded_is_shown() {
    PLAIN.inc();
    PLAIN.add(4);
    let model = String::from("small");
    SPENT.with(&*model).add_f64(0.25);
    SPENT.with(SpentLabels { model: "large" }).add_f64(2.0);
    FILES.with(State::Indexed).set(7.0);
    FILES.with(State::Missing).dec();
    MOVED.with(MovedLabels { from: State::Indexed, to: State::Missing }).inc();
    TOOK.with(true).record(0.3);
    assert_eq!(TOOK.with(true).time(|| 7), 7);
    let timer = TOOK.with(false).start();
    thread::sleep(Duration::from_millis(20));
    drop(timer);
    TOOK.with(false).start().discard();
    for value in [0.0, 1.0, 2.0, 3.0] {
        ITEMS.record(value);
    }
    WAITING.store(12, Relaxed);
    NODE.show(NodeLabels { host: "one", state: State::Missing });

    let shown = observant::snapshot();
    assert_eq!(value(&shown, "used_plain_total", &[]), 5.0);
    assert_eq!(value(&shown, "used_spent_usd_total", &[("model", "small")]), 0.25);
    assert_eq!(value(&shown, "used_spent_usd_total", &[("model", "large")]), 2.0);
    assert_eq!(value(&shown, "used_files", &[("state", "Indexed")]), 7.0);
    assert_eq!(value(&shown, "used_files", &[("state", "lost")]), -1.0);
    let moved = [("from", "Indexed"), ("to", "lost"), ("region", "eu"), ("zone", "a")];
    assert_eq!(value(&shown, "used_moved_total", &moved), 1.0);
    assert_eq!(series(&shown, "used_moved_total"), 4);
    assert_eq!(value(&shown, "used_took_seconds", &[("type", "true")]), 2.0);
    let OwnedValue::Histogram { sum, counts, .. } =
        &shown.find("used_took_seconds", &[("type", "false")]).unwrap().value
    else {
        panic!("no histogram");
    };
    assert_eq!(counts.iter().sum::<u64>(), 1);
    assert!((0.02..5.0).contains(sum), "{sum}");
    let OwnedValue::Histogram { sum, counts, bounds } =
        &shown.find("used_items", &[]).unwrap().value
    else {
        panic!("no histogram");
    };
    assert_eq!((counts.as_slice(), *sum), ([1, 1, 1, 1].as_slice(), 6.0));
    assert_eq!(bounds.iter().map(|bound| bound.upper).collect::<Vec<_>>(), [0.0, 1.0, 2.5]);
    assert_eq!(value(&shown, "used_waiting_jobs", &[]), 12.0);
    assert_eq!(value(&shown, "used_node_info", &[("host", "one"), ("state", "lost")]), 1.0);
}

#[test]
fn what_is_bounded_is_there_before_it_is_used() {
    let shown = observant::snapshot();
    assert_eq!(series(&shown, "used_idle_total"), 4);
    assert_eq!(shown.sum("used_idle_total", &[]), 0.0);
    assert!(shown.find("used_idle_total", &[("state", "lost"), ("cached", "true")]).is_some());
    assert_eq!(value(&shown, "used_build_info", &[("version", "1"), ("region", "eu")]), 1.0);
    assert_eq!(series(&shown, "used_many_total"), 0);
    assert!(shown.families.iter().any(|family| family.name == "used_many_total"));
    assert!(shown.families.iter().all(|family| family.name != "used_absent_total"));
}

#[test]
fn a_function_that_panics_leaves_the_rest() {
    let look = || catch_unwind(AssertUnwindSafe(observant::snapshot)).expect("the panic is caught");
    for shown in [look(), look()] {
        assert_eq!(series(&shown, "used_broken"), 0);
        assert_eq!(series(&shown, "used_build_info"), 1);
    }
}

#[test]
fn handles_are_kept_and_sent() {
    fn sent<T: Copy + Send + Sync + 'static>(_: T) {}
    let counter: Counter = SPENT.with("kept");
    let gauge: Gauge = FILES.with(State::Missing);
    let histogram: Histogram = *ITEMS;
    sent(counter);
    sent(gauge);
    sent(histogram);
    thread::spawn(move || counter.add(3)).join().unwrap();
    assert_eq!(observant::snapshot().sum("used_spent_usd_total", &[("model", "kept")]), 3.0);
}

#[test]
fn units_and_help_are_those_of_name_and_comment() {
    let shown = observant::snapshot();
    let family = |name: &str| {
        let family = shown.families.iter().find(|family| family.name == name).unwrap();
        (family.help.clone(), family.unit.clone())
    };
    let with = |help: &str, unit: Option<&str>| (help.to_owned(), unit.map(str::to_owned));
    assert_eq!(family("used_took_seconds"), with("Seconds.", Some("seconds")));
    assert_eq!(family("used_spent_usd_total"), with("Money.", Some("usd")));
    assert_eq!(family("used_files"), with("Files.", None));
}
