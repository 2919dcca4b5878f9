//! Collectors that are absent, hang, refuse, take a part, ask for patience, or come back later.

use super::{
    Counts, PATIENCE, Protocol, Reason, Running,
    absent::Absent,
    push,
    receiver::{Receiver, Reply},
    spans, target, target_at, turn,
};
use std::time::{Duration, Instant};
use tonic::Code;

const BOTH: [Protocol; 2] = [Protocol::Http, Protocol::Grpc];

fn running(receiver: &Receiver, protocol: Protocol) -> Running {
    Running::start(spans(target(receiver, protocol)))
}

#[test]
fn what_ends_arrives_by_itself_and_on_one_connection() {
    let _turn = turn();
    for protocol in BOTH {
        for gzip in [false, true] {
            let receiver = Receiver::start();
            let mut target = target(&receiver, protocol);
            target.gzip = gzip;
            let running = Running::start(spans(target));
            push(3);
            receiver.wait_for_spans(3);
            push(2);
            assert!(running.flush());
            let requests = receiver.requests();
            assert_eq!(receiver.spans().len(), 5);
            assert_eq!(receiver.connections(), 1, "{protocol:?}");
            let headers = &requests[0].headers;
            assert_eq!(headers["x-secret"], "of the test");
            let agent = headers["user-agent"].to_str().unwrap();
            assert!(agent.contains("OTel-OTLP-Exporter-Rust/"), "{agent}");
            if protocol == Protocol::Http {
                assert_eq!(requests[0].path, "/v1/traces");
                assert_eq!(headers["content-type"], "application/x-protobuf");
                assert_eq!(headers.contains_key("content-encoding"), gzip);
            } else {
                assert_eq!(headers.get("grpc-encoding").is_some_and(|it| it == "gzip"), gzip);
            }
            assert_eq!(running.told(), [""; 0]);
            let state = running.exporter().states()().remove(0);
            assert!(state.last_success.is_some() && state.last_error.is_none());
            assert_eq!(state.requests, requests.len() as u64);
            let counts = running.shutdown(PATIENCE);
            assert_eq!(counts, Counts { exported: 5, ..Counts::default() });
        }
    }
}

#[test]
fn a_collector_that_is_absent_costs_one_warning_and_comes_back_by_itself() {
    let _turn = turn();
    for protocol in BOTH {
        let nobody = Absent::bind();
        let address = nobody.address();
        let target = target_at(nobody.url(), protocol);
        let running =
            Running::start(super::Spans { timeout: Duration::from_secs(2), ..spans(target) });
        push(100);
        let counts = running.wait_for(|counts| counts.of(Reason::Unreachable) > 0);
        assert_eq!(counts.exported, 0);
        push(50);
        assert!(!running.flush_within(Duration::from_millis(100)), "nobody is there");
        let told = running.told();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains(&address.to_string()), "{told:?}");
        assert!(told[0].contains("observant_spans_dropped_total"), "{told:?}");
        let state = running.exporter().states()().remove(0);
        assert!(state.last_error.unwrap().1.contains("onnect"), "what is wrong with it");
        drop(nobody);
        let back = Receiver::start_at(address);
        assert_eq!(back.address(), address);
        push(25);
        let sum = |counts: &Counts| counts.all() == 175;
        let counts = running.wait_for(sum);
        assert_eq!(counts.exported, back.spans().len() as u64);
        assert!(counts.exported >= 25, "{counts:?}");
        let told = running.told();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[1].ends_with("again"), "{told:?}");
        assert_eq!(running.shutdown(PATIENCE).all(), 175);
    }
}

