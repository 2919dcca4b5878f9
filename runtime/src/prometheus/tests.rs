//! Registries of the crate `prometheus`, well-behaved and not, visited as a scrape visits them; and ours in theirs.
//!
//! Each test has registries of its own, so that they do not see one another.

use super::{Bridge, Collector, figures::MOST_LISTED, gather::source};
use crate::{
    registry::{self, Registered},
    snapshot::{Kind, OwnedFamily, OwnedValue, Snapshot},
    threads::Workers,
};
use ::prometheus::{
    Counter, Gauge, Histogram, HistogramOpts, IntCounter, IntCounterVec, Opts, Registry,
    core::{self, Desc},
    proto::{
        self, LabelPair, Metric, MetricFamily,
        MetricType::{self, COUNTER, GAUGE, HISTOGRAM, SUMMARY, UNTYPED},
    },
};
use std::{
    collections::HashMap,
    sync::{
        Arc, Barrier, Mutex, MutexGuard, PoisonError, atomic::AtomicU64, atomic::Ordering::Relaxed,
        mpsc,
    },
    time::{Duration, Instant},
};

const PATIENT: Duration = Duration::from_secs(60);

/// A collector that does what it is told.
struct Told<F>(F);

impl<F: Fn() -> Vec<MetricFamily> + Send + Sync> core::Collector for Told<F> {
    fn desc(&self) -> Vec<&Desc> {
        Vec::new()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        (self.0)()
    }
}

fn registry_of(collect: impl Fn() -> Vec<MetricFamily> + Send + Sync + 'static) -> Registry {
    let registry = Registry::new();
    registry.register(Box::new(Told(collect))).unwrap();
    registry
}

fn family(name: &str, kind: MetricType, metrics: Vec<Metric>) -> MetricFamily {
    let mut family = MetricFamily::default();
    family.set_name(name.to_owned());
    family.set_help("Told.".to_owned());
    family.set_field_type(kind);
    family.set_metric(metrics);
    family
}

fn labelled(labels: &[(&str, &str)]) -> Metric {
    let pairs = labels.iter().map(|(name, value)| {
        let mut pair = LabelPair::default();
        pair.set_name((*name).to_owned());
        pair.set_value((*value).to_owned());
        pair
    });
    Metric::from_label(pairs.collect())
}

fn gauge(labels: &[(&str, &str)], value: f64) -> Metric {
    let (mut metric, mut gauge) = (labelled(labels), proto::Gauge::default());
    gauge.set_value(value);
    metric.set_gauge(gauge);
    metric
}

fn counter(labels: &[(&str, &str)], value: f64) -> Metric {
    let (mut metric, mut counter) = (labelled(labels), proto::Counter::default());
    counter.set_value(value);
    metric.set_counter(counter);
    metric
}

fn histogram(labels: &[(&str, &str)], buckets: &[(f64, u64)], count: u64) -> Metric {
    let (mut metric, mut histogram) = (labelled(labels), proto::Histogram::default());
    let buckets = buckets.iter().map(|(upper, cumulative)| {
        let mut bucket = proto::Bucket::default();
        bucket.set_upper_bound(*upper);
        bucket.set_cumulative_count(*cumulative);
        bucket
    });
    histogram.set_bucket(buckets.collect());
    histogram.set_sample_count(count);
    histogram.set_sample_sum(1.5);
    metric.set_histogram(histogram);
    metric
}

fn summary(labels: &[(&str, &str)], quantiles: &[(f64, f64)]) -> Metric {
    let (mut metric, mut summary) = (labelled(labels), proto::Summary::default());
    let quantiles = quantiles.iter().map(|(quantile, value)| {
        let mut pair = proto::Quantile::default();
        pair.set_quantile(*quantile);
        pair.set_value(*value);
        pair
    });
    summary.set_quantile(quantiles.collect());
    summary.set_sample_count(3);
    summary.set_sample_sum(4.5);
    metric.set_summary(summary);
    metric
}

