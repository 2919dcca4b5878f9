//! The probes: one word and a status code, out of the program's lifecycle and what is known of its checks. They never
//! wait for anything.
//!
//! Sources: Kubernetes, "API health endpoints" (the verbose text, `exclude`); 503 in place of its 500, which the kubelet
//! treats alike and which does not look like a fault of ours.

use std::{fmt::Write as _, iter, time::Instant};

use hyper::StatusCode;

use super::{Detail, response::Page, server::App};
use crate::health::{Answer, Entry, Kind, answer, answer_to_all, of_lifecycle};

/// A probe, and how it was asked.
pub(super) struct Probe<'a> {
    /// What it is called in its own text.
    pub(super) name: &'a str,
    /// `None` for all checks, and for those that no probe asks too.
    pub(super) kind: Option<Kind>,
    pub(super) detail: Detail,
    pub(super) parameters: &'a [(String, String)],
}

/// What a reader may know of what is wrong.
const WITHHELD: &str = "reason withheld";

/// Of a check that has not run: what it says is that it is too early.
const NOT_RUN_YET: &str = "not_run_yet";

fn code(passes: bool) -> StatusCode {
    if passes { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}

/// What one line is about.
struct Line<'a> {
    name: &'a str,
    /// With the word or code of what is wrong.
    verdict: Result<(), &'a str>,
    /// Whether anything follows from what is wrong.
    counts: bool,
    excluded: bool,
}

impl Line<'_> {
    fn fails(&self) -> bool {
        self.verdict.is_err() && self.counts && !self.excluded
    }
}

impl Probe<'_> {
    pub(super) fn page(&self, app: &App) -> Page {
        let (all, now) = (app.pages.engine.checks().all(), Instant::now());
        let lifecycle = Line {
            name: "lifecycle",
            verdict: of_lifecycle(self.kind, app.pages.engine.lifecycle()),
            counts: true,
            excluded: self.excludes("lifecycle"),
        };
        let checks = all.iter().filter_map(|entry| {
            let (verdict, counts) = self.of_check(entry, now)?;
            Some(Line { name: &entry.name, verdict, counts, excluded: self.excludes(&entry.name) })
        });
        let lines = iter::once(lifecycle).chain(checks);
        if self.asked("verbose") {
            let lines: Vec<_> = lines.collect();
            let passes = !lines.iter().any(Line::fails);
            return Page::text(code(passes), self.text(&lines, passes));
        }
        let mut word = None;
        for line in lines.filter(Line::fails) {
            match line.verdict {
                Err(reason) if line.name == "lifecycle" || reason == NOT_RUN_YET => {
                    word = Some(reason);
                    break;
                }
                _ => word = Some("fail"),
            }
        }
        Page::text(code(word.is_none()), format!("{}\n", word.unwrap_or("ok")))
    }

    /// Whether it is well, and whether anything follows if it is not; `None` where it is not asked.
    fn of_check(&self, entry: &Entry, now: Instant) -> Option<(Result<(), &'static str>, bool)> {
        let answer = match self.kind {
            Some(kind) => answer(entry, kind, now),
            None => answer_to_all(entry, now),
        };
        match answer {
            Answer::Unasked => None,
            Answer::Passes => Some((Ok(()), true)),
            Answer::Ails(reason) => Some((Err(reason), false)),
            Answer::Fails(reason) => Some((Err(reason), true)),
        }
    }

    fn asked(&self, parameter: &str) -> bool {
        self.parameters.iter().any(|(name, _)| name == parameter)
    }

    /// `?exclude=store` leaves out `store`, and all that is a part of it.
    fn excludes(&self, name: &str) -> bool {
        self.excluded().any(|excluded| covers(excluded, name))
    }

    fn excluded(&self) -> impl Iterator<Item = &str> {
        let excluded = self.parameters.iter().filter(|(name, _)| name == "exclude");
        excluded.map(|(_, value)| value.as_str())
    }

    /// The text of Kubernetes. Who may not see details sees what all checks come to, and none of their names.
    fn text(&self, lines: &[Line<'_>], passes: bool) -> String {
        let mut text = String::new();
        if self.detail == Detail::Full {
            for line in lines {
                write_line(&mut text, line, line.verdict.err());
            }
            let unmatched: Vec<_> = self
                .excluded()
                .filter(|excluded| !lines.iter().any(|line| covers(excluded, line.name)))
                .map(|excluded| format!("\"{}\"", excluded.escape_debug()))
                .collect();
            if !unmatched.is_empty() {
                let _ = writeln!(
                    text,
                    "warn: some health checks cannot be excluded: no matches for {}",
                    unmatched.join(", ")
                );
            }
        } else {
            write_line(&mut text, &lines[0], lines[0].verdict.err());
            if lines.len() > 1 {
                let fails = lines[1..].iter().any(Line::fails);
                let verdict = if fails { Err(WITHHELD) } else { Ok(()) };
                let line = Line { name: "checks", verdict, counts: true, excluded: false };
                write_line(&mut text, &line, Some(WITHHELD));
            }
        }
        let _ = writeln!(text, "{} check {}", self.name, if passes { "passed" } else { "failed" });
        text
    }
}

fn covers(excluded: &str, name: &str) -> bool {
    let rest = name.strip_prefix(excluded);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn write_line(text: &mut String, line: &Line<'_>, reason: Option<&str>) {
    let Line { name, verdict, excluded, counts: _ } = line;
    let _ = match (verdict, excluded) {
        (_, true) => writeln!(text, "[+]{name} excluded: ok"),
        (Ok(()), false) => writeln!(text, "[+]{name} ok"),
        (Err(_), false) => writeln!(text, "[-]{name} failed: {}", reason.unwrap_or(WITHHELD)),
    };
}
