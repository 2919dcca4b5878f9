//! The guard: what must not be put before a model. A secret would leave the house, and a document that gives a model
//! instructions is no longer material to judge.

use observant::observe;

use crate::document::{Document, Skip};

/// How keys begin that services give out, and how many characters follow at least.
const KEYS: [(&str, usize); 5] =
    [("sk-", 20), ("ghp_", 36), ("AKIA", 16), ("xoxb-", 20), ("glpat-", 20)];
/// What is said to models, and hardly ever to people.
const INSTRUCTIONS: [&str; 4] = [
    "ignore all previous instructions",
    "ignore previous instructions",
    "disregard all previous instructions",
    "disregard your instructions",
];

/// Lets a document pass, or says what keeps it from the model.
pub fn screen(document: &Document) -> Result<(), Skip> {
    if holds_secrets(&document.text) {
        return Err(Skip::Guarded("it holds a secret"));
    }
    if instructs_models(&document.text) {
        return Err(Skip::Guarded("it gives instructions to models"));
    }
    Ok(())
}

#[observe(guardrail = "secrets", buckets = default)]
fn holds_secrets(text: &str) -> bool {
    let found = is_private_key(text) || text.split(|c| !is_of_key(c)).any(is_key);
    if found {
        observant::current().triggered();
    }
    found
}

#[observe(guardrail = "instructions", buckets = default)]
fn instructs_models(text: &str) -> bool {
    let text = text.to_lowercase();
    let found = INSTRUCTIONS.iter().any(|instruction| text.contains(instruction));
    if found {
        observant::current().triggered();
    }
    found
}

/// A line that opens one, and nothing else on it.
fn is_private_key(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    lines.any(|line| line.starts_with("-----BEGIN ") && line.ends_with("PRIVATE KEY-----"))
}

fn is_key(word: &str) -> bool {
    KEYS.iter().any(|(beginning, length)| {
        let rest = word.strip_prefix(beginning).unwrap_or_default();
        // `sk-` begins many a hyphenated name; digits and letters that are mixed do not.
        rest.len() >= *length && rest.contains(|c: char| c.is_ascii_digit())
    })
}

fn is_of_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}
