//! The probes over the program's life, and the server's own start and end.

use std::{
    io,
    net::TcpListener,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use super::{
    Client, Gate, Limits, get, pages, serve, serve_with, settings, starting, two_families,
};
use crate::http::start;

#[test]
fn probes_follow_the_program_through_its_life() {
    let engine = starting(Arc::default());
    let lifecycle = Arc::clone(engine.lifecycle());
    let pages = super::Pages { engine, ..pages() };
    let server = serve_with(Limits::default(), pages);
    let answer = |path: &str| {
        let response = get(server.local_addr(), path);
        assert_eq!(response.header("content-type"), Some("text/plain; charset=utf-8"));
        (response.status, response.text().to_owned())
    };
    let expect =
        |path: &str, status, text: &str| assert_eq!(answer(path), (status, text.to_owned()));
    let health = |status, verdict, state| {
        let response = get(server.local_addr(), "/health");
        assert_eq!(response.header("content-type"), Some("application/json"));
        let body: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
        assert_eq!(
            (response.status, body),
            (
                status,
                json!({
                    "schema": "urn:observant:health:1",
                    "status": verdict,
                    "lifecycle": state,
                    "checks": [],
                })
            )
        );
    };
    let always = || {
        expect("/live", 200, "ok\n");
        expect("/livez", 200, "ok\n");
        expect("/livez?verbose", 200, "[+]lifecycle ok\nlivez check passed\n");
        assert_eq!(get(server.local_addr(), "/metrics").status, 200);
    };

    always();
    expect("/ready", 503, "starting\n");
    expect("/readyz", 503, "starting\n");
    expect("/startup", 503, "starting\n");
    expect("/ready?verbose", 503, "[-]lifecycle failed: starting\nready check failed\n");
    health(503, "fail", "starting");

    lifecycle.set_ready();
    always();
    expect("/ready", 200, "ok\n");
    expect("/readyz?verbose=1", 200, "[+]lifecycle ok\nreadyz check passed\n");
    expect("/startup", 200, "ok\n");
    health(200, "pass", "ready");

    lifecycle.set_draining();
    always();
    expect("/ready", 503, "draining\n");
    expect("/readyz?verbose", 503, "[-]lifecycle failed: draining\nreadyz check failed\n");
    expect("/startup", 200, "ok\n");
    health(503, "fail", "draining");
}

#[test]
fn a_program_that_drains_before_it_was_ready_has_not_started() {
    let engine = starting(Arc::default());
    engine.lifecycle().set_draining();
    let server = serve_with(Limits::default(), super::Pages { engine, ..pages() });
    assert_eq!(get(server.local_addr(), "/startup").status, 503);
    assert_eq!(get(server.local_addr(), "/ready").text(), "draining\n");
}

#[test]
fn a_busy_port_is_an_error_that_names_it_and_the_way_out() {
    let first = serve();
    let mut settings = settings(Limits::default());
    settings.address = Some(first.local_addr().to_string());
    let error = start(settings, pages()).unwrap_err();
    assert!(error.is_address_in_use() && error.is_bind());
    let text = error.to_string();
    assert!(text.contains(&first.local_addr().to_string()), "{text}");
    assert!(text.ends_with("; listen elsewhere"), "{text}");
    // The first is none the worse.
    assert_eq!(get(first.local_addr(), "/live").status, 200);
}

#[test]
fn an_address_that_cannot_be_is_an_error_that_names_it() {
    for address in ["192.0.2.1:0", "nowhere.invalid:0", "127.0.0.1", "[::1", "127.0.0.1:99999"] {
        let mut settings = settings(Limits::default());
        settings.address = Some(address.to_owned());
        let error = start(settings, pages()).unwrap_err();
        assert!(error.is_bind() && !error.is_address_in_use(), "{error}");
        assert!(error.to_string().contains(address), "{error}");
    }
}

#[test]
fn a_name_is_resolved() {
    let mut settings = settings(Limits::default());
    settings.address = Some("localhost:0".to_owned());
    let server = start(settings, pages()).unwrap();
    assert!(server.local_addr().ip().is_loopback());
    assert_eq!(get(server.local_addr(), "/live").status, 200);
}

#[test]
fn shutting_down_frees_the_port_at_once() {
    let server = serve();
    let address = server.local_addr();
    // A client that rests on its connection holds nothing up.
    let mut resting = Client::connect(address);
    assert_eq!(resting.get("/live", &[]).status, 200);
    let mut silent = Client::connect(address);
    assert_eq!(get(address, "/live").status, 200);
    let started = Instant::now();
    server.shutdown(Duration::from_secs(20));
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    assert!(resting.closed().is_empty());
    assert!(silent.send("GET").is_err() || silent.closed().is_empty());
    drop(TcpListener::bind(address).unwrap());
}

#[test]
fn a_request_in_flight_is_finished_first() {
    let (gate, wait) = Gate::new();
    let pages = super::Pages {
        metrics: Arc::new(move |visitor, _| {
            wait();
            two_families(visitor);
        }),
        ..pages()
    };
    let server = serve_with(Limits::default(), pages);
    let address = server.local_addr();
    let request = thread::spawn(move || {
        let mut client = Client::connect(address);
        let response = client.get("/metrics", &[]);
        assert!(client.closed().is_empty());
        response
    });
    gate.wait_for_one();
    let shutdown = thread::spawn(move || server.shutdown(Duration::from_secs(20)));
    // The listener closes first; from then on the server is only waiting.
    let refused = |error: io::Error| error.kind() == io::ErrorKind::ConnectionRefused;
    while !std::net::TcpStream::connect(address).is_err_and(refused) {
        thread::yield_now();
    }
    assert!(!shutdown.is_finished());
    gate.let_one_pass();
    let response = request.join().unwrap();
    assert_eq!((response.status, response.text()), (200, super::TWO_FAMILIES));
    assert_eq!(response.header("connection"), Some("close"));
    shutdown.join().unwrap();
}

#[test]
fn a_request_that_never_ends_is_given_up_at_the_deadline() {
    let (gate, wait) = Gate::new();
    let pages = super::Pages { metrics: Arc::new(move |_, _| wait()), ..pages() };
    let server = serve_with(Limits::default(), pages);
    let mut client = Client::connect(server.local_addr());
    client.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    gate.wait_for_one();
    let started = Instant::now();
    server.shutdown(Duration::from_millis(100));
    let took = started.elapsed();
    assert!(took >= Duration::from_millis(100) && took < Duration::from_secs(10), "{took:?}");
    assert!(client.closed().is_empty());
    gate.let_one_pass();
}

#[test]
fn a_dropped_server_is_gone() {
    let server = serve();
    let address = server.local_addr();
    drop(server);
    drop(TcpListener::bind(address).unwrap());
}

#[test]
fn starting_inside_somebody_elses_runtime_is_no_matter() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let server = serve();
        assert_eq!(get(server.local_addr(), "/live").status, 200);
        server.shutdown(Duration::from_secs(20));
        drop(serve());
    });
}
