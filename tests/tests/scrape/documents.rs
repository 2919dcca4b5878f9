//! The document itself: what the program did, and nothing else.

use super::{FUNCTIONS, OPEN_METRICS, by, family, of, program, scrape};
use observant_tests::{
    http::Client,
    parse::{Dialect, Family, Sample, is_of_the_machine, parse},
};
use std::{collections::HashMap, io::Read as _};

#[test]
fn known_outcomes_are_zero_before_any_call() {
    let program = program();
    let families = scrape(&program);
    for (function, outcomes) in [
        ("plain", &["ok", "panic"][..]),
        ("fallible", &["error", "ok", "panic"]),
        ("never", &["error", "ok", "panic"]),
        ("waits", &["cancelled", "error", "ok", "panic"]),
        ("Store::load", &["ok", "panic"]),
        ("labelled", &["ok", "panic"]),
        ("same#2", &["ok", "panic"]),
        ("odd \"name\" \\ größe", &["ok", "panic"]),
    ] {
        let zeros: Vec<_> = outcomes.iter().map(|outcome| (*outcome, "0")).collect();
        assert_eq!(
            by(&of(&families, "observe_calls_total", function), "outcome"),
            zeros,
            "{function}"
        );
        assert_eq!(by(&of(&families, "observe_calls_in_flight", function), "module").len(), 1);
        assert_eq!(of(&families, "observe_calls_in_flight", function)[0].text, "0");
        for family in ["observe_call_busy_seconds_total", "observe_call_self_seconds_total"] {
            assert!(of(&families, family, function)[0].value().abs() < f64::EPSILON, "{family}");
        }
        // The histogram of `ok` is there, empty, and no other.
        let durations = of(&families, "observe_call_duration_seconds", function);
        assert!(durations.iter().all(|sample| sample.label("outcome") == Some("ok")), "{function}");
        assert!(durations.iter().all(|sample| sample.value().abs() < f64::EPSILON), "{function}");
        assert_eq!(durations.last().unwrap().name, "observe_call_duration_seconds_count");
    }
    assert!(
        families.iter().all(|family| family.name != "observe_errors_total"),
        "no errors, no family"
    );
}

#[test]
fn every_outcome_is_counted_as_often_as_it_happened() {
    let mut program = program();
    program.tell("work");
    let families = scrape(&program);
    let calls = |function| by(&of(&families, "observe_calls_total", function), "outcome");
    assert_eq!(calls("plain"), [("ok", "5"), ("panic", "0")]);
    assert_eq!(calls("fallible"), [("error", "3"), ("ok", "2"), ("panic", "0")]);
    assert_eq!(calls("parses"), [("error", "1"), ("ok", "1"), ("panic", "0")]);
    assert_eq!(calls("panics"), [("ok", "0"), ("panic", "2")]);
    assert_eq!(calls("waits"), [("cancelled", "1"), ("error", "0"), ("ok", "1"), ("panic", "0")]);
    assert_eq!(calls("odd \"name\" \\ größe"), [("ok", "1"), ("panic", "0")]);
    assert_eq!(calls("Store::load"), [("ok", "2"), ("panic", "0")]);
    assert_eq!((calls("same")[0], calls("same#2")[0]), (("ok", "1"), ("ok", "2")));
    assert_eq!(calls("custom"), [("ok", "2"), ("panic", "0")]);
    assert_eq!(calls("never"), [("error", "0"), ("ok", "0"), ("panic", "0")]);

    let errors = |function| by(&of(&families, "observe_errors_total", function), "error_type");
    assert_eq!(errors("fallible"), [("Missing", "1"), ("too busy", "2")]);
    assert_eq!(errors("parses"), [("ParseIntError", "1")]);
    assert_eq!(errors("panics"), []);

    for sample in &family(&families, "observe_calls_in_flight").samples {
        assert_eq!(sample.text, "0", "{sample:?}");
    }
    // Outcomes that happened have their histogram, those that did not have none but `ok`.
    let counts = |function| {
        let samples = of(&families, "observe_call_duration_seconds", function);
        let counts: Vec<_> =
            samples.into_iter().filter(|sample| sample.name.ends_with("_count")).collect();
        by(&counts, "outcome")
    };
    assert_eq!(counts("fallible"), [("error", "3"), ("ok", "2")]);
    assert_eq!(counts("waits"), [("cancelled", "1"), ("ok", "1")]);
    assert_eq!(counts("panics"), [("ok", "0"), ("panic", "2")]);
}

