//! Filters of every kind around and beside calls: they refuse what they refused before, and nothing else.

use crate::programs;
use crate::reference::Reference;
use crate::tree::{Seen, draw, of_records};
use observant::{observe, testing};
use tracing::level_filters::LevelFilter;
use tracing::{Dispatch, debug, debug_span, info, warn};
use tracing_subscriber::filter::{EnvFilter, FilterFn};
use tracing_subscriber::layer::{Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{fmt, registry};

fn records(dispatch: &Dispatch, program: fn()) -> Vec<Seen> {
    let capture = testing::capture();
    tracing::dispatcher::with_default(dispatch, program);
    of_records(capture.spans())
}

/// A layer that prints to nowhere.
fn silent<S>() -> impl Layer<S> + Send + Sync
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
{
    fmt::layer().with_writer(std::io::sink)
}

/// A subscriber with this filter and that layer somewhere in it.
type Stack = fn(fn() -> EnvFilter, Reference) -> Dispatch;

#[test]
fn layers_and_filters_compose_in_any_order() {
    let filter = || EnvFilter::new("spans=trace,info");
    let stacks: [Stack; 6] = [
        |filter, seen| {
            Dispatch::new(observant::subscriber(
                registry().with(filter()).with(silent()).with(seen),
            ))
        },
        |filter, seen| {
            Dispatch::new(observant::subscriber(
                registry().with(silent()).with(seen).with(filter()),
            ))
        },
        |filter, seen| {
            Dispatch::new(observant::subscriber(
                registry().with(silent().with_filter(filter())).with(seen),
            ))
        },
        |filter, seen| {
            Dispatch::new(observant::subscriber(
                registry().with(seen.with_filter(filter())).with(silent()),
            ))
        },
        |filter, seen| Dispatch::new(registry().with(filter()).with(observant::layer()).with(seen)),
        |filter, seen| {
            Dispatch::new(
                registry().with(seen).with(silent().with_filter(filter())).with(observant::layer()),
            )
        },
    ];
    for (name, program) in programs::ALL {
        let plain = Dispatch::new(observant::subscriber(registry()));
        let plain = draw(&records(&plain, *program));
        for (number, stack) in stacks.iter().enumerate() {
            let dispatch = stack(filter, Reference::default());
            assert_eq!(draw(&records(&dispatch, *program)), plain, "{name}: stack {number}");
        }
    }
}

#[observe]
fn around() {
    debug!("refused");
    info!("wanted");
    debug_span!("refused").in_scope(within);
    warn!("wanted");
}

#[observe(level = "debug")]
fn within() {
    info!("wanted");
    debug!("refused");
}

/// Calls are shown while a subscriber decides on something else. That decision must stand.
#[test]
fn what_one_layer_refuses_it_never_gets() {
    let few = Reference::default();
    let all = Reference::default();
    let by_name = FilterFn::new(|metadata| *metadata.level() <= LevelFilter::INFO);
    let stack = registry().with(few.clone().with_filter(by_name)).with(all.clone());
    let seen = records(&Dispatch::new(observant::subscriber(stack)), around);
    let drawn = draw(&few.seen());
    assert_eq!(
        drawn, "around [\"event wanted\", \"event wanted\", \"event wanted\"]\n",
        "an info event within a debug call belongs to what is left around it"
    );
    assert_eq!(draw(&all.seen()), draw(&seen));
    assert!(draw(&seen).contains("event refused"));
}

/// A filter of the whole stack hides a call from the stack, and not from us.
#[test]
fn a_call_that_is_hidden_from_the_stack_is_recorded() {
    let seen = Reference::default();
    let stack = registry().with(EnvFilter::new("warn")).with(seen.clone());
    let records = records(&Dispatch::new(observant::subscriber(stack)), around);
    assert_eq!(draw(&seen.seen()), "");
    assert_eq!(draw(&records), "around [\"event wanted\"]\n  within []\n");
}
