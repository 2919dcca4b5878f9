//! `/status` beyond the figures: one function in depth, what is missing, the process, and who does not see it.

use super::program;
use observant_tests::http::Client;
use serde_json::Value as Json;

/// The page about one function of the program.
fn in_depth(program: &observant_tests::program::Program, name: &str) -> Json {
    let status = program.status();
    let functions = status["functions"].as_array().unwrap();
    let row = functions.iter().find(|row| row["function"] == name).expect(name);
    let module = row["module"].as_str().unwrap();
    let page = program.get(&format!("/status?function={module}::{name}"));
    assert_eq!(page.status, 200, "{}", page.text());
    let page: Json = serde_json::from_slice(&page.body).unwrap();
    for (field, value) in row.as_object().unwrap() {
        assert_eq!(page["function"][field], *value, "{field} is that of the list");
    }
    page
}

fn whole(json: &Json) -> u64 {
    json.as_u64().unwrap_or_else(|| panic!("{json} is a whole number"))
}

#[test]
fn one_function_comes_with_its_histogram_and_nothing_of_the_rest() {
    let mut program = program(&[]);
    program.init("");
    program.tell("work");
    let page = in_depth(&program, "custom");
    assert!(page.get("functions").is_none() && page.get("health").is_none());
    for field in ["pid", "observed_since_unix_seconds"] {
        assert!(page["process"][field].is_number(), "{field} says whose figures these are");
        assert_eq!(page["process"][field], program.status()["process"][field]);
    }
    let function = &page["function"];
    let buckets = function["histogram"].as_array().unwrap();
    let calls: u64 = function["calls"].as_object().unwrap().values().map(whole).sum();
    assert!(calls > 0);
    assert_eq!(buckets.iter().map(|bucket| whole(&bucket["count"])).sum::<u64>(), calls);
    let (last, bounds) = buckets.split_last().unwrap();
    assert!(last["le"].is_null());
    let bounds: Vec<f64> = bounds.iter().map(|bucket| bucket["le"].as_f64().unwrap()).collect();
    assert!(bounds.is_sorted_by(|one, other| one < other), "{bounds:?}");
    // They take 5 ms and more: nothing is counted below.
    for (bound, bucket) in bounds.iter().zip(buckets) {
        assert!(*bound > 0.0045 || whole(&bucket["count"]) == 0, "{bound}");
    }
    // Those of a scrape are cumulative, and apart by outcome.
    let metrics = program.get("/metrics").text().to_owned();
    let exponential = function["exponential_histogram"].as_array().unwrap();
    let (mut so_far, mut compared) = (0, 0);
    for (bound, bucket) in bounds.iter().zip(buckets) {
        so_far += whole(&bucket["count"]);
        let number = |bucket: &Json, field: &str| bucket[field].as_f64().unwrap();
        let is_cut = |bucket: &Json| number(bucket, "gt") < *bound && *bound < number(bucket, "le");
        if !exponential.iter().any(is_cut) {
            let below = exponential.iter().filter(|bucket| number(bucket, "le") <= *bound);
            assert_eq!(below.map(|bucket| whole(&bucket["count"])).sum::<u64>(), so_far, "{bound}");
            compared += 1;
        }
        let scraped = metrics.lines().filter(|line| {
            let le = line.split(",le=\"").nth(1).and_then(|rest| rest.split('"').next());
            line.starts_with("observe_call_duration_seconds_bucket{")
                && line.contains("function=\"custom\"")
                && le
                    .and_then(|le| le.parse::<f64>().ok())
                    .is_some_and(|le| (le - bound).abs() < 1e-12)
        });
        let scraped = scraped.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap());
        assert_eq!(scraped.sum::<u64>(), so_far, "{bound}");
    }
    assert!(compared > 0, "exponential buckets are those of the scrape: {exponential:?}");
    assert_eq!(function["exemplars"], serde_json::json!([]), "nobody takes spans");
    assert_eq!(function["slos"], serde_json::json!([]));
}

/// Functions of nanoseconds are all below the lowest classic bound.
#[test]
fn exponential_buckets_tell_fast_calls_apart() {
    let mut program = program(&[]);
    program.init("");
    for _ in 0..50 {
        program.tell("work");
    }
    let page = in_depth(&program, "plain");
    let function = &page["function"];
    let calls: u64 = function["calls"].as_object().unwrap().values().map(whole).sum();
    let buckets = function["exponential_histogram"].as_array().unwrap();
    assert_eq!(buckets.iter().map(|bucket| whole(&bucket["count"])).sum::<u64>(), calls);
    let number = |bucket: &Json, field: &str| bucket[field].as_f64().unwrap();
    let above = buckets.iter().filter(|bucket| number(bucket, "gt") > 0.0).count();
    assert!((1..=160).contains(&above), "{above}");
    for pair in buckets.windows(2) {
        assert!(
            (number(&pair[0], "le") - number(&pair[1], "gt")).abs() < 1e-15,
            "no gap: {pair:?}"
        );
    }
    let counted: Vec<_> = buckets.iter().filter(|bucket| whole(&bucket["count"]) > 0).collect();
    assert!(counted.len() > 2, "one column says nothing: {buckets:?}");
    // What is below 2^-28 s has a bucket from 0 on: two readings of the clock that differ by less are not rare.
    let octaves = |from: f64, to: f64| (to / from).log2();
    let reach = octaves(number(&buckets[0], "le"), number(buckets.last().unwrap(), "le"));
    for bucket in counted.iter().filter(|bucket| number(bucket, "gt") > 0.0) {
        let width = octaves(number(bucket, "gt"), number(bucket, "le"));
        // One call that lasted for milliseconds, because something else ran, leaves room for four.
        let is_coarse = reach > 19.8 && (width - 0.25).abs() < 1e-9;
        assert!((width - 0.125).abs() < 1e-9 || is_coarse, "eight an octave: {bucket}");
    }
    // Quantiles are bounds of the same cells, in whole nanoseconds, and classic bounds are among those.
    for quantile in ["p50", "p99"] {
        let value = number(&function["duration_seconds"], quantile);
        let holds =
            |bucket: &&Json| number(bucket, "gt") < value && value < number(bucket, "le") + 1e-9;
        assert!(counted.iter().any(holds), "{quantile} {value}: {buckets:?}");
    }
}

