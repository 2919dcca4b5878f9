//! Every variable, and every way to get its value wrong.

use super::{ATTRIBUTES, HOST, LISTEN, PORT, PROPAGATORS, check, from_env, messages, shown};
use crate::config::{
    Environment, Filter, Level, Overrides, Settings,
    environment::OURS,
    value::{Origin, Token},
};

#[test]
fn booleans_are_true_only_for_true() {
    for (variable, name) in
        [("OBSERVANT_DISABLED", "disabled"), ("OTEL_SDK_DISABLED", "sdk_disabled")]
    {
        let origin = format!("env {variable}");
        for text in ["true", "TRUE", "True", "tRuE"] {
            check(&[(variable, text)], name, ("true", &origin), &[]);
        }
        for text in ["false", "FALSE", "False"] {
            check(&[(variable, text)], name, ("false", &origin), &[]);
        }
        for text in ["1", "yes", "on", " true", "true ", "0", "no", "t", " ", "wahr"] {
            let warned: &[&[&str]] = &[&[variable, text, "counts as false", "`true` or `false`"]];
            check(&[(variable, text)], name, ("false", &origin), warned);
        }
    }
}

#[test]
fn addresses_are_parsed() {
    for (text, expected) in [
        ("off", "off"),
        ("OFF", "off"),
        ("0.0.0.0:9464", "0.0.0.0:9464"),
        ("127.0.0.1:0", "127.0.0.1:0"),
        (":8080", "127.0.0.1:8080"),
        (" :8080 ", "127.0.0.1:8080"),
        ("[::1]:0", "[::1]:0"),
        ("[::]:65535", "[::]:65535"),
        ("[0:0:0:0:0:0:0:1]:1", "[::1]:1"),
        ("localhost:9464", "localhost:9464"),
        ("my_service.internal:80", "my_service.internal:80"),
        ("host.:80", "host.:80"),
    ] {
        check(&[(LISTEN, text)], "listen", (expected, "env OBSERVANT_LISTEN"), &[]);
    }
}

#[test]
fn bad_addresses_warn_and_leave_the_default() {
    for (text, reason) in [
        ("9464", "no port"),
        ("localhost", "no port"),
        (" ", "no port"),
        ("localhost:", "the port `` is not"),
        ("localhost:http", "the port `http` is not"),
        ("localhost:65536", "the port `65536` is not"),
        ("localhost:-1", "the port `-1` is not"),
        ("localhost:+80", "the port `+80` is not"),
        (":99999999999999999999", "is not a number from 0 to 65535"),
        ("::1:9464", "an IPv6 address stands in brackets"),
        ("::1", "an IPv6 address stands in brackets"),
        ("[::1]", "no port"),
        ("[::g]:80", "`[::g]` is not an IPv6 address"),
        ("[127.0.0.1]:80", "is not an IPv6 address"),
        ("*:80", "`*` is not a host name"),
        ("a b:80", "`a b` is not a host name"),
        ("a..b:80", "is not a host name"),
        (".:80", "is not a host name"),
        ("127.0.0.300:80", "is not an IPv4 address"),
        ("1.2.3:80", "is not an IPv4 address"),
        ("http://localhost:9464", "it is a URL"),
        ("http://localhost", "it is a URL"),
        ("bell\u{7}:80", "`bell\\u{7}`"),
    ] {
        let warned: &[&[&str]] = &[&[LISTEN, reason, "ignored; expected `off`, `host:port`"]];
        check(&[(LISTEN, text)], "listen", ("127.0.0.1:9464", "default"), warned);
    }
}

#[test]
fn hosts_are_normalized_and_bad_ones_left_out() {
    let variable = "OBSERVANT_HOSTS";
    let origin = "env OBSERVANT_HOSTS";
    for (text, expected) in [
        ("a.example", "a.example"),
        (" A.Example. , b , [::1],10.0.0.1,,b", "a.example,b,::1,10.0.0.1"),
        ("*", "*"),
        ("a,*", "*"),
        (",", ""),
    ] {
        check(&[(variable, text)], "hosts", (expected, origin), &[]);
    }
    let warned: &[&[&str]] = &[
        &[variable, "`a.example:80`", "leave the port out", "left out", "or `*`"],
        &[variable, "`*.b`", "is not a host name"],
    ];
    check(&[(variable, "a.example:80,*.b,c")], "hosts", ("c", origin), warned);
}

