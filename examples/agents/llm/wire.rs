//! The part of the OpenAI chat completions format that both ends here use.
//!
//! Plain data. Unknown fields of other servers are ignored, missing ones are optional.

use serde::{Deserialize, Serialize};

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The instructions.
    System,
    /// The question.
    User,
    /// The model.
    Assistant,
}

/// One message of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub content: String,
}

impl Message {
    /// Instructions for the model.
    pub fn system(content: impl Into<String>) -> Self {
        Self { role: Role::System, content: content.into() }
    }

    /// A question to the model.
    pub fn user(content: impl Into<String>) -> Self {
        Self { role: Role::User, content: content.into() }
    }

    /// An answer the model gave.
    pub fn assistant(content: impl Into<String>) -> Self {
        Self { role: Role::Assistant, content: content.into() }
    }
}

/// `POST {base}/chat/completions`, the question.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChatRequest {
    /// The model to ask.
    pub model: String,
    /// The conversation so far.
    pub messages: Vec<Message>,
    /// Answer piece by piece, as events.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stream: bool,
    /// What goes along with the pieces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_options: Option<StreamOptions>,
}

/// What goes along with a streamed answer.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct StreamOptions {
    /// One more piece at the end, which says what it cost.
    pub include_usage: bool,
}

/// `POST {base}/chat/completions`, the answer.
#[derive(Debug, Serialize, Deserialize)]
pub struct ChatResponse {
    /// The server's name for this answer.
    #[serde(default)]
    pub id: Option<String>,
    /// The model that answered, which may have a more precise name than the one that was asked.
    #[serde(default)]
    pub model: Option<String>,
    /// The alternatives; only the first is used.
    pub choices: Vec<Choice>,
    /// What it cost. Some servers leave it out.
    #[serde(default)]
    pub usage: Option<Usage>,
}

/// One alternative answer.
#[derive(Debug, Serialize, Deserialize)]
pub struct Choice {
    /// The answer.
    pub message: ChoiceMessage,
    /// Why it ends where it ends: `stop`, `length`, ..
    #[serde(default)]
    pub finish_reason: Option<String>,
}

/// The message of a [`Choice`].
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ChoiceMessage {
    /// `null` when a model refuses or calls a tool.
    #[serde(default)]
    pub content: Option<String>,
}

/// One piece of a streamed answer.
#[derive(Debug, Serialize, Deserialize)]
pub struct Chunk {
    /// The server's name for the answer.
    #[serde(default)]
    pub id: Option<String>,
    /// The model that answers.
    #[serde(default)]
    pub model: Option<String>,
    /// What each alternative goes on with; none in the piece that says what it cost.
    #[serde(default)]
    pub choices: Vec<ChunkChoice>,
    /// What it cost, in the last piece.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
}

/// What one alternative goes on with.
#[derive(Debug, Serialize, Deserialize)]
pub struct ChunkChoice {
    /// The text.
    #[serde(default)]
    pub delta: ChoiceMessage,
    /// In the last piece of text, why it ends there.
    #[serde(default)]
    pub finish_reason: Option<String>,
}

/// Tokens of one request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens read, those from a cache among them.
    #[serde(default)]
    pub prompt_tokens: u64,
    /// Tokens written, those of reasoning among them.
    #[serde(default)]
    pub completion_tokens: u64,
    /// Of those read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt_tokens_details: Option<PromptDetails>,
    /// Of those written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completion_tokens_details: Option<CompletionDetails>,
}

/// Which tokens of a prompt cost less.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptDetails {
    /// Those the server had in a cache.
    #[serde(default)]
    pub cached_tokens: u64,
}

/// Which tokens of an answer nobody gets to see.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompletionDetails {
    /// Those of reasoning.
    #[serde(default)]
    pub reasoning_tokens: u64,
}

impl Usage {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            prompt_tokens: self.prompt_tokens + other.prompt_tokens,
            completion_tokens: self.completion_tokens + other.completion_tokens,
            ..Self::default()
        }
    }

    /// As Observant counts.
    pub fn counted(&self) -> observant::Usage {
        observant::Usage::openai(
            self.prompt_tokens,
            self.prompt_tokens_details.unwrap_or_default().cached_tokens,
            self.completion_tokens,
            self.completion_tokens_details.unwrap_or_default().reasoning_tokens,
        )
    }
}
