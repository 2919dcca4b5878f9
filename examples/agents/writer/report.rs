//! The text of the report, section by section.

use std::fmt::{Display, Write as _};

use observant::observe;

use super::{
    MARK,
    markdown::{cell, code, text},
};
use crate::{
    document::Skip,
    run::{Reviewed, Run, State},
};

/// The whole report.
#[observe]
pub(super) fn compose(run: &Run) -> String {
    let sections = [
        head(run),
        in_short(run),
        overview(run),
        findings(run),
        changes(run),
        failures(run),
        left_out(run),
        drills(run),
        files(run),
    ];
    sections.concat()
}

fn head(run: &Run) -> String {
    let usage = run.usage();
    let mut out = format!(
        "{MARK}\n\n# Review of {folder}\n\n\
         {reviewed} reviewed, {findings}, {skipped} left out, {failed} failed. \
         {new} new, {changed} changed, {unchanged} unchanged, {vanished} vanished since the last \
         run.\n\n\
         Model {model}; {prompt} prompt and {completion} completion tokens; {elapsed:.1} seconds.\n\n",
        folder = code(&run.folder.display().to_string()),
        reviewed = counted(run.reviewed.len(), "file"),
        findings = counted(run.findings(), "finding"),
        skipped = run.skipped.len(),
        failed = run.failed.len(),
        new = run.count(State::New),
        changed = run.count(State::Changed),
        unchanged = run.count(State::Unchanged),
        vanished = run.vanished.len(),
        model = code(&run.model),
        prompt = usage.prompt_tokens,
        completion = usage.completion_tokens,
        elapsed = run.elapsed.as_secs_f64(),
    );
    if run.reviewed.is_empty() && run.skipped.is_empty() && run.failed.is_empty() {
        out.push_str("The folder holds no file to review.\n\n");
    }
    out
}

fn in_short(run: &Run) -> String {
    section("In short", "", run.digest.iter().map(|digest| text(digest)))
}

fn overview(run: &Run) -> String {
    let rows = run.reviewed.iter().map(|file| {
        format!(
            "| {} | {} | {} | {} | {} | {} | {} |",
            cell(&file.path),
            file.lines,
            file.bytes,
            file.review.findings.len(),
            file.state.word(),
            file.effort.rounds,
            file.effort.requests,
        )
    });
    section(
        "Overview",
        "| file | lines | bytes | findings | state | drafts | requests |\n\
         |---|--:|--:|--:|---|--:|--:|\n",
        rows,
    )
}

fn findings(run: &Run) -> String {
    let rows = run.reviewed.iter().flat_map(|file| {
        file.review.findings.iter().map(|finding| {
            let line = finding.line.unwrap_or_default();
            let place = code(&format!("{}:{line}", file.path));
            format!("- {place} {}: {}", text(&finding.kind), code(&finding.quote))
        })
    });
    section("Findings", "", rows)
}

fn changes(run: &Run) -> String {
    let changed = run
        .reviewed
        .iter()
        .filter(|file| file.state == State::Changed)
        .map(|file| format!("- changed: {}", code(&file.path)));
    let vanished = run.vanished.iter().map(|path| format!("- vanished: {}", code(path)));
    section("Since the last run", "", changed.chain(vanished))
}

fn failures(run: &Run) -> String {
    section("Failed", "", run.failed.iter().map(|(path, reason)| item(path, reason)))
}

fn left_out(run: &Run) -> String {
    let rows = run.skipped.iter().map(|(path, reason): &(String, Skip)| item(path, reason));
    section("Left out", "", rows)
}

fn drills(run: &Run) -> String {
    let intro = "Every run rehearses, beside the files, what must not stop it. These are not \
                 results of the review.\n\n";
    let rows = run.drills.iter().map(|(drill, result)| match result {
        Ok(outcome) => format!("- {}: {}", drill.title(), text(outcome)),
        Err(surprise) => format!("- {}: **not as rehearsed**, {}", drill.title(), text(surprise)),
    });
    section("Drills", intro, rows)
}

fn files(run: &Run) -> String {
    let related = |path| run.related.get(path).map_or(&[][..], Vec::as_slice);
    let rows = run.reviewed.iter().map(|file| file_section(file, related(&file.path)));
    section("Files", "", rows)
}

fn file_section(file: &Reviewed, related: &[String]) -> String {
    let mut out = format!("### {}\n\n{}\n", code(&file.path), text(&file.review.summary));
    if !file.review.outline.is_empty() {
        let outline: Vec<_> = file.review.outline.iter().map(|entry| text(entry)).collect();
        let _ = write!(out, "\nOutline: {}\n", outline.join("; "));
    }
    if !related.is_empty() {
        let related: Vec<_> = related.iter().map(|path| code(path)).collect();
        let _ = write!(out, "\nSee also: {}\n", related.join(", "));
    }
    out
}

fn item(path: &str, reason: &impl Display) -> String {
    format!("- {}: {}", code(path), text(&reason.to_string()))
}

/// A heading, an introduction and one row a line; nothing at all without rows.
fn section(title: &str, intro: &str, rows: impl Iterator<Item = String>) -> String {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return String::new();
    }
    let mut out = format!("## {title}\n\n{intro}");
    for row in rows {
        out.push_str(&row);
        out.push('\n');
    }
    out.push('\n');
    out
}

fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}
