//! Whether and where a program listens.

use super::{bare, program};
use observant_tests::program::Program;
use std::net::{Ipv4Addr, TcpListener, TcpStream};

#[test]
fn a_busy_port_is_an_error_that_names_port_and_variable() {
    let busy = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = busy.local_addr().unwrap().to_string();
    let mut program = bare(&[("OBSERVANT_LISTEN", &address)]);
    let answer = program.tell("init");
    assert_eq!(answer["address_in_use"], true, "{answer}");
    assert_eq!((&answer["bind"], &answer["setting"]), (&true.into(), &false.into()));
    let text = answer["error"].as_str().unwrap();
    assert!(text.contains(&address) && text.contains("OBSERVANT_LISTEN"), "{text}");
    // What `main` prints of it reads the same.
    assert_eq!(answer["debug"], answer["error"]);
    // Nothing is left behind: the next attempt is the first.
    drop(busy);
    let again = program.tell("init");
    assert_eq!(again["address"], *address, "{again}");
}

#[test]
fn the_way_out_is_one_that_works() {
    let busy = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = busy.local_addr().unwrap();
    let port = address.port().to_string();
    let text = |program: &mut Program, init: &str| {
        program.tell(init)["error"].as_str().expect("the port is busy").to_owned()
    };
    let in_code = text(&mut program(&[]), &format!("init listen={address}"));
    assert!(in_code.contains("`Builder::listen`"), "{in_code}");
    assert!(!in_code.contains("OBSERVANT_LISTEN"), "code beats it: {in_code}");
    let mut otel = bare(&[
        ("OTEL_EXPORTER_PROMETHEUS_HOST", "127.0.0.1"),
        ("OTEL_EXPORTER_PROMETHEUS_PORT", &port),
    ]);
    let of_otel = text(&mut otel, "init");
    assert!(of_otel.contains("OTEL_EXPORTER_PROMETHEUS_PORT"), "{of_otel}");
}

#[test]
fn an_address_of_another_machine_is_an_error_of_binding() {
    // RFC 5737: never assigned to anybody.
    let answer = program(&[]).tell("init listen=192.0.2.1:9464");
    assert_eq!((&answer["bind"], &answer["address_in_use"]), (&true.into(), &false.into()));
    assert!(answer["error"].as_str().unwrap().contains("192.0.2.1:9464"), "{answer}");
}

#[test]
fn port_0_takes_a_free_port_on_loopback_alone() {
    for listen in ["127.0.0.1:0", ":0", "localhost:0", "[::1]:0"] {
        let mut program = bare(&[("OBSERVANT_LISTEN", listen)]);
        let answer = program.tell("init");
        if listen.starts_with('[') && answer["error"].is_string() {
            // A machine without IPv6.
            assert_eq!(answer["bind"], true, "{answer}");
            continue;
        }
        let address: std::net::SocketAddr = answer["address"].as_str().unwrap().parse().unwrap();
        assert!(address.ip().is_loopback() && address.port() != 0, "{listen}: {address}");
        TcpStream::connect(address).unwrap();
    }
}

#[test]
fn off_is_a_guard_without_address_that_still_counts() {
    for (listen, settings) in [("off", ""), ("OFF", ""), ("127.0.0.1:0", " listen=off")] {
        let mut program = bare(&[("OBSERVANT_LISTEN", listen)]);
        let answer = program.tell(&format!("init{settings}"));
        assert_eq!(answer, serde_json::json!({ "address": null }));
        program.tell("call plain plain");
        assert_eq!(program.tell("figures plain")["calls"]["ok"], 2);
        assert_eq!(program.tell("drop"), true);
        program.end();
    }
}

