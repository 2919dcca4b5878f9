//! An OpenTelemetry collector that remembers what it got, and misbehaves as told: HTTP and gRPC on one port.
//!
//! Requests are read by the official types of `opentelemetry-proto`. The unit tests of `otlp` use this file too, so
//! it names nothing of ours.

use std::{
    collections::VecDeque,
    convert::Infallible,
    future::{pending, poll_fn},
    io::Read as _,
    net::{SocketAddr, TcpListener},
    pin::pin,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    task::Poll,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use http_body_util::{BodyExt as _, Full};
use hyper::{
    HeaderMap, Request as HttpRequest, Response as HttpResponse, StatusCode,
    body::{Bytes, Incoming},
    service::service_fn,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use opentelemetry_proto::tonic::{
    collector::{
        metrics::v1::{
            ExportMetricsPartialSuccess, ExportMetricsServiceRequest, ExportMetricsServiceResponse,
            metrics_service_server::{MetricsService, MetricsServiceServer},
        },
        trace::v1::{
            ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
            trace_service_server::{TraceService, TraceServiceServer},
        },
    },
    metrics::v1::Metric,
    trace::v1::Span,
};
use prost::Message as _;
use tokio::{runtime::Builder, sync::watch};
use tonic::{
    Code, Status, body::Body, codec::CompressionEncoding, codegen::Service as _,
    metadata::MetadataMap,
};

/// Longer than anything takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the collector does with a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Takes it.
    Accept,
    /// Takes it, after a while.
    Delay(Duration),
    /// Takes it but for so many of it.
    Partial(i64, &'static str),
    /// An HTTP status, and what `Retry-After` says.
    Status(u16, Option<String>),
    /// A gRPC status, and what `RetryInfo` says.
    Grpc(Code, Option<Duration>),
    /// Never answers.
    Hang,
    /// Closes the connection.
    Close,
}

/// A request that came.
#[derive(Clone, Debug)]
pub struct Request {
    /// When.
    pub at: Instant,
    /// Its path.
    pub path: String,
    /// Its headers, or a gRPC request's metadata.
    pub headers: HeaderMap,
    /// What it was answered.
    pub reply: Reply,
    /// What it said of traces.
    pub traces: Option<ExportTraceServiceRequest>,
    /// What it said of metrics.
    pub metrics: Option<ExportMetricsServiceRequest>,
}

impl Request {
    /// Whether the collector took it.
    pub fn was_accepted(&self) -> bool {
        matches!(self.reply, Reply::Accept | Reply::Delay(_) | Reply::Partial(..))
    }

    /// Its spans.
    pub fn spans(&self) -> impl Iterator<Item = &Span> {
        let resources = self.traces.iter().flat_map(|traces| &traces.resource_spans);
        resources.flat_map(|each| &each.scope_spans).flat_map(|scope| &scope.spans)
    }

    /// Its metrics.
    pub fn metrics(&self) -> impl Iterator<Item = &Metric> {
        let resources = self.metrics.iter().flat_map(|metrics| &metrics.resource_metrics);
        resources.flat_map(|each| &each.scope_metrics).flat_map(|scope| &scope.metrics)
    }
}

#[derive(Debug, Default)]
struct State {
    requests: Vec<Request>,
    script: VecDeque<Reply>,
    otherwise: Option<Reply>,
    connections: usize,
    /// Whether bodies are kept.
    forgetful: bool,
    spans: usize,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers a request, and says how to answer it.
    fn receive(&self, mut request: Request) -> Reply {
        let mut state = self.state();
        let reply = state.script.pop_front().or_else(|| state.otherwise.clone());
        request.reply = reply.clone().unwrap_or(Reply::Accept);
        if request.was_accepted() {
            state.spans += request.spans().count();
        }
        if state.forgetful {
            (request.traces, request.metrics) = (None, None);
        }
        state.requests.push(request);
        drop(state);
        self.changed.notify_all();
        reply.unwrap_or(Reply::Accept)
    }
}

/// A collector that runs until it is dropped; then its connections are cut.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl Receiver {
    /// One on any free port.
    ///
    /// # Panics
    ///
    /// When it cannot listen.
    pub fn start() -> Self {
        Self::start_at(SocketAddr::from(([127, 0, 0, 1], 0)))
    }

    /// One on this address: one that comes back.
    ///
    /// # Panics
    ///
    /// When it cannot listen.
    pub fn start_at(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).expect("the address is free");
        listener.set_nonblocking(true).expect("it is a socket");
        let address = listener.local_addr().expect("it is bound");
        let shared = Arc::<Shared>::default();
        let (stop, stopped) = watch::channel(false);
        let serving = Arc::clone(&shared);
        let thread = Some(thread::spawn(move || serve(listener, &serving, stopped)));
        Self { address, shared, stop, thread }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same as a URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers the next requests like this, one after the other; after them as before.
    pub fn then(&self, replies: impl IntoIterator<Item = Reply>) -> &Self {
        self.shared.state().script.extend(replies);
        self
    }

    /// Answers like this from now on.
    pub fn always(&self, reply: Reply) -> &Self {
        self.shared.state().otherwise = Some(reply);
        self
    }

    /// Keeps counts of requests and not what is in them.
    pub fn forgetful(&self) -> &Self {
        self.shared.state().forgetful = true;
        self
    }

    /// Everything that came.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.state().requests.clone()
    }

    /// Every span that was taken.
    pub fn spans(&self) -> Vec<Span> {
        let requests = self.requests();
        let accepted = requests.iter().filter(|request| request.was_accepted());
        accepted.flat_map(Request::spans).cloned().collect()
    }

    /// How many spans were taken.
    pub fn span_count(&self) -> usize {
        self.shared.state().spans
    }

    /// Every metric that was taken.
    pub fn metrics(&self) -> Vec<Metric> {
        let requests = self.requests();
        let accepted = requests.iter().filter(|request| request.was_accepted());
        accepted.flat_map(Request::metrics).cloned().collect()
    }

    /// Connections that were made.
    pub fn connections(&self) -> usize {
        self.shared.state().connections
    }

    /// Waits until what came is as it should be.
    ///
    /// # Panics
    ///
    /// When it never is.
    #[track_caller]
    pub fn wait_for(&self, mut is_enough: impl FnMut(&[Request]) -> bool) {
        let state = self.shared.state();
        let (state, waited) = self
            .shared
            .changed
            .wait_timeout_while(state, PATIENCE, |state| !is_enough(&state.requests))
            .unwrap_or_else(PoisonError::into_inner);
        let count = state.requests.len();
        drop(state);
        assert!(!waited.timed_out(), "not even with {count} requests");
    }

    /// Waits for so many spans to be taken.
    ///
    /// # Panics
    ///
    /// When they never are.
    #[track_caller]
    pub fn wait_for_spans(&self, count: usize) {
        self.wait_for(|requests| {
            let accepted = requests.iter().filter(|request| request.was_accepted());
            accepted.map(|request| request.spans().count()).sum::<usize>() >= count
        });
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(listener: TcpListener, shared: &Arc<Shared>, mut stopped: watch::Receiver<bool>) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).expect("it is a socket");
        let mut stopped = pin!(stopped.wait_for(|stop| *stop));
        loop {
            let mut accept = pin!(listener.accept());
            let accepted = poll_fn(|cx| {
                if stopped.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(None);
                }
                accept.as_mut().poll(cx).map(Some)
            });
            let Some(accepted) = accepted.await else { return };
            let Ok((socket, _)) = accepted else { continue };
            shared.state().connections += 1;
            let shared = Arc::clone(shared);
            tokio::spawn(async move {
                let answer = service_fn(move |request| answer(Arc::clone(&shared), request));
                let server = auto::Builder::new(TokioExecutor::new());
                // A connection that breaks is no business of ours.
                let _ = server.serve_connection(TokioIo::new(socket), answer).await;
            });
        }
    });
}

