//! A real Prometheus scrapes the program, and the queries of the reference are put to it.

use super::{family, program, scrape};
use observant_tests::prometheus::Prometheus;
use serde_json::Value as Json;
use std::{
    fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

/// A minute: on a busy machine targets appear late.
const PATIENCE: Duration = Duration::from_secs(60);

/// The queries of the reference, in order.
fn queries() -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference/dashboards.md");
    let page = fs::read_to_string(page).expect("there is a reference");
    let block = page.split("```promql\n").nth(1).and_then(|rest| rest.split("```").next());
    let block = block.expect("it has a block of PromQL");
    // Each begins with a comment.
    let mut queries: Vec<String> = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix('#'), queries.last_mut()) {
            (Some(_), _) => queries.push(String::new()),
            (None, Some(query)) => query.push_str(line),
            (None, None) => panic!("{line}"),
        }
    }
    queries
}

fn value(series: &Json) -> f64 {
    series["value"][1].as_str().expect("a sample").parse().expect("a number")
}

#[test]
fn it_is_scraped_whole_and_answers_the_queries_of_the_reference() {
    let mut program = program();
    program.tell("work");
    let address = program.address();
    let Some(prometheus) = Prometheus::scraping(&[address]) else { return };
    prometheus.scraped();

    let families = scrape(&program);
    let samples: usize = families.iter().map(|family| family.samples.len()).sum();
    let found = prometheus.query_until_found("scrape_samples_scraped > 0");
    assert_eq!(found[0]["value"][1], samples.to_string(), "it took every sample");
    let found = prometheus.query("observe_calls_total{function=\"fallible\",outcome=\"error\"}");
    assert_eq!((found.len(), value(&found[0])), (1, 3.0));
    let odd =
        prometheus.query(r#"observe_calls_total{function="odd \"name\" \\ größe",outcome="ok"}"#);
    assert_eq!((odd.len(), value(&odd[0])), (1, 1.0));
    let functions = family(&families, "observe_function_info").samples.len();
    let described = prometheus.query(
        "count(sum by (module, function) (observe_calls_in_flight) \
         * on (module, function) group_left (crate, version, file, line) observe_function_info)",
    );
    assert!((value(&described[0]) - f64::from(u32::try_from(functions).unwrap())).abs() < 0.5);

    let queries = queries();
    assert_eq!(queries.len(), 3, "{queries:?}");
    let deadline = Instant::now() + PATIENCE;
    // A rate needs two scrapes with calls between them; a call that ends while one is written can be
    // in some families of that one and in the rest of the next.
    let of_fallible = |series: &&Json| series["metric"]["function"] == "fallible";
    // All of whose calls are cancelled from here on.
    let of_waits = |series: &&Json| series["metric"]["function"] == "waits";
    let has_rate = |query: &String| {
        let found = prometheus.query(query);
        found.iter().find(of_fallible).is_some_and(|series| value(series) > 0.0)
    };
    let has_cancelled = || {
        let found = prometheus.query(&queries[0]);
        found.iter().find(of_waits).is_some_and(|series| value(series) > 0.0)
    };
    while !(queries.iter().all(has_rate) && has_cancelled()) {
        assert!(Instant::now() < deadline, "no rate");
        program.tell("call fallible");
        program.tell("begin");
        program.tell("cancel");
        thread::sleep(Duration::from_millis(50));
    }
    for query in &queries {
        let found = prometheus.query(query);
        assert_eq!(found.len(), functions, "{query}");
        for series in &found {
            let mut labels: Vec<_> = series["metric"].as_object().unwrap().keys().collect();
            labels.sort();
            assert_eq!(labels, ["function", "module"], "{query}");
        }
        let figure = value(found.iter().find(of_fallible).expect("it is among them"));
        assert!(figure > 0.0 && figure.is_finite(), "{query}: {figure}");
    }
    let share = prometheus.query(&queries[1]);
    assert!(value(share.iter().find(of_fallible).unwrap()) <= 1.0);
    // Of no calls there is no share: the cancelled ones are left out.
    assert!(value(share.iter().find(of_waits).unwrap()).is_nan(), "{share:?}");
}

/// The classic view of the same program says where the native one has to agree.
#[test]
fn native_histograms_are_stored_and_agree_with_the_classic_ones() {
    let mut program = program();
    program.tell("work");
    let Some(prometheus) = Prometheus::scraping_native(&[program.address()]) else { return };
    prometheus.scraped();
    let families = scrape(&program);
    let classic = |function: &str, suffix: &str| {
        let samples = family(&families, "observe_call_duration_seconds").samples.iter();
        let mut samples = samples.filter(|sample| {
            sample.label("function") == Some(function)
                && sample.label("outcome") == Some("ok")
                && sample.name.ends_with(suffix)
        });
        samples.next().expect("it is there").value()
    };
    let native = |function: &str, query: &str| {
        let series =
            format!("observe_call_duration_seconds{{function=\"{function}\",outcome=\"ok\"}}");
        value(&prometheus.query_until_found(&query.replace('$', &series))[0])
    };
    for function in ["plain", "custom", "fallible"] {
        let (count, sum) = (classic(function, "_count"), classic(function, "_sum"));
        assert!(count > 0.0, "{function}");
        assert!((native(function, "histogram_count($)") - count).abs() < 1e-9, "{function}");
        assert!((native(function, "histogram_sum($)") - sum).abs() < sum * 1e-9, "{function}");
    }
    // Each call of this one slept for 5 ms and more; a bucket is 9 % wide.
    let median = native("custom", "histogram_quantile(0.5, $)");
    let mean = classic("custom", "_sum") / classic("custom", "_count");
    assert!(median >= 0.005 / 1.1 && median <= mean * 2.0, "{median} beside a mean of {mean}");
    // 0.0625 s is a bound of either view: the share below it is exact.
    let below = native("custom", "histogram_fraction(0, 0.0625, $)");
    assert!((0.0..=1.0).contains(&below), "{below}");
    // A function that was never called has an empty one, not none.
    let idle = prometheus.query("count(histogram_count(observe_call_duration_seconds) == 0) > 0");
    assert_eq!(idle.len(), 1);
}