#[test]
fn labels_are_there_in_their_order() {
    let mut program = program();
    let families = scrape(&program);
    let before = of(&families, "observe_calls_total", "labelled");
    assert!(before.iter().all(|sample| sample.label("mode").is_none() && sample.text == "0"));
    assert!(before.len() > 1);
    program.tell("work");
    let families = scrape(&program);
    let rows: Vec<Vec<(&str, &str)>> = of(&families, "observe_calls_total", "labelled")
        .into_iter()
        .filter(|sample| sample.text != "0")
        .map(|sample| sample.labels.iter().map(|(name, value)| (&**name, &**value)).collect())
        .collect();
    let row = |mode| {
        vec![
            ("module", FUNCTIONS),
            ("function", "labelled"),
            ("team", "search"),
            ("mode", mode),
            ("outcome", "ok"),
        ]
    };
    assert_eq!(rows, [row("Careful"), row("Fast")]);
    let counts: Vec<_> = of(&families, "observe_calls_total", "labelled")
        .into_iter()
        .filter(|sample| sample.label("outcome") == Some("ok"))
        .map(|sample| (sample.label("mode"), &*sample.text))
        .collect();
    // Without values only until there are some, as it was before the first call.
    assert_eq!(counts, [(Some("Careful"), "2"), (Some("Fast"), "1")]);
    let in_flight = of(&families, "observe_calls_in_flight", "labelled");
    assert_eq!(in_flight.len(), 2);
}

#[test]
fn a_histogram_says_how_long_it_took() {
    let mut program = program();
    let outside = program.tell("work").as_f64().unwrap();
    program.tell("work");
    let families = scrape(&program);
    let samples = of(&families, "observe_call_duration_seconds", "custom");
    let buckets: Vec<_> =
        samples.iter().copied().filter(|sample| sample.name.ends_with("_bucket")).collect();
    // Each of four calls slept for 5 ms.
    assert_eq!(by(&buckets, "le"), [("0.001", "0"), ("60.0", "4"), ("+Inf", "4")]);
    let sum = samples.iter().find(|sample| sample.name.ends_with("_sum")).unwrap().value();
    assert!((0.020..outside * 4.0 + 10.0).contains(&sum), "{sum}");
    let seconds = |family, function| of(&families, family, function)[0].value();
    let (busy, own) = ("observe_call_busy_seconds_total", "observe_call_self_seconds_total");
    assert!(
        (seconds(busy, "custom") - sum).abs() < sum * 1e-6,
        "asleep is not idle for a plain function"
    );
    assert!((seconds(own, "custom") - sum).abs() < sum * 1e-6);
    // The caller of two of them was busy as long, and for itself hardly at all.
    assert!(seconds(busy, "Store::load_both") >= 0.010);
    assert!(seconds(own, "Store::load_both") < seconds(busy, "Store::load_both") / 2.0);

    for (function, first, buckets) in [("plain", "0.0001", 17), ("never", "1e-06", 14)] {
        let samples = of(&families, "observe_call_duration_seconds", function);
        assert_eq!(samples[0].label("le"), Some(first), "{function}");
        assert_eq!(
            samples.iter().filter(|sample| sample.name.ends_with("_bucket")).count(),
            buckets
        );
    }
}

