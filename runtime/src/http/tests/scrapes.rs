//! Scrapes at one time and in time: who shares a rendering, how long each waits, and what becomes of one that is late.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use super::{
    Client, Gate, Limits, Response, RunningServer, TWO_FAMILIES, figures, get, pages, serve_with,
    two_families,
};
use crate::snapshot::{Family, Kind, Value, Visitor};

const TEN_SECONDS: Duration = Duration::from_secs(10);

/// Long enough for any test.
const PATIENT: &str = "X-Prometheus-Scrape-Timeout-Seconds: 60";

fn scrape(server: &RunningServer, headers: &'static [&str]) -> thread::JoinHandle<Response> {
    let address = server.local_addr();
    thread::spawn(move || Client::connect(address).get("/metrics", headers))
}

/// Waits until so many scrapes have joined a rendering.
fn await_shared(server: &RunningServer, scrapes: u64) {
    let started = Instant::now();
    while figures(server)["scrapes"]["shared"] != scrapes {
        assert!(started.elapsed() < TEN_SECONDS * 2, "{}", figures(server));
        thread::sleep(Duration::from_millis(2));
    }
}

/// A gauge that says how many renderings have begun, after a gate.
fn numbered(wait: impl Fn() + Send + Sync + 'static) -> super::Pages {
    let begun = AtomicU64::new(0);
    let metrics = move |visitor: &mut dyn Visitor, _: &super::super::Scrape<'_>| {
        let number = begun.fetch_add(1, Ordering::Relaxed) + 1;
        wait();
        visitor.family(&Family { name: "rendering", help: "", kind: Kind::Gauge, unit: None });
        visitor.series(&[], &Value::Unsigned(number));
    };
    super::Pages { metrics: Arc::new(metrics), ..pages() }
}

#[test]
fn those_who_want_the_same_share_one_rendering() {
    let (gate, wait) = Gate::new();
    // A second rendering would find no place.
    let server = serve_with(Limits { scrapes: 1, ..Limits::default() }, numbered(wait));
    let first = scrape(&server, &[PATIENT]);
    gate.wait_for_one();
    let others: Vec<_> = (0..20).map(|_| scrape(&server, &[PATIENT])).collect();
    await_shared(&server, 20);
    gate.let_one_pass();
    for scrape in others.into_iter().chain([first]) {
        let response = scrape.join().unwrap();
        assert_eq!(response.status, 200);
        assert_eq!(response.text(), "# TYPE rendering gauge\nrendering 1\n");
    }
    assert!(gate.begun.try_recv().is_err(), "one rendering, not two");
}

/// Whoever comes after the end of a rendering gets a new one: no figure is older than its request.
#[test]
fn what_has_ended_is_not_shared() {
    let server = serve_with(Limits::default(), numbered(|| {}));
    let mut client = Client::connect(server.local_addr());
    for number in 1..=100 {
        let response = client.get("/metrics", &[]);
        assert_eq!(response.text(), format!("# TYPE rendering gauge\nrendering {number}\n"));
    }
    assert_eq!(figures(&server)["scrapes"]["shared"], 0);
}

#[test]
fn each_representation_is_rendered_for_itself() {
    let (gate, wait) = Gate::new();
    let server = serve_with(Limits::default(), numbered(wait));
    let open_metrics = &[PATIENT, "Accept: application/openmetrics-text;version=1.0.0"];
    let different = [
        scrape(&server, &[PATIENT]),
        scrape(&server, &[PATIENT, "Accept-Encoding: gzip"]),
        scrape(&server, open_metrics),
    ];
    for _ in &different {
        gate.wait_for_one();
    }
    assert_eq!(figures(&server)["scrapes"]["shared"], 0);
    // The same bytes by another name.
    let draft = &[PATIENT, "Accept: application/openmetrics-text;version=0.0.1"];
    let same = scrape(&server, draft);
    await_shared(&server, 1);
    for _ in &different {
        gate.let_one_pass();
    }
    let [text, gzip, open_metrics] = different.map(|scrape| scrape.join().unwrap());
    assert!(text.text().ends_with('\n') && !text.text().contains("EOF"));
    assert_eq!(gzip.header("content-encoding"), Some("gzip"));
    let draft = same.join().unwrap();
    assert_eq!(draft.body, open_metrics.body);
    assert!(draft.header("content-type").unwrap().contains("version=0.0.1"));
    assert!(open_metrics.header("content-type").unwrap().contains("version=1.0.0"));
}

