//! The built-in model's mind: an extractive reviewer. It answers from the text it is given, always
//! the same for the same text, by counting words.
//!
//! Pure functions over strings. It knows the prompt's form as any model does: by reading it.

mod findings;
mod language;
mod sentences;

use std::fmt::Write as _;

use observant::observe;

use self::language::Language;
use super::wire::{Message, Role};
use crate::document::Review;

/// Names in an outline.
const LONGEST_OUTLINE: usize = 12;
/// Findings of one kind that are listed one by one.
const FINDINGS_OF_A_KIND: usize = 10;

/// A numbered line of the document under review.
#[derive(Debug, Clone, Copy)]
struct Line<'a> {
    number: usize,
    text: &'a str,
}

/// The answer to a conversation: a [`Review`] as JSON.
#[observe]
pub fn answer(conversation: &[Message]) -> String {
    let mut questions = conversation.iter().filter(|message| message.role == Role::User);
    let document = questions.next().map_or("", |message| message.content.as_str());
    let objections: Vec<&str> = questions.map(|message| message.content.as_str()).collect();
    let review = review(document, &objections);
    serde_json::to_string(&review).expect("a review holds strings and numbers only")
}

/// Reviews the numbered document, minding what a reviewer objected to so far.
#[observe]
fn review(document: &str, objections: &[&str]) -> Review {
    let (path, lines) = read_document(document);
    let language = Language::of(path);
    let outline = language.outline(&lines, LONGEST_OUTLINE);
    let prose = language.prose(&lines);
    let terms = sentences::frequent_words(&lines);
    let mut review = Review {
        summary: sentences::key_sentences(&prose),
        findings: findings::find(&lines, FINDINGS_OF_A_KIND),
        outline,
        terms,
    };
    for objection in objections {
        mend(&mut review, objection, language, &lines);
    }
    review
}

/// Does what a reviewer asks for.
#[observe]
fn mend(review: &mut Review, objection: &str, language: Language, lines: &[Line<'_>]) {
    if objection.contains("summary is empty") {
        review.summary = describe(review, language, lines.len());
    } else if objection.contains("summary is too long") {
        let limit = last_number(objection).unwrap_or(200);
        review.summary = sentences::shorten(&review.summary, limit);
    } else if objection.contains("names no line") {
        findings::place(&mut review.findings, lines, FINDINGS_OF_A_KIND);
    } else if objection.contains("too many findings") {
        review.findings.truncate(last_number(objection).unwrap_or(1));
    }
}

/// A summary for a document without a sentence in it.
fn describe(review: &Review, language: Language, lines: usize) -> String {
    let noun = if lines == 1 { "line" } else { "lines" };
    let mut summary = format!("{language}, {lines} {noun}");
    let (verb, names) = if review.outline.is_empty() {
        ("mostly about", &review.terms)
    } else {
        ("with", &review.outline)
    };
    if !names.is_empty() {
        let names: Vec<_> = names.iter().take(5).map(String::as_str).collect();
        let _ = write!(summary, ", {verb} {}", names.join(", "));
    }
    summary.push('.');
    sentences::shorten(&summary, 300)
}

/// The prompt's first line is `File: path`; document lines read `12| text`.
fn read_document(prompt: &str) -> (&str, Vec<Line<'_>>) {
    let path = prompt.lines().find_map(|line| line.strip_prefix("File: ")).unwrap_or_default();
    let lines = prompt.lines().filter_map(|line| {
        let (number, text) = line.split_once('|')?;
        let text = text.strip_prefix(' ').unwrap_or(text);
        Some(Line { number: number.parse().ok()?, text })
    });
    (path, lines.collect())
}

/// The last whole number in a sentence: "612 characters, at most 420" says 420.
fn last_number(sentence: &str) -> Option<usize> {
    sentence.rsplit(|c: char| !c.is_ascii_digit()).find_map(|digits| digits.parse().ok())
}
