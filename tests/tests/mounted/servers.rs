//! In axum and in hyper, over real sockets.

use super::{Server, Slowly, observant};
use axum::{Router, extract::ConnectInfo, routing::get};
use observant::tower::Endpoints;
use observant_tests::{
    http::{self, Client},
    parse::{Dialect, parse},
    prometheus::Prometheus,
};
use serde_json::Value as Json;
use std::{
    io::Read as _,
    net::SocketAddr,
    thread,
    time::{Duration, Instant},
};

fn axum_at(path: &str, endpoints: Endpoints) -> Server {
    let router = Router::new().route("/ping", get(async || "pong"));
    Server::axum(router.nest_service(path, endpoints))
}

/// Finds the peer as axum tells it.
fn with_peer(endpoints: Endpoints) -> Endpoints {
    endpoints.peer(|extensions| {
        extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer)
    })
}

#[test]
fn every_page_is_served_below_a_prefix() {
    let observant = observant(|builder| builder);
    let servers = [
        axum_at("/internal", observant.endpoints()),
        Server::hyper(observant.endpoints().at("/internal")),
    ];
    for server in servers {
        let mut client = Client::connect(server.address);
        for (path, begins) in [
            ("/live", "ok\n"),
            ("/livez", "ok\n"),
            ("/ready", "ok\n"),
            ("/readyz?verbose", "[+]lifecycle ok\n"),
            ("/startup", "ok\n"),
            ("/health", "{"),
            ("/status", "{"),
            ("/metrics", "# HELP observant_build_info"),
            ("/", "observant: what"),
            ("", "observant: what"),
        ] {
            let response = client.get(&format!("/internal{path}"), &[]);
            assert_eq!(response.status, 200, "{path}");
            assert!(response.text().starts_with(begins), "{path}: {}", response.text());
            assert_eq!(response.header("cache-control"), Some("no-store"), "{path}");
            let head = client.request("HEAD", &format!("/internal{path}"), &[]);
            assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
            if !["/metrics", "/status"].contains(&path) {
                let length = response.body.len().to_string();
                assert_eq!(head.header("content-length"), Some(&*length), "{path}");
            }
        }
        let post = client.request("POST", "/internal/metrics", &["Content-Length: 0"]);
        assert_eq!((post.status, post.header("allow")), (405, Some("GET, HEAD")));
        for path in
            ["/internal/metrics/", "/internal/internal/live", "/internal/%", "/live", "/internals"]
        {
            let status = client.get(path, &[]).status;
            assert!(status == 404 || path.ends_with('%') && status == 400, "{path}: {status}");
        }
    }
}

/// A scrape is the same as from our own server: formats, compression, filter.
#[test]
fn a_scrape_is_negotiated() {
    let observant = observant(|builder| builder);
    let server = axum_at("/internal", observant.endpoints());
    let mut client = Client::connect(server.address);
    let text = client.get("/internal/metrics", &[]);
    let families = parse(text.text(), Dialect::Text).unwrap();
    let calls = families.iter().find(|family| family.name == "observe_calls_total").unwrap();
    assert!(calls.samples.iter().any(|sample| sample.label("function") == Some("load")));
    let open_metrics = client.get(
        "/internal/metrics",
        &["Accept: application/openmetrics-text;version=1.0.0", "Accept-Encoding: gzip"],
    );
    assert_eq!(open_metrics.header("content-encoding"), Some("gzip"));
    assert_eq!(open_metrics.header("vary"), Some("Accept, Accept-Encoding"));
    let mut plain = String::new();
    flate2::read::GzDecoder::new(&*open_metrics.body).read_to_string(&mut plain).unwrap();
    assert!(parse(&plain, Dialect::OpenMetrics).unwrap().len() > 5);
    let some = client.get("/internal/metrics?name%5B%5D=observe_calls", &[]);
    assert_eq!(parse(some.text(), Dialect::Text).unwrap().len(), 1);
}

