//! Families against what was recorded: values, bounds, threads.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::float_cmp
)] // Small whole numbers.

use super::{Counters, Description, Gauges, Histograms, MOST_VALUES, Shown, most_series};
use crate::snapshot::{Exemplar, OwnedValue, Snapshot, Visitor};
use std::{
    sync::{
        Barrier,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
};

/// What a scrape would show of a family.
fn shown(family: &'static dyn Shown) -> Snapshot {
    let mut snapshot = Snapshot::default();
    snapshot.family(&family.family());
    family.series(&mut snapshot);
    snapshot
}

fn count(family: &'static dyn Shown, labels: &[(&str, &str)]) -> f64 {
    shown(family).sum(family.family().name, labels)
}

const PLAIN: Description =
    Description { name: "plain_total", help: "Plain.", unit: None, labels: &[], bounds: &[] };

#[test]
fn counters_add_up_whole_numbers_and_floats() {
    static WHOLE: Counters = Counters::new(&PLAIN);
    static SPENT: Counters = Counters::new(&Description { name: "spent_usd_total", ..PLAIN });
    WHOLE.with(&[]).inc();
    WHOLE.with(&[]).add(41);
    assert_eq!(shown(&WHOLE).find("plain_total", &[]).unwrap().value, OwnedValue::Unsigned(42));
    let spent = SPENT.with(&[]);
    for more in [0.25, 1.5, -1.0, f64::NAN, f64::INFINITY] {
        spent.add_f64(more);
    }
    assert_eq!(shown(&SPENT).find("spent_usd_total", &[]).unwrap().value, OwnedValue::Float(1.75));
}

#[test]
fn gauges_are_set_and_moved() {
    static WAITING: Gauges =
        Gauges::new(&Description { name: "waiting", labels: &["queue"], ..PLAIN });
    let slow = WAITING.with(&["slow"]);
    slow.set(3.0);
    slow.add(-1.5);
    WAITING.with(&["fast"]).add(1.0);
    assert_eq!(count(&WAITING, &[("queue", "slow")]), 1.5);
    assert_eq!(count(&WAITING, &[("queue", "fast")]), 1.0);
}

#[test]
fn histograms_count_up_to_and_with_each_bound() {
    static SIZES: Histograms =
        Histograms::new(&Description { name: "sizes", bounds: &[1.0, 4.0, 16.0], ..PLAIN });
    let sizes = SIZES.with(&[]);
    for value in [0.0, 1.0, 1.5, 4.0, 16.0, 16.5, 1e9, f64::NAN, f64::INFINITY] {
        sizes.record(value);
    }
    let shown = shown(&SIZES);
    let OwnedValue::Histogram { bounds, counts, sum } = &shown.find("sizes", &[]).unwrap().value
    else {
        panic!("{shown:?}");
    };
    assert_eq!(bounds.iter().map(|bound| &*bound.le).collect::<Vec<_>>(), ["1.0", "4.0", "16.0"]);
    assert_eq!(*counts, [2, 2, 1, 2]);
    assert_eq!(*sum, 1e9 + 39.0);
}

#[test]
fn series_are_told_apart_by_every_value_and_shown_in_order() {
    static CALLS: Counters =
        Counters::new(&Description { name: "calls_total", labels: &["model", "kind"], ..PLAIN });
    for (n, values) in [["b", "x"], ["a", "y"], ["b", ""], ["", "x"], ["a", "x"]].iter().enumerate()
    {
        let run_time = values.map(str::to_owned);
        CALLS.with(&run_time.each_ref().map(String::as_str)).add(n as u64 + 1);
    }
    let shown = shown(&CALLS);
    let series: Vec<_> = shown.families[0]
        .series
        .iter()
        .map(|series| {
            let labels: Vec<_> = series.labels.iter().map(|(k, v)| format!("{k}={v}")).collect();
            (labels.join(","), series.value.as_f64())
        })
        .collect();
    let wanted = [
        ("kind=x", 4.0),
        ("model=a,kind=x", 5.0),
        ("model=a,kind=y", 2.0),
        ("model=b", 3.0),
        ("model=b,kind=x", 1.0),
    ];
    assert_eq!(series, wanted.map(|(labels, value)| (labels.to_owned(), value)));
}

#[test]
fn values_past_the_bound_are_other_and_counted() {
    static CALLS: Counters =
        Counters::new(&Description { name: "capped_total", labels: &["user", "kind"], ..PLAIN });
    for n in 0..10_000 {
        CALLS.with(&[&n.to_string(), "x"]).inc();
    }
    CALLS.with(&["0", "x"]).inc();
    let shown = shown(&CALLS);
    assert_eq!(shown.families[0].series.len(), MOST_VALUES + 1);
    let other = [("user", "_OTHER"), ("kind", "x")];
    assert_eq!(shown.sum("capped_total", &other), 10_000.0 - MOST_VALUES as f64);
    assert_eq!(shown.sum("capped_total", &[("user", "0")]), 2.0);
    assert_eq!(shown.sum("capped_total", &[]), 10_001.0);
    assert_eq!(CALLS.refused(), Some(10_000 - MOST_VALUES as u64));
    let held = CALLS.with(&["_OTHER", "x"]);
    held.inc();
    assert_eq!(CALLS.refused(), Some(10_000 - MOST_VALUES as u64), "it was asked for");
}

#[test]
fn series_past_the_bound_are_other_and_counted() {
    static CALLS: Counters =
        Counters::new(&Description { name: "series_total", labels: &["a", "b"], ..PLAIN });
    for n in 0..100 {
        for m in 0..100 {
            CALLS.with(&[&n.to_string(), &m.to_string()]).inc();
        }
    }
    let most = most_series();
    let shown = shown(&CALLS);
    assert_eq!(shown.families[0].series.len(), most + 1);
    let other = [("a", "_OTHER"), ("b", "_OTHER")];
    assert_eq!(shown.sum("series_total", &other), 10_000.0 - most as f64);
    assert_eq!(CALLS.refused(), Some(10_000 - most as u64));
    assert_eq!(shown.sum("series_total", &[]), 10_000.0);
}

#[test]
fn threads_that_end_leave_what_they_added() {
    static ADDED: Counters =
        Counters::new(&Description { name: "added_total", labels: &["of"], ..PLAIN });
    static SEEN: Histograms =
        Histograms::new(&Description { name: "seen", bounds: &[0.5], ..PLAIN });
    const THREADS: usize = 8;
    let barrier = Barrier::new(THREADS);
    for _ in 0..3 {
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    barrier.wait();
                    for n in 0..1_000 {
                        ADDED.with(&[&(n % 40).to_string()]).inc();
                        ADDED.with(&["floats"]).add_f64(0.1);
                        SEEN.with(&[]).record(f64::from(n % 2));
                    }
                });
            }
        });
    }
    let all = (3 * THREADS * 1_000) as f64;
    for n in 0..40 {
        assert_eq!(count(&ADDED, &[("of", &n.to_string())]), all / 40.0);
    }
    assert!((count(&ADDED, &[("of", "floats")]) - all / 10.0).abs() < 1e-6);
    let shown = shown(&SEEN);
    let OwnedValue::Histogram { counts, sum, .. } = &shown.find("seen", &[]).unwrap().value else {
        panic!("{shown:?}");
    };
    assert_eq!((counts.as_slice(), *sum), ([(all / 2.0) as u64; 2].as_slice(), all / 2.0));
}

