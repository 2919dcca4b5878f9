//! Whole documents, letter by letter.

use super::documents::{OPEN_METRICS, TEXT, bounds, encode};
use crate::snapshot::{Family, Histogram, Kind, Snapshot, Value, Visitor};

/// One family of each kind, and one that never gets a series.
fn sample() -> Snapshot {
    let mut snapshot = Snapshot::default();
    let function = [("module", "app::store"), ("function", "load")];

    let counter =
        Family { name: "observe_calls_total", help: "Calls.", kind: Kind::Counter, unit: None };
    snapshot.family(&counter);
    snapshot.series(&[function[0], function[1], ("outcome", "ok")], &Value::Unsigned(3));
    snapshot.series(&[function[0], function[1], ("outcome", "error")], &Value::Unsigned(0));

    snapshot.family(&Family {
        name: "observe_call_busy_seconds_total",
        help: "Time \"running\".\nIn C:\\.",
        kind: Kind::Counter,
        unit: Some("seconds"),
    });
    snapshot.series(&function, &Value::Float(2.0));

    snapshot.family(&Family {
        name: "observe_call_duration_seconds",
        help: "How long calls take.",
        kind: Kind::Histogram,
        unit: Some("seconds"),
    });
    let ladder = bounds(&[0.000_001, 0.005, 1.0]);
    snapshot.series(&function, &Value::Histogram(Histogram::new(&ladder, &[0, 2, 0, 1], 1.25)));
    snapshot.series(&[], &Value::Histogram(Histogram::new(&[], &[4], 8.0)));

    snapshot.family(&Family { name: "never", help: "Empty.", kind: Kind::Gauge, unit: None });

    snapshot.family(&Family {
        name: "observe_function_info",
        help: "",
        kind: Kind::Info,
        unit: None,
    });
    snapshot
        .series(&[("file", "src\\a \"b\".rs\n"), ("name", "a\rb\0\u{7f}\t")], &Value::Unsigned(1));

    snapshot.family(&Family {
        name: "observe_slo_objective_ratio",
        help: "Objective.",
        kind: Kind::Gauge,
        unit: Some("ratio"),
    });
    snapshot.series(&[], &Value::Float(0.995));

    snapshot.family(&Family {
        name: "odd",
        help: "Unit is no suffix.",
        kind: Kind::Gauge,
        unit: Some("seconds"),
    });
    snapshot.series(&[], &Value::Float(f64::NAN));
    snapshot
}

#[test]
fn text() {
    assert_eq!(
        encode(&sample(), TEXT, &[]),
        r#"# HELP observe_calls_total Calls.
# TYPE observe_calls_total counter
observe_calls_total{module="app::store",function="load",outcome="ok"} 3
observe_calls_total{module="app::store",function="load",outcome="error"} 0
# HELP observe_call_busy_seconds_total Time "running".\nIn C:\\.
# TYPE observe_call_busy_seconds_total counter
observe_call_busy_seconds_total{module="app::store",function="load"} 2.0
# HELP observe_call_duration_seconds How long calls take.
# TYPE observe_call_duration_seconds histogram
observe_call_duration_seconds_bucket{module="app::store",function="load",le="1e-06"} 0
observe_call_duration_seconds_bucket{module="app::store",function="load",le="0.005"} 2
observe_call_duration_seconds_bucket{module="app::store",function="load",le="1.0"} 2
observe_call_duration_seconds_bucket{module="app::store",function="load",le="+Inf"} 3
observe_call_duration_seconds_sum{module="app::store",function="load"} 1.25
observe_call_duration_seconds_count{module="app::store",function="load"} 3
observe_call_duration_seconds_bucket{le="+Inf"} 4
observe_call_duration_seconds_sum 8.0
observe_call_duration_seconds_count 4
# TYPE observe_function_info gauge
observe_function_info{file="src\\a \"b\".rs\n",name="a␍b␀␡	"} 1
# HELP observe_slo_objective_ratio Objective.
# TYPE observe_slo_objective_ratio gauge
observe_slo_objective_ratio 0.995
# HELP odd Unit is no suffix.
# TYPE odd gauge
odd NaN
"#
    );
}

#[test]
fn open_metrics() {
    assert_eq!(
        encode(&sample(), OPEN_METRICS, &[]),
        r#"# TYPE observe_calls counter
# HELP observe_calls Calls.
observe_calls_total{module="app::store",function="load",outcome="ok"} 3
observe_calls_total{module="app::store",function="load",outcome="error"} 0
# TYPE observe_call_busy_seconds counter
# UNIT observe_call_busy_seconds seconds
# HELP observe_call_busy_seconds Time \"running\".\nIn C:\\.
observe_call_busy_seconds_total{module="app::store",function="load"} 2.0
# TYPE observe_call_duration_seconds histogram
# UNIT observe_call_duration_seconds seconds
# HELP observe_call_duration_seconds How long calls take.
observe_call_duration_seconds_bucket{module="app::store",function="load",le="1e-06"} 0
observe_call_duration_seconds_bucket{module="app::store",function="load",le="0.005"} 2
observe_call_duration_seconds_bucket{module="app::store",function="load",le="1.0"} 2
observe_call_duration_seconds_bucket{module="app::store",function="load",le="+Inf"} 3
observe_call_duration_seconds_sum{module="app::store",function="load"} 1.25
observe_call_duration_seconds_count{module="app::store",function="load"} 3
observe_call_duration_seconds_bucket{le="+Inf"} 4
observe_call_duration_seconds_sum 8.0
observe_call_duration_seconds_count 4
# TYPE observe_function info
observe_function_info{file="src\\a \"b\".rs\n",name="a␍b␀␡	"} 1
# TYPE observe_slo_objective_ratio gauge
# UNIT observe_slo_objective_ratio ratio
# HELP observe_slo_objective_ratio Objective.
observe_slo_objective_ratio 0.995
# TYPE odd gauge
# HELP odd Unit is no suffix.
odd NaN
# EOF
"#
    );
}

#[test]
fn nothing_to_show_is_a_whole_document_all_the_same() {
    assert_eq!(encode(&Snapshot::default(), TEXT, &[]), "");
    assert_eq!(encode(&Snapshot::default(), OPEN_METRICS, &[]), "# EOF\n");
}

#[test]
fn the_draft_of_open_metrics_has_the_same_body() {
    let draft = encode(&sample(), "application/openmetrics-text;version=0.0.1", &[]);
    assert_eq!(draft, encode(&sample(), OPEN_METRICS, &[]));
}

#[test]
fn a_filter_keeps_the_families_it_names_by_any_name_they_go_by() {
    let families = |names: &[&str]| {
        let document = encode(&sample(), TEXT, names);
        let types = document.lines().filter_map(|line| line.strip_prefix("# TYPE "));
        types.map(|rest| rest.split(' ').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(families(&["observe_calls_total"]), ["observe_calls_total"]);
    assert_eq!(families(&["observe_calls"]), ["observe_calls_total"]);
    assert_eq!(families(&["observe_function"]), ["observe_function_info"]);
    for sample in ["", "_bucket", "_sum", "_count"] {
        let name = format!("observe_call_duration_seconds{sample}");
        assert_eq!(families(&[&name]), ["observe_call_duration_seconds"]);
    }
    assert_eq!(families(&["odd", "observe_calls", "no_such"]), ["observe_calls_total", "odd"]);
    assert!(families(&["no_such"]).is_empty());
    assert!(families(&["od", "odd_sum", "observe_call_duration_seconds_total", ""]).is_empty());
}
