//! Whichever way calls and `tracing` meet, the trace is the same; and the same as `tracing`'s own.

use crate::programs;
use crate::reference::Reference;
use crate::tree::{Seen, draw, of_records};
use observant::testing;
use tracing::Dispatch;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry;

/// What our records of a program say when it runs under a subscriber.
fn records(dispatch: &Dispatch, program: fn()) -> String {
    let capture = testing::capture();
    tracing::dispatcher::with_default(dispatch, program);
    draw(&of_records(capture.spans()))
}

#[test]
fn every_way_gives_the_same_trace() {
    for (name, program) in programs::ALL {
        let reference = Reference::default();
        let eager = Dispatch::new(registry().with(observant::layer()).with(reference.clone()));
        let layered = records(&eager, *program);
        let plain = draw(&reference.seen());
        assert_eq!(layered, plain, "{name}: a layer, and tracing's own view");

        let lazy = Dispatch::new(observant::subscriber(registry()));
        assert_eq!(records(&lazy, *program), plain, "{name}: wrapped");

        let shown = Reference::default();
        let stack = registry().with(shown.clone());
        let wrapped = Dispatch::new(observant::subscriber(stack).eager(true));
        assert_eq!(records(&wrapped, *program), plain, "{name}: wrapped and eager");
        assert_eq!(draw(&shown.seen()), plain, "{name}: wrapped and eager, tracing's own view");
    }
}

/// What was looked at, `tracing` saw as it would have seen all.
#[test]
fn what_is_shown_late_is_shown_right() {
    for (name, program) in programs::ALL {
        let reference = Reference::default();
        let lazy = Dispatch::new(observant::subscriber(registry().with(reference.clone())));
        let all = records(&lazy, *program);
        let seen = reference.seen();
        for span in &seen {
            let path = path(&seen, span);
            assert!(has_path(&all, &path), "{name}: {path:?} in\n{all}");
        }
    }
}

/// The names from the root to a span.
fn path<'a>(seen: &'a [Seen], mut span: &'a Seen) -> Vec<String> {
    let mut path = vec![span.name.clone()];
    while let Some(parent) = span.parent {
        span = seen.iter().find(|other| other.id == parent).unwrap();
        path.push(span.name.clone());
    }
    path.reverse();
    path
}

/// Whether a drawn tree has a branch of these names.
fn has_path(drawn: &str, path: &[String]) -> bool {
    let mut open: Vec<&str> = Vec::new();
    drawn.lines().any(|line| {
        let name = line.trim_start().split(" [").next().unwrap();
        open.truncate((line.len() - line.trim_start().len()) / 2);
        open.push(name);
        open == path
    })
}

#[test]
fn a_call_that_nobody_looks_at_is_not_shown() {
    let reference = Reference::default();
    let lazy = Dispatch::new(observant::subscriber(registry().with(reference.clone())));
    let quiet = programs::ALL.iter().find(|(name, _)| *name == "quiet").unwrap().1;
    let drawn = records(&lazy, quiet);
    assert_eq!(drawn.lines().count(), 3, "{drawn}");
    assert_eq!(draw(&reference.seen()), "");
}