/// What a scrape with so much time sees.
fn visit_within(bridge: &Bridge, left: Duration) -> Snapshot {
    let mut snapshot = Snapshot::default();
    bridge.visit(&mut snapshot, &|_| true, left);
    snapshot
}

fn visit(bridge: &Bridge) -> Snapshot {
    visit_within(bridge, PATIENT)
}

fn find<'s>(snapshot: &'s Snapshot, name: &str) -> &'s OwnedFamily {
    let mut found = snapshot.families.iter().filter(|family| family.name == name);
    let family = found.next().unwrap_or_else(|| panic!("no family {name}"));
    assert!(found.next().is_none(), "{name} twice");
    family
}

/// Names, without those of ours.
fn theirs(snapshot: &Snapshot) -> Vec<&str> {
    let mut ours = Vec::new();
    registry::each_family(&mut |family| ours.push(family.name.to_owned()));
    let names = snapshot.families.iter().map(|family| family.name.as_str());
    // Those of another test may have gone between the visit and the look at what is ours.
    let of_ours =
        |name: &&str| name.starts_with("observant_prometheus_") || name.ends_with("_of_a_test");
    names.filter(|name| !of_ours(name) && !ours.iter().any(|own| own == name)).collect()
}

/// Shows the figures of a bridge in every visit, one bridge at a time.
fn register(bridge: &Bridge) -> (Registered, MutexGuard<'static, ()>) {
    static ONE: Mutex<()> = Mutex::new(());
    let one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    (bridge.register(), one)
}

/// What was left out, as `family reason times`.
fn dropped(bridge: &Bridge) -> Vec<String> {
    let status = bridge.status();
    let row = |row: &serde_json::Value| {
        let text = |key: &str| row[key].as_str().unwrap().to_owned();
        assert!(!text("advice").is_empty());
        format!("{} {} {}", text("family"), text("reason"), row["times"])
    };
    status["dropped"].as_array().unwrap().iter().map(row).collect()
}

/// A counter of those that a visit shows.
fn counted(snapshot: &Snapshot, what: &str, reason: &str) -> u64 {
    let name = format!("observant_prometheus_{what}_total");
    match snapshot.find(&name, &[("reason", reason)]).map(|series| &series.value) {
        Some(OwnedValue::Unsigned(times)) => *times,
        other => panic!("{name} {reason} is {other:?}"),
    }
}

fn failures(bridge: &Bridge) -> (u64, u64) {
    let failures = &bridge.status()["gather_failures"];
    (failures["panic"].as_u64().unwrap(), failures["timeout"].as_u64().unwrap())
}

