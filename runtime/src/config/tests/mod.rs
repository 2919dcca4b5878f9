//! Tests of settings: precedence, origins and values given in code; helpers of all of them.

mod export;
mod property;
mod values;

use std::time::Duration;

use super::{Environment, Overrides, Settings, environment::OURS, value::Origin};
use crate::span::Propagator;

/// Settings from the environment alone.
fn from_env(variables: &[(&str, &str)]) -> Settings {
    resolve(&Overrides::default(), variables).expect("the environment is never an error")
}

fn resolve(code: &Overrides, variables: &[(&str, &str)]) -> Result<Settings, crate::Error> {
    Settings::resolve(code, &Environment::new(variables.iter().copied()))
}

/// How a setting is shown: its value and its origin.
fn shown(settings: &Settings, name: &str) -> (String, String) {
    let mut found = settings.effective().into_iter().filter(|setting| setting.name == name);
    let setting = found.next().unwrap_or_else(|| panic!("no setting `{name}`"));
    assert!(found.next().is_none(), "`{name}` is listed twice");
    (setting.value, setting.origin.to_string())
}

fn messages(settings: &Settings) -> Vec<&str> {
    settings.warnings.iter().map(|warning| warning.message.as_str()).collect()
}

/// Checks one setting's value and origin, and that the warnings contain exactly `warned`.
#[track_caller]
fn check(
    variables: &[(&str, &str)],
    name: &str,
    (value, origin): (&str, &str),
    warned: &[&[&str]],
) {
    let settings = from_env(variables);
    assert_eq!(shown(&settings, name), (value.to_owned(), origin.to_owned()), "{variables:?}");
    let messages = messages(&settings);
    assert_eq!(messages.len(), warned.len(), "{variables:?}: {messages:?}");
    for (message, parts) in messages.iter().zip(warned) {
        for part in *parts {
            assert!(message.contains(part), "{variables:?}: `{message}` has no `{part}`");
        }
    }
}

const LISTEN: &str = "OBSERVANT_LISTEN";
const HOST: &str = "OTEL_EXPORTER_PROMETHEUS_HOST";
const PORT: &str = "OTEL_EXPORTER_PROMETHEUS_PORT";
const ATTRIBUTES: &str = "OTEL_RESOURCE_ATTRIBUTES";
const PROPAGATORS: &str = "OTEL_PROPAGATORS";

#[test]
fn defaults_hold_in_an_empty_environment() {
    let settings = from_env(&[]);
    let shown: Vec<_> = settings
        .effective()
        .into_iter()
        .map(|setting| format!("{}={} ({})", setting.name, setting.value, setting.origin))
        .collect();
    let expected = [
        "batch.delay=5s (default)",
        "batch.queue=2048 (default)",
        "batch.size=512 (default)",
        "batch.timeout=30s (default)",
        "disabled=false (default)",
        "drain=0s (default)",
        "error_types=32 (default)",
        "filter= (default)",
        "forced_traces=unlimited (default)",
        "hosts= (default)",
        "label_values=200 (default)",
        "listen=127.0.0.1:9464 (default)",
        "logs=text (default)",
        "metrics_exporter=otlp (default)",
        "metrics_histograms=explicit_bucket_histogram (default)",
        "metrics_interval=60s (default)",
        "metrics_temporality=cumulative (default)",
        "metrics_timeout=30s (default)",
        "otlp.metrics.certificate= (default)",
        "otlp.metrics.client_certificate= (default)",
        "otlp.metrics.client_key= (default)",
        "otlp.metrics.compression=none (default)",
        "otlp.metrics.endpoint= (default)",
        "otlp.metrics.headers= (default)",
        "otlp.metrics.protocol=http/protobuf (default)",
        "otlp.metrics.timeout=10s (default)",
        "otlp.traces.certificate= (default)",
        "otlp.traces.client_certificate= (default)",
        "otlp.traces.client_key= (default)",
        "otlp.traces.compression=none (default)",
        "otlp.traces.endpoint= (default)",
        "otlp.traces.headers= (default)",
        "otlp.traces.protocol=http/protobuf (default)",
        "otlp.traces.timeout=10s (default)",
        "propagators=tracecontext,baggage (default)",
        "sampler=parentbased_always_on (default)",
        "sdk_disabled=false (default)",
        "series=2000 (default)",
        "service_name=unknown_service (default)",
        "signals=true (default)",
        "source_url= (default)",
        "span_limits.attributes=128 (default)",
        "span_limits.event_attributes=128 (default)",
        "span_limits.events=128 (default)",
        "span_limits.link_attributes=128 (default)",
        "span_limits.links=128 (default)",
        "span_limits.value_length=unlimited (default)",
        "tail=off (default)",
        "token= (default)",
        "traces_exporter=otlp (default)",
        "watchdog=10s (default)",
    ];
    assert_eq!(shown, expected);
    assert_eq!(settings.warnings, []);
}

