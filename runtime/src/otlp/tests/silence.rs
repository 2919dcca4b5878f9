//! What the worker does is neither traced nor recorded: else it would export for ever.

use super::{
    PATIENCE, Protocol, Running,
    receiver::{Receiver, Reply},
    record, spans, target, turn,
};
use crate::span;
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering::Relaxed},
};
use tracing::{
    Event, Metadata, Subscriber,
    span::{Attributes, Id, Record},
};

/// Counts what is traced, by target.
#[derive(Clone, Default)]
struct Ears(Arc<(AtomicUsize, Mutex<Vec<String>>)>);

impl Ears {
    fn hear(&self, metadata: &Metadata<'_>) {
        self.0.0.fetch_add(1, Relaxed);
        let thread = std::thread::current().name().unwrap_or_default().to_owned();
        self.0.1.lock().unwrap().push(format!("{thread} {}", metadata.target()));
    }
}

impl Subscriber for Ears {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        self.hear(attributes.metadata());
        Id::from_u64(1)
    }
    fn event(&self, event: &Event<'_>) {
        self.hear(event.metadata());
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// In a process of its own: a subscriber is for ever.
#[test]
#[ignore = "installs a subscriber for its whole process; the next test runs it in one of its own"]
fn exports_while_somebody_listens_to_everything() {
    let ears = Ears::default();
    tracing::subscriber::set_global_default(ears.clone()).unwrap();
    tracing::info!("heard");
    for protocol in [Protocol::Http, Protocol::Grpc] {
        let receiver = Receiver::start();
        receiver
            .then([Reply::Status(503, None)].into_iter().filter(|_| protocol == Protocol::Http));
        let mut target = target(&receiver, protocol);
        // A name is looked up on a thread of its own.
        target.url = target.url.replace("127.0.0.1", "localhost");
        let running = Running::start(spans(target));
        for number in 1..100 {
            span::push(record(1, number, None));
        }
        assert!(running.flush());
        running.shutdown(PATIENCE);
    }
    let heard = ears.0.1.lock().unwrap().clone();
    let ours: Vec<_> = heard.iter().filter(|line| line.starts_with("observant-")).collect();
    assert!(ours.is_empty(), "{ours:?}");
    // The receiver's side of the same crates is heard: they do trace.
    assert!(heard.iter().any(|line| line.contains("h2::")), "{heard:?}");
}

#[test]
fn what_the_worker_does_is_not_traced() {
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact"])
        .arg("otlp::tests::silence::exports_while_somebody_listens_to_everything")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[test]
fn a_quiet_thread_records_nothing_and_loses_nothing() {
    let _turn = turn();
    let receiver = Receiver::start();
    let running = Running::start(spans(target(&receiver, Protocol::Http)));
    std::thread::spawn(|| {
        span::push(record(1, 1, None));
        span::quiet();
        span::push(record(1, 2, None));
    })
    .join()
    .unwrap();
    let counts = running.shutdown(PATIENCE);
    assert_eq!((counts.exported, counts.all()), (1, 1));
}