#[test]
fn every_kind_is_among_ours_in_order() {
    let registry = Registry::new();
    let jobs = IntCounterVec::new(Opts::new("jobs_total", "Jobs."), &["queue"]).unwrap();
    jobs.with_label_values(&["slow"]).inc_by(3);
    jobs.with_label_values(&["fast"]).inc_by(4);
    let seconds = Counter::new("work_seconds", "No total.").unwrap();
    seconds.inc_by(0.5);
    let level = Gauge::new("level", "Up and down.").unwrap();
    level.set(-1.5);
    let options = HistogramOpts::new("zz_latency_seconds", "Last.").buckets(vec![0.5, 1.0]);
    let latency = Histogram::with_opts(options).unwrap();
    for seconds in [0.25, 0.75, 0.75, 8.0] {
        latency.observe(seconds);
    }
    registry.register(Box::new(jobs)).unwrap();
    registry.register(Box::new(seconds)).unwrap();
    registry.register(Box::new(level)).unwrap();
    registry.register(Box::new(latency)).unwrap();
    registry
        .register(Box::new(Told(|| {
            vec![family("pause_seconds", SUMMARY, vec![summary(&[], &[(0.5, 1.0), (0.9, 2.0)])])]
        })))
        .unwrap();

    let bridge = Bridge::new(vec![registry]);
    let snapshot = visit(&bridge);
    let names: Vec<_> = snapshot.families.iter().map(|family| &family.name).collect();
    assert!(names.is_sorted(), "{names:?}");
    assert!(names.len() > 10);
    assert_eq!(
        theirs(&snapshot),
        ["jobs_total", "level", "pause_seconds", "work_seconds", "zz_latency_seconds"]
    );
    let jobs = find(&snapshot, "jobs_total");
    assert_eq!((jobs.kind, &*jobs.help), (Kind::Counter, "Jobs."));
    let rows: Vec<_> = jobs.series.iter().map(|row| (row.label("queue"), &row.value)).collect();
    let (four, three) = (OwnedValue::Unsigned(4), OwnedValue::Unsigned(3));
    assert_eq!(rows, [(Some("fast"), &four), (Some("slow"), &three)]);
    let seconds = find(&snapshot, "work_seconds");
    assert_eq!((seconds.kind, &seconds.series[0].value), (Kind::Counter, &OwnedValue::Float(0.5)));
    let level = find(&snapshot, "level");
    assert_eq!((level.kind, &level.series[0].value), (Kind::Gauge, &OwnedValue::Float(-1.5)));
    let OwnedValue::Histogram { bounds, counts, sum } =
        &find(&snapshot, "zz_latency_seconds").series[0].value
    else {
        panic!("no histogram")
    };
    assert_eq!(bounds.iter().map(|bound| &*bound.le).collect::<Vec<_>>(), ["0.5", "1.0"]);
    assert_eq!((&**counts, sum.to_bits()), (&[1, 2, 1][..], 9.75_f64.to_bits()));
    let quantiles = vec![(0.5, 1.0), (0.9, 2.0)];
    let expected = OwnedValue::Summary { quantiles, sum: 4.5, count: 3 };
    assert_eq!(find(&snapshot, "pause_seconds").series[0].value, expected);
    assert_eq!(dropped(&bridge), [""; 0]);
    assert_eq!(failures(&bridge), (0, 0));
}

#[test]
fn whole_numbers_are_written_as_such() {
    let values = [0.0, 3.0, 1e15, 9_007_199_254_740_992.0, 0.5, -0.0, -2.0, f64::INFINITY];
    let metrics = move || {
        let metric = |(at, value): (usize, f64)| gauge(&[("at", &at.to_string())], value);
        values.into_iter().enumerate().map(metric).collect()
    };
    let bridge = Bridge::new(vec![registry_of(move || vec![family("g", GAUGE, metrics())])]);
    let snapshot = visit(&bridge);
    let read: Vec<_> = find(&snapshot, "g").series.iter().map(|row| row.value.clone()).collect();
    let (whole, float) = (OwnedValue::Unsigned, OwnedValue::Float);
    assert_eq!(
        read,
        [
            whole(0),
            whole(3),
            whole(1_000_000_000_000_000),
            float(9_007_199_254_740_992.0),
            float(0.5),
            float(-0.0),
            float(-2.0),
            float(f64::INFINITY),
        ]
    );
}

#[test]
fn ours_wins_a_clash_by_any_name() {
    let bridge = Bridge::new(vec![registry_of(|| {
        vec![
            // The same name, its stem, and a name of one of its samples.
            family("observe_calls_total", COUNTER, vec![counter(&[], 1.0)]),
            family("observe_calls", GAUGE, vec![gauge(&[], 1.0)]),
            family("observe_call_duration_seconds_count", GAUGE, vec![gauge(&[], 1.0)]),
            family("observe_function", GAUGE, vec![gauge(&[], 1.0)]),
            // A sample of theirs by the name of ours.
            family("observe_calls_in_flight", HISTOGRAM, vec![histogram(&[], &[], 1)]),
            family("observe_calls_of_theirs", GAUGE, vec![gauge(&[], 1.0)]),
        ]
    })]);
    for times in 1..=3 {
        let snapshot = visit(&bridge);
        assert_eq!(theirs(&snapshot), ["observe_calls_of_theirs"]);
        assert_eq!(
            find(&snapshot, "observe_calls_total").help,
            "Finished calls of a function, by outcome."
        );
        let listed = [
            "observe_call_duration_seconds_count",
            "observe_calls",
            "observe_calls_in_flight",
            "observe_calls_total",
            "observe_function",
        ];
        assert_eq!(dropped(&bridge), listed.map(|name| format!("{name} clash {times}")));
    }
    let _registered = register(&bridge);
    let snapshot = visit(&bridge);
    for (reason, times) in [("clash", 20), ("invalid", 0), ("untyped", 0)] {
        assert_eq!(counted(&snapshot, "dropped", reason), times);
    }
}

