//! A collector in a process of its own: takes spans by OTLP over HTTP, and keeps nothing but their number.

use super::RECEIVE;
use http_body_util::{BodyExt as _, Empty};
use hyper::{
    Request, Response,
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use prost::Message as _;
use std::{
    env,
    error::Error,
    io::{self, BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::atomic::{AtomicU64, Ordering::SeqCst},
    thread,
};
use tokio::net::TcpListener;

/// A receiver that was started. It ends when it is dropped.
pub(super) struct Receiver {
    process: Child,
    ask: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    endpoint: String,
}

impl Receiver {
    pub(super) fn start() -> io::Result<Self> {
        let mut process = Command::new(env::current_exe()?)
            .arg(RECEIVE)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let ask = process.stdin.take();
        let answers = process.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut receiver =
            Self { process, ask, answers: BufReader::new(answers), endpoint: String::new() };
        receiver.endpoint = receiver.answer()?;
        Ok(receiver)
    }

    /// Where it takes traces.
    pub(super) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// How many spans came since this was last asked.
    pub(super) fn count(&mut self) -> Result<f64, Box<dyn Error>> {
        let ask = self.ask.as_mut().ok_or("the receiver has ended")?;
        ask.write_all(b"\n")?;
        ask.flush()?;
        Ok(self.answer()?.parse()?)
    }

    fn answer(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        Ok(line.trim().to_owned())
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        // It reads to the end.
        drop(self.ask.take());
        let _ = self.process.wait();
    }
}

/// Of `ExportTraceServiceRequest` as much as it takes to count: what a span is made of stays as it came.
#[derive(prost::Message)]
struct Export {
    #[prost(message, repeated, tag = "1")]
    resource_spans: Vec<ResourceSpans>,
}

#[derive(prost::Message)]
struct ResourceSpans {
    #[prost(message, repeated, tag = "2")]
    scope_spans: Vec<ScopeSpans>,
}

#[derive(prost::Message)]
struct ScopeSpans {
    #[prost(bytes = "bytes", repeated, tag = "2")]
    spans: Vec<Bytes>,
}

static RECEIVED: AtomicU64 = AtomicU64::new(0);

/// Receives until its standard input ends; for each line of that, writes how many spans came since the last.
pub(super) fn serve() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
    println!("http://{}/v1/traces", listener.local_addr()?);
    thread::spawn(move || runtime.block_on(accept(listener)));
    for line in io::stdin().lines() {
        line?;
        println!("{}", RECEIVED.swap(0, SeqCst));
    }
    Ok(())
}

async fn accept(listener: TcpListener) {
    while let Ok((stream, _)) = listener.accept().await {
        let connection =
            http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(take));
        tokio::spawn(connection);
    }
}

async fn take(
    request: Request<Incoming>,
) -> Result<Response<Empty<Bytes>>, Box<dyn Error + Send + Sync>> {
    let body = request.into_body().collect().await?.to_bytes();
    let request = Export::decode(body)?;
    let scopes = request.resource_spans.iter().flat_map(|resource| &resource.scope_spans);
    let spans: usize = scopes.map(|scope| scope.spans.len()).sum();
    RECEIVED.fetch_add(spans as u64, SeqCst);
    let mut response = Response::new(Empty::new());
    let kind = hyper::header::HeaderValue::from_static("application/x-protobuf");
    response.headers_mut().insert(hyper::header::CONTENT_TYPE, kind);
    Ok(response)
}