#[test]
fn a_collector_that_hangs_blocks_nobody() {
    let _turn = turn();
    for protocol in BOTH {
        let receiver = Receiver::start();
        receiver.always(Reply::Hang);
        let mut target = target(&receiver, protocol);
        target.timeout = Duration::from_millis(100);
        let spans = super::Spans { timeout: Duration::from_millis(1_500), ..spans(target) };
        let running = Running::start(spans);
        for _ in 0..20 {
            let start = Instant::now();
            push(500);
            assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
            // So that it takes them out of this thread's ring.
            running.flush_within(Duration::from_millis(10));
        }
        let counts = running.wait_for(|counts| counts.of(Reason::Timeout) > 0);
        assert!(counts.of(Reason::Queue) > 0, "the queue is bounded: {counts:?}");
        assert!(receiver.requests().len() > 1, "tried again");
        let waiting = running.exporter().states()()[0].waiting;
        assert!(waiting <= 2_048, "{waiting}");
        assert_eq!(running.told().len(), 1);
        let start = Instant::now();
        let counts = running.shutdown(Duration::from_millis(300));
        assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
        assert_eq!(counts.all(), 10_000, "{counts:?}");
        assert!(counts.of(Reason::Shutdown) > 0 && counts.exported == 0, "{counts:?}");
    }
}

#[test]
fn what_may_be_tried_again_is_tried_again() {
    let _turn = turn();
    let http = [429, 502, 503, 504].map(|code| (Protocol::Http, Reply::Status(code, None)));
    let codes = [
        Code::Cancelled,
        Code::DeadlineExceeded,
        Code::Aborted,
        Code::OutOfRange,
        Code::Unavailable,
        Code::DataLoss,
    ];
    let grpc = codes.map(|code| (Protocol::Grpc, Reply::Grpc(code, None)));
    let exhausted = Reply::Grpc(Code::ResourceExhausted, Some(Duration::from_millis(5)));
    let closed = BOTH.map(|protocol| (protocol, Reply::Close));
    let all = http.into_iter().chain(grpc).chain([(Protocol::Grpc, exhausted)]).chain(closed);
    for (protocol, reply) in all {
        let receiver = Receiver::start();
        receiver.then([reply.clone()]);
        let running = running(&receiver, protocol);
        push(7);
        assert!(running.flush(), "{reply:?}");
        let requests = receiver.requests();
        assert_eq!(requests.len(), 2, "{reply:?}");
        assert_eq!(requests[0].traces, requests[1].traces, "the same once more");
        let counts = running.shutdown(PATIENCE);
        assert_eq!(counts, Counts { exported: 7, ..Counts::default() }, "{reply:?}");
    }
}

#[test]
fn what_is_refused_is_not_tried_again() {
    let _turn = turn();
    let http =
        [400, 401, 403, 404, 413, 500].map(|code| (Protocol::Http, Reply::Status(code, None)));
    let codes = [
        Code::InvalidArgument,
        Code::Unauthenticated,
        Code::PermissionDenied,
        Code::Unimplemented,
        Code::Internal,
        Code::Unknown,
        Code::ResourceExhausted,
    ];
    let grpc = codes.map(|code| (Protocol::Grpc, Reply::Grpc(code, None)));
    for (protocol, reply) in http.into_iter().chain(grpc) {
        let receiver = Receiver::start();
        receiver.then([reply.clone()]);
        let running = running(&receiver, protocol);
        push(7);
        assert!(!running.flush(), "{reply:?}");
        assert_eq!(receiver.requests().len(), 1, "{reply:?}");
        assert_eq!(running.counts().of(Reason::Rejected), 7, "{reply:?}");
        push(1);
        assert!(running.flush(), "the next one is tried");
        let told = running.told();
        assert_eq!(told.len(), 2, "{reply:?}: {told:?}");
        assert_eq!(running.shutdown(PATIENCE).all(), 8);
    }
}

