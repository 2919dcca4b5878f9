//! The built-in model server: OpenAI-compatible, on loopback, on a port of its own.
//!
//! It answers from the text it is given ([`extract`](super::extract)) and has the manners of a real
//! one: it reads at a limited speed and writes piece by piece if asked to, it still knows what it read before, and it
//! refuses now and then, so that whoever asks needs patience and a deadline.

mod streamed;

use std::{
    collections::{HashMap, hash_map::DefaultHasher},
    convert::Infallible,
    hash::{Hash, Hasher},
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use http_body_util::{BodyExt, Either, Full, Limited, combinators::UnsyncBoxBody};
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header,
};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use observant::{ServerLayer, observe};
use serde_json::json;
use tokio::{
    net::{TcpListener, TcpSocket},
    task::{JoinHandle, JoinSet},
};
use tower::{Layer, ServiceExt as _, service_fn};

use super::{
    extract,
    wire::{ChatRequest, ChatResponse, Choice, ChoiceMessage, Message, PromptDetails, Usage},
};

/// The model that reviews; one prompt in [`ONE_REFUSAL_IN`] is refused once.
pub const MODEL: &str = "extractive-1";
/// The model that refuses every prompt twice, once with 429 and once with 500.
pub const OVERLOADED_MODEL: &str = "extractive-1-overloaded";

/// Answers.
const COMPLETIONS: &str = "/v1/chat/completions";
/// The list of models, by which one sees whether such a server is there.
const MODELS: &str = "/v1/models";
const ONE_REFUSAL_IN: u64 = 16;
/// Bytes of prompt read in a second.
const READING_SPEED: u64 = 1_000_000;
const LONGEST_BODY: usize = 16 * 1024 * 1024;
/// Connections that wait to be accepted: more than one asks at once.
const BACKLOG: u32 = 1_024;

/// Whole, or piece by piece.
type Body = Either<Full<Bytes>, UnsyncBoxBody<Bytes, Infallible>>;

/// A running server; dropping it ends it, and breaks off what it is at.
#[derive(Debug)]
pub struct BuiltIn {
    /// Where it listens.
    pub address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl BuiltIn {
    /// Starts the server on a free port.
    ///
    /// # Errors
    ///
    /// When loopback has no port left.
    pub fn start() -> io::Result<Self> {
        Stopped::at((Ipv4Addr::LOCALHOST, 0).into())?.start()
    }

    /// Stops the server, and keeps its place.
    ///
    /// # Errors
    ///
    /// When somebody else took it in that moment.
    pub async fn stop(mut self) -> io::Result<Stopped> {
        self.accepting.abort();
        // With it the listener is gone.
        let _ = (&mut self.accepting).await;
        Stopped::at(self.address)
    }
}

impl Drop for BuiltIn {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// The place of a server that does not run: who connects is refused, and nobody else gets it.
#[derive(Debug)]
pub struct Stopped(TcpSocket);

impl Stopped {
    fn at(address: SocketAddr) -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        // As all listeners have it: connections that have just ended are no hindrance.
        #[cfg(unix)]
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        Ok(Self(socket))
    }

    /// Starts the server here.
    ///
    /// # Errors
    ///
    /// When the system refuses.
    pub fn start(self) -> io::Result<BuiltIn> {
        let listener = self.0.listen(BACKLOG)?;
        let address = listener.local_addr()?;
        let accepting = tokio::spawn(accept(listener, Arc::default()));
        Ok(BuiltIn { address, accepting })
    }
}

/// How often each prompt that has to be refused was refused already.
#[derive(Debug, Default)]
struct Refusals(Mutex<HashMap<u64, u32>>);

async fn accept(listener: TcpListener, refusals: Arc<Refusals>) {
    // Each request is a part of the trace that its headers name.
    let observed = ServerLayer::new()
        .route(|request| (request.uri.path() == COMPLETIONS).then_some(COMPLETIONS.into()));
    // A server that stops closes its connections; with this function they are dropped.
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        // A failed accept (no file descriptor left, say) passes; the client's own patience covers it.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let refusals = Arc::clone(&refusals);
        let completions = observed.layer(service_fn(move |request| {
            let refusals = Arc::clone(&refusals);
            async move { Ok::<_, Infallible>(respond(request, &refusals).await) }
        }));
        // Looks at whether it is there are no part of any task, and would only be noise among the traces.
        let service = service_fn(move |request: Request<Incoming>| {
            let completions = completions.clone();
            async move {
                if request.method() == Method::GET && request.uri().path() == MODELS {
                    return Ok(models().map(Either::Left));
                }
                completions.oneshot(request).await.map(|response| response.map(Either::Right))
            }
        });
        connections.spawn(
            hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)),
        );
    }
}

