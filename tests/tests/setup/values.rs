//! Values given in code and in the environment: which one holds, and what becomes of bad ones.

use super::program;
use observant_tests::program::Program;
use serde_json::Value as Json;

/// A setting as `/status` shows it: value and origin.
fn setting(program: &Program, name: &str) -> (String, String) {
    let status = program.status();
    let settings = status["settings"].as_array().expect("a list");
    let found = settings.iter().find(|setting| setting["name"] == name);
    let found = found.unwrap_or_else(|| panic!("no setting {name}"));
    let text = |key: &str| found[key].as_str().expect("text").to_owned();
    (text("value"), text("origin"))
}

fn pair(value: &str, origin: &str) -> (String, String) {
    (value.to_owned(), origin.to_owned())
}

#[test]
fn code_beats_our_variables_beat_opentelemetrys_beat_defaults() {
    let mut defaults = program(&[]);
    defaults.init("");
    for (name, value) in [
        ("disabled", "false"),
        ("drain", "0s"),
        ("error_types", "32"),
        ("series", "2000"),
        ("label_values", "200"),
        ("propagators", "tracecontext,baggage"),
        ("forced_traces", "unlimited"),
        ("filter", ""),
        ("hosts", ""),
        ("sdk_disabled", "false"),
        ("service_name", "unknown_service:observant-fixture-program"),
        ("token", ""),
    ] {
        assert_eq!(setting(&defaults, name), pair(value, "default"), "{name}");
    }
    assert_eq!(setting(&defaults, "listen"), pair("127.0.0.1:0", "env OBSERVANT_LISTEN"));

    let environment = [
        ("OBSERVANT_DRAIN", "1ms"),
        ("OBSERVANT_FILTER", "somewhere=off"),
        ("OBSERVANT_HOSTS", "a.example"),
        ("OBSERVANT_TOKEN", "from-the-environment"),
        ("OTEL_SERVICE_NAME", "from the environment"),
        ("OTEL_RESOURCE_ATTRIBUTES", "service.name=least,team=a,place=%41%20b"),
        ("OTEL_EXPORTER_PROMETHEUS_PORT", "1"),
        ("OTEL_PROPAGATORS", "b3multi"),
        ("OBSERVANT_FORCED_TRACES", "8"),
    ];
    let mut env = program(&environment);
    env.init("");
    for (name, value, variable) in [
        ("drain", "1ms", "OBSERVANT_DRAIN"),
        ("filter", "somewhere=off", "OBSERVANT_FILTER"),
        ("hosts", "a.example", "OBSERVANT_HOSTS"),
        ("propagators", "b3multi", "OTEL_PROPAGATORS"),
        ("forced_traces", "8", "OBSERVANT_FORCED_TRACES"),
        ("token", "******", "OBSERVANT_TOKEN"),
        ("listen", "127.0.0.1:0", "OBSERVANT_LISTEN"),
        ("service_name", "from the environment", "OTEL_SERVICE_NAME"),
        ("resource_attributes.team", "a", "OTEL_RESOURCE_ATTRIBUTES"),
        ("resource_attributes.place", "A b", "OTEL_RESOURCE_ATTRIBUTES"),
    ] {
        assert_eq!(setting(&env, name), pair(value, &format!("env {variable}")), "{name}");
    }

    let mut code = program(&[&environment[..], &[("OTEL_SDK_DISABLED", "true")]].concat());
    code.init(
        "drain_ms=2 filter=elsewhere=off hosts=b.example token=from-code service_name=named \
         attribute=team=b sdk_disabled=false disabled=false listen=:0 error_types=3 series=4 label_values=5 \
         propagators=b3 forced_traces=9",
    );
    for (name, value) in [
        ("drain", "2ms"),
        ("error_types", "3"),
        ("series", "4"),
        ("label_values", "5"),
        ("propagators", "b3"),
        ("forced_traces", "9"),
        ("filter", "elsewhere=off"),
        ("hosts", "b.example"),
        ("token", "******"),
        ("listen", "127.0.0.1:0"),
        ("service_name", "named"),
        ("sdk_disabled", "false"),
        ("resource_attributes.team", "b"),
    ] {
        assert_eq!(setting(&code, name), pair(value, "code"), "{name}");
    }
    assert_eq!(code.status()["service"], "named");
    assert_eq!(code.status()["switches"]["enabled"], true);
    // Attributes merge key by key.
    assert_eq!(setting(&code, "resource_attributes.place").0, "A b");
}

