//! Requests as a server sees them.

use super::*;
use crate::{
    span::{SpanKind, Status},
    tower::switch,
};
use axum::{
    extract::State,
    routing::{any, get as on_get, post},
};
use bytes::Bytes;
use std::{io::Write as _, net::TcpStream};
use tokio::sync::mpsc;

/// Frames that a test sends one by one; an error breaks it off.
fn streamed(frames: mpsc::Receiver<Result<Bytes, std::io::Error>>) -> Body {
    struct Frames(mpsc::Receiver<Result<Bytes, std::io::Error>>);
    impl futures_core::Stream for Frames {
        type Item = Result<Bytes, std::io::Error>;
        fn poll_next(
            mut self: std::pin::Pin<&mut Self>,
            cx: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Self::Item>> {
            self.0.poll_recv(cx)
        }
    }
    Body::from_stream(Frames(frames))
}

#[test]
fn a_request_is_a_span_of_the_callers_trace_and_its_handler_a_part_of_that() {
    recorded(async || {
        let router = Router::new().route("/tasks/{id}", on_get(async || current()));
        let address = serve(observed(router)).await;
        let trace = Trace::new();
        let request = get(address, "/tasks/7?token=secret&x=1&word")
            .header("tracestate", "vendor=1")
            .header("baggage", "tenant=acme;ttl=1")
            .header("user-agent", "a test");
        let (status, body) = ask(&trace, request).await;
        let [span] = trace.spans().await;
        assert_eq!(status, 200);
        assert_eq!(body, format!("00-{}-{}-01 tenant=acme;ttl=1", trace.id, span.span_id));
        assert_eq!(span.name, "GET /tasks/{id}");
        assert_eq!((span.kind, &span.status), (SpanKind::Server, &Status::Unset));
        assert_eq!(span.parent_span_id.unwrap().to_string(), CALLER);
        assert!(span.parent_is_remote);
        assert_eq!(span.trace_state.as_deref(), Some("vendor=1"));
        for (key, value) in [
            ("http.request.method", "GET"),
            ("http.route", "/tasks/{id}"),
            ("url.path", "/tasks/7"),
            ("url.query", "token=REDACTED&x=REDACTED&REDACTED"),
            ("url.scheme", "http"),
            ("server.address", "127.0.0.1"),
            ("user_agent.original", "a test"),
            ("network.protocol.version", "1.1"),
        ] {
            assert_text(&span, key, value);
        }
        assert_eq!(attribute(&span, "server.port"), Some(&Value::I64(address.port().into())));
        assert_eq!(attribute(&span, "http.response.status_code"), Some(&Value::I64(200)));
        assert_eq!(attribute(&span, "error.type"), None);
        assert_eq!(span.attributes.len(), 10);
        let expected = "http_request_method=GET http_response_status_code=200 \
                        http_route=/tasks/{id} url_scheme=http";
        assert_eq!(one_series("/tasks/{id}").await, expected);
    });
}

#[test]
fn without_a_route_there_is_no_path_in_its_place() {
    recorded(async || {
        let address = serve(observed(Router::new())).await;
        let trace = Trace::new();
        let (status, _) = ask(&trace, get(address, "/secret/7").method("BREW")).await;
        let [span] = trace.spans().await;
        assert_eq!((status, &*span.name), (404, "HTTP"));
        assert_eq!(span.status, Status::Unset);
        assert_text(&span, "http.request.method", "_OTHER");
        assert_text(&span, "http.request.method_original", "BREW");
        assert_eq!(attribute(&span, "http.route"), None);
        let snapshot = format!("{:?}", crate::registry::snapshot());
        assert!(!snapshot.contains("/secret/7"));
        let labels = [("http_request_method", "_OTHER"), ("http_response_status_code", "404")];
        let found = crate::registry::snapshot();
        assert_eq!(found.find(crate::tower::DURATION, &labels).unwrap().label("http_route"), None);
    });
}

#[test]
fn a_fault_of_the_server_is_an_error_and_one_of_the_client_is_not() {
    recorded(async || {
        let router = Router::new()
            .route("/broken", on_get(async || ::http::StatusCode::SERVICE_UNAVAILABLE))
            .route("/wrong", on_get(async || ::http::StatusCode::BAD_REQUEST));
        let address = serve(observed(router)).await;
        let (broken, wrong) = (Trace::new(), Trace::new());
        ask(&broken, get(address, "/broken")).await;
        ask(&wrong, get(address, "/wrong")).await;
        let [span] = broken.spans().await;
        assert_eq!(span.status, Status::Error("".into()));
        assert_text(&span, "error.type", "503");
        let [span] = wrong.spans().await;
        assert_eq!(span.status, Status::Unset);
        assert_eq!(attribute(&span, "error.type"), None);
        assert!(one_series("/broken").await.starts_with("error_type=503 "));
        assert!(one_series("/wrong").await.starts_with("http_request_method=GET"));
    });
}

#[test]
fn a_request_lasts_until_its_response_has_ended() {
    recorded(async || {
        let (send, receive) = mpsc::channel(1);
        let body = Arc::new(Mutex::new(Some(receive)));
        let handler = async |State(body): State<Arc<Mutex<Option<_>>>>| {
            streamed(body.lock().unwrap().take().unwrap())
        };
        let router = Router::new().route("/streamed", on_get(handler)).with_state(body);
        let address = serve(observed(router)).await;
        let trace = Trace::new();
        let asked = tokio::spawn({
            let request = get(address, "/streamed").header("traceparent", &trace.traceparent);
            plain_client().request(request.body(Body::empty()).unwrap())
        });
        let response = asked.await.unwrap().unwrap();
        send.send(Ok(Bytes::from("one"))).await.unwrap();
        assert_eq!(series("/streamed"), []);
        let before = Duration::from_millis(30);
        tokio::time::sleep(before).await;
        send.send(Ok(Bytes::from("two"))).await.unwrap();
        drop(send);
        assert_eq!(read(response).await.1, "onetwo");
        let [span] = trace.spans().await;
        assert_eq!(span.status, Status::Unset);
        assert!(u128::from(span.end_unix_nanos - span.start_unix_nanos) >= before.as_nanos());
        one_series("/streamed").await;
    });
}

#[test]
fn a_response_that_breaks_off_has_failed() {
    use http_body_util::BodyExt as _;
    recorded(async || {
        let (send, receive) = mpsc::channel(1);
        let body = Arc::new(Mutex::new(Some(receive)));
        let handler = async move || streamed(body.lock().unwrap().take().unwrap());
        let address = serve(observed(Router::new().route("/breaks", on_get(handler)))).await;
        let trace = Trace::new();
        let request = get(address, "/breaks").header("traceparent", &trace.traceparent);
        let response = plain_client().request(request.body(Body::empty()).unwrap()).await.unwrap();
        send.send(Err(std::io::Error::other("secret"))).await.unwrap();
        response.into_body().collect().await.unwrap_err();
        let [span] = trace.spans().await;
        assert_eq!(span.status, Status::Error("Error".into()));
        assert_text(&span, "error.type", "Error");
        assert_eq!(attribute(&span, "http.response.status_code"), Some(&Value::I64(200)));
        assert!(!format!("{span:?}").contains("secret"));
    });
}

#[test]
fn a_request_that_nobody_waits_for_is_cancelled() {
    recorded(async || {
        let (entered, mut enters) = mpsc::channel::<()>(2);
        let stuck = {
            let entered = entered.clone();
            move || async move {
                entered.send(()).await.unwrap();
                std::future::pending::<String>().await
            }
        };
        let (send, receive) = mpsc::channel(1);
        let body = Arc::new(Mutex::new(Some(receive)));
        let endless = move || async move { streamed(body.lock().unwrap().take().unwrap()) };
        let router =
            Router::new().route("/stuck", on_get(stuck)).route("/endless", on_get(endless));
        let address = serve(observed(router)).await;
        let (stuck, endless) = (Trace::new(), Trace::new());
        let connect = |target: &str, trace: &Trace| {
            let mut socket = TcpStream::connect(address).unwrap();
            let traceparent = &trace.traceparent;
            write!(
                socket,
                "GET {target} HTTP/1.1\r\nHost: a\r\ntraceparent: {traceparent}\r\n\r\n"
            )
            .unwrap();
            socket
        };
        let socket = connect("/stuck", &stuck);
        enters.recv().await.unwrap();
        drop(socket);
        let [span] = stuck.spans().await;
        assert_text(&span, "error.type", "cancelled");
        assert_eq!(attribute(&span, "http.response.status_code"), None);
        assert_eq!(span.status, Status::Error("cancelled".into()));
        assert!(
            one_series("/stuck")
                .await
                .starts_with("error_type=cancelled http_request_method=GET http_route")
        );
        // The head is sent, and then the client goes.
        let socket = connect("/endless", &endless);
        let mut one = [0];
        std::io::Read::read_exact(&mut { &socket }, &mut one).unwrap();
        drop(socket);
        while send.send(Ok(Bytes::from("more"))).await.is_ok() {
            tokio::task::yield_now().await;
        }
        let [span] = endless.spans().await;
        assert_text(&span, "error.type", "cancelled");
        assert_eq!(attribute(&span, "http.response.status_code"), Some(&Value::I64(200)));
    });
}

#[test]
fn a_handler_that_panics_is_counted_as_such() {
    #[allow(clippy::unused_async)]
    async fn panics() -> String {
        panic!("as the test wants it")
    }
    recorded(async || {
        let router = Router::new().route("/panics", on_get(panics));
        let address = serve(observed(router)).await;
        let trace = Trace::new();
        let request = get(address, "/panics").header("traceparent", &trace.traceparent);
        plain_client().request(request.body(Body::empty()).unwrap()).await.unwrap_err();
        let [span] = trace.spans().await;
        assert_text(&span, "error.type", "panic");
        assert!(one_series("/panics").await.starts_with("error_type=panic "));
    });
}

/// Whoever catches a panic drops the request later, when nothing unwinds any more.
#[test]
fn a_panic_that_is_caught_is_one_too() {
    use tower::{Layer as _, Service as _};
    recorded(async || {
        let service =
            tower::service_fn(async |_: Request<Body>| -> Result<Response<Body>, String> {
                panic!("as the test wants it")
            });
        let trace = Trace::new();
        let request = Request::get("/").header("traceparent", &trace.traceparent);
        let mut service = ServerLayer::new().layer(service);
        let mut future = Box::pin(service.call(request.body(Body::empty()).unwrap()));
        let mut task = std::task::Context::from_waker(std::task::Waker::noop());
        let mut poll = || future.as_mut().poll(&mut task).is_ready();
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(&mut poll)).unwrap_err();
        drop(future);
        let [span] = trace.spans().await;
        assert_text(&span, "error.type", "panic");
    });
}

