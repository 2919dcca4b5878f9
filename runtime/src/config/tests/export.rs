//! Everything about export and sampling: each variable, its form for one signal, its equivalent in code.

use super::{check, from_env, messages, resolve, shown};
use crate::{
    config::{
        Environment, Otlp, Overrides, Settings, SpanLimits, Temporality, endpoint::Headers,
        environment::OURS, value::Origin,
    },
    span::Sampler,
};
use std::time::Duration;

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const TRACES: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
const PROTOCOL: &str = "OTEL_EXPORTER_OTLP_PROTOCOL";
const HEADERS: &str = "OTEL_EXPORTER_OTLP_HEADERS";

/// Every variable that is read for export, but those for one signal.
const ALL: [&str; 33] = [
    ENDPOINT,
    PROTOCOL,
    HEADERS,
    "OTEL_EXPORTER_OTLP_TIMEOUT",
    "OTEL_EXPORTER_OTLP_COMPRESSION",
    "OTEL_EXPORTER_OTLP_INSECURE",
    "OTEL_EXPORTER_OTLP_CERTIFICATE",
    "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
    "OTEL_EXPORTER_OTLP_CLIENT_KEY",
    "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
    "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
    "OTEL_TRACES_EXPORTER",
    "OTEL_METRICS_EXPORTER",
    "OTEL_BSP_SCHEDULE_DELAY",
    "OTEL_BSP_EXPORT_TIMEOUT",
    "OTEL_BSP_MAX_QUEUE_SIZE",
    "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
    "OTEL_METRIC_EXPORT_INTERVAL",
    "OTEL_METRIC_EXPORT_TIMEOUT",
    "OTEL_TRACES_SAMPLER",
    "OTEL_TRACES_SAMPLER_ARG",
    "OTEL_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
    "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT",
    "OTEL_SPAN_EVENT_COUNT_LIMIT",
    "OTEL_SPAN_LINK_COUNT_LIMIT",
    "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT",
    TRACES,
    "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
    "OTEL_EXPORTER_OTLP_METRICS_HEADERS",
];

#[test]
fn empty_is_unset_and_garbage_is_ignored_with_a_warning_that_names_the_variable() {
    for name in ALL {
        assert_eq!(messages(&from_env(&[(name, "")])), [""; 0], "{name}");
        // What is a number, a URL or a name is not this.
        let settings = from_env(&[("OTEL_TRACES_SAMPLER", "traceidratio"), (name, "§ garbage §")]);
        let is_path = name.ends_with("CERTIFICATE") || name.ends_with("_KEY");
        let told = messages(&settings);
        if is_path {
            assert_eq!(told, [""; 0], "{name}");
            continue;
        }
        assert_eq!(told.len(), 1, "{name}: {told:?}");
        assert!(told[0].contains(name), "{name}: {told:?}");
        let origin = format!("env {name}");
        let held = settings.effective().into_iter().filter(|it| it.origin.to_string() == origin);
        let held: Vec<_> = held.map(|it| it.value).collect();
        let nothing = name.ends_with("HEADERS");
        assert!(nothing || held.is_empty(), "{name}: {held:?}");
    }
}

#[test]
fn a_general_endpoint_is_a_base_and_one_of_a_signal_is_used_as_it_is() {
    let env = &format!("env {ENDPOINT}");
    for (base, traces, metrics) in [
        ("http://c:4318", "http://c:4318/v1/traces", "http://c:4318/v1/metrics"),
        ("http://c:4318/", "http://c:4318/v1/traces", "http://c:4318/v1/metrics"),
        ("http://c/a/b", "http://c/a/b/v1/traces", "http://c/a/b/v1/metrics"),
        ("https://c/a/b/", "https://c/a/b/v1/traces", "https://c/a/b/v1/metrics"),
        ("HTTP://[::1]:1", "http://[::1]:1/v1/traces", "http://[::1]:1/v1/metrics"),
        (" http://c ", "http://c/v1/traces", "http://c/v1/metrics"),
        ("http://c/?key=secret", "http://c/v1/traces?******", "http://c/v1/metrics?******"),
    ] {
        check(&[(ENDPOINT, base)], "otlp.traces.endpoint", (traces, env), &[]);
        check(&[(ENDPOINT, base)], "otlp.metrics.endpoint", (metrics, env), &[]);
    }
    let env = &format!("env {TRACES}");
    for own in ["http://t:1", "http://t:1/", "http://t:1/x", "https://t/v1/traces/"] {
        let both = [(ENDPOINT, "http://base"), (TRACES, own)];
        check(&both, "otlp.traces.endpoint", (own, env), &[]);
        check(
            &both,
            "otlp.metrics.endpoint",
            ("http://base/v1/metrics", &format!("env {ENDPOINT}")),
            &[],
        );
    }
    // A bad one counts as unset.
    let bad: &[&[&str]] = &[&[TRACES, "ignored"]];
    let both = [(ENDPOINT, "http://base"), (TRACES, "t:1/x")];
    check(
        &both,
        "otlp.traces.endpoint",
        ("http://base/v1/traces", &format!("env {ENDPOINT}")),
        bad,
    );
}

