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
#[derive(Debug, Serialize, Deserialize)]
pub struct ChatRequest {
    /// The model to ask.
    pub model: String,
    /// The conversation so far.
    pub messages: Vec<Message>,
}

/// `POST {base}/chat/completions`, the answer.
#[derive(Debug, Serialize, Deserialize)]
pub struct ChatResponse {
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
}

/// The message of a [`Choice`].
#[derive(Debug, Serialize, Deserialize)]
pub struct ChoiceMessage {
    /// `null` when a model refuses or calls a tool.
    pub content: Option<String>,
}

/// Tokens of one request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens read.
    #[serde(default)]
    pub prompt_tokens: u64,
    /// Tokens written.
    #[serde(default)]
    pub completion_tokens: u64,
}