#[test]
fn tokens_are_checked_and_never_shown() {
    let variable = "OBSERVANT_TOKEN";
    let good = from_env(&[(variable, "s3cr3t+/=~")]);
    assert_eq!(good.token.value.as_ref().map(Token::secret), Some("s3cr3t+/=~"));
    assert_eq!(shown(&good, "token"), ("******".to_owned(), format!("env {variable}")));
    assert!(!format!("{good:?}").contains("s3cr3t"), "{good:?}");
    for (text, reason) in [
        ("s3cr3t\n", "white space"),
        ("s3cr3t s3cr3t", "white space"),
        (" ", "white space"),
        ("s3cr3t\u{7f}", "a control character"),
        ("s3cr3t\u{0}", "a control character"),
        ("s3cr3té", "outside ASCII"),
    ] {
        let settings = from_env(&[(variable, text)]);
        assert_eq!(settings.token.value, None, "{text:?}");
        let [message] = messages(&settings)[..] else { panic!("{text:?}: one warning") };
        assert!(message.contains(variable) && message.contains(reason), "{message}");
        assert!(message.contains("visible ASCII"), "{message}");
        assert!(!message.contains("s3cr3t"), "{message}");
    }
}

#[test]
fn drains_take_units() {
    let variable = "OBSERVANT_DRAIN";
    let origin = "env OBSERVANT_DRAIN";
    for (text, expected) in [
        ("5s", "5s"),
        ("500ms", "500ms"),
        ("2m", "120s"),
        ("0", "0s"),
        ("000", "0s"),
        ("0s", "0s"),
        (" 60m ", "3600s"),
    ] {
        check(&[(variable, text)], "drain", (expected, origin), &[]);
    }
    for (text, reason) in [
        ("5", "no unit"),
        ("s", "whole number"),
        ("-1s", "whole number"),
        ("+1s", "whole number"),
        ("1.5s", "`.5s` is not a known unit"),
        ("1h", "`h` is not a known unit"),
        ("1 s", "` s` is not a known unit"),
        ("1S", "`S` is not a known unit"),
        ("61m", "longer than an hour"),
        ("18446744073709551615m", "longer than an hour"),
        ("99999999999999999999999s", "longer than an hour"),
    ] {
        let warned: &[&[&str]] = &[&[variable, reason, "ignored; expected `0`, or"]];
        check(&[(variable, text)], "drain", ("0s", "default"), warned);
    }
}

#[test]
fn commas_within_brackets_belong_to_names() {
    for (text, shown) in [
        ("m::<A as B<C, D>>::f=off,m=metrics", "m::<A as B<C, D>>::f=off,m=metrics"),
        ("<A as B<fn(C, D) -> E, F>>::f = off , on", "<A as B<fn(C, D) -> E, F>>::f=off,on"),
        ("(A, B)::f=off,[C, D]::g=on", "(A, B)::f=off,[C, D]::g=on"),
        // A bracket without its other half separates nothing.
        ("a<b=off,c=off", "a<b=off,c=off"),
        ("a>b=off,c=off", "a>b=off,c=off"),
    ] {
        let (filter, reasons) = Filter::parse(text);
        assert_eq!((filter.to_string().as_str(), reasons.len()), (shown, 0), "{text}");
    }
    let (filter, reasons) = Filter::parse("a<b,c=off,d<e");
    assert_eq!(filter.to_string(), "a<b,c=off");
    assert_eq!(reasons, ["`d<e` has no level"]);
    let level = |function| Filter::parse("m::<A as B<C, D>>::f=off").0.level_for("m", function);
    assert_eq!((level("<A as B<C, D>>::f"), level("<A as B<C>>::f")), (Level::Off, Level::On));
}