#[test]
fn a_grpc_endpoint_has_no_path_and_may_do_without_a_scheme() {
    let grpc = (PROTOCOL, "grpc");
    let env = &format!("env {ENDPOINT}");
    for (text, insecure, expected) in [
        ("http://c:4317", "", "http://c:4317"),
        ("http://c:4317", "false", "http://c:4317"),
        ("https://c:4317", "true", "https://c:4317"),
        ("c:4317", "", "https://c:4317"),
        ("c:4317", "true", "http://c:4317"),
        ("c", "TRUE", "http://c"),
        ("[::1]:4317", "true", "http://[::1]:4317"),
    ] {
        let variables = [grpc, (ENDPOINT, text), ("OTEL_EXPORTER_OTLP_INSECURE", insecure)];
        check(&variables, "otlp.traces.endpoint", (expected, env), &[]);
    }
    // For one signal.
    let mixed = [
        (ENDPOINT, "http://c:4318"),
        ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc"),
        (TRACES, "t:4317"),
        ("OTEL_EXPORTER_OTLP_TRACES_INSECURE", "true"),
    ];
    check(&mixed, "otlp.traces.endpoint", ("http://t:4317", &format!("env {TRACES}")), &[]);
    check(&mixed, "otlp.metrics.endpoint", ("http://c:4318/v1/metrics", env), &[]);
    check(&mixed, "otlp.traces.protocol", ("grpc", "env OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"), &[]);
}

#[test]
fn bad_endpoints_say_why_and_never_repeat_a_secret() {
    for (text, reason) in [
        ("collector:4318", "does not begin with `http://`"),
        ("ftp://c", "neither `http` nor `https`"),
        ("http://", "not a host name"),
        ("http://user:secret@c", "OTEL_EXPORTER_OTLP_HEADERS"),
        ("http://c:99999", "from 0 to 65535"),
        ("http://c/a b", "a character"),
        ("http://a_b..c/secret", "not a host name"),
    ] {
        let bad: &[&[&str]] = &[&[ENDPOINT, reason, "expected a URL"]];
        check(&[(ENDPOINT, text)], "otlp.traces.endpoint", ("", "default"), bad);
        assert!(!messages(&from_env(&[(ENDPOINT, text)]))[0].contains("secret"));
    }
    let json: &[&[&str]] = &[&[PROTOCOL, "JSON is not supported", "`grpc` or `http/protobuf`"]];
    check(&[(PROTOCOL, "http/json")], "otlp.traces.protocol", ("http/protobuf", "default"), json);
}

