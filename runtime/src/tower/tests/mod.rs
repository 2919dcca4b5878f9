//! Real servers and clients round the layers: what is recorded, counted, and passed on.

mod client;
mod conventions;
mod server;
mod trace_context;

use super::ServerLayer;
use crate::{
    observe::Context,
    snapshot::{OwnedSeries, OwnedValue},
    span::{self, Attribute, Sampler, SpanData, TraceId, Value},
};
use ::http::{Request, Response};
use axum::{Router, body::Body};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Runs `test` while spans are recorded and nobody else decides what is sampled.
fn recorded<R>(test: impl AsyncFnOnce() -> R) -> R {
    span::with_sampler(Sampler::default(), None, || {
        span::install(100_000, Arc::new(|| {}));
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(test())
    })
}

/// A new trace, as the header that a caller sends.
struct Trace {
    id: TraceId,
    traceparent: String,
}

const CALLER: &str = "00f067aa0ba902b7";

impl Trace {
    fn new() -> Self {
        let id = TraceId::generate();
        Self { id, traceparent: format!("00-{id}-{CALLER}-01") }
    }

    /// Its spans, once there are as many as expected.
    async fn spans<const N: usize>(&self) -> [SpanData; N] {
        static SEEN: Mutex<Vec<SpanData>> = Mutex::new(Vec::new());
        for _ in 0..1_000 {
            {
                let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
                span::drain(usize::MAX, &mut seen);
                let mut own: Vec<_> =
                    seen.iter().filter(|span| span.trace_id == self.id).cloned().collect();
                own.sort_by_key(|span| span.start_unix_nanos);
                if own.len() >= N {
                    return own.try_into().expect("no more than expected");
                }
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{N} spans of a trace do not come");
    }
}

fn attribute<'s>(span: &'s SpanData, key: &str) -> Option<&'s Value> {
    let found = |attribute: &&'s Attribute| attribute.key == key;
    span.attributes.iter().find(found).map(|attribute| &attribute.value)
}

#[track_caller]
fn assert_text(span: &SpanData, key: &str, expected: &str) {
    assert_eq!(attribute(span, key), Some(&Value::Text(expected.to_owned().into())), "{key}");
}

/// The series of a route, as labels and how many requests they have.
fn series(route: &str) -> Vec<(Vec<(String, String)>, u64)> {
    let snapshot = crate::registry::snapshot();
    let family = snapshot.families.iter().find(|family| family.name == super::DURATION);
    let series = family.into_iter().flat_map(|family| &family.series);
    let count = |series: &OwnedSeries| match &series.value {
        OwnedValue::Histogram { counts, .. } => counts.iter().sum(),
        other => panic!("{other:?}"),
    };
    series
        .filter(|series| series.label("http_route") == Some(route))
        .map(|series| (series.labels.clone(), count(series)))
        .collect()
}

/// The one series of a route, with its labels as text, once a request is counted.
async fn one_series(route: &str) -> String {
    for _ in 0..1_000 {
        if let [(labels, 1)] = &series(route)[..] {
            let labels: Vec<_> =
                labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
            return labels.join(" ");
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{route}: {:?}", series(route));
}

async fn serve(router: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

/// A router whose requests are observed, their routes as axum knows them.
fn observed(router: Router) -> Router {
    router.layer(ServerLayer::new().route(|request| {
        let matched = request.extensions.get::<axum::extract::MatchedPath>()?;
        Some(matched.as_str().to_owned().into())
    }))
}

fn plain_client() -> Client<HttpConnector, Body> {
    Client::builder(TokioExecutor::new()).build_http()
}

fn get(address: SocketAddr, target: &str) -> ::http::request::Builder {
    Request::builder().uri(format!("http://{address}{target}"))
}

/// Sends a request of a trace, and reads the whole answer.
async fn ask(trace: &Trace, request: ::http::request::Builder) -> (u16, String) {
    let request = request.header("traceparent", &trace.traceparent).body(Body::empty()).unwrap();
    let response = plain_client().request(request).await.unwrap();
    read(response).await
}

async fn read<B: http_body::Body<Data = bytes::Bytes>>(response: Response<B>) -> (u16, String)
where
    B::Error: std::fmt::Debug,
{
    use http_body_util::BodyExt as _;
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

/// What a handler is a part of, as text.
fn current() -> String {
    let context = Context::current();
    let span = context.span_context().map(crate::SpanContext::traceparent);
    format!("{} {}", span.unwrap_or_default(), context.baggage())
}
