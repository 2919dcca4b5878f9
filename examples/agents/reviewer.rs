//! The reviewer: accepts a draft, or sends it back with the one thing to mend.
//!
//! Looks at the draft and the document only. Every criterion is one an analyst, human or model, can
//! act on, and its wording is what the analyst gets to read.

use std::fmt;

use observant::{Label, observe};

use crate::document::{Document, Finding, Review};

/// A summary longer than this is not one.
pub const LONGEST_SUMMARY: usize = 420;
/// More findings than this hide each other.
pub const MOST_FINDINGS: usize = 25;

/// Why a draft goes back. The variant is the metric's `error_type`; the text goes to the analyst.
#[derive(Debug, Clone, PartialEq, Eq, Label)]
pub enum Objection {
    /// The answer is not the JSON asked for.
    NotReadable(String),
    /// There is no summary.
    EmptySummary,
    /// The summary is long.
    SummaryTooLong(usize),
    /// There are many findings.
    TooManyFindings(usize),
    /// A finding names no line.
    NoLine(usize),
    /// A finding names a line the document does not have.
    NoSuchLine(usize, usize),
    /// A finding quotes what is not on its line: the model made it up, or counted wrongly.
    NotOnThatLine(usize, usize),
}

impl Objection {
    /// The variant.
    pub fn reason(&self) -> &'static str {
        Self::VALUES[self.index()]
    }
}

impl fmt::Display for Objection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotReadable(reason) => {
                write!(f, "the answer is not the JSON object asked for: {reason}")
            }
            Self::EmptySummary => f.write_str("the summary is empty"),
            Self::SummaryTooLong(length) => {
                write!(f, "the summary is too long: {length} characters, at most {LONGEST_SUMMARY}")
            }
            Self::TooManyFindings(count) => {
                write!(f, "there are too many findings: {count}, at most {MOST_FINDINGS}")
            }
            Self::NoLine(number) => write!(f, "finding {number} names no line"),
            Self::NoSuchLine(number, line) => {
                write!(f, "finding {number} names line {line}, which does not exist")
            }
            Self::NotOnThatLine(number, line) => {
                write!(f, "finding {number} quotes text that is not on line {line}")
            }
        }
    }
}

impl std::error::Error for Objection {}

/// Reads an analyst's answer as a review and holds it against the document.
///
/// To send one back is its job; where that is what it mostly does, the drafts are no good.
#[observe(
    agent = "reviewer",
    buckets = default,
    health(degraded(error_ratio = 0.5), failing(error_ratio = off, consecutive_failures = off))
)]
pub fn judge(document: &Document, answer: &str) -> Result<Review, Objection> {
    let review = read_answer(answer)?;
    check_summary(&review.summary)?;
    check_findings(document, &review.findings)?;
    Ok(review)
}

/// The JSON object in an answer; models like to put a fence or a sentence round it.
#[observe(buckets = micro)]
fn read_answer(answer: &str) -> Result<Review, Objection> {
    let object = match (answer.find('{'), answer.rfind('}')) {
        (Some(start), Some(end)) if start < end => &answer[start..=end],
        _ => return Err(Objection::NotReadable("there is no object in it".to_owned())),
    };
    serde_json::from_str(object).map_err(|error| Objection::NotReadable(error.to_string()))
}

#[observe(buckets = micro)]
fn check_summary(summary: &str) -> Result<(), Objection> {
    match summary.trim().chars().count() {
        0 => Err(Objection::EmptySummary),
        length if length > LONGEST_SUMMARY => Err(Objection::SummaryTooLong(length)),
        _ => Ok(()),
    }
}

#[observe(buckets = micro)]
fn check_findings(document: &Document, findings: &[Finding]) -> Result<(), Objection> {
    if findings.len() > MOST_FINDINGS {
        return Err(Objection::TooManyFindings(findings.len()));
    }
    let lines: Vec<&str> = document.text.lines().collect();
    for (finding, number) in findings.iter().zip(1..) {
        let line = finding.line.ok_or(Objection::NoLine(number))?;
        let text = line
            .checked_sub(1)
            .and_then(|index| lines.get(index))
            .ok_or(Objection::NoSuchLine(number, line))?;
        if !squeezed(text).contains(&squeezed(&finding.quote)) {
            return Err(Objection::NotOnThatLine(number, line));
        }
    }
    Ok(())
}

/// Without the differences in white space that nobody means.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
