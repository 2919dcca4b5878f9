//! `/metrics`: negotiation, compression, the filter, and pages that misbehave.

use std::{
    io::Read as _,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use super::{Client, Gate, Limits, TWO_FAMILIES, get, pages, serve, serve_with, two_families};
use crate::snapshot::{Family, Kind, Value};

fn gunzip(bytes: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_client_without_wishes_gets_plain_text() {
    let server = serve();
    let response = get(server.local_addr(), "/metrics");
    assert_eq!(response.status, 200);
    assert_eq!(
        response.header("content-type"),
        Some("text/plain; version=0.0.4; charset=utf-8; escaping=underscores")
    );
    assert_eq!(response.header("vary"), Some("Accept, Accept-Encoding"));
    assert_eq!(response.header("content-encoding"), None);
    assert_eq!(response.text(), TWO_FAMILIES);
}

#[test]
fn accept_headers_on_one_line_or_on_several_choose_the_format() {
    let server = serve();
    let mut client = Client::connect(server.local_addr());
    for headers in [
        &["Accept: application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"][..],
        &[
            "Accept: text/plain;version=0.0.4;q=0.5",
            "Accept: application/openmetrics-text;version=1.0.0",
        ],
    ] {
        let response = client.get("/metrics", headers);
        assert_eq!(
            response.header("content-type"),
            Some(
                "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores"
            )
        );
        assert!(response.text().ends_with("in_flight 1\n# EOF\n"));
    }
    // Bytes that are no text are no wish.
    client.send(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nAccept: \xff\r\n\r\n").unwrap();
    assert_eq!(client.response(false).unwrap().text(), TWO_FAMILIES);
}

#[test]
fn gzip_goes_to_who_asks_for_it() {
    let server = serve();
    let mut client = Client::connect(server.local_addr());
    let response = client.get("/metrics", &["Accept-Encoding: gzip"]);
    assert_eq!(response.header("content-encoding"), Some("gzip"));
    assert_eq!(gunzip(&response.body), TWO_FAMILIES);
    for header in ["Accept-Encoding: identity", "Accept-Encoding: gzip;q=0", "X: y"] {
        let response = client.get("/metrics", &[header]);
        assert_eq!(response.header("content-encoding"), None);
        assert_eq!(response.text(), TWO_FAMILIES);
    }
    let head = client.request("HEAD", "/metrics", &["Accept-Encoding: gzip"]);
    assert_eq!(head.header("content-length").unwrap(), response.body.len().to_string());
}

/// Compressed in pieces as it is written, a long document is the same as in plain.
#[test]
fn a_long_document_survives_compression() {
    let pages = super::Pages {
        metrics: Arc::new(|visitor, _| {
            visitor.family(&Family { name: "long", help: "", kind: Kind::Gauge, unit: None });
            for index in 0..20_000_u64 {
                visitor.series(&[("index", &index.to_string())], &Value::Unsigned(index * index));
            }
        }),
        ..pages()
    };
    let server = serve_with(Limits::default(), pages);
    let mut client = Client::connect(server.local_addr());
    // Twice each: the second time with the buffer the first one taught.
    for _ in 0..2 {
        let plain = client.get("/metrics", &[]);
        assert_eq!(plain.text().lines().count(), 20_001);
        let compressed = client.get("/metrics", &["Accept-Encoding: gzip"]);
        assert!(gunzip(&compressed.body) == plain.text());
    }
}

#[test]
fn names_filter_families() {
    let server = serve();
    let address = server.local_addr();
    for (query, expected) in [
        ("name[]=in_flight", "# TYPE in_flight gauge\nin_flight 1\n"),
        ("name%5B%5D=in%5fflight&other=x", "# TYPE in_flight gauge\nin_flight 1\n"),
        ("name[]=in_flight&name[]=calls_total", TWO_FAMILIES),
        ("name[]=nothing", ""),
        ("name=in_flight", TWO_FAMILIES),
    ] {
        let response = get(address, &format!("/metrics?{query}"));
        assert_eq!((response.status, response.text()), (200, expected), "{query}");
    }
}

/// The page is told what is wanted, so that it need not visit the rest.
#[test]
fn the_page_is_told_the_filter() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let page = Arc::clone(&asked);
    let pages = super::Pages {
        metrics: Arc::new(move |_, scrape| {
            let filter = scrape.filter;
            let family = |name| Family { name, help: "", kind: Kind::Gauge, unit: None };
            page.lock().unwrap().push((filter.accepts(&family("a")), filter.accepts(&family("b"))));
        }),
        ..pages()
    };
    let server = serve_with(Limits::default(), pages);
    get(server.local_addr(), "/metrics?name[]=a");
    get(server.local_addr(), "/metrics");
    assert_eq!(*asked.lock().unwrap(), [(true, false), (true, true)]);
}

#[test]
fn the_duration_of_each_scrape_is_told() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let hook = Arc::clone(&told);
    let pages = super::Pages {
        metrics: Arc::new(|visitor, _| {
            thread::sleep(Duration::from_millis(5));
            two_families(visitor);
        }),
        on_scrape: Arc::new(move |duration| hook.lock().unwrap().push(duration)),
        ..pages()
    };
    let server = serve_with(Limits::default(), pages);
    get(server.local_addr(), "/metrics");
    get(server.local_addr(), "/metrics");
    get(server.local_addr(), "/status");
    let told = told.lock().unwrap();
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|duration| *duration >= Duration::from_millis(5)), "{told:?}");
}

