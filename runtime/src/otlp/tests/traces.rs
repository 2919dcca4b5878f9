//! The tail rule and the console: traces as wholes.

use super::{PATIENCE, Protocol, Reason, Running, receiver::Receiver, record, spans, target, turn};
use crate::{
    callsite::Outcome,
    clock::UNITS_PER_SECOND,
    span::{
        self, Attribute, Event, Extra, Propagated, RANDOM, Record, SAMPLED, SpanContext, SpanData,
        SpanId, TraceId,
    },
};
use std::{collections::HashMap, time::Duration};

fn unsampled(record: Record) -> Record {
    Record { flags: RANDOM, ..record }
}

fn failed(record: Record) -> Record {
    Record { outcome: Outcome::Error, error_type: Some("Full"), ..record }
}

fn tail(queue: usize) -> (Receiver, Running) {
    let receiver = Receiver::start();
    let target = target(&receiver, Protocol::Http);
    let slow = Some(Duration::from_secs(1));
    let running = Running::start(super::Spans { tail: slow, queue, ..spans(target) });
    (receiver, running)
}

fn ids(receiver: &Receiver) -> Vec<u64> {
    let spans = receiver.spans();
    let id = |span: &opentelemetry_proto::tonic::trace::v1::Span| {
        u64::from_be_bytes(span.span_id.clone().try_into().unwrap())
    };
    let mut ids: Vec<_> = spans.iter().map(id).collect();
    ids.sort_unstable();
    ids
}

#[test]
fn the_tail_rule_keeps_errors_slow_traces_and_those_that_were_chosen() {
    let _turn = turn();
    let (receiver, running) = tail(2_048);
    // Fine, and not chosen.
    span::push(unsampled(record(1, 11, Some(10))));
    span::push(unsampled(record(1, 10, None)));
    // A call deep within failed.
    span::push(failed(unsampled(record(2, 22, Some(21)))));
    span::push(unsampled(record(2, 21, Some(20))));
    span::push(unsampled(record(2, 20, None)));
    // Slow.
    span::push(unsampled(record(3, 31, Some(30))));
    span::push(Record { duration: UNITS_PER_SECOND, ..unsampled(record(3, 30, None)) });
    // Chosen.
    span::push(record(4, 40, None));
    // From elsewhere: its root is here all the same.
    span::push(Record { parent_is_remote: true, ..failed(unsampled(record(5, 50, Some(9)))) });
    assert!(running.flush());
    running.wait_for(|counts| counts.discarded == 2);
    // Ends after its root, which was kept.
    span::push(unsampled(record(2, 23, Some(20))));
    // Ends after its root, which was not: an error is kept all the same.
    span::push(failed(unsampled(record(1, 12, Some(10)))));
    let counts = running.shutdown(PATIENCE);
    assert_eq!(ids(&receiver), [12, 20, 21, 22, 23, 30, 31, 40, 50]);
    assert_eq!((counts.exported, counts.discarded, counts.all()), (9, 2, 11));
    let flags: Vec<_> = receiver.spans().iter().map(|span| span.flags & 1).collect();
    assert_eq!(flags.iter().sum::<u32>(), 1, "only the chosen one says that it was");
}

#[test]
fn undecided_traces_are_bounded_and_counted() {
    let _turn = turn();
    let (receiver, running) = tail(100);
    for number in 1..=5_000_u64 {
        // No root ever ends.
        span::push(unsampled(record(number.into(), number, Some(1))));
        if number % 50 == 0 {
            running.flush();
            assert!(running.exporter().states()()[0].waiting <= 100);
        }
    }
    assert!(running.counts().of(Reason::Tail) > 0);
    let counts = running.shutdown(PATIENCE);
    assert_eq!(receiver.spans().len(), 0);
    assert_eq!(counts.all(), 5_000, "{counts:?}");
}

#[test]
fn a_trace_whose_root_never_ends_is_decided_all_the_same() {
    use crate::otlp::{tail::Tail, timed_out};
    let _turn = turn();
    let mut tail = Tail::new(Duration::from_secs(1));
    let (now, before) = (tokio::time::Instant::now(), timed_out());
    let flags = |span: SpanData| SpanData { flags: RANDOM, ..span };
    assert!(tail.add(flags(resolved(failed(record(1, 2, Some(1))), 0, 1)), now).is_none());
    assert!(tail.add(flags(resolved(record(2, 2, Some(1)), 0, 1)), now).is_none());
    let mut kept = Vec::new();
    tail.decide(now + Duration::from_secs(59), |span| kept.push(span));
    assert_eq!((kept.len(), tail.len(), timed_out() - before), (0, 2, 0));
    tail.decide(now + Duration::from_secs(60), |span| kept.push(span));
    assert_eq!((kept.len(), tail.len(), timed_out() - before), (1, 0, 2));
    assert_eq!(kept[0].trace_id.number(), 1);
}

