//! What a rude client may cost: time, connections, memory, file descriptors.

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value as Json;

use super::{Client, Gate, Limits, figures, get, pages, serve, serve_with};
use crate::snapshot::{Family, Kind, Value};

/// Longer than any test runs: a limit that must not be the one that fires.
const NEVER: Duration = Duration::from_secs(3600);

fn timed_out(server: &super::RunningServer) -> Json {
    figures(server)["connections"]["timed_out"].clone()
}

#[test]
fn headers_that_drip_are_cut_off() {
    let header = Duration::from_millis(200);
    let limits = Limits { header, request: NEVER, idle: NEVER, ..Limits::default() };
    let server = serve_with(limits, pages());
    let mut client = Client::connect(server.local_addr());
    let started = Instant::now();
    client.send("GET /live HTTP/1.1\r\nHost: localhost\r\n").unwrap();
    // Each byte comes well within the limit; all of them together do not.
    while client.send("X").is_ok() {
        thread::sleep(Duration::from_millis(5));
        assert!(started.elapsed() < Duration::from_secs(20), "still open");
    }
    assert!(started.elapsed() >= header);
    assert_eq!(timed_out(&server), serde_json::json!({ "header": 1 }));
}

#[test]
fn a_connection_that_never_speaks_is_cut_off_like_a_header() {
    let limits = Limits {
        header: Duration::from_millis(50),
        request: NEVER,
        idle: NEVER,
        ..Limits::default()
    };
    let server = serve_with(limits, pages());
    assert!(Client::connect(server.local_addr()).closed().is_empty());
    assert_eq!(timed_out(&server), serde_json::json!({ "header": 1 }));
}

/// The second request's header limit starts with its first byte, not with the rest before it.
#[test]
fn resting_longer_than_a_header_may_take_is_allowed_between_requests() {
    let header = Duration::from_millis(600);
    let limits = Limits { header, request: NEVER, idle: NEVER, ..Limits::default() };
    let server = serve_with(limits, pages());
    let mut client = Client::connect(server.local_addr());
    assert_eq!(client.get("/live", &[]).status, 200);
    thread::sleep(header + header / 4);
    assert_eq!(client.get("/live", &[]).status, 200);
    // And once it has spoken, it must go on.
    client.send("G").unwrap();
    let started = Instant::now();
    assert!(client.closed().is_empty());
    assert!(started.elapsed() >= header / 2);
    assert_eq!(timed_out(&server), serde_json::json!({ "header": 1 }));
}

#[test]
fn a_connection_at_rest_is_closed_after_the_idle_limit() {
    let idle = Duration::from_millis(100);
    let limits = Limits { header: NEVER, request: NEVER, idle, ..Limits::default() };
    let server = serve_with(limits, pages());
    for path in ["/live", "/metrics"] {
        for method in ["GET", "HEAD"] {
            let mut client = Client::connect(server.local_addr());
            assert_eq!(client.request(method, path, &[]).status, 200);
            let started = Instant::now();
            assert!(client.closed().is_empty());
            assert!(started.elapsed() >= idle / 2, "{:?}", started.elapsed());
        }
    }
    assert_eq!(timed_out(&server), serde_json::json!({ "idle": 4 }));
}

/// 32 MiB, more than any system buffers for a connection.
fn huge_pages() -> super::Pages {
    super::Pages {
        metrics: Arc::new(|visitor, _| {
            visitor.family(&Family { name: "huge", help: "", kind: Kind::Gauge, unit: None });
            // A name, since values cost a look at each byte, which an unoptimised build feels.
            let name = "x".repeat(1 << 20);
            for index in 0..32_u64 {
                visitor
                    .series(&[("index", &index.to_string()), (&name, "")], &Value::Unsigned(index));
            }
        }),
        ..pages()
    }
}