#[test]
fn a_panic_costs_its_own_request_only() {
    let pages = super::Pages {
        metrics: Arc::new(|visitor, scrape| {
            let filter = scrape.filter;
            let poison = Family { name: "poison", help: "", kind: Kind::Gauge, unit: None };
            two_families(visitor);
            let everything = Family { name: "x", ..poison };
            assert!(
                !filter.accepts(&poison) || filter.accepts(&everything),
                "a page of this test panics"
            );
        }),
        status: Arc::new(|_, _| panic!("a page of this test panics")),
        ..pages()
    };
    let limits = Limits { scrapes: 1, statuses: 1, ..Limits::default() };
    let server = serve_with(limits, pages);
    let mut client = Client::connect(server.local_addr());
    for _ in 0..3 {
        // The connection lives on, and so does the one place for scrapes, which a page that was sent keeps for a moment
        // longer than its client waits.
        let response = loop {
            let response = client.get("/metrics?name[]=poison", &[]);
            if response.status != 503 {
                break response;
            }
        };
        assert_eq!(response.status, 500);
        assert!(!response.text().contains("of this test"), "{}", response.text());
        assert_eq!(client.get("/status", &[]).status, 500);
        assert_eq!(client.get("/metrics", &[]).text(), TWO_FAMILIES);
    }
}

#[test]
fn scrapes_over_the_cap_are_put_off_while_probes_answer() {
    let (gate, wait) = Gate::new();
    let pages = super::Pages {
        metrics: Arc::new(move |visitor, _| {
            wait();
            two_families(visitor);
        }),
        ..pages()
    };
    let server = serve_with(Limits { scrapes: 2, ..Limits::default() }, pages);
    let address = server.local_addr();
    // What differs in nothing would be one.
    let scrape = |query| thread::spawn(move || get(address, &format!("/metrics{query}")));
    let first = [scrape(""), scrape("?name[]=calls_total&name[]=in_flight")];
    gate.wait_for_one();
    gate.wait_for_one();

    let third = get(address, "/metrics?name[]=in_flight");
    assert_eq!(third.status, 503);
    assert_eq!(third.header("retry-after"), Some("1"));
    assert_eq!(third.header("vary"), Some("Accept, Accept-Encoding"));
    assert_eq!(get(address, "/live").status, 200);
    assert_eq!(get(address, "/ready").status, 200);
    assert_eq!(get(address, "/status").status, 200);

    gate.let_one_pass();
    gate.let_one_pass();
    for scrape in first {
        assert_eq!(scrape.join().unwrap().text(), TWO_FAMILIES);
    }
    // Their places are free again.
    let fourth = scrape("");
    gate.wait_for_one();
    gate.let_one_pass();
    assert_eq!(fourth.join().unwrap().status, 200);
}

/// A page that hangs costs its request a 503, and keeps its place until it ends.
#[test]
fn a_page_that_hangs_is_given_up() {
    let (gate, wait) = Gate::new();
    let pages = super::Pages {
        metrics: Arc::new(move |visitor, _| {
            wait();
            two_families(visitor);
        }),
        ..pages()
    };
    let limits = Limits { request: Duration::from_millis(50), scrapes: 1, ..Limits::default() };
    let server = serve_with(limits, pages);
    let mut client = Client::connect(server.local_addr());
    for _ in 0..2 {
        let response = client.get("/metrics", &[]);
        assert_eq!(response.status, 503);
        assert_eq!(response.header("retry-after"), Some("1"));
    }
    // The second found the place taken: one page began, not two.
    gate.wait_for_one();
    assert!(gate.begun.try_recv().is_err());
    gate.let_one_pass();
}