/// What there is to choose from.
fn models() -> Response<Body> {
    let model = |name| json!({ "id": name, "object": "model", "owned_by": "built-in" });
    let list = json!({ "object": "list", "data": [model(MODEL), model(OVERLOADED_MODEL)] });
    respond_with(StatusCode::OK, list.to_string().into_bytes())
}

/// One request. A status of 400 and above counts as an error here, as it does for the client.
#[observe(error_if = |response| response.status().as_u16() >= 400, buckets = slow)]
async fn respond(request: Request<Incoming>, refusals: &Refusals) -> Response<Body> {
    if request.method() != Method::POST || request.uri().path() != COMPLETIONS {
        return refusal(StatusCode::NOT_FOUND, "only POST /v1/chat/completions is served");
    }
    let Ok(body) = Limited::new(request.into_body(), LONGEST_BODY).collect().await else {
        return refusal(StatusCode::PAYLOAD_TOO_LARGE, "the request is too long or broke off");
    };
    let chat: ChatRequest = match serde_json::from_slice(&body.to_bytes()) {
        Ok(chat) => chat,
        Err(error) => return refusal(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    if !matches!(&*chat.model, MODEL | OVERLOADED_MODEL) {
        return refusal(StatusCode::NOT_FOUND, "there is no such model");
    }
    if let Some(status) = refusals.next(&chat) {
        return refusal(status, "the built-in model refuses some requests on purpose");
    }
    completion(chat).await
}

/// Reads the conversation at [`READING_SPEED`] and answers it.
#[observe(buckets = slow)]
async fn completion(chat: ChatRequest) -> Response<Body> {
    let ChatRequest { model, messages, stream, .. } = chat;
    let prompt = bytes(&messages);
    // What it read to give the answer before this one, it still knows.
    let known = bytes(&messages[..messages.len().saturating_sub(2)]);
    let reading = Duration::from_micros(prompt * 1_000_000 / READING_SPEED);
    if reading > Duration::from_millis(2) {
        tokio::time::sleep(reading).await;
    }
    let answered = observant::spawn_blocking(move || extract::answer(&messages)).await;
    let Ok(content) = answered else {
        return refusal(StatusCode::INTERNAL_SERVER_ERROR, "the model broke down");
    };
    let usage = Usage {
        prompt_tokens: tokens(prompt),
        completion_tokens: tokens(content.len() as u64),
        prompt_tokens_details: Some(PromptDetails { cached_tokens: tokens(known) }),
        completion_tokens_details: None,
    };
    let id = format!("chatcmpl-{:016x}", fingerprint(&content));
    if stream {
        return streamed::respond(&id, &model, &content, usage);
    }
    let message = ChoiceMessage { content: Some(content) };
    let choices = vec![Choice { message, finish_reason: Some("stop".to_owned()) }];
    let answer = ChatResponse { id: Some(id), model: Some(model), choices, usage: Some(usage) };
    respond_with(StatusCode::OK, serde_json::to_vec(&answer).unwrap_or_default())
}

fn bytes(messages: &[Message]) -> u64 {
    messages.iter().map(|message| message.content.len() as u64).sum()
}

/// Roughly: four bytes a token, as English text has in the usual vocabularies.
fn tokens(bytes: u64) -> u64 {
    bytes.div_ceil(4)
}

impl Refusals {
    /// The status to refuse this request with, if its turn to be refused has come.
    ///
    /// Which prompts are refused depends on their text alone, so a run can be repeated.
    fn next(&self, chat: &ChatRequest) -> Option<StatusCode> {
        let prompt = fingerprint(&*chat.messages);
        let wanted = match &*chat.model {
            OVERLOADED_MODEL => 2,
            _ => u32::from(prompt.is_multiple_of(ONE_REFUSAL_IN)),
        };
        if wanted == 0 {
            return None;
        }
        let mut refused = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = refused.entry(prompt).or_default();
        *count += 1;
        if *count > wanted {
            refused.remove(&prompt);
            return None;
        }
        let first = u64::from(*count) + prompt / ONE_REFUSAL_IN;
        Some(if first.is_multiple_of(2) {
            StatusCode::INTERNAL_SERVER_ERROR
        } else {
            StatusCode::TOO_MANY_REQUESTS
        })
    }
}

/// `DefaultHasher::new` has fixed keys: the same prompt, the same number, in every run.
fn fingerprint<T: Hash + ?Sized>(text: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// An error in the shape OpenAI's clients expect.
fn refusal(status: StatusCode, reason: &str) -> Response<Body> {
    let body =
        json!({ "error": { "message": reason, "type": "built_in", "code": status.as_u16() } });
    respond_with(status, body.to_string().into_bytes())
}

fn respond_with(status: StatusCode, body: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Either::Left(Full::new(Bytes::from(body))));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    if status == StatusCode::TOO_MANY_REQUESTS {
        headers.insert(header::RETRY_AFTER, header::HeaderValue::from_static("0"));
    }
    response
}