#[test]
fn a_real_prometheus_scrapes_it() {
    let observant = observant(|builder| builder);
    // One route, whose path stays as it is.
    let router = Router::new().route_service("/metrics", observant.endpoints());
    let server = Server::axum(router);
    for start in [Prometheus::scraping, Prometheus::scraping_native] {
        let Some(prometheus) = start(&[server.address]) else { return };
        assert_eq!(prometheus.scraped()[0]["lastError"], "");
        let found =
            prometheus.query_until_found("observe_calls_total{function='load',outcome='ok'}");
        assert_eq!(found.len(), 1);
    }
    assert_eq!(http::get(server.address, "/status").status, 404);
}

/// The fields of `/status` that only those see who may see details.
fn is_full(response: &http::Response) -> bool {
    assert_eq!(response.status, 200);
    let status: Json = serde_json::from_slice(&response.body).unwrap();
    assert!(status["build"].is_object());
    status["settings"].is_array()
}

#[test]
fn details_are_for_loopback_where_the_server_says_who_comes() {
    let observant = observant(|builder| builder);
    let unknown = axum_at("/internal", observant.endpoints());
    assert!(!is_full(&http::get(unknown.address, "/internal/status")), "nobody says so");
    let known = axum_at("/internal", with_peer(observant.endpoints()));
    let mut client = Client::connect(known.address);
    assert!(is_full(&client.get("/internal/status", &[])));
    // A proxy on this machine, and a page from elsewhere in a browser on it.
    for header in ["X-Forwarded-For: 203.0.113.7", "Forwarded: for=203.0.113.7", "Via: 1.1 proxy"] {
        assert!(!is_full(&client.get("/internal/status", &[header])), "{header}");
    }
    let request = |host: &str| format!("GET /internal/status HTTP/1.1\r\nHost: {host}\r\n\r\n");
    for (host, full) in [("localhost", true), ("127.0.0.1:80", true), ("evil.example", false)] {
        client.send(request(host)).unwrap();
        let response = client.response(false).unwrap();
        // It is answered all the same: the server's names are its own.
        assert_eq!(is_full(&response), full, "{host}");
    }
    let elsewhere = observant.endpoints().peer(|_| Some("203.0.113.7:1".parse().unwrap()));
    let elsewhere = axum_at("/internal", elsewhere);
    assert!(!is_full(&http::get(elsewhere.address, "/internal/status")));
}

#[test]
fn a_token_opens_details_to_anybody() {
    let observant = observant(|builder| builder.token("s3cret"));
    let server = axum_at("/internal", observant.endpoints());
    let mut client = Client::connect(server.address);
    let refused = client.get("/internal/status", &[]);
    assert_eq!((refused.status, refused.header("www-authenticate")), (401, Some("Bearer")));
    assert_eq!(client.get("/internal/status", &["Authorization: Bearer s3cre"]).status, 401);
    let right = ["Authorization: Bearer s3cret", "X-Forwarded-For: 203.0.113.7"];
    assert!(is_full(&client.get("/internal/status", &right)));
    assert_eq!(client.get("/internal/metrics", &[]).status, 200);
    // On loopback none is needed, as with our own server.
    let known = axum_at("/internal", with_peer(observant.endpoints()));
    assert!(is_full(&http::get(known.address, "/internal/status")));
}

/// While a scrape takes its time, the one thread of the user's runtime answers others.
#[test]
fn a_slow_scrape_keeps_nobody_waiting() {
    let observant = observant(|builder| builder);
    let server = axum_at("/internal", observant.endpoints());
    let slowly = Slowly::begin();
    let address = server.address;
    let scrape = thread::spawn(move || {
        let started = Instant::now();
        let header = ["X-Prometheus-Scrape-Timeout-Seconds: 8"];
        (Client::connect(address).get("/internal/metrics", &header), started.elapsed())
    });
    let mut client = Client::connect(server.address);
    let mut pongs = 0;
    while !scrape.is_finished() {
        assert_eq!(client.get("/ping", &[]).text(), "pong");
        assert_eq!(client.get("/internal/live", &[]).text(), "ok\n");
        pongs += 1;
        thread::sleep(Duration::from_millis(1));
    }
    let (response, took) = scrape.join().unwrap();
    assert_eq!(response.status, 200);
    assert!((Duration::from_secs(4)..Duration::from_secs(8)).contains(&took), "{took:?}");
    assert!(pongs > 100, "{pongs} in {took:?}");
    drop(slowly);
}
