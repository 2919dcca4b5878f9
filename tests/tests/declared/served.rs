//! What a scrape and a collector get of declared metrics.

#![allow(clippy::float_cmp)] // Of few bits.

use super::{HERE, State};
use observant_tests::{
    http::Client,
    parse::{Dialect, parse},
    prometheus::promtool_check,
};
use opentelemetry_proto::tonic::metrics::v1::{metric::Data, number_data_point::Value};
use std::sync::LazyLock;

observant::metrics! {
    /// Counted.
    static COUNTED: Counter<{ state: State, user: Capped }> = "served_counted_total";
    /// Money spent.
    static SPENT: Counter = "served_spent_usd_total";
    /// Set.
    static FILLED: Gauge = "served_filled_ratio";
    /// Distributed.
    static SIZES: Histogram<{ cached: bool }> = "served_payload_bytes";
    /// Told.
    static BUILD: Info<{ version = "3.1" }> = "served_build_info";
}

fn record() {
    COUNTED.with(CountedLabels { state: State::Missing, user: "a\"b\\c\nd" }).add(2);
    SPENT.add_f64(0.125);
    FILLED.set(0.5);
    SIZES.with(true).record(1_000.0);
}

#[test]
fn scrapers_read_all_of_them() {
    record();
    let mut connection = Client::connect(HERE.observant.local_addr().unwrap());
    let text = connection.get("/metrics", &[]);
    let families = parse(text.text(), Dialect::Text).unwrap();
    let counted = families.iter().find(|family| family.name == "served_counted_total").unwrap();
    assert_eq!((&*counted.kind, &*counted.help), ("counter", "Counted."));
    assert_eq!(counted.samples[0].label("user"), Some("a\"b\\c\nd"));
    if let Some(said) = promtool_check(text.text()) {
        let of_ours = |line: &&str| line.contains("served_");
        let said = said.err().unwrap_or_default();
        assert_eq!(said.lines().filter(of_ours).collect::<Vec<_>>(), [""; 0], "{said}");
    }
    let accept = "Accept: application/openmetrics-text;version=1.0.0";
    let document = connection.get("/metrics", &[accept]);
    let families = parse(document.text(), Dialect::OpenMetrics).unwrap();
    let unit = |name: &str| {
        let family = families.iter().find(|family| family.name == name);
        family.unwrap_or_else(|| panic!("no {name}")).unit.clone()
    };
    assert_eq!(unit("served_payload_bytes"), "bytes");
    assert_eq!(unit("served_filled_ratio"), "ratio");
    assert_eq!(unit("served_spent_usd"), "usd");
    assert_eq!(unit("served_build"), "");
    for line in [
        "served_build_info{version=\"3.1\"} 1",
        "served_payload_bytes_bucket{cached=\"true\",le=\"1024.0\"} 1",
        "served_payload_bytes_count{cached=\"false\"} 0",
        "served_spent_usd_total 0.125",
    ] {
        assert!(document.text().lines().any(|known| known == line), "{line}");
    }
}

/// What was pushed of a metric, added up, and its unit.
#[allow(clippy::cast_precision_loss)] // Small numbers.
fn pushed(name: &str) -> (f64, String) {
    let metrics = HERE.collector.metrics();
    let all = metrics.iter().filter(|metric| metric.name == name);
    let mut pushed = (0.0, String::new());
    for metric in all {
        pushed.1.clone_from(&metric.unit);
        let Some(Data::Sum(sum)) = &metric.data else { panic!("{metric:?}") };
        for point in &sum.data_points {
            pushed.0 += match point.value.expect("a number") {
                Value::AsInt(number) => number as f64,
                Value::AsDouble(number) => number,
            };
        }
    }
    pushed
}

#[test]
fn a_collector_gets_differences_that_add_up() {
    observant::metrics! {
        /// Whole at first, then not.
        static MIXED: Counter = "pushed_spent_usd_total";
    }
    LazyLock::force(&HERE);
    MIXED.add(3);
    assert!(observant::flush());
    assert_eq!(pushed("pushed_spent_usd_total"), (3.0, "{USD}".to_owned()));
    MIXED.add_f64(0.25);
    MIXED.add(1);
    assert!(observant::flush());
    MIXED.add_f64(0.5);
    assert!(observant::flush());
    assert_eq!(pushed("pushed_spent_usd_total").0, 4.75);
}