#[test]
fn filters_are_parsed_and_bad_directives_left_out() {
    let variable = "OBSERVANT_FILTER";
    let origin = "env OBSERVANT_FILTER";
    for (text, expected) in [
        ("my_crate::hot=off,tools=metrics", "my_crate::hot=off,tools=metrics"),
        ("tools=metrics, my_crate::hot = OFF ,", "my_crate::hot=off,tools=metrics"),
        ("off,a=on", "a=on,off"),
        ("a=on,a=off", "a=off"),
        ("a::=off", "a=off"),
    ] {
        check(&[(variable, text)], "filter", (expected, origin), &[]);
    }
    let warned: &[&[&str]] = &[
        &[variable, "`a` has no level", "left out", "`path=level`"],
        &[variable, "`b=maybe` has an unknown level"],
        &[variable, "`=off` has no path"],
        &[variable, "`c::*=off` has a `*`"],
    ];
    check(&[(variable, "a,b=maybe,=off,c::*=off,d=off")], "filter", ("d=off", origin), warned);
}

#[test]
fn the_longest_matching_prefix_decides() {
    let (filter, reasons) = Filter::parse(
        "metrics, app=off, app::tools=on, app::tools::search=metrics, app::Store=metrics, \
         <app::X as Iterator<Item = u8>>::next=off, app::tools::Index::get=off",
    );
    assert_eq!(reasons, ["`<app::X as Iterator<Item = u8>>::next=off`"; 0]);
    for (module, function, expected) in [
        ("other", "f", Level::Metrics),
        ("app", "main", Level::Off),
        ("app::deep::er", "f", Level::Off),
        ("application", "f", Level::Metrics),
        ("app_", "f", Level::Metrics),
        ("ap", "p", Level::Metrics),
        ("app::tools", "run", Level::On),
        ("app::tools::inner", "run", Level::On),
        ("app::toolset", "run", Level::Off),
        ("app::tools", "search", Level::Metrics),
        ("app::tools", "search#2", Level::Metrics),
        ("app::tools", "search_all", Level::On),
        ("app::tools::search", "f", Level::Metrics),
        ("app", "Store::open", Level::Metrics),
        ("app", "Stored::open", Level::Off),
        ("app::tools", "Index::get", Level::Off),
        ("app::tools", "Index::get_mut", Level::On),
        ("app::tools", "Index", Level::On),
    ] {
        assert_eq!(filter.level_for(module, function), expected, "{module}::{function}");
    }
    assert_eq!(Filter::default().level_for("any", "f"), Level::On);
}

#[test]
fn resource_attributes_are_decoded_whole_or_not_at_all() {
    let origin = format!("env {ATTRIBUTES}");
    for (text, key, expected) in [
        ("deployment.environment=prod", "deployment.environment", "prod"),
        ("a=1, b = two%2C%20three ,", "b", "two, three"),
        ("a%3Db=c%25", "a=b", "c%"),
        ("a=%E2%82%ac", "a", "€"),
        ("a=b=c", "a", "b=c"),
        ("a=1,a=2", "a", "2"),
        ("a=", "a", ""),
        ("a=b+c", "a", "b+c"),
    ] {
        let name = format!("resource_attributes.{key}");
        check(&[(ATTRIBUTES, text)], &name, (expected, &origin), &[]);
    }
    for (text, reason) in [
        ("good=1,bad", "`bad` has no `=`"),
        ("good=1,=x", "`=x` has no key"),
        ("good=1,b=%", "`%` is not percent-encoded"),
        ("good=1,b=%4", "`%4` is not percent-encoded"),
        ("good=1,b=%zz", "`%zz` is not percent-encoded"),
        ("good=1,b=%ff", "`%ff` is not percent-encoded UTF-8"),
        ("good=1,%ff=b", "`%ff` is not percent-encoded UTF-8"),
    ] {
        let settings = from_env(&[(ATTRIBUTES, text)]);
        assert!(settings.resource_attributes.is_empty(), "{text}");
        let [message] = messages(&settings)[..] else { panic!("{text}: one warning") };
        assert!(message.contains(ATTRIBUTES) && message.contains(reason), "{message}");
    }
}

