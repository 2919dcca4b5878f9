//! What a request has to be, and what every response carries.

use std::sync::Arc;

use super::{Client, Gate, Limits, Response, get, pages, serve, serve_with};
use crate::http::routes::Route;

fn raw(request: &str) -> Response {
    let server = serve();
    let mut client = Client::connect(server.local_addr());
    client.send(request).unwrap();
    client.response(false).unwrap()
}

const PATHS: [&str; 10] = [
    "/",
    "/metrics",
    "/status",
    "/rules.yaml",
    "/health",
    "/live",
    "/livez",
    "/ready",
    "/readyz",
    "/startup",
];

#[test]
fn every_path_answers_get_and_head_alike() {
    // Of a single check there is one for each, which `health` tests, and so of a dashboard, and of a file of the live page.
    let exact = Route::ALL.into_iter();
    let exact =
        exact.filter(|route| !matches!(route, Route::Check | Route::Dashboard | Route::LiveFile));
    assert_eq!(exact.map(Route::path).collect::<Vec<_>>(), PATHS);
    let server = serve();
    let mut client = Client::connect(server.local_addr());
    for path in PATHS {
        let get = client.get(path, &[]);
        assert_eq!(get.status, 200, "{path}");
        assert!(!get.body.is_empty(), "{path}");
        let head = client.request("HEAD", path, &[]);
        assert_eq!(head.status, 200, "{path}");
        let without_date = |response: &Response| {
            let mut headers = response.headers.clone();
            headers.retain(|(name, _)| name != "date");
            // The figures on /status count this very request.
            if path == "/status" {
                headers.retain(|(name, _)| name != "content-length");
            }
            headers
        };
        assert_eq!(without_date(&get), without_date(&head), "{path}");
    }
}

#[test]
fn dashboards_and_rules_are_there_by_their_names() {
    let server = serve();
    let mut client = Client::connect(server.local_addr());
    let rules = client.get("/rules.yaml", &[]);
    assert_eq!(rules.header("content-type"), Some("application/yaml"));
    assert_eq!(rules.text(), "groups: []\n");
    let board = client.get("/dashboards/genai-cost.json", &[]);
    assert_eq!((board.status, board.header("content-type")), (200, Some("application/json")));
    assert!(board.text().contains("observant-genai-cost"));
    let squeezed = client.get("/dashboards/genai-cost.json", &["Accept-Encoding: gzip"]);
    assert_eq!(squeezed.header("content-encoding"), Some("gzip"));
    for path in [
        "/dashboards/genai-cos.json",
        "/dashboards/genai-cost",
        "/dashboards/.json",
        "/dashboards/a/genai-cost.json",
        "/dashboards/%67enai-cost.json",
        "/rules.yml",
    ] {
        assert_eq!(client.get(path, &[]).status, 404, "{path}");
    }
}

#[test]
fn every_response_of_ours_carries_the_guarding_headers() {
    let server = serve();
    for (method, target, status) in [
        ("GET", "/metrics", 200),
        ("GET", "/nowhere", 404),
        ("POST", "/metrics", 405),
        ("GET", "/ready?%", 400),
    ] {
        let response = Client::connect(server.local_addr()).request(method, target, &[]);
        assert_eq!(response.status, status, "{target}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("cache-control", "no-store"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(response.header(name), Some(value), "{target}");
        }
        assert!(response.header("content-type").is_some(), "{target}");
        assert_eq!(response.header("access-control-allow-origin"), None, "{target}");
        assert_eq!(response.header("server"), None, "{target}");
    }
}

#[test]
fn the_index_lists_every_path() {
    let server = serve();
    let index = get(server.local_addr(), "/");
    assert_eq!(index.header("content-type"), Some("text/plain; charset=utf-8"));
    for path in PATHS {
        // Rules and dashboards are found nowhere where nothing writes them.
        let is_written =
            cfg!(feature = "artifacts") || !path.contains("rules") && !path.contains("dashboards");
        assert_eq!(index.text().contains(path), is_written, "{path}");
    }
}

#[test]
fn only_exact_paths_are_found() {
    let server = serve();
    for path in [
        "/metrics/",
        "//metrics",
        "/metrics/x",
        "/Metrics",
        "/metricsx",
        "/metric",
        "/%6Detrics",
        "/metrics%2F",
        "/metrics;x",
        "/./metrics",
        "/x/../metrics",
        "/health/",
        "/favicon.ico",
        "/.env",
    ] {
        assert_eq!(get(server.local_addr(), path).status, 404, "{path}");
    }
}