/// Text 0.0.4 has no objection to either; OpenMetrics has one to the counter's type.
#[test]
fn a_counter_beside_a_gauge_of_its_stem_is_of_unknown_type() {
    let bridge = Bridge::new(vec![registry_of(|| {
        vec![
            family("jobs", GAUGE, vec![gauge(&[], 2.0)]),
            family("jobs_total", COUNTER, vec![counter(&[], 7.0)]),
            family("runs_created", GAUGE, vec![gauge(&[], 1.0)]),
            family("runs_total", COUNTER, vec![counter(&[], 8.0)]),
        ]
    })]);
    let snapshot = visit(&bridge);
    for (name, value) in [("jobs_total", 7), ("runs_total", 8)] {
        let family = find(&snapshot, name);
        assert_eq!(family.kind, Kind::Unknown);
        assert_eq!(family.series[0].value, OwnedValue::Unsigned(value));
    }
    assert_eq!(find(&snapshot, "jobs").kind, Kind::Gauge);
    assert_eq!(dropped(&bridge), [""; 0]);
}

#[test]
fn equal_families_of_several_registries_are_one() {
    let part = |component: &str, level: f64| {
        let labels = HashMap::from([("component".to_owned(), component.to_owned())]);
        let registry = Registry::new_custom(None, Some(labels)).unwrap();
        let gauge = Gauge::new("level", component).unwrap();
        gauge.set(level);
        registry.register(Box::new(gauge)).unwrap();
        registry
    };
    let other = Registry::new();
    other.register(Box::new(IntCounter::new("level", "Another type.").unwrap())).unwrap();
    // In no order, and one of them twice.
    let bridge =
        Bridge::new(vec![part("b", 2.0), part("c", 3.0), part("a", 1.0), part("b", 9.0), other]);
    let snapshot = visit(&bridge);
    let level = find(&snapshot, "level");
    assert_eq!((level.kind, &*level.help), (Kind::Gauge, "b"), "the first has the better right");
    let rows: Vec<_> =
        level.series.iter().map(|row| (row.label("component"), row.value.as_f64())).collect();
    assert_eq!(rows, [(Some("a"), 1.0), (Some("b"), 2.0), (Some("c"), 3.0)]);
    assert_eq!(dropped(&bridge), ["level clash 1", "level invalid 1"]);
}