#[test]
fn empty_is_unset() {
    let names = OURS.iter().map(|variable| variable.name);
    let otel = [HOST, PORT, ATTRIBUTES, PROPAGATORS, "OTEL_SERVICE_NAME", "OTEL_SDK_DISABLED"];
    for name in names.chain(otel).chain(["OTEL_CONFIG_FILE", "OBSERVANT_UNKNOWN"]) {
        let settings = from_env(&[(name, "")]);
        assert_eq!(settings.warnings, [], "{name}");
        let mut effective = settings.effective().into_iter();
        assert!(effective.all(|setting| setting.origin == Origin::Default), "{name}");
    }
}

#[test]
fn otel_host_and_port_make_one_address_which_ours_beats() {
    let host = "env OTEL_EXPORTER_PROMETHEUS_HOST";
    let port = "env OTEL_EXPORTER_PROMETHEUS_PORT";
    let both = "env OTEL_EXPORTER_PROMETHEUS_HOST and OTEL_EXPORTER_PROMETHEUS_PORT";
    check(&[(HOST, "0.0.0.0")], "listen", ("0.0.0.0:9464", host), &[]);
    check(&[(HOST, "::1")], "listen", ("[::1]:9464", host), &[]);
    check(&[(HOST, "[::1]")], "listen", ("[::1]:9464", host), &[]);
    check(&[(PORT, "1")], "listen", ("localhost:1", port), &[]);
    check(&[(HOST, "metrics.local"), (PORT, "0")], "listen", ("metrics.local:0", both), &[]);
    let ours = ("[::1]:7", "env OBSERVANT_LISTEN");
    check(&[(HOST, "0.0.0.0"), (PORT, "1"), (LISTEN, "[::1]:7")], "listen", ours, &[]);
    check(&[(PORT, "1"), (LISTEN, "off")], "listen", ("off", "env OBSERVANT_LISTEN"), &[]);
    // A bad value counts as unset, so the next one down holds.
    let bad: &[&[&str]] = &[&[LISTEN, "`nonsense`"]];
    check(&[(PORT, "1"), (LISTEN, "nonsense")], "listen", ("localhost:1", port), bad);
    let bad: &[&[&str]] = &[&[PORT, "`x`", "from 0 to 65535"]];
    check(&[(HOST, "10.0.0.1"), (PORT, "x")], "listen", ("10.0.0.1:9464", host), bad);
    let bad: &[&[&str]] = &[&[HOST, "`a:80`", "it is not a host name"]];
    check(&[(HOST, "a:80")], "listen", ("127.0.0.1:9464", "default"), bad);
}

#[test]
fn the_service_name_has_an_order_of_precedence() {
    let attribute = (ATTRIBUTES, "service.name=attribute,a=b");
    let variable = ("OTEL_SERVICE_NAME", "variable");
    let name = |code: Overrides, variables: &[(&str, &str)]| {
        let settings = resolve(&code, variables).unwrap();
        assert!(!settings.resource_attributes.contains_key("service.name"));
        shown(&settings, "service_name")
    };
    let attributes = |text: &str| vec![("service.name".to_owned(), text.to_owned())];
    let in_code = || Overrides { resource_attributes: attributes("code"), ..Overrides::default() };
    let pair = |value: &str, origin: &str| (value.to_owned(), origin.to_owned());

    let from_attribute = pair("attribute", "env OTEL_RESOURCE_ATTRIBUTES");
    let from_variable = pair("variable", "env OTEL_SERVICE_NAME");
    assert_eq!(name(Overrides::default(), &[attribute]), from_attribute);
    assert_eq!(name(Overrides::default(), &[attribute, variable]), from_variable);
    assert_eq!(name(in_code(), &[attribute, variable]), pair("code", "code"));
    let both = Overrides { service_name: Some("builder".to_owned()), ..in_code() };
    assert_eq!(name(both, &[attribute, variable]), pair("builder", "code"));
    // A blank name hides no better one.
    let blank = ("OTEL_SERVICE_NAME", "  ");
    assert_eq!(name(Overrides::default(), &[attribute, blank]), from_attribute);
    let blank = (ATTRIBUTES, "service.name=");
    assert_eq!(name(Overrides::default(), &[blank]), pair("unknown_service", "default"));
    let code = Overrides { resource_attributes: attributes(" "), ..Overrides::default() };
    assert_eq!(name(code, &[variable]), from_variable);

    let mut environment = Environment::new([("OTEL_SERVICE_NAME", "")]);
    environment.executable = Some("shop".to_owned());
    let settings = Settings::resolve(&Overrides::default(), &environment).unwrap();
    assert_eq!(shown(&settings, "service_name"), pair("unknown_service:shop", "default"));
}