/// Closes the connection.
#[derive(Debug)]
struct Closed;

impl std::fmt::Display for Closed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("closed as told")
    }
}

impl std::error::Error for Closed {}

async fn answer(
    shared: Arc<Shared>,
    request: HttpRequest<Incoming>,
) -> Result<HttpResponse<Body>, Closed> {
    let kind = request.headers().get("content-type").and_then(|kind| kind.to_str().ok());
    if kind.is_some_and(|kind| kind.starts_with("application/grpc")) {
        return answer_grpc(shared, request).await;
    }
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Closed)?.to_bytes();
    let body = plain(&head.headers, &body);
    let path = head.uri.path().to_owned();
    let is_metrics = path.ends_with("/metrics");
    let (traces, metrics) = if is_metrics {
        (None, ExportMetricsServiceRequest::decode(&*body).ok())
    } else {
        (ExportTraceServiceRequest::decode(&*body).ok(), None)
    };
    if traces.is_none() && metrics.is_none() {
        return Ok(response(StatusCode::BAD_REQUEST, Vec::new()));
    }
    let at = Instant::now();
    let reply = Reply::Accept;
    let reply = shared.receive(Request { at, path, headers: head.headers, reply, traces, metrics });
    match reply {
        Reply::Accept => Ok(response(StatusCode::OK, Vec::new())),
        Reply::Delay(time) => {
            tokio::time::sleep(time).await;
            Ok(response(StatusCode::OK, Vec::new()))
        }
        Reply::Partial(rejected, message) => {
            let body = if is_metrics {
                partial_metrics(rejected, message).encode_to_vec()
            } else {
                partial_traces(rejected, message).encode_to_vec()
            };
            Ok(response(StatusCode::OK, body))
        }
        Reply::Status(code, after) => {
            let code = StatusCode::from_u16(code).expect("a status");
            let mut response = response(code, Vec::new());
            if let Some(after) = after {
                let after = after.parse().expect("a header");
                response.headers_mut().insert("retry-after", after);
            }
            Ok(response)
        }
        Reply::Grpc(..) => panic!("a status of gRPC for a request of HTTP"),
        Reply::Hang => pending().await,
        Reply::Close => Err(Closed),
    }
}