#[test]
fn calls_in_flight_are_seen_while_they_last() {
    let mut program = program();
    let in_flight =
        |families: &[Family]| of(families, "observe_calls_in_flight", "waits")[0].text.clone();
    program.tell("begin");
    program.tell("begin");
    let families = scrape(&program);
    assert_eq!(in_flight(&families), "2");
    assert!(of(&families, "observe_calls_total", "waits").iter().all(|sample| sample.text == "0"));
    program.tell("finish");
    program.tell("begin");
    assert_eq!(in_flight(&scrape(&program)), "1");
    program.tell("cancel");
    let families = scrape(&program);
    assert_eq!(in_flight(&families), "0");
    let calls = by(&of(&families, "observe_calls_total", "waits"), "outcome");
    assert_eq!(calls, [("cancelled", "1"), ("error", "0"), ("ok", "2"), ("panic", "0")]);
}

#[test]
fn every_function_tells_where_it_is_from() {
    let program = program();
    let families = scrape(&program);
    let source = include_str!("../../fixtures/program/functions.rs");
    for (function, text) in [
        ("plain", "fn plain("),
        ("never", "fn never("),
        ("Store::load_both", "fn load_both("),
        ("labelled", "fn labelled("),
        ("same#2", "fn other("),
    ] {
        let line = 1 + source.lines().position(|line| line.contains(text)).unwrap();
        let found = of(&families, "observe_function_info", function);
        assert_eq!(found.len(), 1, "{function}");
        let label = |name| found[0].label(name).unwrap();
        assert!(label("module").starts_with(FUNCTIONS));
        assert_eq!((label("kind"), label("crate")), ("function", "observant-tests"));
        assert_eq!(label("version"), env!("CARGO_PKG_VERSION"));
        assert!(label("file").ends_with("program/functions.rs"), "{}", label("file"));
        assert_eq!(label("line"), line.to_string());
    }
    let calls = &family(&families, "observe_calls_in_flight").samples;
    assert_eq!(family(&families, "observe_function_info").samples.len(), calls.len());
}

/// All samples, without the family that grows with every scrape.
fn comparable(families: &[Family]) -> Vec<&Sample> {
    let rest = families.iter().filter(|family| {
        family.name != "observant_scrape_duration_seconds" && !is_of_the_machine(&family.name)
    });
    rest.flat_map(|family| &family.samples).collect()
}

#[test]
fn both_formats_plain_and_compressed_say_the_same() {
    let mut program = program();
    program.tell("work");
    program.tell("begin");
    let address = program.address();
    let mut client = Client::connect(address);
    let text = client.get("/metrics", &[]);
    let families = parse(text.text(), Dialect::Text).unwrap();
    let open_metrics = client.get("/metrics", &[OPEN_METRICS]);
    let open_families = parse(open_metrics.text(), Dialect::OpenMetrics).unwrap();
    assert_eq!(comparable(&families), comparable(&open_families));
    assert!(comparable(&families).len() > 500, "{}", comparable(&families).len());
    for (one, other) in families.iter().zip(&open_families) {
        assert_eq!(one.help, other.help);
        assert!(!one.help.is_empty(), "{}", one.name);
        let stem = one.name.strip_suffix("_total").or_else(|| one.name.strip_suffix("_info"));
        assert_eq!(other.name, stem.unwrap_or(&one.name));
        let unit =
            ["seconds", "ratio", "bytes"].into_iter().find(|unit| other.name.ends_with(unit));
        assert_eq!(other.unit, unit.unwrap_or_default(), "{}", other.name);
    }
    for (accept, dialect, plain) in
        [("X: y", Dialect::Text, &families), (OPEN_METRICS, Dialect::OpenMetrics, &open_families)]
    {
        let response = client.get("/metrics", &[accept, "Accept-Encoding: gzip"]);
        assert_eq!(response.header("content-encoding"), Some("gzip"));
        let mut unzipped = String::new();
        flate2::read::GzDecoder::new(&*response.body).read_to_string(&mut unzipped).unwrap();
        assert_eq!(comparable(&parse(&unzipped, dialect).unwrap()), comparable(plain));
        assert!(response.body.len() * 3 < unzipped.len());
    }
}

