//! `/status`: every field the documents promise, and figures that are those of the metrics.

use super::program;
use observant_tests::{
    http::Client,
    parse::{Dialect, Family, parse},
};
use serde_json::Value as Json;
use std::fs;

/// The names of an object's fields, sorted.
fn fields(object: &Json) -> Vec<&str> {
    let mut names: Vec<_> =
        object.as_object().expect("an object").keys().map(|key| &**key).collect();
    names.sort_unstable();
    names
}

/// The sum over a function's series that have these labels; `suffix` is that of the samples.
#[allow(clippy::float_cmp, reason = "counts are whole")]
fn sum(families: &[Family], sample: &str, labels: &[(&str, &str)]) -> f64 {
    let samples = families.iter().flat_map(|family| &family.samples);
    let wanted = samples.filter(|one| {
        one.name == sample && labels.iter().all(|(name, value)| one.label(name) == Some(value))
    });
    wanted.map(observant_tests::parse::Sample::value).sum()
}

/// Every setting, with every feature, in order.
const SETTINGS: [&str; 51] = [
    "batch.delay",
    "batch.queue",
    "batch.size",
    "batch.timeout",
    "disabled",
    "drain",
    "error_types",
    "filter",
    "forced_traces",
    "hosts",
    "label_values",
    "listen",
    "logs",
    "metrics_exporter",
    "metrics_histograms",
    "metrics_interval",
    "metrics_temporality",
    "metrics_timeout",
    "otlp.metrics.certificate",
    "otlp.metrics.client_certificate",
    "otlp.metrics.client_key",
    "otlp.metrics.compression",
    "otlp.metrics.endpoint",
    "otlp.metrics.headers",
    "otlp.metrics.protocol",
    "otlp.metrics.timeout",
    "otlp.traces.certificate",
    "otlp.traces.client_certificate",
    "otlp.traces.client_key",
    "otlp.traces.compression",
    "otlp.traces.endpoint",
    "otlp.traces.headers",
    "otlp.traces.protocol",
    "otlp.traces.timeout",
    "propagators",
    "sampler",
    "sdk_disabled",
    "series",
    "service_name",
    "signals",
    "source_url",
    "span_limits.attributes",
    "span_limits.event_attributes",
    "span_limits.events",
    "span_limits.link_attributes",
    "span_limits.links",
    "span_limits.value_length",
    "tail",
    "token",
    "traces_exporter",
    "watchdog",
];

