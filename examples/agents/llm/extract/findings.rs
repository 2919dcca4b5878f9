//! What somebody should look at, found line by line.

use observant::observe;

use super::Line;
use crate::document::Finding;

/// Marks people leave for later.
const MARKS: [(&str, &str); 4] =
    [("TODO", "todo"), ("FIXME", "fixme"), ("HACK", "hack"), ("XXX", "todo")];
/// A quote is cut here.
const LONGEST_QUOTE: usize = 120;
/// Nobody reads a line this long.
const LONG_LINE: usize = 500;

/// Finds marks for later, unresolved conflicts, private keys and unreadably long lines. More than
/// `limit` of a kind end in one finding that counts the rest.
#[observe]
pub(super) fn find(lines: &[Line<'_>], limit: usize) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let mut more: Vec<(&str, usize)> = Vec::new();
    for line in lines {
        let Some(kind) = kind_of(line.text) else { continue };
        if findings.iter().filter(|finding| finding.kind == kind).count() < limit {
            findings.push(Finding {
                line: Some(line.number),
                kind: kind.to_owned(),
                quote: quote(line.text),
            });
        } else if let Some((_, count)) = more.iter_mut().find(|(other, _)| *other == kind) {
            *count += 1;
        } else {
            more.push((kind, 1));
        }
    }
    findings.extend(more.into_iter().map(|(kind, count)| Finding {
        line: None,
        kind: kind.to_owned(),
        quote: format!("and {count} more"),
    }));
    findings
}

/// Gives the findings that count the rest of their kind the place of the first they count.
#[observe]
pub(super) fn place(findings: &mut [Finding], lines: &[Line<'_>], limit: usize) {
    for finding in findings.iter_mut().filter(|finding| finding.line.is_none()) {
        let mut same = lines.iter().filter(|line| kind_of(line.text) == Some(&*finding.kind));
        if let Some(line) = same.nth(limit) {
            finding.kind = format!("{} ({})", finding.kind, finding.quote);
            finding.line = Some(line.number);
            finding.quote = quote(line.text);
        }
    }
}

fn quote(line: &str) -> String {
    line.trim().chars().take(LONGEST_QUOTE).collect()
}

fn kind_of(line: &str) -> Option<&'static str> {
    let start = line.trim_start();
    // Put together so that this file is not its own finding.
    if line.starts_with(concat!("<<<<", "<<< ")) || line.starts_with(concat!(">>>>", ">>> ")) {
        return Some("conflict");
    }
    if start.starts_with("-----BEGIN ") && start.contains("PRIVATE KEY") {
        return Some("secret");
    }
    if let Some((_, kind)) = MARKS.iter().find(|(mark, _)| is_marked(line, mark)) {
        return Some(kind);
    }
    (line.chars().count() > LONG_LINE).then_some("long line")
}

/// A mark counts as a word of its own, followed by `:` or `(`, or first in a comment or list item.
fn is_marked(line: &str, mark: &str) -> bool {
    line.match_indices(mark).any(|(start, _)| {
        let (before, after) = (&line[..start], &line[start + mark.len()..]);
        let alone = !before.ends_with(is_word) && !after.starts_with(is_word);
        let opens =
            before.trim_end().ends_with(['/', '#', '*', '-', ';', '!']) || before.trim().is_empty();
        alone && (after.starts_with([':', '(']) || opens)
    })
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
