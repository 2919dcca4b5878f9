//! Observed functions between the layers: one trace through servers and clients, and its figures.

use axum::{
    Router,
    body::Body,
    extract::Path,
    http::{Request, StatusCode},
    routing::get,
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use observant::{
    ClientLayer, ServerLayer, observe,
    testing::{self, SpanData, SpanKind},
};
use observant_tests::parse::{self, Dialect};
use std::{collections::HashMap, net::SocketAddr, time::Duration};
use tower::{Service as _, ServiceBuilder, ServiceExt as _};

const DURATION: &str = "http_server_request_duration_seconds";

async fn serve(router: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

fn client() -> observant::tower::Client<Client<HttpConnector, Body>> {
    let client = Client::builder(TokioExecutor::new()).build_http();
    ServiceBuilder::new().layer(ClientLayer::new()).service(client)
}

/// Asks through the layer, and says what status came.
async fn ask(address: SocketAddr, target: &str) -> StatusCode {
    let request = Request::get(format!("http://{address}{target}")).body(Body::empty()).unwrap();
    let mut client = client();
    client.ready().await.unwrap().call(request).await.unwrap().status()
}

#[observe]
fn store(id: u32) -> Result<(), std::fmt::Error> {
    if id == 0 { Err(std::fmt::Error) } else { Ok(()) }
}

#[observe]
async fn fetch(store: SocketAddr, id: u32) -> StatusCode {
    // Work that is spawned belongs to the same trace.
    let asks = observant::spawn(async move { ask(store, &format!("/store/{id}")).await });
    asks.await.unwrap()
}

/// The spans of `run`, once there are so many: a server may end one after its client has the answer.
async fn spans(count: usize, run: impl Future) -> Vec<SpanData> {
    let capture = testing::capture();
    run.await;
    while capture.spans().len() < count {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    capture.spans()
}

/// From the root to the span that has no child: each a child of the one before.
fn chain(spans: &[SpanData]) -> Vec<(String, SpanKind)> {
    let children: HashMap<_, _> = spans.iter().map(|span| (span.parent_span_id, span)).collect();
    assert_eq!(children.len(), spans.len(), "no span has two children");
    let mut chain = Vec::new();
    let mut above = None;
    while let Some(span) = children.get(&above) {
        chain.push((span.name.to_string(), span.kind));
        above = Some(span.span_id);
    }
    chain
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_one_trace_through_functions_and_processes() {
    let handler = async |Path(id): Path<u32>| match store(id) {
        Ok(()) => StatusCode::OK,
        Err(_) => StatusCode::NOT_FOUND,
    };
    let inner = Router::new().route("/store/{id}", get(handler)).layer(ServerLayer::new());
    let inner = serve(inner).await;
    let handler = async move |Path(id): Path<u32>| fetch(inner, id).await;
    let outer = Router::new().route("/tasks/{id}", get(handler)).layer(ServerLayer::new());
    let outer = serve(outer).await;
    let spans = spans(6, async { assert_eq!(ask(outer, "/tasks/0").await, 404) }).await;
    let expected = [
        ("GET", SpanKind::Client),
        ("GET /tasks/{id}", SpanKind::Server),
        ("fetch", SpanKind::Internal),
        ("GET", SpanKind::Client),
        ("GET /store/{id}", SpanKind::Server),
        ("store", SpanKind::Internal),
    ];
    assert_eq!(chain(&spans), expected.map(|(name, kind)| (name.to_owned(), kind)));
    let remote: Vec<_> =
        spans.iter().filter(|span| span.parent_is_remote).map(|span| &*span.name).collect();
    assert_eq!(remote, ["GET /store/{id}", "GET /tasks/{id}"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_on_the_scrape_and_routes_are_bounded() {
    let guard = observant::builder().listen("127.0.0.1:0").init().unwrap();
    let layer = ServerLayer::new().route(|request| {
        // What nobody should do: every path is a route.
        Some(request.uri.path().to_owned().into())
    });
    let address = serve(Router::new().fallback(async || "here").layer(layer)).await;
    let mut client = client();
    for n in 0..1_010 {
        let request =
            Request::get(format!("http://{address}/bounded/{n}")).body(Body::empty()).unwrap();
        client.ready().await.unwrap().call(request).await.unwrap();
    }
    let metrics = guard.local_addr().unwrap();
    // The last response may have been read before it is counted.
    let families = loop {
        let scrape = observant_tests::http::get(metrics, "/metrics");
        let families = parse::parse(scrape.text(), Dialect::Text).unwrap();
        let family = families.iter().find(|family| family.name == DURATION).unwrap();
        let counts =
            family.samples.iter().filter(|sample| sample.name == format!("{DURATION}_count"));
        let bounded = counts.filter(|sample| {
            sample
                .label("http_route")
                .is_some_and(|route| route.starts_with("/bounded/") || route == "_OTHER")
        });
        if bounded.map(parse::Sample::value).sum::<f64>() >= 1_010.0 {
            break families;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    let family = families.iter().find(|family| family.name == DURATION).unwrap();
    assert_eq!(family.kind, "histogram");
    let of = |route: &str, suffix: &str| -> Vec<_> {
        let named =
            family.samples.iter().filter(|sample| sample.name == format!("{DURATION}_{suffix}"));
        named.filter(|sample| sample.label("http_route") == Some(route)).collect()
    };
    let bounds: Vec<_> =
        of("/bounded/0", "bucket").iter().map(|s| s.label("le").unwrap()).collect();
    let expected = "0.005 0.01 0.025 0.05 0.075 0.1 0.25 0.5 0.75 1.0 2.5 5.0 7.5 10.0 +Inf";
    assert_eq!(bounds.join(" "), expected);
    let [count] = of("/bounded/0", "count")[..] else { panic!("one series") };
    let labels = ["http_request_method", "http_response_status_code", "url_scheme", "error_type"];
    let labels = labels.map(|label| count.label(label).unwrap_or("none"));
    assert_eq!(labels, ["GET", "200", "http", "none"]);
    let [other] = of("_OTHER", "count")[..] else { panic!("one series") };
    assert!(other.value() >= 10.0, "{}", other.value());
    let overflow = families.iter().find(|family| family.name == "observant_series_overflow_total");
    let overflow = overflow.unwrap().samples.iter().find(|s| s.label("metric") == Some(DURATION));
    assert!(overflow.unwrap().value() >= 10.0);
}