#[test]
fn what_a_scraper_would_refuse_is_left_out() {
    let bridge = Bridge::new(vec![registry_of(|| {
        let fine = || gauge(&[("a", "1")], 1.0);
        let ladder = |buckets: &[(f64, u64)], count| histogram(&[], buckets, count);
        vec![
            family("bad name", GAUGE, vec![fine()]),
            family("größe", GAUGE, vec![fine()]),
            family("0digit", GAUGE, vec![fine()]),
            family(
                "bad_label",
                GAUGE,
                vec![fine(), gauge(&[("a-b", "")], 1.0), gauge(&[("", "")], 1.0)],
            ),
            family("label_twice", GAUGE, vec![gauge(&[("a", "1"), ("a", "2")], 1.0), fine()]),
            family("its_own_name", GAUGE, vec![gauge(&[("__name__", "other")], 1.0)]),
            family("series_twice", GAUGE, vec![fine(), fine(), fine()]),
            family("negative_total", COUNTER, vec![counter(&[], -1.0)]),
            family("le", HISTOGRAM, vec![histogram(&[("le", "1")], &[], 1)]),
            family("descending_bounds", HISTOGRAM, vec![ladder(&[(2.0, 1), (1.0, 2)], 2)]),
            family("bound_twice", HISTOGRAM, vec![ladder(&[(1.0, 1), (1.0, 1)], 2)]),
            family("no_bound", HISTOGRAM, vec![ladder(&[(f64::NAN, 1)], 2)]),
            family("descending_counts", HISTOGRAM, vec![ladder(&[(1.0, 2), (2.0, 1)], 2)]),
            family("less_than_its_buckets", HISTOGRAM, vec![ladder(&[(1.0, 2)], 1)]),
            family("quantile", SUMMARY, vec![summary(&[("quantile", "1")], &[])]),
            family("no_quantile", SUMMARY, vec![summary(&[], &[(1.5, 0.0)])]),
            family("no_type", UNTYPED, vec![fine()]),
            family("nothing", GAUGE, Vec::new()),
            family("with_all_above", HISTOGRAM, vec![ladder(&[(1.0, 2), (f64::INFINITY, 5)], 5)]),
        ]
    })]);
    let snapshot = visit(&bridge);
    let shown = snapshot.families.iter().filter(|family| family.help == "Told.");
    let shown: Vec<_> = shown.map(|family| (&*family.name, family.series.len())).collect();
    let shown: Vec<_> = shown.into_iter().filter(|(_, series)| *series > 0).collect();
    assert_eq!(
        shown,
        [("bad_label", 1), ("label_twice", 1), ("series_twice", 1), ("with_all_above", 1)]
    );
    let OwnedValue::Histogram { counts, .. } = &find(&snapshot, "with_all_above").series[0].value
    else {
        panic!("no histogram")
    };
    assert_eq!(**counts, [2, 3]);
    let mut expected: Vec<_> = [
        "bad name",
        "größe",
        "0digit",
        "label_twice",
        "its_own_name",
        "negative_total",
        "le",
        "descending_bounds",
        "bound_twice",
        "no_bound",
        "descending_counts",
        "less_than_its_buckets",
        "quantile",
        "no_quantile",
    ]
    .map(|name| format!("{name} invalid 1"))
    .into();
    expected.extend(["bad_label", "series_twice"].map(|name| format!("{name} invalid 2")));
    expected.push("no_type untyped 1".to_owned());
    expected.sort();
    assert_eq!(dropped(&bridge), expected);
}

#[test]
fn the_list_of_what_was_left_out_has_an_end() {
    let bridge = Bridge::new(vec![registry_of(|| {
        let name = |number| format!("bad name {number}");
        (0..MOST_LISTED + 50)
            .map(|number| family(&name(number), GAUGE, vec![gauge(&[], 1.0)]))
            .collect()
    })]);
    let _registered = register(&bridge);
    visit(&bridge);
    assert_eq!(dropped(&bridge).len(), MOST_LISTED);
    // What is listed goes on being counted there, and the rest where all is.
    visit(&bridge);
    assert!(dropped(&bridge).iter().all(|row| row.ends_with(" invalid 2")));
    assert_eq!(counted(&visit(&bridge), "dropped", "invalid"), 3 * 150);
}

fn level(value: f64) -> Registry {
    registry_of(move || vec![family("level", GAUGE, vec![gauge(&[], value)])])
}

#[test]
fn a_collector_that_panics_costs_its_own_registry_only() {
    let panics = registry_of(|| panic!("a collector of this test panics"));
    let bridge = Bridge::new(vec![panics, level(1.0)]);
    let _registered = register(&bridge);
    for _ in 0..3 {
        let snapshot = visit(&bridge);
        assert!(snapshot.families.len() > 5, "ours are there");
        assert_eq!(find(&snapshot, "level").series.len(), 1);
    }
    assert_eq!(failures(&bridge), (3, 0));
    assert_eq!(counted(&visit(&bridge), "gather_failures", "panic"), 4);
}