fn plain(headers: &HeaderMap, body: &[u8]) -> Vec<u8> {
    if headers.get("content-encoding").is_none_or(|encoding| encoding != "gzip") {
        return body.to_vec();
    }
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(body).read_to_end(&mut plain).expect("gzip, as it says");
    plain
}

fn response(code: StatusCode, body: Vec<u8>) -> HttpResponse<Body> {
    let mut response = HttpResponse::new(Body::new(Full::new(Bytes::from(body))));
    *response.status_mut() = code;
    response
        .headers_mut()
        .insert("content-type", "application/x-protobuf".parse().expect("a header"));
    response
}

fn partial_traces(rejected_spans: i64, message: &str) -> ExportTraceServiceResponse {
    let partial = ExportTracePartialSuccess { rejected_spans, error_message: message.to_owned() };
    ExportTraceServiceResponse { partial_success: Some(partial) }
}

fn partial_metrics(rejected_data_points: i64, message: &str) -> ExportMetricsServiceResponse {
    let error_message = message.to_owned();
    let partial = ExportMetricsPartialSuccess { rejected_data_points, error_message };
    ExportMetricsServiceResponse { partial_success: Some(partial) }
}

async fn answer_grpc(
    shared: Arc<Shared>,
    request: HttpRequest<Incoming>,
) -> Result<HttpResponse<Body>, Closed> {
    let path = request.uri().path().to_owned();
    let collector = Collector { shared, path: path.clone() };
    let answered: Result<_, Infallible> = if path.contains("MetricsService") {
        let mut service =
            MetricsServiceServer::new(collector).accept_compressed(CompressionEncoding::Gzip);
        service.call(request).await
    } else {
        let mut service =
            TraceServiceServer::new(collector).accept_compressed(CompressionEncoding::Gzip);
        service.call(request).await
    };
    let response = match answered {
        Ok(response) => response,
        Err(never) => match never {},
    };
    if response.headers().contains_key(CLOSE) { Err(Closed) } else { Ok(response) }
}

