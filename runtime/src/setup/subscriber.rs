//! The subscriber of a program that sets none, and what `/status` says of the one that is set.

use crate::{
    config::{Logs, Settings},
    span::{self, JsonFormat, TextFormat},
};
use serde_json::{Value as Json, json};
use std::{
    env, io,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};
use tracing::{
    Dispatch, Subscriber, dispatcher, level_filters::LevelFilter, subscriber::NoSubscriber,
};
use tracing_subscriber::{
    Layer, filter::Targets, fmt, layer::SubscriberExt as _, registry, registry::LookupSpan,
};

/// Which events are shown: as every tool of `tracing` reads it.
const FILTER: &str = "RUST_LOG";

static INSTALLED: AtomicBool = AtomicBool::new(false);

/// Sets a subscriber for the whole process, unless there is one or the settings want none. A complaint about the
/// filter comes back.
pub(super) fn install(settings: &Settings) -> Option<String> {
    if settings.logs.value == Logs::Off || dispatcher::has_been_set() {
        return None;
    }
    let (filter, complaint) = filter(env::var(FILTER).ok());
    let lines: Box<dyn Layer<_> + Send + Sync> = match settings.logs.value {
        Logs::Json => Box::new(lines().event_format(JsonFormat::default())),
        _ => Box::new(lines().event_format(TextFormat::default())),
    };
    let subscriber = span::subscriber(registry().with(lines.with_filter(filter)));
    // Another thread may have been faster.
    INSTALLED.store(dispatcher::set_global_default(subscriber.into()).is_ok(), Relaxed);
    complaint
}

fn lines<S>() -> fmt::Layer<S, fmt::format::DefaultFields, fmt::format::Format, fn() -> io::Stderr>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fmt::layer().with_writer(io::stderr as fn() -> io::Stderr)
}

/// What is shown: `info` and above, unless the variable says otherwise.
fn filter(given: Option<String>) -> (Targets, Option<String>) {
    let default = || Targets::new().with_default(LevelFilter::INFO);
    let Some(given) = given.filter(|given| !given.is_empty()) else { return (default(), None) };
    match given.parse() {
        Ok(targets) => (targets, None),
        Err(reason) => {
            let given = given.escape_debug();
            let complaint = format!(
                "`{FILTER}` is `{given}`: {reason}; ignored; expected a level, or targets and their levels such as \
                 `info,my_crate=debug`"
            );
            (default(), Some(complaint))
        }
    }
}

/// What is set for the whole process, as `/status` shows it.
pub(super) fn status() -> Json {
    let (subscriber, note) = dispatcher::get_default(|dispatch: &Dispatch| {
        if dispatch.is::<NoSubscriber>() {
            let note = "spans and events of `tracing` are lost: set a subscriber, wrapped in `observant::subscriber(..)`";
            ("none", Some(note))
        } else if !span::is_bridged(dispatch) {
            let note = "observed calls are no spans for it, and its spans and events in no trace of ours: wrap it in \
                        `observant::subscriber(..)`, or add `observant::layer()`";
            ("not of observant", Some(note))
        } else if INSTALLED.load(Relaxed) {
            ("set by `init`", None)
        } else {
            ("set by the program", None)
        }
    });
    json!({ "subscriber": subscriber, "note": note })
}

#[cfg(test)]
mod tests {
    use super::filter;
    use tracing::Level;

    #[test]
    fn the_usual_variable_chooses_what_is_shown() {
        let (targets, complaint) = filter(None);
        assert!(
            targets.would_enable("any", &Level::INFO)
                && !targets.would_enable("any", &Level::DEBUG)
        );
        assert_eq!(complaint, None);
        let (targets, complaint) = filter(Some("warn,shop::cart=trace".to_owned()));
        assert!(
            targets.would_enable("shop::cart", &Level::TRACE)
                && !targets.would_enable("any", &Level::INFO)
        );
        assert_eq!(complaint, None);
        let (targets, complaint) = filter(Some("shop=loud".to_owned()));
        assert!(targets.would_enable("any", &Level::INFO));
        let complaint = complaint.unwrap();
        assert!(
            complaint.starts_with("`RUST_LOG` is `shop=loud`: ")
                && complaint.contains("`info,my_crate=debug`")
        );
    }
}