#[test]
fn a_response_that_is_not_taken_is_cut_off() {
    let limits = Limits {
        header: NEVER,
        // Enough to make the page, too little to take it at the rate the client will.
        request: Duration::from_secs(2),
        response_rate: f64::INFINITY,
        idle: NEVER,
        scrapes: 1,
        ..Limits::default()
    };
    let server = serve_with(limits, huge_pages());
    let mut client = Client::connect(server.local_addr());
    client.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    // The client takes nothing. Until it is cut, its scrape keeps the only place; then it is free.
    let started = Instant::now();
    while timed_out(&server) != serde_json::json!({ "response": 1 }) {
        assert!(started.elapsed() < Duration::from_secs(20), "never cut off");
        thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(get(server.local_addr(), "/metrics?name[]=none").status, 200);
    let partial = client.closed();
    assert!(partial.starts_with(b"HTTP/1.1 200 ") && partial.len() < 32 << 20, "{}", partial.len());
}

/// A client that takes its time over a long response is given it.
#[test]
fn a_long_response_may_take_longer() {
    let limits = Limits {
        request: Duration::from_secs(2),
        // Ten seconds and more for the whole.
        response_rate: 3e6,
        ..Limits::default()
    };
    let server = serve_with(limits, huge_pages());
    let mut client = Client::connect(server.local_addr());
    client.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    thread::sleep(limits.request + limits.request / 4);
    assert!(client.response(false).unwrap().body.len() > 32 << 20);
}

/// Headers that drip and connections at rest cannot keep a client out that means it.
#[test]
fn over_the_limit_the_connection_that_was_useless_longest_goes() {
    let limits = Limits { connections: 3, header: NEVER, idle: NEVER, ..Limits::default() };
    let server = serve_with(limits, pages());
    let address = server.local_addr();
    let mut resting = Client::connect(address);
    assert_eq!(resting.get("/live", &[]).status, 200);
    let mut dripping = Client::connect(address);
    dripping.send("GET /live HTTP/1.1\r\n").unwrap();
    let silent = Client::connect(address);
    // Ten times the places, and each is answered.
    let mut answered = Vec::new();
    for _ in 0..30 {
        let mut client = Client::connect(address);
        assert_eq!(client.get("/live", &[]).status, 200);
        answered.push(client);
    }
    for useless in [resting, dripping, silent] {
        assert!(useless.closed().is_empty());
    }
    let figures = figures(&server);
    assert_eq!(figures["connections"]["refused_over_limit"], 0);
    assert_eq!(figures["connections"]["displaced_over_limit"], 31);
}

#[test]
fn over_the_limit_nobody_who_is_being_answered_goes() {
    let (gate, wait) = Gate::new();
    let pages = super::Pages { metrics: Arc::new(move |_, _| wait()), ..pages() };
    let server = serve_with(Limits { connections: 2, ..Limits::default() }, pages);
    let address = server.local_addr();
    let mut waiting: Vec<_> = (0..2).map(|_| Client::connect(address)).collect();
    for (number, client) in waiting.iter_mut().enumerate() {
        let target = format!("/metrics?name[]={number}");
        client.send(format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n")).unwrap();
        gate.wait_for_one();
    }
    for _ in 0..5 {
        assert!(Client::connect(address).closed().is_empty());
    }
    // Which of them passes first is not said.
    for _ in &waiting {
        gate.let_one_pass();
    }
    for client in &mut waiting {
        assert_eq!(client.response(false).unwrap().status, 200);
    }
    let figures = figures(&server);
    assert_eq!(figures["connections"]["refused_over_limit"], 5);
    assert_eq!(figures["connections"]["displaced_over_limit"], 1);
}

#[test]
fn a_thousand_connections_one_after_another_leave_nothing_behind() {
    let server = serve();
    for _ in 0..1000 {
        assert_eq!(get(server.local_addr(), "/live").status, 200);
    }
    let figures = figures(&server);
    assert_eq!(figures["connections"]["refused_over_limit"], 0);
    assert_eq!(figures["connections"]["displaced_over_limit"], 0);
}