#[test]
fn every_field_is_there() {
    let mut program = program(&[]);
    program.tell("work");
    program.init("service_name=shown");
    let status = program.status();
    assert_eq!(
        fields(&status),
        [
            "build",
            "crates",
            "export",
            "functions",
            "health",
            "lifecycle",
            "limits",
            "notices",
            "process",
            "prometheus",
            "runs",
            "server",
            "service",
            "settings",
            "slos",
            "spend",
            "switches",
            "system",
            "totals",
            "tracing",
            "unix_seconds",
            "uptime_seconds",
            "warnings",
        ]
    );
    assert_eq!(status["service"], "shown");
    for nothing in ["cost_usd", "input_tokens", "output_tokens"] {
        // And not -0.0, which equals it.
        assert_eq!(status["spend"][nothing].to_string(), "0.0", "it calls no models: {nothing}");
    }
    assert_eq!(status["lifecycle"], "ready");
    let uptime = status["uptime_seconds"].as_f64().unwrap();
    assert!(uptime > 0.0 && uptime < program.status()["uptime_seconds"].as_f64().unwrap());
    assert_eq!(
        fields(&status["build"]),
        ["genai_conventions", "observant", "off", "other_versions", "profile", "target"]
    );
    assert_eq!(status["build"]["observant"], env!("CARGO_PKG_VERSION"));
    assert_eq!(status["build"]["off"], false);
    assert_eq!(status["build"]["other_versions"], serde_json::json!([]));
    assert_eq!(fields(&status["totals"]), ["calls", "functions", "in_flight"]);
    assert_eq!(fields(&status["totals"]["calls"]), ["cancelled", "error", "ok", "panic"]);
    assert_eq!(
        fields(&status["process"]),
        ["clock", "observed_since_unix_seconds", "overhead", "pid"]
    );
    assert_eq!(
        fields(&status["process"]["overhead"]),
        ["ratio", "seconds_per_call", "seconds_total"]
    );
    assert!(
        ["time-stamp counter", "monotonic"].contains(&status["process"]["clock"].as_str().unwrap())
    );
    assert_eq!(fields(&status["switches"]), ["enabled", "filter", "functions_off"]);
    assert_eq!(fields(&status["limits"]), ["error_types", "functions_judged", "series"]);
    assert_eq!(status["limits"]["functions_judged"]["most"], 1000);
    assert_eq!(status["limits"]["error_types"]["most"], 32);
    assert_eq!(status["limits"]["series"]["most"], 2000);
    let settings = status["settings"].as_array().unwrap();
    let names: Vec<_> = settings.iter().map(|setting| setting["name"].as_str().unwrap()).collect();
    assert_eq!(names, SETTINGS);
    for setting in settings {
        assert_eq!(fields(setting), ["name", "origin", "value"]);
    }
    let crates = status["crates"].as_array().unwrap();
    let functions = status["functions"].as_array().unwrap();
    assert_eq!(crates.len(), 1, "the runtime itself shows nothing: {crates:?}");
    assert_eq!(crates[0]["name"], "observant-tests");
    assert_eq!(crates[0]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(crates[0]["functions"], functions.len());
    assert_eq!(status["totals"]["functions"], functions.len());
    let names: Vec<_> = functions
        .iter()
        .map(|row| (row["module"].as_str().unwrap(), row["function"].as_str().unwrap()))
        .collect();
    assert!(names.is_sorted(), "{names:?}");
}

/// Where the kernel itself trusts the time-stamp counter, so do we, and only after it was measured.
#[test]
fn the_clock_is_the_fast_one_where_there_is_one() {
    let source = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
    let kernel = fs::read_to_string(source).unwrap_or_default();
    let mut program = program(&[]);
    program.init("");
    let clock = program.status()["process"]["clock"].clone();
    if cfg!(target_arch = "x86_64") && kernel.trim() == "tsc" {
        assert_eq!(clock, "time-stamp counter");
    } else {
        eprintln!("the kernel's clock is {kernel:?}, ours {clock}");
    }
}

#[test]
fn figures_are_those_of_the_metrics() {
    let mut program = program(&[]);
    program.init("");
    program.tell("work");
    program.tell("begin");
    let status = program.status();
    let families = parse(program.get("/metrics").text(), Dialect::Text).unwrap();
    let row_fields = [
        "busy_seconds",
        "calls",
        "crate",
        "duration_seconds",
        "errors",
        "file",
        "function",
        "in_flight",
        "kind",
        "line",
        "module",
        "on",
        "self_seconds",
        "version",
    ];
    for row in status["functions"].as_array().unwrap() {
        let text = |key: &str| row[key].as_str().unwrap();
        let function = text("function");
        let mut expected = row_fields.to_vec();
        if function == "labelled" {
            expected.insert(1, "by_labels");
        }
        assert_eq!(fields(row), expected, "{function}");
        let of = [("module", text("module")), ("function", function)];
        let with = |name, value| [of[0], of[1], (name, value)];
        let whole = |json: &Json| f64::from(u32::try_from(json.as_u64().unwrap()).unwrap());
        for (outcome, calls) in row["calls"].as_object().unwrap() {
            let counted = sum(&families, "observe_calls_total", &with("outcome", outcome));
            assert!((counted - whole(calls)).abs() < 0.5, "{function} {outcome}");
        }
        for (error_type, calls) in row["errors"].as_object().unwrap() {
            let counted = sum(&families, "observe_errors_total", &with("error_type", error_type));
            assert!((counted - whole(calls)).abs() < 0.5, "{function} {error_type}");
        }
        let in_flight = sum(&families, "observe_calls_in_flight", &of);
        assert!((in_flight - whole(&row["in_flight"])).abs() < 0.5, "{function}");
        for (key, sample) in [
            ("busy_seconds", "observe_call_busy_seconds_total"),
            ("self_seconds", "observe_call_self_seconds_total"),
        ] {
            let (shown, counted) = (row[key].as_f64().unwrap(), sum(&families, sample, &of));
            assert!(
                (shown - counted).abs() <= counted * 1e-3,
                "{function} {key}: {shown} and {counted}"
            );
        }
        let shown = row["duration_seconds"]["sum"].as_f64().unwrap();
        let counted = sum(&families, "observe_call_duration_seconds_sum", &of);
        assert!((shown - counted).abs() <= counted * 1e-3, "{function}: {shown} and {counted}");
        let labels = [
            ("kind", text("kind")),
            ("crate", text("crate")),
            ("version", text("version")),
            ("file", text("file")),
            ("line", &*row["line"].to_string()),
        ];
        let info = sum(&families, "observe_function_info", &[&of[..], &labels].concat());
        assert!((info - 1.0).abs() < 0.5, "{function}");
        assert_eq!(text("kind"), if function == "searches" { "tool" } else { "function" });
    }
    let custom = |key: &str| {
        let rows = status["functions"].as_array().unwrap();
        rows.iter().find(|row| row["function"] == "custom").unwrap()["duration_seconds"][key]
            .as_f64()
            .unwrap()
    };
    // Two calls of 5 ms and more: every view of them says so, to the width of an exponential cell.
    assert!(custom("sum") >= 0.010 && (custom("mean") - custom("sum") / 2.0).abs() < 1e-9);
    for quantile in ["p50", "p95", "p99"] {
        assert!(
            (0.0045..custom("sum") * 1.1).contains(&custom(quantile)),
            "{quantile} {}",
            custom(quantile)
        );
    }
}

#[test]
fn who_comes_through_a_proxy_sees_the_summary_or_needs_the_token() {
    let mut open = program(&[]);
    let address = open.init("");
    let response = Client::connect(address).get("/status", &["X-Forwarded-For: 192.0.2.7"]);
    let summary: Json = serde_json::from_slice(&response.body).unwrap();
    assert_eq!(
        fields(&summary),
        ["build", "health", "lifecycle", "service", "totals", "uptime_seconds"]
    );

    let mut guarded = program(&[("OBSERVANT_TOKEN", "right-one")]);
    let address = guarded.init("");
    let ask = |authorization: &str| {
        Client::connect(address).get("/status", &["X-Forwarded-For: 192.0.2.7", authorization])
    };
    assert_eq!(ask("X-Nothing: 1").status, 401);
    assert_eq!(ask("Authorization: Bearer wrong-one").status, 401);
    let full: Json = serde_json::from_slice(&ask("Authorization: Bearer right-one").body).unwrap();
    assert!(full["functions"].is_array());
}

#[test]
fn hosts_of_code_and_environment_are_answered() {
    for (environment, settings) in [
        (("OBSERVANT_HOSTS", "metrics.example"), ""),
        (("OBSERVANT_Z", ""), "hosts=metrics.example"),
    ] {
        let mut program = program(&[environment]);
        let address = program.init(settings);
        let ask = |host: &str| {
            let mut client = Client::connect(address);
            client.send(format!("GET /live HTTP/1.1\r\nHost: {host}\r\n\r\n")).unwrap();
            client.response(false).unwrap()
        };
        assert_eq!(ask("metrics.example").status, 200);
        let refused = ask("evil.example");
        assert_eq!(refused.status, 421);
        assert!(refused.text().contains("OBSERVANT_HOSTS"), "{}", refused.text());
    }
}
