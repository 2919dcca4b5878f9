//! Why a model gave no answer.

use std::{fmt, time::Duration};

use async_openai::error::OpenAIError;
use observant::Label;
use reqwest::StatusCode;

/// Why a model gave no answer. The variant's name is the metric's `error_type`, and the reason of a retry.
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
    /// A streamed answer that came in part.
    BrokenOff(String),
    /// An answer that is no chat completion.
    Malformed(String),
}

impl ModelError {
    /// Whether asking again can help.
    pub(super) fn is_transient(&self) -> bool {
        match self {
            Self::RateLimited(_)
            | Self::ServerError(_)
            | Self::Unreachable(_)
            | Self::BrokenOff(_) => true,
            Self::Refused(..) | Self::Malformed(_) => false,
        }
    }

    /// The variant.
    pub fn reason(&self) -> &'static str {
        Self::VALUES[self.index()]
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
            Self::BrokenOff(reason) => write!(f, "the answer broke off: {reason}"),
            Self::Malformed(reason) => {
                write!(f, "the answer is not a chat completion: {reason}")
            }
        }
    }
}

impl std::error::Error for ModelError {}

/// What the transport made of a failure comes back as it was.
impl From<OpenAIError> for ModelError {
    fn from(error: OpenAIError) -> Self {
        match error {
            OpenAIError::Boxed(error) => match error.downcast::<Self>() {
                Ok(ours) => *ours,
                Err(other) => Self::Malformed(other.to_string()),
            },
            OpenAIError::Reqwest(error) => Self::Unreachable(error),
            OpenAIError::StreamError(error) => Self::BrokenOff(error.to_string()),
            // Not the text that could not be read: it is the answer.
            OpenAIError::JSONDeserialize(error, _) => Self::Malformed(error.to_string()),
            other => Self::Malformed(other.to_string()),
        }
    }
}

/// The innermost error: `reqwest` puts "Connection refused" three levels down.
pub(super) fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