/// Threads that call, come and go while others read: every document is whole, no counter ever goes back, and in the end
/// nothing is missing.
#[test]
fn documents_are_consistent_while_the_program_works() {
    const CALLS: u64 = 4 * 30 * 500;
    let mut program = program();
    program.tell("storm 30 500");
    let mut before = HashMap::new();
    let mut rages = true;
    while rages {
        // Asked first, so that the last document is of the calm after it.
        rages = program.tell("storm-rages") == true;
        let families = scrape(&program);
        let mut now = HashMap::new();
        for sample in families.iter().flat_map(|family| &family.samples) {
            if !["_total", "_bucket", "_sum", "_count"].iter().any(|end| sample.name.ends_with(end))
            {
                continue;
            }
            let value = sample.value();
            let key = (sample.name.clone(), sample.labels.clone());
            let earlier = before.remove(&key).unwrap_or(0.0);
            assert!(value >= earlier, "{key:?} went from {earlier} to {value}");
            now.insert(key, value);
        }
        // Until its first call, a function with labels has a series of zeros without them.
        let labelled = ("function".to_owned(), "labelled".to_owned());
        before.retain(|(_, labels), value| *value > 0.0 || !labels.contains(&labelled));
        // What the kernel tells too late is left out for once, and counted so.
        before.retain(|(name, _), _| !is_of_the_machine(name));
        assert!(before.is_empty(), "series that were there and are not: {before:?}");
        before = now;
        for sample in of(&families, "observe_calls_in_flight", "plain") {
            assert!((0.0..=4.0).contains(&sample.value()), "{sample:?}");
        }
    }
    let families = scrape(&program);
    let calls = CALLS.to_string();
    for (function, outcome, series) in
        [("plain", "ok", 1), ("fallible", "error", 1), ("labelled", "ok", 3)]
    {
        for (name, sample) in [
            ("observe_calls_total", "observe_calls_total"),
            ("observe_call_duration_seconds", "observe_call_duration_seconds_count"),
        ] {
            let found = of(&families, name, function).into_iter().filter(|one| {
                one.name == sample && one.label("outcome") == Some(outcome) && one.text != "0"
            });
            let counts: Vec<_> = found.map(|one| one.text.clone()).collect();
            assert_eq!(counts, vec![calls.clone(); series], "{function} {sample}");
        }
        assert!(
            of(&families, "observe_calls_in_flight", function).iter().all(|one| one.text == "0")
        );
    }
    assert_eq!(
        by(&of(&families, "observe_errors_total", "fallible"), "error_type"),
        [("Missing", &*calls)]
    );
}

#[test]
fn families_are_in_order_and_so_are_their_series() {
    let mut program = program();
    program.tell("work");
    let families = scrape(&program);
    assert!(families.is_sorted_by_key(|family| &family.name));
    for family in families.iter().filter(|family| family.name != "observe_function_info") {
        let functions: Vec<_> = family
            .samples
            .iter()
            .map(|sample| {
                (
                    sample.label("module").unwrap_or_default(),
                    sample.label("function").unwrap_or_default(),
                )
            })
            .collect();
        assert!(functions.is_sorted(), "{}", family.name);
    }
}

#[test]
fn single_families_can_be_asked_for() {
    let mut program = program();
    program.tell("work");
    let ask = |query: &str| {
        let families =
            parse(program.get(&format!("/metrics?{query}")).text(), Dialect::Text).unwrap();
        families.into_iter().map(|family| family.name).collect::<Vec<_>>()
    };
    for (query, names) in [
        ("name[]=observe_calls_total", &["observe_calls_total"][..]),
        (
            "name[]=observant_build_info&name%5B%5D=observe_errors_total",
            &["observant_build_info", "observe_errors_total"],
        ),
        ("name[]=observe_call_duration_seconds", &["observe_call_duration_seconds"]),
        ("name[]=nothing", &[]),
    ] {
        assert_eq!(ask(query), names, "{query}");
    }
    assert_eq!(ask(""), scrape(&program).into_iter().map(|family| family.name).collect::<Vec<_>>());
}
