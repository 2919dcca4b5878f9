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
    let started = Instant::now();
    client.send("G").unwrap();
    assert!(client.closed().is_empty());
    assert!(started.elapsed() >= header, "{:?}", started.elapsed());
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
            let started = Instant::now();
            assert_eq!(client.request(method, path, &[]).status, 200);
            assert!(client.closed().is_empty());
            assert!(started.elapsed() >= idle, "{:?}", started.elapsed());
        }
    }
    assert_eq!(timed_out(&server), serde_json::json!({ "idle": 4 }));
}

/// Such a page may take its time to be made.
const HUGE_PLEASE: &str = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\
                           X-Prometheus-Scrape-Timeout-Seconds: 60\r\n\r\n";

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
        // Too little to take it at the rate the client will.
        request: Duration::from_secs(2),
        response_rate: f64::INFINITY,
        idle: NEVER,
        scrapes: 1,
        ..Limits::default()
    };
    let server = serve_with(limits, huge_pages());
    let mut client = Client::connect(server.local_addr());
    client.send(HUGE_PLEASE).unwrap();
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
    client.send(HUGE_PLEASE).unwrap();
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

/// Those who wait for a page that hangs, and do not go for another, leave places to probes.
#[test]
fn however_many_wait_for_a_page_probes_are_answered() {
    let (gate, wait) = Gate::new();
    let pages = super::Pages { metrics: Arc::new(move |_, _| wait()), ..pages() };
    let limits =
        Limits { connections: 4, pages: 3, idle: NEVER, request: NEVER, ..Limits::default() };
    let server = serve_with(limits, pages);
    let address = server.local_addr();
    // They share one rendering, for which there is no other limit.
    let mut waiting = Vec::new();
    for _ in 0..8 {
        let mut client = Client::connect(address);
        client.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        waiting.push(client);
        assert_eq!(get(address, "/live").status, 200);
        assert_eq!(get(address, "/ready").status, 200);
    }
    let mut refused = 0;
    gate.wait_for_one();
    // What needs a place does without one: a 503 would be read as bad health.
    let health = get(address, "/health");
    assert_eq!(health.status, 200);
    assert!(health.text().contains("\"status\": \"pass\"") && !health.text().contains("checks"));
    assert_eq!(get(address, "/health?fresh=1").status, 503);
    assert_eq!(get(address, "/status").header("retry-after"), Some("1"));
    gate.let_one_pass();
    for client in &mut waiting {
        // Refused by an answer, after which their places went to others.
        match client.response(false) {
            Ok(response) if response.status == 200 => {}
            Ok(_) | Err(_) => refused += 1,
        }
    }
    assert_eq!(refused, 5);
    assert_eq!(get(address, "/health").status, 200);
}

/// Clients that sip at a response are given time, unless somebody else wants their places.
#[test]
fn who_is_slow_to_take_a_page_goes_for_who_wants_one() {
    let limits = Limits {
        header: NEVER,
        request: NEVER,
        idle: NEVER,
        // As if it had been due at once.
        response_rate: f64::INFINITY,
        grace: Duration::ZERO,
        scrapes: 2,
        statuses: 1,
        ..Limits::default()
    };
    let server = serve_with(limits, huge_pages());
    let address = server.local_addr();
    let slow: Vec<_> = (0..2)
        .map(|number| {
            let mut client = Client::connect(address);
            let target = format!("/metrics?name[]=huge&name[]={number}");
            client.send(format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n")).unwrap();
            // It has begun, and rests there.
            client.first_bytes(16).unwrap();
            client
        })
        .collect();
    assert_eq!(get(address, "/metrics?name[]=none").status, 200);
    for client in slow {
        let taken = client.closed();
        assert!(taken.len() < 32 << 20, "{}", taken.len());
    }
    assert_eq!(figures(&server)["connections"]["displaced_over_limit"], 2);
    assert_eq!(figures(&server)["connections"]["timed_out"], serde_json::json!({}));
}

/// A connection from another address of this machine's own.
#[cfg(target_os = "linux")]
fn connect_from(source: &str, server: &super::RunningServer) -> Client {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
    let socket = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(source.parse().unwrap()).unwrap();
        socket.connect(server.local_addr()).await.unwrap().into_std().unwrap()
    });
    socket.set_nonblocking(false).unwrap();
    Client::on(socket)
}

/// Who has many places gives one to who has none, however well it takes its pages.
#[cfg(target_os = "linux")]
#[test]
fn no_address_keeps_another_one_out() {
    let limits = Limits {
        header: NEVER,
        request: NEVER,
        idle: NEVER,
        response_rate: 1.0,
        grace: NEVER,
        scrapes: 3,
        ..Limits::default()
    };
    let server = serve_with(limits, huge_pages());
    let takes = |source: &str, number: usize| {
        let mut client = connect_from(source, &server);
        let target = format!("/metrics?name[]=huge&name[]={number}");
        client.send(format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n")).unwrap();
        client.first_bytes(16).unwrap();
        client
    };
    let mut greedy: Vec<_> = (0..3).map(|number| takes("127.0.0.2:0", number)).collect();
    let displaced = || figures(&server)["connections"]["displaced_over_limit"].clone();
    // No more than its share goes to another: one of three, and then one of two is as much as the other has.
    let mut other = takes("127.0.0.3:0", 3);
    assert_eq!(displaced(), 1);
    let refused = connect_from("127.0.0.3:0", &server).get("/metrics?name[]=4", &[]);
    assert_eq!((refused.status, displaced()), (503, 1.into()));
    let refused = connect_from("127.0.0.2:0", &server).get("/metrics?name[]=5", &[]);
    assert_eq!((refused.status, displaced()), (503, 1.into()));
    assert!(other.response(false).unwrap().body.len() > 32 << 20);
    // The one that had been at it for longest.
    let gone = greedy.remove(0).closed();
    assert!(gone.len() < 32 << 20, "{}", gone.len());
    for mut kept in greedy {
        assert!(kept.response(false).unwrap().body.len() > 32 << 20);
    }
}

/// Their grace is over when the page could have been taken at a slow network's rate.
#[test]
fn who_takes_a_page_is_given_grace() {
    let limits = Limits {
        request: NEVER,
        response_rate: f64::INFINITY,
        grace: NEVER,
        scrapes: 1,
        ..Limits::default()
    };
    let server = serve_with(limits, huge_pages());
    let mut client = Client::connect(server.local_addr());
    client.send("GET /metrics?name[]=huge HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    client.first_bytes(16).unwrap();
    let refused = get(server.local_addr(), "/metrics?name[]=none");
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")));
    assert!(client.response(false).unwrap().body.len() > 32 << 20);
}

/// Short answers that nobody reads, one after the other until the system takes no more, keep nobody out.
#[test]
fn who_takes_no_answer_at_all_goes_first() {
    let limits =
        Limits { connections: 1, header: NEVER, request: NEVER, idle: NEVER, ..Limits::default() };
    let server = serve_with(limits, pages());
    let address = server.local_addr();
    let mut flooding = Client::connect(address);
    let requests = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(64);
    // It is never read from, until it can be sent no more because its answers are not taken.
    flooding.give_up_sending_after(Duration::from_millis(300)).unwrap();
    while flooding.send(&requests).is_ok() {}
    assert_eq!(get(address, "/live").status, 200);
    assert_eq!(figures(&server)["connections"]["refused_over_limit"], 0);
}
