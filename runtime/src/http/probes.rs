//! The probes: one word and a status code, out of the program's lifecycle. They never wait for anything.
//!
//! Sources: Kubernetes, "API health endpoints" (the verbose text); 503 in place of its 500, which the kubelet treats
//! alike and which does not look like a fault of ours.

use std::fmt::Write as _;

use hyper::StatusCode;
use serde_json::json;

use super::{
    lifecycle::{Lifecycle, State},
    response::Page,
};

/// `/live`: this code runs, so the process does. Nothing else may restart it.
pub(super) fn live(name: &str, verbose: bool) -> Page {
    probe(name, verbose, Ok(()))
}

/// `/ready`: whether the program takes work.
pub(super) fn ready(name: &str, verbose: bool, lifecycle: &Lifecycle) -> Page {
    let verdict = match lifecycle.state() {
        State::Ready => Ok(()),
        state @ (State::Starting | State::Draining) => Err(state.word()),
    };
    probe(name, verbose, verdict)
}

/// `/startup`: whether the program has been ready once.
pub(super) fn startup(lifecycle: &Lifecycle) -> Page {
    let verdict = if lifecycle.has_started() { Ok(()) } else { Err(State::Starting.word()) };
    probe("startup", false, verdict)
}

/// `/health`: the verdict as JSON, words as in draft-inadarei-api-health-check-06, section 3.1.
pub(super) fn health(lifecycle: &Lifecycle) -> Page {
    let state = lifecycle.state();
    let (code, status) = match state {
        State::Ready => (StatusCode::OK, "pass"),
        State::Starting | State::Draining => (StatusCode::SERVICE_UNAVAILABLE, "fail"),
    };
    Page::json(code, &json!({ "status": status, "lifecycle": state.word() }))
}

fn probe(name: &str, verbose: bool, verdict: Result<(), &str>) -> Page {
    let code = if verdict.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let mut text = String::new();
    if verbose {
        let (line, conclusion) = match verdict {
            Ok(()) => ("[+]lifecycle ok".to_owned(), "passed"),
            Err(word) => (format!("[-]lifecycle failed: {word}"), "failed"),
        };
        let _ = writeln!(text, "{line}\n{name} check {conclusion}");
    } else {
        let _ = writeln!(text, "{}", verdict.err().unwrap_or("ok"));
    }
    Page::text(code, text)
}