#[test]
fn a_process_that_asks_itself_does_not_end_its_trace() {
    use super::super::groups::Groups;
    let _turn = turn();
    let mut groups = Groups::default();
    let now = tokio::time::Instant::now();
    let asked = |trace, id, parent| Record { parent_is_remote: true, ..record(trace, id, parent) };
    let client =
        SpanContext::local(TraceId::new(60).unwrap(), SpanId::new(602).unwrap(), SAMPLED, None);
    Propagated { span: Some(client), ..Propagated::default() }.inject(&mut HashMap::new());
    // The server's end and then the client's: both before the root.
    groups.add(resolved(asked(60, 603, Some(602)), 0, 1), now);
    groups.add(resolved(record(60, 602, Some(601)), 0, 1), now);
    assert!(groups.take_ended().is_empty());
    groups.add(resolved(asked(60, 601, Some(600)), 0, 1), now);
    let whole = groups.take_ended();
    assert_eq!((whole.len(), whole[0].len()), (1, 3), "whose parent never was here");
}

fn resolved(record: Record, start: u64, took: u64) -> SpanData {
    span::install(64, std::sync::Arc::new(|| {}));
    span::push(record);
    let mut all = Vec::new();
    span::drain(10, &mut all);
    span::uninstall();
    let mut span = all.pop().unwrap();
    (span.start_unix_nanos, span.end_unix_nanos) = (start, start + took);
    span
}

#[test]
fn a_trace_is_a_tree_that_a_person_reads() {
    let _turn = turn();
    let told = Extra {
        name: Some("plan".into()),
        attributes: vec![
            Attribute::new("ticket", "A \"17\""),
            Attribute::new("tries", 3),
            Attribute::new("odd", "red\u{1b}[31m"),
        ],
        events: vec![Event {
            name: "retry".into(),
            unix_nanos: 2_000_000,
            attributes: vec![Attribute::new("after", "busy")],
        }],
        ..Extra::default()
    };
    let with = |record: Record, name: &'static str| Record {
        extra: Some(Box::new(Extra { name: Some(name.into()), ..Extra::default() })),
        ..record
    };
    let spans = [
        resolved(with(failed(record(7, 3, Some(2))), "search"), 1_500_000, 2_500),
        resolved(with(record(7, 5, Some(1)), "answer"), 3_000_000, 999),
        resolved(with(record(7, 2, Some(1)), "tool"), 1_200_000, 1_000_000),
        resolved(Record { extra: Some(Box::new(told)), ..record(7, 1, None) }, 0, 12_345_678),
        resolved(with(record(7, 9, Some(8)), "of another"), 4_000_000, 1_000_000_000),
    ];
    let text = super::super::console::tree(&spans, false);
    let expected = "\
trace 00000000000000000000000000000007  1.00 s
├─ plan  12.3 ms  ok  ticket=\"A \\\"17\\\"\"  tries=3  odd=red\\u{1b}[31m
│  │  · retry +2.00 ms  after=busy
│  ├─ tool  1.00 ms  ok
│  │  └─ search  2.50 µs  error Full
│  └─ answer  999 ns  ok
└─ of another  1.00 s  ok
";
    assert_eq!(text, expected);
    let coloured = super::super::console::tree(&spans, true);
    assert!(coloured.contains("\x1b[31merror Full\x1b[0m"), "{coloured:?}");
}

#[test]
fn a_trace_of_any_depth_is_a_tree() {
    let _turn = turn();
    let mut spans: Vec<_> = vec![resolved(record(7, 1, None), 0, 1)];
    let pattern = spans[0].clone();
    spans.extend((2..=20_000).map(|id| SpanData {
        span_id: SpanId::new(id).unwrap(),
        parent_span_id: SpanId::new(id - 1),
        ..pattern.clone()
    }));
    let text = super::super::console::tree(&spans, false);
    assert_eq!(text.lines().count(), 20_001);
    assert!(text.len() < 20_001 * 500, "{}", text.len());
}

#[test]
fn the_console_writes_a_trace_once_it_is_whole() {
    use super::super::console::Console;
    use std::{
        io::Write,
        sync::{Arc, Mutex},
    };
    #[derive(Clone, Default)]
    struct Writes(Arc<Mutex<Vec<String>>>);
    impl Write for Writes {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().push(String::from_utf8(bytes.to_vec()).unwrap());
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let _turn = turn();
    let writes = Writes::default();
    let mut console = Console::new(Box::new(writes.clone()), false);
    let now = tokio::time::Instant::now();
    console.add(resolved(record(7, 2, Some(1)), 0, 1), now);
    console.add(resolved(record(8, 2, Some(1)), 0, 1), now);
    assert_eq!(console.write_ended(now), 0);
    console.add(resolved(record(7, 1, None), 0, 1), now);
    assert_eq!(console.write_ended(now), 2);
    assert_eq!(writes.0.lock().unwrap().len(), 1, "one write a trace");
    assert_eq!((console.len(), console.write_ended(now)), (1, 0));
    assert_eq!(console.write_ended(now + Duration::from_secs(60)), 1, "not for ever");
    console.add(resolved(record(9, 2, Some(1)), 0, 1), now);
    assert_eq!((console.write_all(), console.len()), (1, 0));
}