#[test]
fn other_methods_are_not_allowed() {
    let server = serve();
    let address = server.local_addr();
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PURGE", "get"] {
        for path in ["/metrics", "/nowhere"] {
            let response = Client::connect(address).request(method, path, &[]);
            assert_eq!(response.status, 405, "{method}");
            assert_eq!(response.header("allow"), Some("GET, HEAD"), "{method}");
        }
    }
    assert_eq!(Client::connect(address).request("OPTIONS", "*", &[]).status, 405);
    let connect = raw("CONNECT localhost:80 HTTP/1.1\r\nHost: localhost:80\r\n\r\n");
    assert_eq!(connect.status, 405);
}

#[test]
fn malformed_escapes_are_bad_requests_and_unknown_parameters_nothing() {
    let server = serve();
    for target in ["/metrics?name[]=%", "/ready?%zz", "/status?a=%ff", "/%", "/%zz", "/live%2"] {
        assert_eq!(get(server.local_addr(), target).status, 400, "{target}");
    }
    for target in ["/health?tag=a&tag=b", "/health/a?fresh=0&fresh", "/live?verbose&verbose=1"] {
        let response = get(server.local_addr(), target);
        assert_eq!(response.status, 400, "{target}");
        assert!(response.text().contains("more than once"), "{target}");
    }
    for target in [
        "/metrics?debug=1&&=",
        "/live?exclude=a&exclude=b",
        "/metrics?tag=a&tag=b",
        "/ready?x",
        "/status?token=%C3%A9",
        "/live?",
    ] {
        assert_eq!(get(server.local_addr(), target).status, 200, "{target}");
    }
}

#[test]
fn the_host_must_be_one_and_known() {
    for host in [
        "localhost",
        "127.0.0.1:9464",
        "[::1]:1",
        "metrics.example.com",
        "METRICS.EXAMPLE.COM:8080",
    ] {
        assert_eq!(
            raw(&format!("GET /live HTTP/1.1\r\nHost: {host}\r\n\r\n")).status,
            200,
            "{host}"
        );
    }
    let misdirected = raw("GET /live HTTP/1.1\r\nHost: rebind.evil.example:9464\r\n\r\n");
    assert_eq!(misdirected.status, 421);
    assert!(misdirected.text().contains("`rebind.evil.example`"), "{}", misdirected.text());
    assert!(misdirected.text().contains("OBSERVANT_HOSTS=rebind.evil.example"));
    for request in [
        "GET /live HTTP/1.1\r\n\r\n",
        "GET /live HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
        "GET /live HTTP/1.1\r\nHost:\r\n\r\n",
        "GET /live HTTP/1.1\r\nHost: a b\r\n\r\n",
        "GET /live HTTP/1.1\r\nHost: user@localhost\r\n\r\n",
        "GET /live HTTP/1.1\r\nHost: <script>\r\n\r\n",
    ] {
        assert_eq!(raw(request).status, 400, "{request}");
    }
}

