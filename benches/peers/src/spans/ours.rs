//! `#[observe]`: metrics alone; under our own subscriber; under somebody else's with our layer.

use super::{Contender, Prepared, Sends, alone::QUEUE, traced};
use observant::{Builder, Guard, Logs, Otlp, Sampler, observe};
use tracing::subscriber::set_global_default;
use tracing_subscriber::{layer::SubscriberExt as _, registry};

traced!(#[observe]);

/// Spans in one request, as OpenTelemetry has it.
const BATCH: usize = 512;

/// Nobody exports, nobody subscribes.
pub(super) const METRICS: Contender = Contender {
    name: "observant, metrics alone",
    prepare: |_| prepared(settings()),
    trace: root,
    sends: Sends::Nothing,
};

/// All is there, and no trace is wanted.
pub(super) const UNSAMPLED: Contender = Contender {
    name: "observant, unsampled",
    prepare: |endpoint| {
        subscribe();
        prepared(exporting(endpoint).sampler(Sampler::always_off()))
    },
    trace: root,
    sends: Sends::Nothing,
};

/// The same, every call deciding upon a trace of its own.
pub(super) const UNSAMPLED_ROOTS: Contender = Contender {
    name: "observant, unsampled, no parent",
    trace: |first, children| {
        for number in first..first + children {
            let number = std::hint::black_box(number);
            drop(std::hint::black_box(child(number)));
        }
    },
    ..UNSAMPLED
};

/// Every span is delivered.
pub(super) const SAMPLED: Contender = Contender {
    name: "observant, exported",
    prepare: |endpoint| {
        subscribe();
        prepared(exporting(endpoint))
    },
    trace: root,
    sends: Sends::Everything,
};

/// Every span is delivered, and made for a subscriber that is not ours.
pub(super) const EAGER: Contender = Contender {
    name: "observant, eager, exported",
    prepare: |endpoint| {
        set_global_default(registry().with(observant::layer())).expect("no other subscriber");
        prepared(exporting(endpoint))
    },
    trace: root,
    sends: Sends::Everything,
};

/// Made for a subscriber that is not ours, and no trace is wanted.
pub(super) const EAGER_UNSAMPLED: Contender = Contender {
    name: "observant, eager, unsampled",
    prepare: |endpoint| {
        set_global_default(registry().with(observant::layer())).expect("no other subscriber");
        prepared(exporting(endpoint).sampler(Sampler::always_off()))
    },
    trace: root,
    sends: Sends::Nothing,
};

fn subscribe() {
    set_global_default(observant::subscriber(registry())).expect("no other subscriber");
}

fn settings() -> Builder {
    observant::builder().listen("off").logs(Logs::Off)
}

pub(super) fn exporting(endpoint: &str) -> Builder {
    settings().otlp_traces(Otlp::to(endpoint).http()).span_queue(QUEUE, BATCH)
}

fn prepared(settings: Builder) -> Prepared {
    let kept: Guard = settings.init().expect("the environment of a benchmark is sound");
    let flush = |_: &dyn std::any::Any| assert!(observant::flush(), "all is delivered");
    Prepared { flush, kept: Box::new(kept) }
}