#[test]
fn headers_are_decoded_and_masked() {
    let settings = from_env(&[(HEADERS, "Api-Key=a%20b%2Cc , x=, authorization=Basic dXNlcg==")]);
    let value = &settings.export.traces.headers.value;
    let expected = [("api-key", "a b,c"), ("x", ""), ("authorization", "Basic dXNlcg==")];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(value.0, expected);
    assert_eq!(messages(&settings), [""; 0]);
    let masked = "api-key=******,x=******,authorization=******";
    assert_eq!(shown(&settings, "otlp.traces.headers").0, masked);
    assert!(!format!("{settings:?}").contains("dXNlcg"));
    // What is wrong is left out, and what stands there is not repeated.
    let settings = from_env(&[(HEADERS, "good=1,secret,b ad=secret,bad=%zz,bad=%0asecret,good=2")]);
    let good = vec![("good".to_owned(), "2".to_owned())];
    assert_eq!(settings.export.metrics.headers.value, Headers(good));
    let told = messages(&settings).join("\n");
    assert_eq!(told.lines().count(), 4, "{told}");
    assert!(!told.contains("secret"), "{told}");
    // A signal's own take the place of the general ones.
    let own = [(HEADERS, "a=1"), ("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "b=2")];
    let settings = from_env(&own);
    assert_eq!(shown(&settings, "otlp.traces.headers").0, "a=******");
    assert_eq!(shown(&settings, "otlp.metrics.headers").0, "b=******");
}

#[test]
fn numbers_have_their_units_and_bounds() {
    for (variable, name, text, expected) in [
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "otlp.traces.timeout", "250", "250ms"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "otlp.traces.timeout", "0", "31536000s"),
        ("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "otlp.metrics.timeout", "7", "7ms"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "otlp.metrics.compression", "gzip", "gzip"),
        ("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "otlp.traces.compression", "none", "none"),
        ("OTEL_BSP_SCHEDULE_DELAY", "batch.delay", "100", "100ms"),
        ("OTEL_BSP_EXPORT_TIMEOUT", "batch.timeout", "100", "100ms"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "batch.queue", "100", "100"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "batch.size", "2048", "2048"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "metrics_interval", "1500", "1.5s"),
        ("OTEL_METRIC_EXPORT_TIMEOUT", "metrics_timeout", "20", "20ms"),
        ("OTEL_SPAN_EVENT_COUNT_LIMIT", "span_limits.events", "0", "0"),
        ("OTEL_SPAN_LINK_COUNT_LIMIT", "span_limits.links", "3", "3"),
        ("OTEL_ATTRIBUTE_COUNT_LIMIT", "span_limits.attributes", "3", "3"),
        ("OTEL_ATTRIBUTE_COUNT_LIMIT", "span_limits.link_attributes", "3", "3"),
        ("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "span_limits.event_attributes", "4", "4"),
        ("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", "span_limits.link_attributes", "5", "5"),
        ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "span_limits.value_length", "6", "6"),
        ("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "span_limits.value_length", "7", "7"),
        ("OBSERVANT_TAIL", "tail", "2s", "2s"),
        ("OBSERVANT_TAIL", "tail", "OFF", "off"),
    ] {
        check(&[(variable, text)], name, (expected, &format!("env {variable}")), &[]);
    }
    for (variable, text) in [
        ("OTEL_BSP_MAX_QUEUE_SIZE", "0"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "1000001"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "2049"),
        ("OTEL_BSP_SCHEDULE_DELAY", "-1"),
        ("OTEL_BSP_SCHEDULE_DELAY", "1.5"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "0"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "86400001"),
        ("OTEL_SPAN_LINK_COUNT_LIMIT", "-1"),
        ("OBSERVANT_TAIL", "2"),
    ] {
        let settings = from_env(&[(variable, text)]);
        let told = messages(&settings);
        assert!(told.len() == 1 && told[0].contains(variable), "{variable} {text}: {told:?}");
        let mut effective = settings.effective().into_iter();
        assert!(effective.all(|setting| setting.origin == Origin::Default), "{variable}");
    }
    // The limit of spans beats the one of everything; a batch is no larger than a small queue.
    let both = [("OTEL_ATTRIBUTE_COUNT_LIMIT", "3"), ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "9")];
    assert_eq!(from_env(&both).sampling.limits().attributes, 9);
    assert_eq!(shown(&from_env(&[("OTEL_BSP_MAX_QUEUE_SIZE", "100")]), "batch.size").0, "100");
}

#[test]
fn samplers_have_their_names_and_arguments() {
    let named = "env OTEL_TRACES_SAMPLER";
    for (sampler, argument, expected) in [
        ("always_on", "", "always_on"),
        ("always_off", "", "always_off"),
        ("traceidratio", "0.25", "traceidratio(0.25)"),
        ("traceidratio", "", "traceidratio(1)"),
        ("parentbased_always_on", "7", "parentbased_always_on"),
        ("parentbased_always_off", "", "parentbased_always_off"),
        ("parentbased_traceidratio", "0", "parentbased_traceidratio(0)"),
    ] {
        let variables = [("OTEL_TRACES_SAMPLER", sampler), ("OTEL_TRACES_SAMPLER_ARG", argument)];
        check(&variables, "sampler", (expected, named), &[]);
    }
    // An argument without a sampler means nothing, and a bad one is none.
    let default = ("parentbased_always_on", "default");
    check(&[("OTEL_TRACES_SAMPLER_ARG", "0.1")], "sampler", default, &[]);
    for bad in ["1.5", "-0.1", "NaN", "ten"] {
        let variables = [("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", bad)];
        let warned: &[&[&str]] = &[&["OTEL_TRACES_SAMPLER_ARG", bad, "0 to 1"]];
        check(&variables, "sampler", ("traceidratio(1)", named), warned);
    }
    let warned: &[&[&str]] = &[&["OTEL_TRACES_SAMPLER", "`jaeger_remote`", "`always_on`"]];
    check(&[("OTEL_TRACES_SAMPLER", "jaeger_remote")], "sampler", default, warned);
}

#[test]
fn exporters_are_a_list() {
    let endpoint = (ENDPOINT, "http://c");
    for (signal, text, expected) in [
        ("TRACES", "none", "none"),
        ("TRACES", "console", "console"),
        ("TRACES", "console, otlp", "otlp,console"),
        ("METRICS", "otlp", "otlp"),
        ("METRICS", "prometheus", "none"),
        ("METRICS", "otlp,prometheus", "otlp"),
    ] {
        let variable = format!("OTEL_{signal}_EXPORTER");
        let name = format!("{}_exporter", signal.to_lowercase());
        let from = format!("env {variable}");
        check(&[endpoint, (&variable, text)], &name, (expected, &from), &[]);
    }
    for (signal, text, part) in [
        ("TRACES", "zipkin", "`zipkin` is no exporter"),
        ("TRACES", "prometheus", "`prometheus` is no exporter"),
        ("METRICS", "console", "for traces alone"),
    ] {
        let variable = format!("OTEL_{signal}_EXPORTER");
        let name = format!("{}_exporter", signal.to_lowercase());
        let warned: &[&[&str]] = &[&[&variable, part, "left out"]];
        check(&[endpoint, (&variable, text)], &name, ("otlp", "default"), warned);
    }
    // Asked for by name, and nowhere to go to.
    let warned: &[&[&str]] = &[&["OTEL_TRACES_EXPORTER", ENDPOINT, "no endpoint"]];
    check(
        &[("OTEL_TRACES_EXPORTER", "otlp")],
        "traces_exporter",
        ("otlp", "env OTEL_TRACES_EXPORTER"),
        warned,
    );
    assert_eq!(from_env(&[]).export.traces.asked_by(), None, "nothing is tried by default");
}

#[test]
fn temporality_and_aggregation_have_their_names_in_any_case() {
    let temporality = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE";
    for (text, expected) in
        [("delta", "delta"), ("LowMemory", "lowmemory"), ("CUMULATIVE", "cumulative")]
    {
        let from = format!("env {temporality}");
        check(&[(temporality, text)], "metrics_temporality", (expected, &from), &[]);
    }
    let aggregation = "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION";
    let exponential = "base2_exponential_bucket_histogram";
    let from = format!("env {aggregation}");
    check(&[(aggregation, exponential)], "metrics_histograms", (exponential, &from), &[]);
}

#[test]
fn everything_has_its_equivalent_in_code_which_beats_the_environment() {
    let garbage = "what the environment says";
    let env: Vec<_> = ALL.iter().map(|name| (*name, garbage)).collect();
    let quiet = |settings: &Settings, name: &str, value: &str| {
        assert_eq!(shown(settings, name), (value.to_owned(), "code".to_owned()), "{name}");
    };
    let mut code = Overrides::default();
    let general = Otlp::to("http://c:1/base").timeout(Duration::from_secs(1)).gzip(true);
    let general =
        general.header("X", "1").certificate("ca.pem").client_certificate("me.pem", "key.pem");
    code.export.otlp = Some(general.http());
    code.export.otlp_metrics = Some(Otlp::to("m:2").grpc().insecure(true).header("y", "2"));
    code.export.traces_exporter = Some("otlp,console".to_owned());
    code.export.metrics_exporter = Some("otlp".to_owned());
    (code.export.queue, code.export.batch) = (Some(64), Some(32));
    code.export.delay = Some(Duration::from_millis(3));
    code.export.timeout = Some(Duration::from_millis(4));
    code.export.interval = Some(Duration::from_millis(5));
    code.export.metric_timeout = Some(Duration::from_millis(6));
    code.export.temporality = Some(Temporality::Delta);
    code.export.exponential = Some(true);
    code.sampling.sampler = Some(Sampler::ratio(0.5));
    code.sampling.forced = Some(7);
    code.sampling.tail = Some(Duration::from_secs(8));
    let limits = SpanLimits::new().attributes(1).events(2).links(3).event_attributes(4);
    code.sampling.limits = Some(limits.link_attributes(5).value_length(6));
    let settings = resolve(&code, &env).unwrap();
    for (name, value) in [
        ("otlp.traces.endpoint", "http://c:1/base/v1/traces"),
        ("otlp.traces.protocol", "http/protobuf"),
        ("otlp.traces.headers", "x=******"),
        ("otlp.traces.timeout", "1s"),
        ("otlp.traces.compression", "gzip"),
        ("otlp.traces.certificate", "ca.pem"),
        ("otlp.traces.client_certificate", "me.pem"),
        ("otlp.traces.client_key", "key.pem"),
        ("otlp.metrics.endpoint", "http://m:2"),
        ("otlp.metrics.protocol", "grpc"),
        ("otlp.metrics.headers", "y=******"),
        ("otlp.metrics.timeout", "1s"),
        ("traces_exporter", "otlp,console"),
        ("metrics_exporter", "otlp"),
        ("batch.queue", "64"),
        ("batch.size", "32"),
        ("batch.delay", "3ms"),
        ("batch.timeout", "4ms"),
        ("metrics_interval", "5ms"),
        ("metrics_timeout", "6ms"),
        ("metrics_temporality", "delta"),
        ("metrics_histograms", "base2_exponential_bucket_histogram"),
        ("sampler", "traceidratio(0.5)"),
        ("forced_traces", "7"),
        ("tail", "8s"),
        ("span_limits.attributes", "1"),
        ("span_limits.events", "2"),
        ("span_limits.links", "3"),
        ("span_limits.event_attributes", "4"),
        ("span_limits.link_attributes", "5"),
        ("span_limits.value_length", "6"),
    ] {
        quiet(&settings, name, value);
    }
}

#[test]
fn wrong_values_in_code_are_errors() {
    let with = |change: fn(&mut Overrides)| {
        let mut code = Overrides::default();
        change(&mut code);
        resolve(&code, &[]).expect_err("it is wrong").to_string()
    };
    let told = with(|code| code.export.otlp = Some(Otlp::to("collector:4318")));
    assert!(told.contains("`http://` or `https://`"), "{told}");
    let told = with(|code| code.export.otlp_traces = Some(Otlp::new().header("a b", "secret")));
    assert!(told.contains("`a b`") && !told.contains("secret"), "{told}");
    let told = with(|code| code.export.traces_exporter = Some("zipkin".to_owned()));
    assert!(told.contains("`traces_exporter` `zipkin`"), "{told}");
    let told = with(|code| code.export.queue = Some(0));
    assert!(told.contains("`queue` 0"), "{told}");
    let told = with(|code| code.export.batch = Some(5_000));
    assert!(told.contains("2048"), "{told}");
    let told = with(|code| code.export.interval = Some(Duration::ZERO));
    assert!(told.contains("`metrics_interval`"), "{told}");
    let told = with(|code| code.sampling.tail = Some(Duration::MAX));
    assert!(told.contains("`tail`"), "{told}");
}

proptest::proptest! {
    /// Whatever the environment holds: no panic, and no secret is told.
    #[test]
    fn no_environment_panics(texts in proptest::collection::vec("[ -~é]{0,40}", ALL.len() + OURS.len())) {
        let names = ALL.into_iter().chain(OURS.iter().map(|variable| variable.name));
        let environment = Environment::new(names.zip(texts));
        let settings = Settings::resolve(&Overrides::default(), &environment).unwrap();
        settings.effective();
        for signal in [&settings.export.traces, &settings.export.metrics] {
            for (_, value) in &signal.headers.value.0 {
                let told = format!("{settings:?}");
                proptest::prop_assert!(value.len() < 9 || !told.contains(value.as_str()));
            }
        }
    }
}