#[test]
fn a_bucket_shows_its_last_sampled_observation() {
    struct Wants(Vec<Option<Exemplar>>);
    impl Visitor for Wants {
        fn wants_exemplars(&self) -> bool {
            true
        }
        fn family(&mut self, _: &crate::snapshot::Family<'_>) {}
        fn series(&mut self, _: &[(&str, &str)], value: &crate::snapshot::Value<'_>) {
            let crate::snapshot::Value::Histogram(histogram) = value else { panic!("{value:?}") };
            self.0 = histogram.exemplars.to_vec();
        }
    }
    static SEEN: Histograms =
        Histograms::new(&Description { name: "traced", bounds: &[0.5], ..PLAIN });
    let look = || {
        let mut wants = Wants(Vec::new());
        Shown::series(&SEEN, &mut wants);
        wants.0
    };
    let at = |unix_nanos| Exemplar { trace_id: 7, span_id: 9, value: 0.0, unix_nanos };
    SEEN.with(&[]).record(0.25);
    assert!(look().is_empty());
    for (value, unix_nanos) in [(0.25, 5), (0.125, 4), (0.5, 6)] {
        SEEN.with(&[]).exemplify(Exemplar { value, ..at(unix_nanos) });
    }
    assert_eq!(look(), [Some(Exemplar { value: 0.5, ..at(6) }), None]);
}

#[test]
fn a_family_shows_from_its_first_series_on_or_when_entered() {
    static USED: Counters = Counters::new(&Description { name: "test_used_total", ..PLAIN });
    static ASKED: Counters = Counters::new(&Description { name: "test_asked_total", ..PLAIN });
    let visited = || {
        let mut names: Vec<_> =
            crate::snapshot().families.into_iter().map(|family| family.name).collect();
        assert!(names.is_sorted());
        names.retain(|name| name.starts_with("test_used") || name.starts_with("test_asked"));
        names
    };
    assert_eq!(visited(), [""; 0]);
    ASKED.enter();
    ASKED.enter();
    USED.with(&[]).inc();
    assert_eq!(visited(), ["test_asked_total", "test_used_total"]);
}

/// The bounds as a few lines of plain maps.
#[derive(Default)]
struct Model {
    values: [std::collections::HashSet<String>; 2],
    series: std::collections::BTreeMap<[String; 2], u64>,
    refused: u64,
}

impl Model {
    fn add(&mut self, values: [&str; 2]) {
        let mut refused = false;
        let key = [0, 1].map(|label| {
            let (known, value) = (&mut self.values[label], values[label]);
            if value.is_empty() || value == "_OTHER" || known.contains(value) {
                return value.to_owned();
            }
            if known.len() < MOST_VALUES {
                known.insert(value.to_owned());
                return value.to_owned();
            }
            refused = true;
            "_OTHER".to_owned()
        });
        let past = ["_OTHER".to_owned(), "_OTHER".to_owned()];
        let admitted =
            self.series.len() - usize::from(self.full() && self.series.contains_key(&past));
        let key = if self.series.contains_key(&key) || admitted < most_series() {
            key
        } else {
            refused |= key != past;
            past
        };
        *self.series.entry(key).or_default() += 1;
        self.refused += u64::from(refused);
    }

    /// The bound was reached before what stands for all past it.
    fn full(&self) -> bool {
        self.series.len() > most_series()
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(if cfg!(miri) { 1 } else { 8 }))]
    #[test]
    fn bounds_hold_whatever_comes(
        seeds in proptest::collection::vec((0_u32..400, 0_u32..60), 1..6_000),
    ) {
        // Families stay for ever, and other tests look at all there are: each has its name.
        static CASES: AtomicU64 = AtomicU64::new(0);
        let name = format!("any_{}_total", CASES.fetch_add(1, Relaxed));
        let description: &'static Description = Box::leak(Box::new(Description {
            name: Box::leak(name.into_boxed_str()),
            labels: &["a", "b"],
            ..PLAIN
        }));
        let family: &'static Counters = Box::leak(Box::new(Counters::new(description)));
        let mut model = Model::default();
        for (one, other) in seeds {
            let text = |n: u32| match n {
                0 => String::new(),
                1 => "_OTHER".to_owned(),
                n => "x".repeat(n as usize % 30) + &n.to_string(),
            };
            let (one, other) = (text(one), text(other));
            family.with(&[&one, &other]).inc();
            model.add([&one, &other]);
        }
        let shown = shown(family);
        let counted: std::collections::BTreeMap<[String; 2], u64> = shown.families[0]
            .series
            .iter()
            .map(|series| {
                let value = |label| series.label(label).unwrap_or_default().to_owned();
                ([value("a"), value("b")], series.value.as_f64() as u64)
            })
            .collect();
        proptest::prop_assert_eq!(counted, model.series);
        proptest::prop_assert_eq!(family.refused(), Some(model.refused));
    }
}
