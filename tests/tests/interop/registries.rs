//! Registries of the crate `prometheus` served beside ours, read by strict readers and by a real Prometheus; and ours
//! in theirs.

use super::{family, get, load, observant, scrape};
use observant_tests::{
    parse::{Dialect, Family, is_of_the_machine},
    prometheus::{Prometheus, promtool_check},
};
use prometheus::{
    Gauge, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, Registry,
    core::{Collector, Desc},
    proto::MetricFamily,
};
use serde_json::Value as Json;
use std::{
    collections::{BTreeMap, HashMap},
    io::Write as _,
    process::{Command, Stdio},
    sync::{
        LazyLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicU8, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

/// A label value that a sloppy writer would end the document with.
const HOSTILE: &str = "\\ \" \n# EOF\n} 1 é 🦀";

/// What users put into the default registry, by way of the crate's own macros and types.
pub(crate) fn fill_default() {
    let jobs = prometheus::register_int_counter_vec!(
        "mine_jobs_total",
        "Jobs \"done\".\nAll.",
        &["queue"]
    );
    let jobs: IntCounterVec = jobs.unwrap();
    jobs.with_label_values(&["fast"]).inc_by(4);
    jobs.with_label_values(&[HOSTILE]).inc_by(3);
    let bytes: IntCounter = prometheus::register_int_counter!("mine_bytes", "No total.").unwrap();
    bytes.inc_by(1_000_001);
    let options =
        HistogramOpts::new("mine_latency_seconds", "Latency.").buckets(vec![0.005, 1.0, 2e6]);
    let latency = HistogramVec::new(options, &["path"]).unwrap();
    prometheus::register(Box::new(latency.clone())).unwrap();
    for seconds in [0.001, 0.5, 0.5, 3e6] {
        latency.with_label_values(&["/a"]).observe(seconds);
    }
    latency.with_label_values(&["/b"]).observe(0.25);
    let clash = IntCounter::new("observe_calls_total", "Not ours.").unwrap();
    prometheus::register(Box::new(clash)).unwrap();
    // And both ways at once; by itself ours would be refused, now that a name of it is taken.
    let ours = observant::prometheus::Collector::new;
    prometheus::register(Box::new(ours())).unwrap_err();
    prometheus::register(Box::new(Beside(ours()))).unwrap();
}

/// A collector of ours that claims no names.
struct Beside(observant::prometheus::Collector);

impl Collector for Beside {
    fn desc(&self) -> Vec<&Desc> {
        Vec::new()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        self.0.collect()
    }
}

/// Two registries with one family, as components have them, and one that misbehaves when told to.
pub(crate) fn added() -> Vec<Registry> {
    let component = |name: &str, level: f64| {
        let labels = HashMap::from([("component".to_owned(), name.to_owned())]);
        let registry = Registry::new_custom(Some("app".to_owned()), Some(labels)).unwrap();
        let gauge = Gauge::new("level", "Level.").unwrap();
        gauge.set(level);
        registry.register(Box::new(gauge)).unwrap();
        registry
    };
    let misbehaving = Registry::new();
    misbehaving.register(Box::new(Misbehaving)).unwrap();
    vec![component("b", 2.5), component("a", -1.0), misbehaving]
}

const FINE: u8 = 0;
const PANICS: u8 = 1;
const HANGS: u8 = 2;
static MANNERS: AtomicU8 = AtomicU8::new(FINE);

/// What misbehaves takes its time from whoever scrapes meanwhile.
static TURN: RwLock<()> = RwLock::new(());

fn alone() -> RwLockWriteGuard<'static, ()> {
    TURN.write().unwrap_or_else(PoisonError::into_inner)
}

fn beside_others() -> RwLockReadGuard<'static, ()> {
    TURN.read().unwrap_or_else(PoisonError::into_inner)
}

struct Misbehaving;

impl Collector for Misbehaving {
    fn desc(&self) -> Vec<&Desc> {
        Vec::new()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        static THERE: LazyLock<IntGauge> =
            LazyLock::new(|| IntGauge::new("mine_there", "There.").unwrap());
        assert!(MANNERS.load(Relaxed) != PANICS, "a collector of this test panics");
        while MANNERS.load(Relaxed) == HANGS {
            thread::sleep(Duration::from_millis(1));
        }
        THERE.collect()
    }
}