/// A server asks no body for its end that it does not send, or has sent as long as it said.
#[test]
fn responses_whose_bodies_are_not_read_to_the_end_end_well() {
    recorded(async || {
        let sized = async || {
            let (send, receive) = mpsc::channel(1);
            send.send(Ok(Bytes::from("12345"))).await.unwrap();
            // The body itself would go on.
            tokio::spawn(async move { send.closed().await });
            ([("content-length", "5")], streamed(receive))
        };
        let unread = async || {
            let (send, receive) = mpsc::channel(1);
            tokio::spawn(async move { send.closed().await });
            (::http::StatusCode::NO_CONTENT, streamed(receive))
        };
        let router = Router::new()
            .route("/sized", any(sized))
            .route("/none", on_get(unread))
            .route("/whole", post(async || "12345"));
        let address = serve(observed(router)).await;
        for (method, target, length) in [
            ("GET", "/sized", 5),
            ("HEAD", "/sized", 0),
            ("GET", "/none", 0),
            ("POST", "/whole", 5),
        ] {
            let trace = Trace::new();
            let (_, body) = ask(&trace, get(address, target).method(method)).await;
            assert_eq!(body.len(), length);
            let [span] = trace.spans().await;
            assert_eq!(attribute(&span, "error.type"), None, "{method} {target}");
            assert!(attribute(&span, "http.response.status_code").is_some());
        }
    });
}

