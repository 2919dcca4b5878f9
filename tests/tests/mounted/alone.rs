//! In no server and on no runtime: the service by itself, and its end.

use super::{Observant, Slowly, observant};
use http_body_util::BodyExt as _;
use hyper::{Request, Response, header::RETRY_AFTER};
use observant::tower::{Body, Endpoints};
use std::{
    future::Future as _,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::{Duration, Instant},
};
use tower_service::Service as _;

/// Wakes a thread.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// The least that polls a future.
fn block_on<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        thread::park();
    }
}

/// A request with a body of a type that nothing is known of.
fn request(target: &str) -> Request<Opaque> {
    Request::get(target).header("Host", "localhost").body(Opaque).unwrap()
}

struct Opaque;

fn ask(endpoints: &mut Endpoints, target: &str) -> (u16, String) {
    block_on(async {
        let response = endpoints.call(request(target)).await.unwrap();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    })
}

#[test]
fn it_needs_no_runtime() {
    let observant = observant(|builder| builder);
    let mut endpoints = observant.endpoints();
    assert_eq!(ask(&mut endpoints, "/live"), (200, "ok\n".to_owned()));
    let (status, text) = ask(&mut endpoints, "/metrics?name[]=observe_calls_total");
    assert_eq!(status, 200);
    assert!(text.contains("function=\"load\""), "{text}");
    // As HTTP/2 has it: the host in the target.
    let (status, _) = ask(&mut endpoints, "http://localhost/status");
    assert_eq!(status, 200);
}

#[test]
fn after_the_guard_it_says_so() {
    let observant = observant(|builder| builder);
    let mut endpoints = observant.endpoints();
    let mut clone = endpoints.clone().at("/internal");
    assert_eq!(ask(&mut endpoints, "/ready").0, 200);
    let Observant { guard, _one } = observant;
    drop(guard);
    for (status, text) in [ask(&mut endpoints, "/live"), ask(&mut clone, "/internal/metrics")] {
        assert_eq!(status, 503);
        assert!(text.contains("guard was dropped"), "{text}");
    }
}

/// What was begun before the end is finished, within the time there is for it.
#[test]
fn a_scrape_in_flight_is_answered_at_the_end() {
    let observant = observant(|builder| builder);
    let mut endpoints = observant.endpoints();
    let slowly = Slowly::begin();
    let scrape = Request::get("/metrics").header("X-Prometheus-Scrape-Timeout-Seconds", "8");
    let scrape = endpoints.call(scrape.body(()).unwrap());
    let live = block_on(endpoints.call(request("/live"))).unwrap();
    assert_eq!(live.status(), 200, "the scrape before it has been taken");
    let Observant { guard, _one } = observant;
    let ends = thread::spawn(move || {
        thread::sleep(Duration::from_millis(200));
        drop(slowly);
    });
    drop(guard);
    assert_eq!(block_on(scrape).unwrap().status(), 200);
    ends.join().unwrap();
}

#[test]
fn disabled_there_is_nothing() {
    let observant = observant(|builder| builder.disabled(true));
    let (status, text) = ask(&mut observant.endpoints(), "/live");
    assert_eq!(status, 404);
    assert!(text.contains("OBSERVANT_DISABLED"), "{text}");
}

#[test]
fn more_than_it_takes_are_refused_and_probes_are_not() {
    let observant = observant(|builder| builder);
    let mut endpoints = observant.endpoints();
    let slowly = Slowly::begin();
    let mut cx = Context::from_waker(Waker::noop());
    let mut waiting = Vec::new();
    let mut refused = 0;
    let started = Instant::now();
    while refused < 50 {
        assert!(started.elapsed() < Duration::from_secs(5), "{} wait", waiting.len());
        let mut future = endpoints.call(request("/metrics"));
        // A moment for it to be refused.
        let (status, _) = ask(&mut endpoints, "/live");
        assert_eq!(status, 200);
        match Pin::new(&mut future).poll(&mut cx) {
            Poll::Ready(Ok(response)) => {
                assert_eq!(response.status(), 503);
                assert!(response.headers().contains_key(RETRY_AFTER));
                refused += 1;
            }
            Poll::Pending => waiting.push(future),
        }
    }
    assert_eq!(waiting.len(), 64);
    drop(slowly);
    for future in waiting {
        let response: Response<Body> = block_on(future).unwrap();
        assert_eq!(response.status(), 200);
    }
    assert_eq!(ask(&mut endpoints, "/metrics").0, 200, "their places are free");
}