/// Names of families that are neither ours nor about us.
fn theirs(families: &[Family]) -> Vec<&str> {
    let names = families.iter().map(|family| &*family.name);
    let ours = |name: &str| {
        name.starts_with("observe_") || name.starts_with("observant_") || is_of_the_machine(name)
    };
    names.filter(|name| !ours(name)).collect()
}

#[test]
fn they_are_sorted_in_in_both_text_formats() {
    let _turn = beside_others();
    for dialect in [Dialect::Text, Dialect::OpenMetrics] {
        let families = scrape(dialect);
        let open_metrics = dialect == Dialect::OpenMetrics;
        let jobs = if open_metrics { "mine_jobs" } else { "mine_jobs_total" };
        let shown: Vec<_> =
            theirs(&families).into_iter().filter(|name| *name != "mine_there").collect();
        assert_eq!(shown, ["app_level", "mine_bytes", jobs, "mine_latency_seconds"]);
        if !open_metrics {
            assert!(families.iter().map(|family| &family.name).is_sorted());
        }
        let jobs = family(&families, jobs);
        assert_eq!((&*jobs.kind, &*jobs.help), ("counter", "Jobs \"done\".\nAll."));
        let rows: Vec<_> =
            jobs.samples.iter().map(|s| (s.label("queue").unwrap(), &*s.text)).collect();
        assert_eq!(rows, [(HOSTILE, "3"), ("fast", "4")]);
        // All counters of OpenMetrics end in `_total`.
        let bytes = family(&families, "mine_bytes");
        assert_eq!(bytes.kind, if open_metrics { "unknown" } else { "counter" });
        assert_eq!(bytes.samples[0].text, "1000001");
        let level = family(&families, "app_level");
        let rows: Vec<_> = level.samples.iter().map(|s| (s.label("component"), &*s.text)).collect();
        assert_eq!(rows, [(Some("a"), "-1.0"), (Some("b"), "2.5")]);
        let latency = family(&families, "mine_latency_seconds");
        let buckets = latency
            .samples
            .iter()
            .filter(|s| s.name.ends_with("_bucket") && s.label("path") == Some("/a"));
        let buckets: Vec<_> = buckets.map(|s| (s.label("le").unwrap(), &*s.text)).collect();
        assert_eq!(buckets, [("0.005", "1"), ("1.0", "3"), ("2e+06", "3"), ("+Inf", "4")]);
    }
}

/// Ours once, by our own help text, though a registry of theirs has them too.
#[test]
fn ours_wins_a_clash_and_status_says_so() {
    let _turn = beside_others();
    let families = scrape(Dialect::Text);
    let calls = family(&families, "observe_calls_total");
    assert_eq!(calls.help, "Finished calls of a function, by outcome.");
    assert!(calls.samples.iter().all(|sample| sample.label("function") == Some("load")));
    let status: Json = serde_json::from_slice(&get("/status", &[]).body).unwrap();
    let section = &status["prometheus"];
    assert_eq!(section["registries"], 4);
    let dropped = section["dropped"].as_array().unwrap();
    assert_eq!(dropped.len(), 1, "{dropped:?}");
    assert_eq!(
        (&dropped[0]["family"], &dropped[0]["reason"]),
        (&"observe_calls_total".into(), &"clash".into())
    );
    let counted =
        family(&scrape(Dialect::Text), "observant_prometheus_dropped_total").samples[0].clone();
    assert_eq!(counted.label("reason"), Some("clash"));
    assert!(counted.value() >= 1.0);
}

#[test]
fn the_filter_holds_for_them_too() {
    let _turn = beside_others();
    let response =
        get("/metrics?name[]=mine_bytes&name[]=mine_latency_seconds_sum&name[]=observe_calls", &[]);
    let families = observant_tests::parse::parse(response.text(), Dialect::Text).unwrap();
    let names: Vec<_> = families.iter().map(|family| &*family.name).collect();
    assert_eq!(names, ["mine_bytes", "mine_latency_seconds", "observe_calls_total"]);
}

#[test]
fn promtool_reads_the_whole_document() {
    let _turn = beside_others();
    let document = get("/metrics", &[]);
    // It finds fault with names, which are the user's.
    if let Some(Err(said)) = promtool_check(document.text()) {
        for line in said.lines() {
            assert!(
                line.starts_with("mine_bytes counter metrics should have \"_total\" suffix"),
                "{said}"
            );
        }
    }
}