#[test]
fn a_collector_that_hangs_is_done_without_until_it_ends() {
    let (end, ended) = mpsc::channel::<()>();
    let (ended, begun) = (Mutex::new(ended), Arc::new(AtomicU64::new(0)));
    let count = Arc::clone(&begun);
    let hangs = registry_of(move || {
        if count.fetch_add(1, Relaxed) == 0 {
            let _ = ended.lock().unwrap().recv();
        }
        vec![family("at_last", GAUGE, vec![gauge(&[], 1.0)])]
    });
    let bridge = Bridge::new(vec![hangs, level(1.0)]);
    let started = Instant::now();
    let snapshot = visit_within(&bridge, Duration::from_secs(4));
    let took = started.elapsed();
    assert_eq!(theirs(&snapshot), ["level"]);
    assert!((Duration::from_secs(3)..PATIENT / 2).contains(&took), "{took:?}");
    // From here on nobody waits for it, though they would have the time, and no second thread hangs.
    for _ in 0..10 {
        assert_eq!(theirs(&visit(&bridge)), ["level"]);
    }
    assert!(started.elapsed() < PATIENT / 2);
    assert_eq!((failures(&bridge), begun.load(Relaxed)), ((0, 11), 1));
    end.send(()).unwrap();
    while theirs(&visit(&bridge)) != ["at_last", "level"] {
        assert!(started.elapsed() < PATIENT, "it never came back");
    }
}

#[test]
fn those_who_come_while_it_is_gathered_share_what_it_has() {
    let (entered, open) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let begun = Arc::new(AtomicU64::new(0));
    let (enter, pass, count) = (Arc::clone(&entered), Arc::clone(&open), Arc::clone(&begun));
    let source = source(registry_of(move || {
        let name = format!("gathering_{}", count.fetch_add(1, Relaxed));
        enter.wait();
        pass.wait();
        vec![family(&name, GAUGE, vec![gauge(&[], 1.0)])]
    }));
    let workers = Workers::new("gather");
    let deadline = Instant::now() + PATIENT;
    for number in 0..2 {
        let first = source.begin(&workers);
        entered.wait();
        let second = source.begin(&workers);
        open.wait();
        let (first, second) = (first.wait(deadline).unwrap(), second.wait(deadline).unwrap());
        // One gathering, and after its end another.
        assert!(Arc::ptr_eq(&first, &second));
        assert_eq!(first[0].name(), format!("gathering_{number}"));
    }
    assert_eq!(begun.load(Relaxed), 2);
}

/// Theirs gathers ours, ours serves theirs: each sees both, once.
#[test]
fn both_ways_at_once_are_no_cycle() {
    let registry = level(1.0);
    registry.register(Box::new(Collector::new())).unwrap();
    let bridge = Bridge::new(vec![registry.clone()]);
    let _registered = register(&bridge);
    // Of all families of ours the one that has series in a program that observes nothing.
    let ours = "observant_prometheus_dropped_total";
    for _ in 0..3 {
        let snapshot = visit(&bridge);
        assert_eq!(theirs(&snapshot), ["level"]);
        assert_eq!(find(&snapshot, ours).series.len(), 3);
        let gathered = registry.gather();
        let of = |name: &str| gathered.iter().filter(|family| family.name() == name).count();
        assert_eq!((of(ours), of("level")), (1, 1));
    }
    assert_eq!(dropped(&bridge), [""; 0]);
    assert_eq!(failures(&bridge), (0, 0));
}

#[test]
fn a_registry_has_one_collector_of_ours_and_nobody_else_our_names() {
    let registry = Registry::new();
    registry.register(Box::new(Collector::new())).unwrap();
    let again = registry.register(Box::new(Collector::new())).unwrap_err();
    assert!(matches!(again, ::prometheus::Error::AlreadyReg), "{again}");
    let taken = IntCounter::new("observe_calls_total", "Mine.").unwrap();
    registry.register(Box::new(taken)).unwrap_err();
    registry.unregister(Box::new(Collector::new())).unwrap();
    assert_eq!(registry.gather().len(), 0);
}