#[test]
fn opentelemetrys_variables_say_where_unless_ours_do() {
    let free = || {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        listener.local_addr().unwrap().port().to_string()
    };
    // Another program may take the port before ours does; then the error names it just as well.
    let port = free();
    let mut program = bare(&[
        ("OTEL_EXPORTER_PROMETHEUS_HOST", "127.0.0.1"),
        ("OTEL_EXPORTER_PROMETHEUS_PORT", &port),
    ]);
    let answer = program.tell("init").to_string();
    assert!(answer.contains(&format!("127.0.0.1:{port}")), "{answer}");

    let mut both = bare(&[
        ("OBSERVANT_LISTEN", "off"),
        ("OTEL_EXPORTER_PROMETHEUS_HOST", "127.0.0.1"),
        ("OTEL_EXPORTER_PROMETHEUS_PORT", "0"),
    ]);
    assert!(both.tell("init")["address"].is_null());
    both.tell("drop");
    // And code beats both.
    both.init("listen=127.0.0.1:0");
    let settings = &both.status()["settings"];
    let listen = settings.as_array().unwrap().iter().find(|setting| setting["name"] == "listen");
    assert_eq!(listen.unwrap()["origin"], "code");
}

#[test]
fn disabled_is_no_listener_and_no_counting() {
    for (environment, settings) in
        [(("OBSERVANT_DISABLED", "TRUE"), "init"), (("OBSERVANT_X", ""), "init disabled=true")]
    {
        let mut program = program(&[environment]);
        program.tell("call plain");
        let threads = program.tell("threads");
        assert_eq!(program.tell(settings), serde_json::json!({ "address": null }));
        assert_eq!(program.tell("threads"), threads);
        program.tell("call plain waits cancelled labelled");
        assert_eq!(program.tell("figures plain")["calls"]["ok"], 1, "the one before init");
        assert_eq!(program.tell("figures waits")["calls"]["ok"], 0);
        assert_eq!(program.tell("figures waits")["in_flight"], 0);
        assert_eq!(program.tell("figures labelled")["calls"]["ok"], 0);
        assert_eq!(program.tell("control is_enabled"), false);
        // Everything that would be there without observant still is.
        assert_eq!(program.tell("init")["already_initialized"], true);
        program.tell("drop");
        program.end();
    }
}

#[test]
fn the_sdk_disabled_stops_metrics_and_leaves_the_probes() {
    for (environment, settings) in
        [(("OTEL_SDK_DISABLED", "true"), ""), (("OTEL_X", ""), "sdk_disabled=true")]
    {
        let mut program = program(&[environment]);
        program.init(settings);
        program.tell("call plain waits cancelled labelled panics");
        for probe in ["/live", "/livez", "/ready", "/readyz", "/startup", "/health", "/metrics"] {
            assert_eq!(program.get(probe).status, 200, "{probe}");
        }
        let status = program.status();
        assert_eq!(status["switches"]["enabled"], false);
        for (outcome, calls) in status["totals"]["calls"].as_object().unwrap() {
            assert_eq!(calls, 0, "{outcome}");
        }
        assert!(
            program.get("/metrics").text().contains("observant_switch_off{scope=\"global\"} 1\n")
        );
        // It can be enabled while it runs.
        program.tell("control enable");
        program.tell("call plain");
        assert_eq!(program.status()["totals"]["calls"]["ok"], 1);
    }
}

#[test]
fn beyond_loopback_it_warns_and_hides_details_or_asks_for_the_token() {
    let mut open = program(&[]);
    let port = open.init("listen=0.0.0.0:0").port();
    let warnings = open.status()["warnings"].to_string();
    assert!(
        warnings.contains("beyond loopback") && warnings.contains("OBSERVANT_TOKEN"),
        "{warnings}"
    );
    let told = open.end();
    assert!(told.contains(&format!("0.0.0.0:{port}, beyond loopback")), "{told}");

    let mut guarded = program(&[]);
    guarded.init("listen=0.0.0.0:0 token=s3cr3t-of-mine");
    let told = guarded.end();
    assert!(told.contains("/status needs the token"), "{told}");

    let mut closed = program(&[]);
    closed.init("");
    let told = closed.end();
    assert!(!told.contains("loopback"), "{told}");
}