#[test]
fn a_bad_value_in_code_is_an_error_and_nothing_starts() {
    for (settings, part) in [
        ("listen=nowhere", "`listen`"),
        ("listen=127.0.0.1:70000", "`listen`"),
        ("listen=http://localhost:1", "`listen`"),
        ("listen=", "`listen`"),
        ("hosts=a,b/c", "`hosts`"),
        ("hosts=a.example:80", "leave the port out"),
        ("token=", "`token`"),
        ("token=with\ttab", "`token`"),
        ("token=größe", "`token`"),
        ("drain_ms=3600001", "`drain`"),
        ("filter=a=loud", "`filter`"),
        ("filter=a=off,b*=off", "`filter`"),
        ("service_name=", "`service_name`"),
        ("attribute==x", "`resource_attribute`"),
        ("error_types=0", "`error_types`"),
        ("error_types=1001", "`error_types`"),
        ("series=0", "`series`"),
        ("series=100001", "`series`"),
    ] {
        let mut program = program(&[("OBSERVANT_DISABLED", "true")]);
        let answer = program.tell(&format!("init {settings}"));
        assert_eq!(answer["setting"], true, "{settings}: {answer}");
        let text = answer["error"].as_str().unwrap();
        assert!(text.contains(part) && text.contains("expected"), "{settings}: {text}");
        let secret = settings.strip_prefix("token=").filter(|token| !token.is_empty());
        assert!(secret.is_none_or(|token| !text.contains(token)), "{text}");
        // The attempt left nothing behind.
        assert!(program.tell("init")["error"].is_null());
    }
}

#[test]
fn the_ends_of_every_range_are_accepted() {
    let accepted = ["error_types=1 series=1", "error_types=1000 series=100000", "drain_ms=3600000"];
    for settings in accepted {
        let answer = program(&[]).tell(&format!("init {settings}"));
        assert!(answer["address"].is_string(), "{settings}: {answer}");
    }
}

#[test]
fn the_token_is_shown_nowhere() {
    const TOKEN: &str = "t0ken-that-nobody-sees";
    for (environment, settings) in [
        (("OBSERVANT_TOKEN", TOKEN), String::new()),
        (("OBSERVANT_Y", ""), format!("token={TOKEN}")),
    ] {
        let mut program = program(&[environment]);
        program.tell("subscribe");
        program.init(&settings);
        for page in ["/", "/status", "/metrics", "/health", "/nowhere"] {
            let response = program.get(page);
            assert!(!response.text().contains(TOKEN), "{page}");
        }
        assert!(!program.said().contains(TOKEN), "{}", program.said());
        assert!(!program.end().contains(TOKEN));
    }
    let builder = observant::builder().token(TOKEN);
    assert!(!format!("{builder:?}").contains(TOKEN));
    let bad = "t0ken with a space";
    let mut refused = program(&[("OBSERVANT_TOKEN", bad)]);
    refused.init("");
    assert!(!refused.status().to_string().contains("t0ken"));
    let told = refused.end();
    assert!(told.contains("OBSERVANT_TOKEN") && !told.contains("t0ken"), "{told}");
}

#[test]
fn limits_hold_and_are_shown() {
    let mut program = program(&[]);
    program.init("error_types=1 series=2");
    program.tell("call classifies modes modes");
    let status = program.status();
    assert_eq!(status["limits"]["error_types"]["most"], 1);
    assert_eq!(status["limits"]["series"]["most"], 2);
    assert_eq!(status["limits"]["error_types"]["refused"], 2);
    assert_eq!(status["limits"]["series"]["refused"], 2);
    let figures = program.tell("figures classifies");
    assert_eq!(figures["errors"], serde_json::json!({ "first": 1, "_OTHER": 2 }));
    let rows = of(&status, "labelled")["by_labels"].clone();
    let modes: Vec<_> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (&row["labels"]["mode"], &row["calls"]["ok"]))
        .collect();
    let expected = [("Careful", 2), ("Fast", 2), ("_OTHER", 2)]
        .map(|(mode, calls)| (mode.into(), calls.into()));
    let expected: Vec<(&Json, &Json)> =
        expected.iter().map(|(mode, calls)| (mode, calls)).collect();
    assert_eq!(modes, expected);
    let metrics = program.get("/metrics").text().to_owned();
    for line in [
        "observant_series_overflow_total{metric=\"observe_calls_total\"} 2\n",
        "observant_series_overflow_total{metric=\"observe_errors_total\"} 2\n",
    ] {
        assert!(metrics.contains(line), "{line}");
    }
    assert!(metrics.contains("team=\"_OTHER\",mode=\"_OTHER\",outcome=\"ok\"} 2\n"), "{metrics}");
}

#[test]
fn limits_of_a_later_guard_hold_for_what_is_still_to_come() {
    let mut program = program(&[]);
    program.init("error_types=1 series=1");
    program.tell("call modes classifies");
    program.tell("drop");
    program.init("");
    assert_eq!(program.status()["limits"]["series"]["most"], 2000);
    program.tell("call modes classifies");
    // Two that were refused stay together.
    let rows = of(&program.status(), "labelled")["by_labels"].clone();
    let calls: Vec<_> =
        rows.as_array().unwrap().iter().map(|row| row["calls"]["ok"].as_u64().unwrap()).collect();
    assert_eq!(calls, [2, 4]);
    assert_eq!(
        program.tell("figures classifies")["errors"],
        serde_json::json!({ "first": 2, "_OTHER": 4 })
    );
    assert_eq!(program.status()["limits"]["series"]["refused"], 4, "counters do not go back");
}

/// A function on `/status`.
fn of<'s>(status: &'s Json, function: &str) -> &'s Json {
    let functions = status["functions"].as_array().expect("a list");
    functions.iter().find(|row| row["function"] == function).expect("it is listed")
}