#[test]
fn a_partial_success_is_counted_and_not_tried_again() {
    let _turn = turn();
    for protocol in BOTH {
        let receiver = Receiver::start();
        receiver.then([Reply::Partial(3, "too old"), Reply::Partial(2, "too old")]);
        let running = running(&receiver, protocol);
        push(10);
        assert!(!running.flush());
        push(10);
        assert!(!running.flush());
        assert_eq!(receiver.requests().len(), 2);
        let told = running.told();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("too old"), "{told:?}");
        let counts = running.shutdown(PATIENCE);
        assert_eq!((counts.exported, counts.of(Reason::Rejected), counts.all()), (15, 5, 20));
    }
}

#[test]
fn a_collector_that_asks_for_patience_gets_it() {
    let _turn = turn();
    let wait = Duration::from_secs(2);
    let replies = [
        (Protocol::Http, Reply::Status(429, Some("2".to_owned()))),
        (Protocol::Http, Reply::Status(503, Some("2".to_owned()))),
        (Protocol::Grpc, Reply::Grpc(Code::ResourceExhausted, Some(wait))),
        (Protocol::Grpc, Reply::Grpc(Code::Unavailable, Some(wait))),
    ];
    for (protocol, reply) in replies {
        let receiver = Receiver::start();
        receiver.then([reply.clone()]);
        let running = running(&receiver, protocol);
        push(1);
        assert!(running.flush(), "{reply:?}");
        let requests = receiver.requests();
        let pause = requests[1].at - requests[0].at;
        // Our own first pause is at most 1.2 s, and a flush ends it.
        assert!(pause >= wait, "{reply:?}: {pause:?}");
        drop(running);
    }
    let receiver = Receiver::start();
    let (now, since) = (Instant::now(), std::time::SystemTime::now());
    let date = httpdate::fmt_http_date(since + Duration::from_secs(3));
    receiver.then([Reply::Status(503, Some(date))]);
    let running = running(&receiver, Protocol::Http);
    push(1);
    assert!(running.flush());
    let requests = receiver.requests();
    let pause = requests[1].at - now;
    assert!(pause >= Duration::from_secs(2), "a date is in whole seconds: {pause:?}");
}

#[test]
fn patience_that_is_asked_for_holds_for_other_batches_and_not_beyond_the_end() {
    let _turn = turn();
    let receiver = Receiver::start();
    receiver.then([Reply::Status(503, Some("3600".to_owned()))]);
    let spans = super::Spans {
        timeout: Duration::from_secs(2),
        ..spans(target(&receiver, Protocol::Http))
    };
    let running = Running::start(spans);
    push(10);
    running.wait_for(|counts| counts.of(Reason::Timeout) == 10);
    push(10);
    running.wait_for(|counts| counts.of(Reason::Timeout) == 20);
    assert_eq!(receiver.requests().len(), 1);
    push(5);
    let start = Instant::now();
    let counts = running.shutdown(Duration::from_millis(100));
    assert!(start.elapsed() < Duration::from_secs(2));
    assert_eq!((counts.of(Reason::Shutdown), counts.all()), (5, 25));
}

#[test]
fn a_slow_collector_is_waited_for() {
    let _turn = turn();
    for protocol in BOTH {
        let receiver = Receiver::start();
        receiver.always(Reply::Delay(Duration::from_millis(50)));
        let running = running(&receiver, protocol);
        push(1_500);
        let counts = running.shutdown(PATIENCE);
        assert_eq!(counts.all(), 1_500);
        assert_eq!(counts.exported, receiver.spans().len() as u64);
        let largest = receiver.requests().iter().map(|it| it.spans().count()).max();
        assert!(largest <= Some(512), "{largest:?}");
    }
}

#[test]
fn a_target_that_cannot_be_used_is_told_of_and_starts_nothing() {
    let _turn = turn();
    let receiver = Receiver::start();
    let mut broken = target(&receiver, Protocol::Http);
    broken.headers.push(("x".to_owned(), "line\nbreak".to_owned()));
    let running = Running::start(spans(broken));
    assert!(running.exporter.is_none());
    let told = running.told();
    assert!(told.len() == 1 && told[0].contains("`x`") && !told[0].contains("break"), "{told:?}");
}
