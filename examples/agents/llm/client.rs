//! The client of an OpenAI-compatible server: one request, and the patience round it.
//!
//! Speaks HTTP and nothing else; it knows no files and no agents.

mod check;

use std::{
    env, fmt,
    hash::{BuildHasher, RandomState},
    net::SocketAddr,
    time::Duration,
};

use observant::{ClientLayer, Label, observe};
use reqwest::{StatusCode, Url, header};
use tower::{Layer, ServiceExt as _, service_fn};

use super::wire::{ChatRequest, ChatResponse, Message, Usage};

/// Requests a question is worth; the first included.
const ATTEMPTS: u32 = 4;
/// No server makes us wait longer than this between two of them.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);
/// Asked for when `OPENAI_BASE_URL` is set and `OPENAI_MODEL` is not.
const DEFAULT_MODEL: &str = "gpt-4o-mini";
/// As much of a refusal's text as fits a report.
const REFUSAL_LENGTH: usize = 200;

/// One model on one server.
#[derive(Clone)]
pub struct Model {
    http: reqwest::Client,
    endpoint: Url,
    key: Option<String>,
    name: String,
    first_pause: Duration,
}

/// What a model said.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The text.
    pub text: String,
    /// What it cost, as far as the server says.
    pub usage: Usage,
    /// Requests it took.
    pub attempts: u32,
}

/// Why a model gave no answer. The variant's name is the metric's `error_type`.
#[derive(Debug, Label)]
pub enum ModelError {
    /// 429: later, perhaps after this long.
    RateLimited(Option<Duration>),
    /// 5xx: the server's own trouble.
    ServerError(StatusCode),
    /// Any other status: asking again would not help.
    Refused(StatusCode, String),
    /// No connection, or it broke.
    Unreachable(reqwest::Error),
    /// An answer that is no chat completion.
    Malformed(String),
}

impl ModelError {
    /// Whether asking again can help.
    fn is_transient(&self) -> bool {
        matches!(self, Self::RateLimited(_) | Self::ServerError(_) | Self::Unreachable(_))
    }
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RateLimited(_) => f.write_str("the model server asks for fewer requests (429)"),
            Self::ServerError(status) => write!(f, "the model server failed ({status})"),
            Self::Refused(status, text) => write!(f, "the model server refused ({status}): {text}"),
            Self::Unreachable(error) => {
                write!(f, "the model server cannot be reached: {}", root_cause(error))
            }
            Self::Malformed(reason) => {
                write!(f, "the answer is not a chat completion: {reason}")
            }
        }
    }
}

impl std::error::Error for ModelError {}

impl Model {
    /// The model that `OPENAI_BASE_URL`, `OPENAI_API_KEY` and `OPENAI_MODEL` name, or `None` when
    /// the first is not set.
    ///
    /// # Errors
    ///
    /// When the URL is none, or no client can be made.
    pub fn from_env() -> Result<Option<Self>, String> {
        let variable = |name| env::var(name).ok().filter(|value| !value.trim().is_empty());
        let Some(base) = variable("OPENAI_BASE_URL") else { return Ok(None) };
        let endpoint = endpoint(&base)
            .map_err(|reason| format!("OPENAI_BASE_URL is `{base}`, which is no URL: {reason}"))?;
        let http = client_builder().build().map_err(|error| root_cause(&error))?;
        Ok(Some(Self {
            http,
            endpoint,
            key: variable("OPENAI_API_KEY"),
            name: variable("OPENAI_MODEL").unwrap_or_else(|| DEFAULT_MODEL.to_owned()),
            first_pause: Duration::from_millis(500),
        }))
    }

    /// A model of the built-in server at `address`.
    ///
    /// # Errors
    ///
    /// When no client can be made.
    pub fn built_in(address: SocketAddr, name: &str) -> Result<Self, String> {
        // A proxy the environment names cannot know a port of this process.
        let http = client_builder().no_proxy().build().map_err(|error| root_cause(&error))?;
        Ok(Self {
            http,
            endpoint: endpoint(&format!("http://{address}"))?,
            key: None,
            name: name.to_owned(),
            first_pause: Duration::from_millis(20),
        })
    }

    /// Another model of the same server.
    pub fn named(&self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self.clone() }
    }

    /// The name the server knows it by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where requests go.
    pub fn endpoint(&self) -> &str {
        self.endpoint.as_str()
    }
}

