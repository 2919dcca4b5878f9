//! The client of an OpenAI-compatible server: one request by `async-openai`, and the patience round it.
//!
//! Speaks to models and to nobody else; it knows no files and no agents.

mod check;
mod error;
mod transport;

use std::{
    env, fmt,
    hash::{BuildHasher, RandomState},
    net::SocketAddr,
    time::Duration,
};

use async_openai::{Client, config::OpenAIConfig};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, future::ready, stream::once};
use observant::observe;
use reqwest::Url;

pub use error::ModelError;
use error::root_cause;

use super::wire::{ChatRequest, ChatResponse, Chunk, Message, StreamOptions, Usage};

/// Requests a question is worth; the first included.
const ATTEMPTS: u32 = 4;
/// No server makes us wait longer than this between two of them.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);
/// Asked for when `OPENAI_BASE_URL` is set and `OPENAI_MODEL` is not.
const DEFAULT_MODEL: &str = "gpt-4o-mini";
/// What comes after the base of a server's URLs.
const COMPLETIONS: &str = "/chat/completions";

/// One model on one server.
#[derive(Clone)]
pub struct Model {
    client: Client<OpenAIConfig>,
    http: reqwest::Client,
    endpoint: Url,
    key: Option<String>,
    provider: &'static str,
    name: String,
    first_pause: Duration,
}

/// How an answer comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// When it is complete.
    Whole,
    /// Piece by piece.
    Streamed,
}

/// What a model said.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The text.
    pub text: String,
    /// What it cost, as far as the server says. Of a streamed one Observant alone knows.
    pub usage: Usage,
    /// Requests it took.
    pub attempts: u32,
}

/// What one request brought.
#[derive(Debug, Default)]
struct Completion {
    text: String,
    usage: Option<Usage>,
}

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
        let name = variable("OPENAI_MODEL").unwrap_or_else(|| DEFAULT_MODEL.to_owned());
        let pause = Duration::from_millis(500);
        Ok(Some(Self::new(http, endpoint, variable("OPENAI_API_KEY"), "openai", name, pause)))
    }

    /// A model of the built-in server at `address`.
    ///
    /// # Errors
    ///
    /// When no client can be made.
    pub fn built_in(address: SocketAddr, name: &str) -> Result<Self, String> {
        // A proxy the environment names cannot know a port of this process.
        let http = client_builder().no_proxy().build().map_err(|error| root_cause(&error))?;
        let endpoint = endpoint(&format!("http://{address}"))?;
        let pause = Duration::from_millis(20);
        Ok(Self::new(http, endpoint, None, "built_in", name.to_owned(), pause))
    }

    fn new(
        http: reqwest::Client,
        endpoint: Url,
        key: Option<String>,
        provider: &'static str,
        name: String,
        first_pause: Duration,
    ) -> Self {
        let base = endpoint.as_str().trim_end_matches(COMPLETIONS);
        // Both are set: what is not, the crate takes from the environment.
        let config =
            OpenAIConfig::new().with_api_base(base).with_api_key(key.clone().unwrap_or_default());
        let client = Client::build(http.clone(), config)
            .with_http_service(transport::service(http.clone(), key.is_some()));
        Self { client, http, endpoint, key, provider, name, first_pause }
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

    fn host(&self) -> &str {
        self.endpoint.host_str().unwrap_or_default()
    }

    fn port(&self) -> u16 {
        self.endpoint.port_or_known_default().unwrap_or_default()
    }

    fn request(&self, messages: &[Message], manner: Manner) -> ChatRequest {
        let stream = manner == Manner::Streamed;
        ChatRequest {
            model: self.name.clone(),
            messages: messages.to_vec(),
            stream,
            stream_options: stream.then_some(StreamOptions { include_usage: true }),
        }
    }
}

#[observe(buckets = slow)]
impl Model {
    /// Asks until there is an answer, an error that will not pass, or no patience left.
    pub async fn ask(&self, messages: &[Message], manner: Manner) -> Result<Answer, ModelError> {
        let mut attempts = 1;
        loop {
            let answered = match manner {
                Manner::Whole => self.complete(messages).await,
                Manner::Streamed => self.listen(messages).await,
            };
            match answered {
                Ok(Completion { text, usage }) => {
                    return Ok(Answer { text, usage: usage.unwrap_or_default(), attempts });
                }
                Err(error) if error.is_transient() && attempts < ATTEMPTS => {
                    observant::current().retry(error.reason());
                    tokio::time::sleep(self.pause(attempts, &error)).await;
                    attempts += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// One request, one answer.
    #[observe(
        llm(provider = self.provider, model = self.name, server = self.host(), port = self.port()),
        usage = |answer| answer.usage.map(|usage| usage.counted())
    )]
    async fn complete(&self, messages: &[Message]) -> Result<Completion, ModelError> {
        let request = self.request(messages, Manner::Whole);
        let chat: ChatResponse = self.client.chat().create_byot(request).await?;
        let says = observant::current();
        says.response(chat.model.as_deref().unwrap_or(""), chat.id.as_deref().unwrap_or(""));
        let choice = chat.choices.into_iter().next();
        if let Some(reason) = choice.as_ref().and_then(|choice| choice.finish_reason.as_deref()) {
            says.finish_reason(reason);
        }
        let text = choice
            .and_then(|choice| choice.message.content)
            .ok_or_else(|| ModelError::Malformed("it holds no text".to_owned()))?;
        Ok(Completion { text, usage: chat.usage })
    }

    /// One request, and the answer piece by piece. The call lasts as long as the stream does.
    #[observe(llm(provider = self.provider, model = self.name, server = self.host(), port = self.port()))]
    fn stream(&self, messages: &[Message]) -> impl Stream<Item = Result<String, ModelError>> {
        let request = self.request(messages, Manner::Streamed);
        let mut begun = false;
        once(async move { self.client.chat().create_stream_byot(request).await })
            .try_flatten()
            .map_err(ModelError::from)
            .try_filter_map(move |chunk: Chunk| ready(Ok(take_in(chunk, &mut begun))))
    }

    /// Reads a streamed answer to its end.
    #[observe(skip)]
    async fn listen(&self, messages: &[Message]) -> Result<Completion, ModelError> {
        let mut pieces = std::pin::pin!(self.stream(messages));
        let mut text = String::new();
        while let Some(piece) = pieces.next().await {
            text.push_str(&piece?);
        }
        if text.is_empty() {
            return Err(ModelError::Malformed("it holds no text".to_owned()));
        }
        Ok(Completion { text, usage: None })
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

/// Tells what a piece says beside its text, and returns that, if there is any.
fn take_in(chunk: Chunk, begun: &mut bool) -> Option<String> {
    let says = observant::current();
    if !std::mem::replace(begun, true) {
        says.response(chunk.model.as_deref().unwrap_or(""), chunk.id.as_deref().unwrap_or(""));
    }
    if let Some(usage) = chunk.usage {
        says.usage(usage.counted());
    }
    let choice = chunk.choices.into_iter().next()?;
    if let Some(reason) = choice.finish_reason {
        says.finish_reason(&reason);
    }
    choice.delta.content.filter(|text| !text.is_empty())
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
        "" => format!("/v1{COMPLETIONS}"),
        path => format!("{path}{COMPLETIONS}"),
    };
    url.set_path(&path);
    Ok(url)
}
