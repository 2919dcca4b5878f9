//! Metrics that a program declares: how they are used, what a scrape and a collector get of them, and that they are bounded.

mod bounds;
mod served;
mod twins;
mod used;

use observant::{Guard, Label, Otlp, Temporality};
use observant_tests::otlp::Receiver;
use std::{sync::LazyLock, time::Duration};

/// This process, set up once: served, and pushed to a collector when it is flushed.
struct Here {
    observant: Guard,
    collector: Receiver,
}

static HERE: LazyLock<Here> = LazyLock::new(|| {
    let collector = Receiver::start();
    let observant = observant::builder()
        .listen("127.0.0.1:0")
        .otlp(Otlp::to(collector.url()))
        .metrics_interval(Duration::from_secs(3_600))
        .metrics_temporality(Temporality::Delta)
        .init()
        .expect("nothing else is set up in this process");
    Here { observant, collector }
});

/// Of two values.
#[derive(Clone, Copy, Label)]
pub(crate) enum State {
    Indexed,
    #[label(rename = "lost")]
    Missing,
}
