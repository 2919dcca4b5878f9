//! What is warned of: once each, with the way out, to whoever listens.

use super::program;

/// Bad values of variables: what the warning says besides the name, and the setting that then holds.
const BAD: [(&str, &str, &[&str]); 14] = [
    ("OBSERVANT_LISTEN", "nowhere", &["`nowhere`", "ignored", "`host:port`"]),
    ("OBSERVANT_DRAIN", "5", &["`5`", "no unit", "`5s`"]),
    ("OBSERVANT_FILTER", "a=loud", &["`a=loud`", "unknown level", "`metrics`"]),
    ("OBSERVANT_HOSTS", "a b", &["`a b`", "not a host name", "`*`"]),
    ("OBSERVANT_TOKEN", "a b", &["white space", "visible ASCII"]),
    ("OBSERVANT_DISABLED", "yes", &["`yes`", "counts as false", "`true`"]),
    ("OTEL_SDK_DISABLED", "1", &["`1`", "counts as false", "`true`"]),
    ("OTEL_RESOURCE_ATTRIBUTES", "a=%zz", &["`%zz`", "percent-encoded", "`key=value`"]),
    ("OTEL_EXPORTER_PROMETHEUS_HOST", "a/b", &["`a/b`", "not a host name", "host name"]),
    ("OTEL_EXPORTER_PROMETHEUS_PORT", "70000", &["`70000`", "65535"]),
    ("OTEL_PROPAGATORS", "jaeger", &["`jaeger`", "not supported", "`tracecontext`"]),
    ("OBSERVANT_FORCED_TRACES", "some", &["`some`", "ignored", "`unlimited`"]),
    ("OBSERVANT_LOGS", "loud", &["`loud`", "ignored", "`text`"]),
    ("OTEL_CONFIG_FILE", "otel.yaml", &["not supported"]),
];

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

#[test]
fn every_bad_value_warns_once_on_standard_error_and_is_ignored() {
    for (variable, value, parts) in BAD {
        let mut program = program(&[(variable, value)]);
        // A bad address leaves the default, which may be busy on this machine.
        program.init("listen=127.0.0.1:0");
        program.tell("call plain");
        let status = program.status();
        let kept = status["warnings"].as_array().unwrap();
        assert!(kept.iter().any(|text| text.as_str().unwrap().contains(variable)), "{kept:?}");
        assert_eq!(status["totals"]["calls"]["ok"], 1, "{variable} is ignored");
        let settings = status["settings"].to_string();
        let list = ["OBSERVANT_FILTER", "OBSERVANT_HOSTS", "OTEL_PROPAGATORS"].contains(&variable);
        let false_ = variable.ends_with("DISABLED");
        assert_eq!(settings.contains(variable), list || false_, "{variable}: {settings}");
        let told = program.end();
        assert_eq!(count(&told, &format!("`{variable}`")), 1, "{told}");
        for part in parts {
            assert!(told.contains(part), "{variable}: {told}");
        }
    }
}

#[test]
fn a_filter_that_leads_nowhere_warns() {
    let mut program =
        program(&[("OBSERVANT_FILTER", "nowhere::at_all=off,observant_fixture_program=on,off")]);
    program.init("listen=127.0.0.1:0");
    let told = program.end();
    assert_eq!(count(&told, "the filter names"), 1, "{told}");
    assert!(told.contains("`nowhere::at_all`") && told.contains("/status"), "{told}");
}

#[test]
fn with_a_subscriber_they_go_there_alone() {
    let mut program = program(&[("OBSERVANT_DRAIN", "5"), ("OBSERVANT_LISTENS", "x")]);
    program.tell("subscribe");
    program.init("");
    let said = program.said().to_owned();
    assert_eq!(count(&said, "WARN observant: `OBSERVANT_DRAIN` is `5`"), 1, "{said}");
    assert_eq!(count(&said, "WARN observant: `OBSERVANT_LISTENS` is not a setting"), 1, "{said}");
    assert_eq!(program.end(), "");
}

