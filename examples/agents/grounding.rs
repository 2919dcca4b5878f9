//! The evaluator: how much of a review is to be found in the document.

use std::collections::HashSet;

use observant::observe;

use crate::document::{Document, Review};

/// Grades an accepted review: of the words of its summary, the share that the document has too. A summary made of
/// nothing but the document's words is grounded (1), one that could be of any document is not (0).
#[observe(evaluator = "grounding", buckets = default)]
pub fn grade(document: &Document, review: &Review) -> f64 {
    let known: HashSet<String> = words(&document.text).chain(words(&document.path)).collect();
    let said: Vec<String> = words(&review.summary).collect();
    let found = said.iter().filter(|word| known.contains(*word)).count();
    let score = share(found, said.len());
    observant::current().score("grounding", score);
    score
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

#[allow(clippy::cast_precision_loss)] // A summary has few words.
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
