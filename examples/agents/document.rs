//! The words the agents share: a document, its review, and why a file was left out.
//!
//! Plain data. Nothing here does work, so nothing here is observed.

use std::fmt;

use observant::Label;
use serde::{Deserialize, Serialize};

/// A file that could be read: UTF-8 text, not too large, not empty.
#[derive(Debug, Clone)]
pub struct Document {
    /// Path below the reviewed folder, with `/` between its parts.
    pub path: String,
    /// The whole text, without a byte order mark.
    pub text: String,
    /// SHA-256 of the bytes on disk, in hexadecimal.
    pub hash: String,
    /// Size on disk.
    pub bytes: u64,
}

impl Document {
    /// Number of lines; a last line without a newline counts.
    pub fn lines(&self) -> usize {
        self.text.lines().count()
    }
}

/// What the analyst says about a document, in the JSON shape it is asked for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Review {
    /// A few sentences.
    pub summary: String,
    /// Headings, or the names a source file defines, in order.
    #[serde(default)]
    pub outline: Vec<String>,
    /// What somebody should look at.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// The words the document is about; "see also" searches for them.
    #[serde(default)]
    pub terms: Vec<String>,
}

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Line number from 1. A model may forget it; the reviewer does not let that pass.
    #[serde(default)]
    pub line: Option<usize>,
    /// One word: `todo`, `conflict`, `secret`, ..
    pub kind: String,
    /// The text on that line which is meant.
    #[serde(default)]
    pub quote: String,
}

/// Why a file is not reviewed. Not a failure of the program: the report lists each with its reason.
///
/// `Label` gives every variant's name to the metrics as `error_type`, and nothing of what it holds.
#[derive(Debug, Clone, PartialEq, Eq, Label)]
pub enum Skip {
    /// It holds a NUL byte.
    Binary,
    /// Text in some other encoding.
    NotUtf8,
    /// Longer than the limit.
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// Nothing in it.
    Empty,
    /// A symbolic link; what it points to is reviewed where it really is, or not at all.
    Link,
    /// A pipe, a socket, a device.
    Special,
    /// It was there when the folder was listed and is gone now.
    Gone,
    /// The operating system refused.
    Unreadable(String),
    /// A guardrail keeps it from the model, for this reason.
    Guarded(&'static str),
}

impl Skip {
    /// The reason in a word or two, without particulars.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::NotUtf8 => "not UTF-8 text",
            Self::TooLarge { .. } => "too large",
            Self::Empty => "empty",
            Self::Link => "symbolic link, not followed",
            Self::Special => "not a regular file",
            Self::Gone => "vanished while the review ran",
            Self::Unreadable(_) => "unreadable",
            Self::Guarded(_) => "kept from the model",
        }
    }
}

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())?;
        match self {
            Self::TooLarge { bytes, limit } => write!(f, ": {bytes} bytes, the limit is {limit}"),
            Self::Unreadable(reason) => write!(f, ": {reason}"),
            Self::Guarded(reason) => write!(f, ": {reason}"),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for Skip {}