#[test]
fn the_reference_parsers_read_the_whole_document() {
    const SCRIPT: &str = "
import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as text
parser = open_metrics if sys.argv[1] == 'open' else text
print(sorted(family.name for family in parser(sys.stdin.read()) if family.name.startswith('mine_')))
";
    let _turn = beside_others();
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let there = Command::new(&python)
        .args(["-c", "import prometheus_client.openmetrics.parser"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !there {
        let message = "SKIPPED: no Python with `prometheus_client`; pip install prometheus_client, or set PYTHON";
        assert!(std::env::var_os("CI").is_none(), "{message}");
        eprintln!("{message}");
        return;
    }
    for (which, headers) in [("text", &[][..]), ("open", &[super::OPEN_METRICS])] {
        let mut child = Command::new(&python)
            .args(["-c", SCRIPT, which])
            .env("PYTHONIOENCODING", "utf-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(&get("/metrics", headers).body).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{which}: the parser refused the document");
        let read = String::from_utf8(output.stdout).unwrap();
        for name in ["mine_bytes", "mine_jobs", "mine_latency_seconds"] {
            assert!(read.contains(&format!("'{name}'")), "{which}: {read}");
        }
    }
}

/// By way of OpenMetrics, and by way of protobuf.
#[test]
fn a_real_prometheus_stores_them_from_either_format() {
    let _turn = beside_others();
    let address = observant().local_addr().unwrap();
    for start in [Prometheus::scraping, Prometheus::scraping_native] {
        let Some(prometheus) = start(&[address]) else { return };
        assert_eq!(prometheus.scraped()[0]["lastError"], "");
        prometheus.query_until_found("mine_bytes");
        for (query, value) in [
            ("mine_bytes", "1000001"),
            ("mine_jobs_total{queue='fast'}", "4"),
            ("sum(mine_jobs_total)", "7"),
            ("app_level{component='b'}", "2.5"),
            ("sum(mine_latency_seconds_count)", "5"),
            ("mine_latency_seconds_bucket{path='/a',le='1.0'}", "3"),
            ("count(count by (function) (observe_calls_total))", "1"),
        ] {
            let found = prometheus.query(query);
            assert_eq!(found.len(), 1, "{query}: {found:?}");
            assert_eq!(found[0]["value"][1], value, "{query}");
        }
        let hostile = prometheus.query("mine_jobs_total == 3");
        assert_eq!(hostile[0]["metric"]["queue"], HOSTILE);
    }
}

/// One test, since what misbehaves is shared.
#[test]
fn what_misbehaves_is_done_without() {
    let _turn = alone();
    let there = || theirs(&scrape(Dialect::Text)).contains(&"mine_there");
    let failures = |reason: &str| {
        let families = scrape(Dialect::Text);
        let samples = &family(&families, "observant_prometheus_gather_failures_total").samples;
        samples.iter().find(|sample| sample.label("reason") == Some(reason)).unwrap().value()
    };
    assert!(there());
    let before = failures("panic");
    MANNERS.store(PANICS, Relaxed);
    assert!(!there());
    assert!(failures("panic") > before);

    MANNERS.store(HANGS, Relaxed);
    let started = Instant::now();
    let response = get("/metrics", &["X-Prometheus-Scrape-Timeout-Seconds: 3"]);
    let took = started.elapsed();
    assert_eq!(response.status, 200);
    assert!(took < Duration::from_secs(3), "{took:?}");
    assert!(took > Duration::from_secs(2), "it is waited for as long as there is time: {took:?}");
    let families = observant_tests::parse::parse(response.text(), Dialect::Text).unwrap();
    assert!(!theirs(&families).contains(&"mine_there"));
    assert!(theirs(&families).contains(&"mine_bytes"), "the others are there");
    family(&families, "observe_calls_total");
    // Known to hang, it keeps nobody waiting.
    let started = Instant::now();
    assert!(!there());
    assert!(started.elapsed() < Duration::from_secs(2));
    assert!(failures("timeout") >= 2.0);

    MANNERS.store(FINE, Relaxed);
    let started = Instant::now();
    while !there() {
        assert!(started.elapsed() < Duration::from_secs(20), "it never came back");
        thread::sleep(Duration::from_millis(10));
    }
}

/// A sample by name and labels. Bounds are compared as numbers: theirs are written otherwise.
type Key = (String, Vec<(String, String)>);

fn key(name: String, mut labels: Vec<(String, String)>) -> Key {
    for (label, value) in &mut labels {
        if label == "le" {
            *value = value.parse::<f64>().unwrap().to_string();
        }
    }
    labels.sort();
    (name, labels)
}

fn samples_of_theirs(families: &[MetricFamily]) -> BTreeMap<Key, f64> {
    let mut samples = BTreeMap::new();
    for family in families {
        for metric in family.get_metric() {
            let labels: Vec<_> = metric
                .get_label()
                .iter()
                .map(|pair| (pair.name().to_owned(), pair.value().to_owned()))
                .collect();
            let mut put = |suffix: &str, labels, value| {
                let key = key(format!("{}{suffix}", family.name()), labels);
                assert!(samples.insert(key, value).is_none(), "{} twice", family.name());
            };
            #[allow(clippy::cast_precision_loss)]
            match family.get_field_type() {
                prometheus::proto::MetricType::COUNTER => {
                    put("", labels, metric.get_counter().value());
                }
                prometheus::proto::MetricType::HISTOGRAM => {
                    let histogram = metric.get_histogram();
                    let count = histogram.get_sample_count();
                    let above = [(f64::INFINITY, count)];
                    let buckets = histogram.get_bucket().iter();
                    let buckets =
                        buckets.map(|bucket| (bucket.upper_bound(), bucket.cumulative_count()));
                    for (upper, cumulative) in buckets.chain(above) {
                        let le = ("le".to_owned(), upper.to_string());
                        put("_bucket", [&labels[..], &[le]].concat(), cumulative as f64);
                    }
                    put("_sum", labels.clone(), histogram.get_sample_sum());
                    put("_count", labels, count as f64);
                }
                _ => put("", labels, metric.get_gauge().value()),
            }
        }
    }
    samples
}

/// What changes by being looked at.
fn is_steady(name: &str) -> bool {
    !["observant_scrape_duration", "observant_prometheus", "observant_system_left_out"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
        && !is_of_the_machine(name)
}

#[test]
fn ours_in_a_registry_of_theirs_is_what_we_serve() {
    let _turn = beside_others();
    observant();
    load(0);
    let registry = Registry::new();
    registry.register(Box::new(observant::prometheus::Collector::new())).unwrap();
    let gathered = registry.gather();
    let families = scrape(Dialect::Text);
    let ours = families.iter().filter(|family| !theirs(&families).contains(&&*family.name));
    for ours in ours.clone() {
        let gathered = gathered.iter().find(|family| family.name() == ours.name);
        let gathered = gathered.unwrap_or_else(|| panic!("no {}", ours.name));
        let kind = format!("{:?}", gathered.get_field_type()).to_lowercase();
        assert_eq!((&*kind, gathered.help()), (&*ours.kind, &*ours.help), "{}", ours.name);
    }
    let samples = ours.flat_map(|family| &family.samples).filter(|sample| is_steady(&sample.name));
    let served: BTreeMap<Key, f64> = samples
        .map(|sample| (key(sample.name.clone(), sample.labels.clone()), sample.value()))
        .collect();
    let mut gathered = samples_of_theirs(&gathered);
    gathered.retain(|(name, _), _| is_steady(name));
    assert!(served.len() > 30, "{}", served.len());
    assert_eq!(gathered, served);
    // Their encoder takes it.
    let text = prometheus::TextEncoder::new().encode_to_string(&registry.gather()).unwrap();
    assert!(
        text.contains("observe_calls_total{module=\"interop\",function=\"load\",outcome=\"ok\"}"),
        "{text}"
    );
}

/// The default registry holds ours too: whoever gathers it gets them, and our own page has them once.
#[test]
fn both_ways_at_once_are_no_cycle() {
    let _turn = beside_others();
    observant();
    for _ in 0..3 {
        let gathered = prometheus::gather();
        let of = |name: &str| gathered.iter().filter(|family| family.name() == name).count();
        assert_eq!((of("observe_call_duration_seconds"), of("mine_bytes")), (1, 1));
        // The strict reader refuses a family that is there twice.
        let families = scrape(Dialect::Text);
        assert_eq!(family(&families, "mine_bytes").samples.len(), 1);
    }
}
