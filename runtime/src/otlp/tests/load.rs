//! A million spans at full speed, from several threads: what is lost is counted exactly.

use super::{
    PATIENCE, Protocol, Running, push,
    receiver::{Receiver, Reply},
    record, spans, target, turn,
};
use crate::{otlp::Flusher, span};
use std::{
    thread,
    time::{Duration, Instant},
};

fn a_million(running: Running, receiver: &Receiver) {
    let threads: Vec<_> = (0..4).map(|_| thread::spawn(|| push(250_000))).collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let counts = running.shutdown(PATIENCE);
    assert_eq!(counts.all(), 1_000_000, "{counts:?}");
    assert_eq!(counts.exported, receiver.span_count() as u64, "{counts:?}");
    println!("{counts:?} in {} requests", receiver.requests().len());
}

#[test]
fn of_a_million_spans_every_one_is_exported_or_counted_as_dropped() {
    let _turn = turn();
    for protocol in [Protocol::Http, Protocol::Grpc] {
        let receiver = Receiver::start();
        receiver.forgetful();
        a_million(Running::start(spans(target(&receiver, protocol))), &receiver);
        let receiver = Receiver::start();
        receiver.forgetful();
        let large = super::Spans { queue: 200_000, ..spans(target(&receiver, protocol)) };
        a_million(Running::start(large), &receiver);
    }
}

#[test]
fn of_a_million_spans_for_a_collector_in_trouble_too() {
    let _turn = turn();
    let receiver = Receiver::start();
    receiver.forgetful();
    let trouble = [
        Reply::Status(503, None),
        Reply::Partial(100, "some"),
        Reply::Status(400, None),
        Reply::Close,
        Reply::Delay(Duration::from_millis(100)),
    ];
    receiver.then(trouble.iter().cycle().take(50).cloned());
    let running = Running::start(spans(target(&receiver, Protocol::Http)));
    let threads: Vec<_> = (0..4).map(|_| thread::spawn(|| push(250_000))).collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let counts = running.shutdown(Duration::from_secs(3));
    assert_eq!(counts.all(), 1_000_000, "{counts:?}");
}

#[test]
fn under_every_runtime_and_none() {
    let _turn = turn();
    let receiver = Receiver::start();
    let running = Running::start(spans(target(&receiver, Protocol::Grpc)));
    let work = |flusher: Flusher| async move {
        span::push(record(1, 1, None));
        tokio::time::sleep(Duration::from_millis(1)).await;
        // Blocks the only thread of the runtime, and gets its answer from another one.
        assert!(flusher.flush(Instant::now() + PATIENCE));
    };
    let flusher = || running.exporter().flusher();
    let mut current = tokio::runtime::Builder::new_current_thread();
    current.enable_all().build().unwrap().block_on(work(flusher()));
    assert_eq!(receiver.spans().len(), 1);
    let current = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    current.block_on(async { tokio::spawn(work(flusher())).await.unwrap() });
    assert_eq!(receiver.spans().len(), 2);
    push(1);
    assert!(running.flush());
    assert_eq!(running.shutdown(PATIENCE).exported, 3);
}