#[test]
fn where_nobody_listens_any_more_they_go_to_standard_error() {
    let mut program = program(&[("OBSERVANT_DRAIN", "5")]);
    program.tell("subscribe-briefly");
    program.init("");
    assert_eq!(count(program.said(), "WARN"), 1, "the one of that scope: {}", program.said());
    assert!(program.end().contains("`OBSERVANT_DRAIN` is `5`"));
}

#[test]
fn a_standard_error_that_nobody_reads_is_no_reason_to_panic() {
    let mut program = program(&[("OBSERVANT_DRAIN", "5")]);
    program.ignore_error();
    program.init("");
    assert!(program.status()["warnings"].to_string().contains("OBSERVANT_DRAIN"));
    program.end();
}

#[test]
fn they_are_told_although_init_fails() {
    // The value is ignored, and so the program comes to listen where it should not.
    let busy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = busy.local_addr().unwrap().port().to_string();
    let environment = [
        ("OBSERVANT_LISTEN", "nowhere"),
        ("OTEL_EXPORTER_PROMETHEUS_HOST", "127.0.0.1"),
        ("OTEL_EXPORTER_PROMETHEUS_PORT", &port),
    ];
    let mut program = super::bare(&environment);
    assert_eq!(program.tell("init")["address_in_use"], true);
    let told = program.end();
    assert_eq!(count(&told, "`OBSERVANT_LISTEN` is `nowhere`"), 1, "{told}");
}

#[test]
fn a_variable_of_ours_that_does_not_exist_is_named_with_those_that_do() {
    let mut program = program(&[("OBSERVANT_LISTENS", "x")]);
    program.init("");
    let told = program.end();
    for part in ["`OBSERVANT_LISTENS` is not a setting", "`OBSERVANT_LISTEN`", "`OBSERVANT_TOKEN`"]
    {
        assert!(told.contains(part), "{told}");
    }
}

#[test]
fn two_functions_of_one_name_are_named_with_both_lines() {
    let source = include_str!("../../fixtures/program/functions.rs");
    let line = |text: &str| 1 + source.lines().position(|line| line.contains(text)).unwrap();
    let mut program = program(&[]);
    program.init("");
    program.tell("call one other other");
    assert_eq!(program.tell("figures same")["calls"]["ok"], 1);
    assert_eq!(program.tell("figures same#2")["calls"]["ok"], 2);
    let told = program.end();
    for part in [
        "functions::twins::same`".to_owned(),
        format!("functions.rs:{} ", line("fn one()")),
        format!("functions.rs:{};", line("fn other()")),
        "`same#2`".to_owned(),
        "#[observe(name".to_owned(),
    ] {
        assert!(told.contains(&part), "{part}: {told}");
    }
    assert_eq!(told.lines().count(), 1, "nothing else to warn of: {told}");
}

#[test]
fn expected_crates_may_be_written_with_either_line() {
    let mut program = program(&[]);
    program.init("expect=observant-tests,observant_tests,not-here,nor_there");
    let status = program.status();
    let warnings = status["warnings"].to_string();
    let told = program.end();
    for text in [told, warnings] {
        assert!(text.contains("`not-here`") && text.contains("`use not_here as _;`"), "{text}");
        assert!(text.contains("`nor_there`"), "{text}");
        assert!(!text.contains("observant-tests") && !text.contains("`observant_tests`"), "{text}");
    }
}

#[test]
fn a_flood_is_told_in_part_and_counted() {
    let many: Vec<String> = (0..60).map(|number| format!("absent-{number}")).collect();
    let mut served = program(&[]);
    served.init(&format!("expect={}", many.join(",")));
    // The twins are the 61st.
    assert_eq!(served.status()["warnings"].as_array().unwrap().len(), 61);
    let told = served.end();
    assert_eq!(told.lines().count(), 21, "{told}");
    assert!(told.contains("41 more warnings are on /status"), "{told}");

    let mut silent = program(&[("OBSERVANT_LISTEN", "off")]);
    silent.tell(&format!("init expect={}", many.join(",")));
    let told = silent.end();
    assert!(
        told.contains("absent-59") && !told.contains("/status"),
        "there is no such page: {told}"
    );
}