#[test]
fn code_beats_the_environment() {
    let code = Overrides {
        disabled: Some(false),
        sdk_disabled: Some(true),
        listen: Some("[::1]:0".to_owned()),
        hosts: Some(vec!["Code.example".to_owned()]),
        token: Some("code".to_owned()),
        drain: Some(Duration::from_secs(1)),
        filter: Some("code=off".to_owned()),
        service_name: Some("code".to_owned()),
        resource_attributes: vec![("a".to_owned(), "code".to_owned())],
        error_types: Some(3),
        series: Some(4),
        label_values: Some(5),
        signals: Some(false),
        source_url: Some("https://example.com/{file}".to_owned()),
        propagators: Some(vec![Propagator::B3, Propagator::B3, Propagator::Baggage]),
        ..Overrides::default()
    };
    let environment = [
        ("OBSERVANT_DISABLED", "true"),
        ("OTEL_SDK_DISABLED", "false"),
        (LISTEN, "off"),
        ("OBSERVANT_HOSTS", "env.example"),
        ("OBSERVANT_TOKEN", "env"),
        ("OBSERVANT_DRAIN", "9s"),
        ("OBSERVANT_FILTER", "env=off"),
        ("OTEL_SERVICE_NAME", "env"),
        (ATTRIBUTES, "a=env,b=env"),
        (PROPAGATORS, "none"),
    ];
    let settings = resolve(&code, &environment).unwrap();
    assert_eq!(settings.warnings, []);
    for (name, value) in [
        ("disabled", "false"),
        ("drain", "1s"),
        ("error_types", "3"),
        ("series", "4"),
        ("label_values", "5"),
        ("source_url", "https://example.com/{file}"),
        ("propagators", "b3,baggage"),
        ("filter", "code=off"),
        ("hosts", "code.example"),
        ("listen", "[::1]:0"),
        ("sdk_disabled", "true"),
        ("service_name", "code"),
        ("token", "******"),
        ("resource_attributes.a", "code"),
    ] {
        assert_eq!(shown(&settings, name), (value.to_owned(), "code".to_owned()), "{name}");
    }
    let b = ("env".to_owned(), format!("env {ATTRIBUTES}"));
    assert_eq!(shown(&settings, "resource_attributes.b"), b);
}

#[test]
fn bad_values_in_code_are_errors_that_say_what_is_allowed() {
    let text = |text: &str| Some(text.to_owned());
    let list = |entry: &str| Some(vec![entry.to_owned()]);
    let pair = vec![(" ".to_owned(), "x".to_owned())];
    let none = Overrides::default;
    let cases: [(Overrides, &[&str]); 14] = [
        (Overrides { listen: text("here"), ..none() }, &["`listen` `here`", "expected `off`"]),
        (Overrides { hosts: list("a:1"), ..none() }, &["`hosts`", "`a:1`", "leave the port out"]),
        (Overrides { hosts: list(""), ..none() }, &["`hosts`", "`` is not a host name"]),
        (
            Overrides { source_url: text("ftp://a/{file}"), ..none() },
            &["`source_url` `ftp://a/{file}`", "expected an address of `http://`", "{line}"],
        ),
        (Overrides { token: text(""), ..none() }, &["`token`", "empty", "visible ASCII"]),
        (Overrides { token: text("se cret"), ..none() }, &["`token`", "white space"]),
        (Overrides { filter: text("a"), ..none() }, &["`filter`", "`a` has no level"]),
        (Overrides { filter: text("a=b,=on"), ..none() }, &["unknown level", "no path"]),
        (Overrides { service_name: text(" "), ..none() }, &["`service_name`", "empty"]),
        (Overrides { resource_attributes: pair, ..none() }, &["`resource_attribute`", "key"]),
        (Overrides { drain: Some(Duration::MAX), ..none() }, &["`drain`", "one hour"]),
        (Overrides { drain: Some(Duration::from_secs(3601)), ..none() }, &["`drain` 3601s"]),
        (Overrides { error_types: Some(0), ..none() }, &["`error_types` 0", "1 to 1000"]),
        (Overrides { series: Some(100_001), ..none() }, &["`series` 100001", "1 to 100000"]),
    ];
    for (code, parts) in cases {
        let error = resolve(&code, &[]).expect_err(parts[0]);
        assert!(error.is_setting());
        let message = error.to_string();
        assert!(!message.contains("se cret"), "{message}");
        for part in parts {
            assert!(message.contains(part), "`{message}` has no `{part}`");
        }
    }
}

#[test]
fn the_variables_of_ours_are_sorted_and_begin_with_our_name() {
    assert!(OURS.is_sorted_by_key(|variable| variable.name));
    assert!(OURS.iter().all(|variable| variable.name.starts_with("OBSERVANT_")));
}