#[test]
fn sampled_calls_of_a_function_lead_to_their_traces() {
    let mut program = program(&[("OTEL_TRACES_EXPORTER", "console")]);
    program.init("");
    program.tell("work");
    program.tell("flush");
    let page = in_depth(&program, "custom");
    let exemplars = page["function"]["exemplars"].as_array().unwrap();
    assert!(!exemplars.is_empty());
    for exemplar in exemplars {
        let hex = |name: &str, digits| {
            let id = exemplar[name].as_str().unwrap();
            id.len() == digits && id.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        assert!(hex("trace_id", 32) && hex("span_id", 16), "{exemplar}");
        assert_eq!(exemplar["outcome"], "ok");
        assert!(exemplar["seconds"].as_f64().unwrap() > 0.0045);
        let age =
            page["unix_seconds"].as_f64().unwrap() - exemplar["unix_seconds"].as_f64().unwrap();
        assert!((0.0..60.0).contains(&age), "{age}");
    }
}

#[test]
fn who_sees_a_summary_does_not_learn_which_functions_there_are() {
    let mut program = program(&[]);
    let address = program.init("");
    let ask = |target: &str| Client::connect(address).get(target, &["X-Forwarded-For: 192.0.2.7"]);
    for name in ["no::such", "observant_fixture_program::functions::plain"] {
        let page = ask(&format!("/status?function={name}"));
        assert_eq!(page.status, 200);
        let page: Json = serde_json::from_slice(&page.body).unwrap();
        assert!(page["function"].is_null() && page["totals"].is_object(), "{page}");
    }
}

#[test]
fn what_is_missing_is_said() {
    let levels = |program: &observant_tests::program::Program| -> Vec<(String, String)> {
        let status = program.status();
        let text = |notice: &Json, key: &str| notice[key].as_str().unwrap().to_owned();
        let notices = status["notices"].as_array().unwrap().iter();
        notices.map(|notice| (text(notice, "level"), text(notice, "text"))).collect()
    };
    let mut well = program(&[]);
    well.init("");
    well.tell("work");
    assert_eq!(levels(&well), [], "all is well");

    let mut off = program(&[("OTEL_SDK_DISABLED", "true")]);
    off.init("");
    let said = levels(&off);
    assert!(
        matches!(&said[..], [(level, text)] if level == "warning" && text.contains("OTEL_SDK_DISABLED"))
    );

    let mut filtered = program(&[("OBSERVANT_FILTER", "observant_fixture_program=off")]);
    filtered.init("");
    let said = levels(&filtered);
    assert!(
        matches!(&said[..], [(level, text)] if level == "info" && text.contains("switched off"))
    );

    let mut bounded = program(&[]);
    bounded.init("error_types=1 series=1");
    bounded.tell("work");
    let said = levels(&bounded);
    for family in ["observe_errors_total", "observe_calls_total"] {
        let mut about = said.iter().filter(|(_, text)| text.contains(family));
        assert!(about.all(|(level, _)| level == "warning"));
        assert!(said.iter().any(|(_, text)| text.contains(family)), "{family}: {said:?}");
    }

    // Nobody listens there: port 9 is for discarding, and reserved.
    let mut alone = program(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")]);
    alone.init("");
    alone.tell("work");
    alone.tell("flush");
    let said = levels(&alone);
    let names = |words: &str| said.iter().any(|(_, text)| text.contains(words));
    assert!(names("127.0.0.1:9") && names("takes no traces"), "{said:?}");
}

#[test]
fn the_process_is_shown_in_base_units() {
    let mut program = program(&[]);
    program.init("");
    let system = program.status()["system"].clone();
    let memory = system["process_resident_memory_bytes"].as_f64().expect("a number");
    assert!(memory > 1e6, "{memory}");
    let modes = system["system_cpu_time_seconds_total"].as_array();
    let families: Vec<_> = system.as_object().unwrap().keys().collect();
    let modes = modes.unwrap_or_else(|| panic!("numbers with labels, among {families:?}"));
    assert!(modes.iter().all(|one| one["labels"].is_object() && one["value"].is_number()));
}