#[test]
fn a_panic_is_told_to_all_who_share_it() {
    let (gate, wait) = Gate::new();
    let metrics = move |_: &mut dyn Visitor, _: &super::super::Scrape<'_>| {
        wait();
        panic!("a page of this test panics");
    };
    let server = serve_with(
        Limits { scrapes: 1, ..Limits::default() },
        super::Pages { metrics: Arc::new(metrics), ..pages() },
    );
    let first = scrape(&server, &[PATIENT]);
    gate.wait_for_one();
    let second = scrape(&server, &[PATIENT]);
    await_shared(&server, 1);
    gate.let_one_pass();
    assert_eq!(first.join().unwrap().status, 500);
    assert_eq!(second.join().unwrap().status, 500);
}

/// Prometheus hangs up after what it says; it gets its answer before that.
#[test]
fn a_late_scrape_is_answered_in_time() {
    let answered = || {
        let (gate, wait) = Gate::new();
        let server = serve_with(Limits::default(), numbered(wait));
        let started = Instant::now();
        let response = Client::connect(server.local_addr())
            .get("/metrics", &["X-Prometheus-Scrape-Timeout-Seconds: 2.500000"]);
        let took = started.elapsed();
        assert_eq!((response.status, response.header("retry-after")), (503, Some("1")));
        assert!(response.text().contains("within 2.25s"), "{}", response.text());
        assert!(took >= Duration::from_millis(2_250), "{took:?}");
        assert_eq!(figures(&server)["scrapes"]["late"], 1);
        gate.let_one_pass();
        took
    };
    // A machine that is busy with other things is so now and then.
    let times: Vec<_> = std::iter::repeat_with(answered).take(3).collect();
    assert!(times.iter().any(|took| *took < Duration::from_millis(2_500)), "{times:?}");
}

#[test]
fn a_client_that_waits_longer_is_given_longer() {
    let (gate, wait) = Gate::new();
    let limits = Limits { request: Duration::from_millis(50), ..Limits::default() };
    let server = serve_with(limits, numbered(wait));
    let patient = scrape(&server, &[PATIENT]);
    gate.wait_for_one();
    thread::sleep(limits.request * 4);
    gate.let_one_pass();
    assert_eq!(patient.join().unwrap().status, 200);
}

/// The patience of one is not that of the other.
#[test]
fn who_joins_with_more_patience_gets_the_whole() {
    let (gate, wait) = Gate::new();
    let metrics = move |visitor: &mut dyn Visitor, scrape: &super::super::Scrape<'_>| {
        wait();
        if !scrape.is_over() {
            two_families(visitor);
        }
    };
    let server = serve_with(
        Limits { scrapes: 1, ..Limits::default() },
        super::Pages { metrics: Arc::new(metrics), ..pages() },
    );
    let hasty = scrape(&server, &["X-Prometheus-Scrape-Timeout-Seconds: 4"]);
    gate.wait_for_one();
    let patient = scrape(&server, &[PATIENT]);
    await_shared(&server, 1);
    assert_eq!(hasty.join().unwrap().status, 503);
    gate.let_one_pass();
    assert_eq!(patient.join().unwrap().text(), TWO_FAMILIES);
}

/// A rendering that nobody waits for leaves the rest out, and its place to others.
#[test]
fn what_nobody_waits_for_is_cut_off() {
    let metrics = |visitor: &mut dyn Visitor, scrape: &super::super::Scrape<'_>| {
        let slow = Family { name: "slow", help: "", kind: Kind::Gauge, unit: None };
        let other = Family { name: "other", ..slow };
        while scrape.filter.accepts(&slow) && !scrape.filter.accepts(&other) && !scrape.is_over() {
            thread::sleep(Duration::from_millis(1));
        }
        two_families(visitor);
    };
    let server = serve_with(
        Limits { scrapes: 1, ..Limits::default() },
        super::Pages { metrics: Arc::new(metrics), ..pages() },
    );
    let mut client = Client::connect(server.local_addr());
    for _ in 0..3 {
        let headers = ["X-Prometheus-Scrape-Timeout-Seconds: 0.1"];
        assert_eq!(client.get("/metrics?name[]=slow", &headers).status, 503);
        let started = Instant::now();
        while get(server.local_addr(), "/metrics").status != 200 {
            assert!(started.elapsed() < TEN_SECONDS, "its place is never free");
        }
    }
}

/// A header of nonsense costs nobody their figures.
#[test]
fn a_timeout_that_is_none_is_ignored() {
    let server = serve_with(Limits::default(), pages());
    let mut client = Client::connect(server.local_addr());
    for value in ["", "soon", "-1", "0", "NaN", "1;2", "\u{e9}"] {
        let header = format!("X-Prometheus-Scrape-Timeout-Seconds: {value}");
        assert_eq!(client.get("/metrics", &[&header]).text(), TWO_FAMILIES, "{value}");
    }
}