/// Without an exporter there are no spans of ours: what came is what goes on.
#[test]
fn without_an_exporter_and_switched_off_contexts_are_passed_on() {
    recorded(async || {
        let router = Router::new().route("/passes", on_get(async || current()));
        let address = serve(observed(router)).await;
        let trace = Trace::new();
        let came = format!("{} tenant=acme", trace.traceparent);
        let asks =
            async || ask(&trace, get(address, "/passes").header("baggage", "tenant=acme")).await;
        switch(false);
        assert_eq!(asks().await.1, came);
        assert_eq!(series("/passes"), []);
        switch(true);
        span::uninstall();
        assert_eq!(asks().await.1, came);
        one_series("/passes").await;
        span::install(100_000, Arc::new(|| {}));
        assert_ne!(asks().await.1, came);
        let [_only] = trace.spans().await;
    });
}

/// A caller that is not sampled decides for us too, and gets an id of ours all the same.
#[test]
fn what_is_not_sampled_is_not_recorded_and_goes_on_unsampled() {
    recorded(async || {
        let router = Router::new().route("/unsampled", on_get(async || current()));
        let address = serve(observed(router)).await;
        let id = TraceId::generate();
        let trace = Trace { id, traceparent: format!("00-{id}-{CALLER}-02") };
        let (_, body) = ask(&trace, get(address, "/unsampled")).await;
        assert!(body.starts_with(&format!("00-{id}-")) && body.ends_with("-02 "), "{body}");
        assert!(!body.contains(CALLER));
        one_series("/unsampled").await;
        let mut spans = Vec::new();
        span::drain(usize::MAX, &mut spans);
        assert!(spans.iter().all(|span| span.trace_id != id));
    });
}

#[cfg(feature = "axum")]
#[test]
fn with_its_feature_the_routes_of_axum_are_known_by_themselves() {
    recorded(async || {
        let tasks = Router::new().route("/tasks/{id}", on_get(async || "a task"));
        let router = Router::new().nest("/api", tasks).layer(ServerLayer::new());
        let address = serve(router).await;
        let trace = Trace::new();
        ask(&trace, get(address, "/api/tasks/7")).await;
        let [span] = trace.spans().await;
        assert_eq!(span.name, "GET /api/tasks/{id}");
        one_series("/api/tasks/{id}").await;
    });
}

#[test]
fn what_the_layer_is_told_counts() {
    recorded(async || {
        let layer = ServerLayer::new()
            .route(|request| request.uri.path().starts_with("/told").then(|| "/told/{..}".into()))
            .scheme("https")
            .query(true);
        let router = Router::new().fallback(async || "any").layer(layer);
        let address = serve(router).await;
        let trace = Trace::new();
        ask(&trace, get(address, "/told/7?a=b&sig=secret")).await;
        let [span] = trace.spans().await;
        assert_eq!(span.name, "GET /told/{..}");
        assert_text(&span, "url.query", "a=b&sig=REDACTED");
        assert_text(&span, "url.scheme", "https");
        assert!(one_series("/told/{..}").await.ends_with("url_scheme=https"));
    });
}