#[test]
fn propagators_are_a_list_of_names() {
    let name = "propagators";
    let env = "env OTEL_PROPAGATORS";
    for (given, holds) in [
        ("none", "none"),
        (" none ", "none"),
        ("b3", "b3"),
        ("baggage, tracecontext", "baggage,tracecontext"),
        ("b3multi,b3,b3multi,,b3", "b3multi,b3"),
        ("tracecontext,baggage,b3,b3multi", "tracecontext,baggage,b3,b3multi"),
    ] {
        check(&[(PROPAGATORS, given)], name, (holds, env), &[]);
    }
    let unknown: &[&[&str]] = &[&["`OTEL_PROPAGATORS`", "`jaeger` is not supported", "`b3multi`"]];
    check(&[(PROPAGATORS, "jaeger,b3")], name, ("b3", env), unknown);
    check(&[(PROPAGATORS, "jaeger")], name, ("tracecontext,baggage", env), unknown);
    let beside: &[&[&str]] = &[&["`none` stands beside others"]];
    check(&[(PROPAGATORS, "b3,none")], name, ("b3", env), beside);
}

#[test]
fn forced_traces_are_a_number_or_unlimited() {
    let name = "forced_traces";
    let variable = "OBSERVANT_FORCED_TRACES";
    let env = "env OBSERVANT_FORCED_TRACES";
    for (given, holds) in [("0", "0"), (" 100 ", "100"), ("Unlimited", "unlimited")] {
        check(&[(variable, given)], name, (holds, env), &[]);
    }
    let bad: &[&[&str]] = &[&[variable, "ignored", "`unlimited`"]];
    for given in ["-1", "many", "1.5", "4294967296"] {
        check(&[(variable, given)], name, ("unlimited", "default"), bad);
    }
}

#[test]
fn unknown_variables_of_ours_warn_with_the_known_ones() {
    let settings = from_env(&[("OBSERVANT_LISTN", "off"), ("OBSERVER_X", "1"), ("PATH", "/")]);
    let [message] = messages(&settings)[..] else { panic!("{:?}", settings.warnings) };
    assert!(message.contains("`OBSERVANT_LISTN`"), "{message}");
    for variable in OURS {
        assert!(message.contains(&format!("`{}`", variable.name)), "{message}");
    }
    assert_eq!(settings.warnings[0].setting, "OBSERVANT_LISTN");
}

#[test]
fn a_configuration_file_is_not_supported_and_said_once() {
    let environment = [("OTEL_CONFIG_FILE", "/etc/otel.yaml"), (PORT, "1")];
    let warned: &[&[&str]] = &[&["`OTEL_CONFIG_FILE` is not supported"]];
    let origin = "env OTEL_EXPORTER_PROMETHEUS_PORT";
    check(&environment, "listen", ("localhost:1", origin), warned);
}

#[test]
fn long_values_are_shortened_in_messages() {
    let long = "x".repeat(10_000);
    let settings = from_env(&[(LISTEN, &long)]);
    let [message] = messages(&settings)[..] else { panic!("one warning") };
    assert!(message.contains("x…`") && message.len() < 400, "{message}");
}

#[test]
#[cfg(unix)]
fn values_that_are_not_text_warn_and_count_as_unset() {
    use std::os::unix::ffi::OsStringExt;
    let otel = [HOST, PORT, ATTRIBUTES, PROPAGATORS, "OTEL_SERVICE_NAME", "OTEL_SDK_DISABLED"];
    for name in OURS.iter().map(|variable| variable.name).chain(otel) {
        let value = std::ffi::OsString::from_vec(b"s3cr3t\xff".to_vec());
        let environment = Environment::new([(std::ffi::OsString::from(name), value)]);
        let settings = Settings::resolve(&Overrides::default(), &environment).unwrap();
        let [message] = messages(&settings)[..] else { panic!("{name}: one warning") };
        assert!(message.contains(name) && message.contains("not UTF-8"), "{message}");
        assert_eq!(message.contains("s3cr3t"), name != "OBSERVANT_TOKEN", "{message}");
        let mut effective = settings.effective().into_iter();
        assert!(effective.all(|setting| setting.origin == Origin::Default), "{name}");
    }
}