#[observe(buckets = slow)]
impl Model {
    /// Asks until there is an answer, an error that will not pass, or no patience left.
    pub async fn ask(&self, messages: &[Message]) -> Result<Answer, ModelError> {
        let mut attempts = 1;
        loop {
            match self.complete(messages).await {
                Ok((text, usage)) => return Ok(Answer { text, usage, attempts }),
                Err(error) if error.is_transient() && attempts < ATTEMPTS => {
                    tokio::time::sleep(self.pause(attempts, &error)).await;
                    attempts += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// One request, one answer.
    #[observe(buckets = slow, fields(gen_ai.request.model = %self.name))]
    async fn complete(&self, messages: &[Message]) -> Result<(String, Usage), ModelError> {
        let request = ChatRequest { model: self.name.clone(), messages: messages.to_vec() };
        let response = self.post(&request).await.map_err(ModelError::Unreachable)?;
        let response = refuse_bad_status(response).await?;
        let body = response.bytes().await.map_err(ModelError::Unreachable)?;
        let chat: ChatResponse = serde_json::from_slice(&body)
            .map_err(|error| ModelError::Malformed(error.to_string()))?;
        let text = chat
            .choices
            .into_iter()
            .next()
            .and_then(|choice| choice.message.content)
            .ok_or_else(|| ModelError::Malformed("it holds no text".to_owned()))?;
        Ok((text, chat.usage.unwrap_or_default()))
    }

    /// Sends a request, with the trace it belongs to in its headers.
    #[observe(skip)]
    async fn post(&self, request: &ChatRequest) -> Result<reqwest::Response, reqwest::Error> {
        let mut post = self.http.post(self.endpoint.clone()).json(request);
        if let Some(key) = &self.key {
            post = post.bearer_auth(key);
        }
        // The layer is for services of `http::Request`, and this client is one of requests of its own.
        let client = service_fn(async |request: hyper::Request<reqwest::Body>| {
            let response = self.http.execute(request.try_into()?).await?;
            Ok(hyper::Response::from(response))
        });
        let request = hyper::Request::try_from(post.build()?)?;
        ClientLayer::new().layer(client).oneshot(request).await.map(reqwest::Response::from)
    }

    /// How long to wait after attempt number `attempts`: doubling, with up to as much again at
    /// random so that tasks refused together do not come back together; longer if the server says so.
    #[observe(skip)]
    fn pause(&self, attempts: u32, error: &ModelError) -> Duration {
        let doubled = self.first_pause * 2_u32.pow(attempts - 1);
        let random = RandomState::new().hash_one(attempts) % 1_000;
        let jittered = doubled + doubled * u32::try_from(random).unwrap_or_default() / 1_000;
        let asked_for = match error {
            ModelError::RateLimited(Some(pause)) => *pause,
            _ => Duration::ZERO,
        };
        jittered.max(asked_for).min(LONGEST_PAUSE)
    }
}

/// The key is not for logs.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model")
            .field("endpoint", &self.endpoint.as_str())
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

fn client_builder() -> reqwest::ClientBuilder {
    // Somebody may have chosen a provider before us; then theirs is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .user_agent(concat!("observant-agents/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(10))
}

/// `{base}/chat/completions`. A base conventionally ends in `/v1`; one without any path gets it.
fn endpoint(base: &str) -> Result<Url, String> {
    let mut url = Url::parse(base.trim()).map_err(|error| error.to_string())?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("its scheme is `{}`, not http or https", url.scheme()));
    }
    let path = match url.path().trim_end_matches('/') {
        "" => "/v1/chat/completions".to_owned(),
        path => format!("{path}/chat/completions"),
    };
    url.set_path(&path);
    Ok(url)
}

async fn refuse_bad_status(response: reqwest::Response) -> Result<reqwest::Response, ModelError> {
    match response.status() {
        status if status.is_success() => Ok(response),
        StatusCode::TOO_MANY_REQUESTS => Err(ModelError::RateLimited(retry_after(&response))),
        status if status.is_server_error() => Err(ModelError::ServerError(status)),
        status => {
            let text = response.text().await.unwrap_or_default();
            Err(ModelError::Refused(status, text.chars().take(REFUSAL_LENGTH).collect()))
        }
    }
}

/// `Retry-After` in seconds; its other form, a date, is rare enough to be ignored.
fn retry_after(response: &reqwest::Response) -> Option<Duration> {
    let seconds = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// The innermost error: `reqwest` puts "Connection refused" three levels down.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