/// Marks a response that is none.
const CLOSE: &str = "close-as-told";

/// The services of gRPC.
#[derive(Clone, Debug)]
struct Collector {
    shared: Arc<Shared>,
    path: String,
}

impl Collector {
    /// Does as told; `None` to take the request, or what is rejected of it.
    async fn receive(
        &self,
        metadata: MetadataMap,
        traces: Option<ExportTraceServiceRequest>,
        metrics: Option<ExportMetricsServiceRequest>,
    ) -> Result<Option<(i64, &'static str)>, Status> {
        let (at, path, headers) = (Instant::now(), self.path.clone(), metadata.into_headers());
        let reply = Reply::Accept;
        match self.shared.receive(Request { at, path, headers, reply, traces, metrics }) {
            Reply::Accept => Ok(None),
            Reply::Delay(time) => {
                tokio::time::sleep(time).await;
                Ok(None)
            }
            Reply::Partial(rejected, message) => Ok(Some((rejected, message))),
            Reply::Status(..) => panic!("a status of HTTP for a request of gRPC"),
            Reply::Grpc(code, None) => Err(Status::new(code, "as told")),
            Reply::Grpc(code, Some(after)) => {
                Err(Status::with_details(code, "as told", details(code, after).into()))
            }
            Reply::Hang => pending().await,
            Reply::Close => {
                let mut status = Status::aborted("");
                status.metadata_mut().insert(CLOSE, "yes".parse().expect("metadata"));
                Err(status)
            }
        }
    }
}

/// `google.rpc.Status` with a `RetryInfo`.
fn details(code: Code, after: Duration) -> Vec<u8> {
    #[derive(Clone, PartialEq, prost::Message)]
    struct RpcStatus {
        #[prost(int32, tag = "1")]
        code: i32,
        #[prost(message, repeated, tag = "3")]
        details: Vec<Any>,
    }
    #[derive(Clone, PartialEq, prost::Message)]
    struct Any {
        #[prost(string, tag = "1")]
        type_url: String,
        #[prost(bytes = "vec", tag = "2")]
        value: Vec<u8>,
    }
    #[derive(Clone, PartialEq, prost::Message)]
    struct RetryInfo {
        #[prost(message, optional, tag = "1")]
        retry_delay: Option<Delay>,
    }
    #[derive(Clone, PartialEq, prost::Message)]
    struct Delay {
        #[prost(int64, tag = "1")]
        seconds: i64,
        #[prost(int32, tag = "2")]
        nanos: i32,
    }
    let delay = Delay {
        seconds: i64::try_from(after.as_secs()).expect("a short time"),
        nanos: i32::try_from(after.subsec_nanos()).expect("below a second"),
    };
    let any = Any {
        type_url: "type.googleapis.com/google.rpc.RetryInfo".to_owned(),
        value: RetryInfo { retry_delay: Some(delay) }.encode_to_vec(),
    };
    RpcStatus { code: code as i32, details: vec![any] }.encode_to_vec()
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: tonic::Request<ExportTraceServiceRequest>,
    ) -> Result<tonic::Response<ExportTraceServiceResponse>, Status> {
        let (metadata, _, body) = request.into_parts();
        let partial = self.receive(metadata, Some(body), None).await?;
        let response = partial.map(|(rejected, message)| partial_traces(rejected, message));
        Ok(tonic::Response::new(response.unwrap_or_default()))
    }
}

#[tonic::async_trait]
impl MetricsService for Collector {
    async fn export(
        &self,
        request: tonic::Request<ExportMetricsServiceRequest>,
    ) -> Result<tonic::Response<ExportMetricsServiceResponse>, Status> {
        let (metadata, _, body) = request.into_parts();
        let partial = self.receive(metadata, None, Some(body)).await?;
        let response = partial.map(|(rejected, message)| partial_metrics(rejected, message));
        Ok(tonic::Response::new(response.unwrap_or_default()))
    }
}