/// RFC 9112, section 3.2.2: the host in the request line is the one meant.
#[test]
fn the_host_of_a_whole_url_counts_too() {
    let both = raw("GET http://localhost/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!((both.status, both.text()), (200, "ok\n"));
    for request in [
        "GET http://evil.example/live HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET http://localhost/live HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    ] {
        assert_eq!(raw(request).status, 421, "{request}");
    }
}

#[test]
fn any_host_will_do_where_the_star_says_so() {
    let mut settings = super::settings(Limits::default());
    settings.any_host = true;
    let server = crate::http::start(settings, pages()).unwrap();
    let mut client = Client::connect(server.local_addr());
    client.send("GET /live HTTP/1.1\r\nHost: anything.example\r\n\r\n").unwrap();
    assert_eq!(client.response(false).unwrap().status, 200);
}

#[test]
fn bodies_are_refused_and_the_connection_with_them() {
    let server = serve();
    for body in [
        "Content-Length: 5\r\n\r\nhello".to_owned(),
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n".to_owned(),
        // More than fits anywhere: the refusal must arrive all the same.
        format!("Content-Length: 200000\r\n\r\n{}", "x".repeat(200_000)),
    ] {
        let mut client = Client::connect(server.local_addr());
        client.send(format!("GET /live HTTP/1.1\r\nHost: localhost\r\n{body}")).unwrap();
        let response = client.response(false).unwrap();
        assert_eq!(response.status, 413);
        assert_eq!(response.header("connection"), Some("close"));
        client.closed();
    }
    // One that goes on sending is listened to for a moment, so that it lives to read the refusal.
    let mut client = Client::connect(server.local_addr());
    let piece = "x".repeat(10_000);
    client
        .send(format!(
            "GET /live HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n{piece}"
        ))
        .unwrap();
    assert_eq!(client.response(false).unwrap().status, 413);
    client.end().unwrap();
    for _ in 0..3 {
        client.send(&piece).unwrap();
    }
    client.closed();
    // No body is none.
    assert_eq!(
        Client::connect(server.local_addr()).get("/live", &["Content-Length: 0"]).status,
        200
    );
}

/// A body that never comes does not hold the refusal up.
#[test]
fn a_refused_body_is_not_waited_for() {
    let server = serve();
    let mut client = Client::connect(server.local_addr());
    client
        .send("GET /live HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        .unwrap();
    assert_eq!(client.response(false).unwrap().status, 413);
    client.closed();
}

#[test]
fn what_is_not_http_is_refused() {
    let server = serve();
    for request in [
        "hello\r\n\r\n",
        "GET /live\r\n\r\n",
        "GET /live HTTP/9.9\r\nHost: localhost\r\n\r\n",
        "GET /live HTTP/1.1\r\nHost localhost\r\n\r\n",
        "GET /live HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "GET /live HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
        "\u{16}\u{3}\u{1}\r\n\r\n",
    ] {
        let mut client = Client::connect(server.local_addr());
        client.send(request).unwrap();
        let answer = client.closed();
        assert!(
            answer.starts_with(b"HTTP/1.1 400 "),
            "{request:?}: {}",
            String::from_utf8_lossy(&answer)
        );
    }
}

#[test]
fn endless_headers_are_refused_and_the_refusal_arrives() {
    let server = serve();
    let long = "x".repeat(100_000);
    for request in [
        format!("GET /live HTTP/1.1\r\nHost: localhost\r\nX-Long: {long}\r\n\r\n"),
        format!("GET /live?{long} HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        format!("GET /live HTTP/1.1\r\nHost: localhost\r\n{}\r\n", "X: y\r\n".repeat(500)),
    ] {
        let mut client = Client::connect(server.local_addr());
        client.send(request).unwrap();
        let answer = String::from_utf8(client.closed()).unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 431 ") || answer.starts_with("HTTP/1.1 414 "),
            "{answer}"
        );
    }
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let server = serve();
    let mut client = Client::connect(server.local_addr());
    let request = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    client.send(request("/live") + &request("/metrics") + &request("/nowhere")).unwrap();
    for status in [200, 200, 404] {
        assert_eq!(client.response(false).unwrap().status, status);
    }
}

/// Even if its page is not made yet when that is noticed.
#[test]
fn a_client_that_closes_its_half_gets_its_answer() {
    let (gate, wait) = Gate::new();
    let pages = super::Pages { metrics: Arc::new(move |_, _| wait()), ..pages() };
    let server = serve_with(Limits::default(), pages);
    let mut client = Client::connect(server.local_addr());
    client.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    gate.wait_for_one();
    client.finish().unwrap();
    // Another connection's answer shows that the server has been round since.
    assert_eq!(get(server.local_addr(), "/live").status, 200);
    gate.let_one_pass();
    assert_eq!(client.response(false).unwrap().status, 200);
    assert!(client.closed().is_empty());
}

#[test]
fn http_1_0_is_served_and_closed() {
    let server = serve();
    let mut client = Client::connect(server.local_addr());
    client.send("GET /live HTTP/1.0\r\nHost: localhost\r\n\r\n").unwrap();
    let answer = String::from_utf8(client.closed()).unwrap();
    assert!(answer.starts_with("HTTP/1.0 200 ") && answer.ends_with("\r\n\r\nok\n"), "{answer}");
}

#[test]
fn requests_are_counted_by_path_and_code() {
    let server = serve_with(Limits::default(), pages());
    let address = server.local_addr();
    get(address, "/metrics");
    get(address, "/metrics");
    get(address, "/metrics?%");
    get(address, "/a-path-of-the-clients-making");
    let figures = super::figures(&server);
    assert_eq!(figures["requests"]["/metrics"], serde_json::json!({ "200": 2, "400": 1 }));
    assert_eq!(figures["requests"]["other"], serde_json::json!({ "404": 1 }));
    assert_eq!(figures["connections"]["accepted"], 5);
}
