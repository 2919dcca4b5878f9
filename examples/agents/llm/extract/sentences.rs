//! Key sentences and frequent words: what a text is about, by counting.

use std::{cmp::Reverse, collections::HashMap};

use observant::observe;

use super::Line;

const KEY_SENTENCES: usize = 3;
const FREQUENT_WORDS: usize = 12;
/// Shorter fragments say nothing, longer ones are not sentences.
const SENTENCE_LENGTH: std::ops::RangeInclusive<usize> = 25..=400;
/// Words of four letters and more that stand in every text.
const STOP_WORDS: [&str; 44] = [
    "about", "after", "also", "another", "because", "been", "before", "being", "between", "both",
    "cannot", "could", "does", "each", "else", "even", "every", "from", "have", "here", "into",
    "itself", "just", "more", "most", "must", "only", "other", "over", "self", "should", "some",
    "such", "than", "that", "their", "them", "then", "there", "these", "they", "this", "what",
    "with",
];

/// The [`KEY_SENTENCES`] sentences whose words are the most frequent, in their own order.
#[observe]
pub(super) fn key_sentences(prose: &[&str]) -> String {
    let sentences = split(prose);
    let frequencies = frequencies(sentences.iter().map(String::as_str));
    let mut ranked: Vec<(usize, &String)> = sentences.iter().enumerate().collect();
    ranked.sort_by_cached_key(|(position, sentence)| {
        (Reverse(weight(sentence, *position, &frequencies)), *position)
    });
    ranked.truncate(KEY_SENTENCES);
    ranked.sort_by_key(|(position, _)| *position);
    ranked.iter().map(|(_, sentence)| sentence.as_str()).collect::<Vec<_>>().join(" ")
}

/// The words that stand most often in the whole text, code included.
#[observe]
pub(super) fn frequent_words(lines: &[Line<'_>]) -> Vec<String> {
    let frequencies = frequencies(lines.iter().map(|line| line.text));
    let mut words: Vec<(String, u64)> = frequencies.into_iter().collect();
    words.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    words.into_iter().take(FREQUENT_WORDS).map(|(word, _)| word).collect()
}

/// At most `limit` characters: whole sentences if any fits, else whole words.
pub(super) fn shorten(summary: &str, limit: usize) -> String {
    if summary.chars().count() <= limit {
        return summary.to_owned();
    }
    let room = limit.saturating_sub(3);
    let cut: String = summary.chars().take(room).collect();
    match cut.rfind(". ") {
        Some(end) => cut[..=end].to_owned(),
        None => format!("{} ..", cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words)),
    }
}

/// Paragraphs joined from their lines, then cut where a sentence ends.
#[observe]
fn split(prose: &[&str]) -> Vec<String> {
    let paragraphs = prose.split(|line| line.is_empty()).map(|lines| lines.join(" "));
    let mut sentences = Vec::new();
    for paragraph in paragraphs {
        let mut start = 0;
        for (position, mark) in paragraph.match_indices(['.', '!', '?']) {
            let end = position + mark.len();
            if paragraph[end..].is_empty() || paragraph[end..].starts_with(' ') {
                sentences.push(paragraph[start..end].trim().to_owned());
                start = end;
            }
        }
        sentences.push(paragraph[start..].trim().to_owned());
    }
    sentences.retain(|sentence| SENTENCE_LENGTH.contains(&sentence.len()));
    sentences
}

fn frequencies<'a>(texts: impl Iterator<Item = &'a str>) -> HashMap<String, u64> {
    let mut counts = HashMap::new();
    for text in texts {
        for word in words(text) {
            *counts.entry(word).or_default() += 1;
        }
    }
    counts
}

/// Mean frequency of a sentence's words, in thousandths; what opens a text counts half as much again.
fn weight(sentence: &str, position: usize, frequencies: &HashMap<String, u64>) -> u64 {
    let (mut total, mut count) = (0, 4);
    for word in words(sentence) {
        total += frequencies.get(&word).copied().unwrap_or_default();
        count += 1;
    }
    let mean = total * 1_000 / count;
    if position < 2 { mean * 3 / 2 } else { mean }
}

/// The words that mean something, in lower case.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| word.chars().count() >= 4 && word.chars().any(char::is_alphabetic))
        .map(str::to_lowercase)
        .filter(|word| STOP_WORDS.binary_search(&word.as_str()).is_err())
}
