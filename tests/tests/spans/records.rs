//! What a record says of a call.

use observant::testing::{self, Attribute, SpanData, Status, Value};
use observant::{Label, observe};
use std::time::Duration;

#[derive(Clone, Copy, Label)]
enum Mode {
    Fast,
}

#[observe(labels(mode = mode), fields(id, text = ?text))]
fn load(id: u32, text: &str, mode: Mode, _secret: &str) -> Result<(), std::num::ParseIntError> {
    std::thread::sleep(Duration::from_millis(2));
    text.parse::<u32>().map(drop)
}

fn attribute<'a>(span: &'a SpanData, key: &str) -> &'a Value {
    let found = span.attributes.iter().find(|attribute| attribute.key == key);
    &found.unwrap_or_else(|| panic!("no {key} in {span:?}")).value
}

#[test]
fn a_record_says_where_what_and_how() {
    let capture = testing::capture();
    load(7, "7", Mode::Fast, "hunter2").unwrap();
    load(8, "x", Mode::Fast, "hunter2").unwrap_err();
    let spans = capture.spans();
    let [fine, failed] = &spans[..] else { panic!("{spans:?}") };
    assert_eq!(fine.name, "load");
    assert_eq!(attribute(fine, "code.function.name"), &Value::from("spans::records::load"));
    assert_eq!(attribute(fine, "code.file.path"), &Value::from(file!()));
    assert!(matches!(attribute(fine, "code.line.number"), Value::I64(line) if *line > 0));
    assert_eq!(attribute(fine, "id"), &Value::I64(7));
    assert_eq!(attribute(fine, "text"), &Value::from("\"7\""));
    assert_eq!(attribute(fine, "mode"), &Value::from("Fast"));
    assert_eq!(attribute(fine, "observe.outcome"), &Value::from("ok"));
    assert_eq!(fine.status, Status::Unset);
    assert!(fine.end_unix_nanos - fine.start_unix_nanos >= 2_000_000);
    assert!(fine.parent_span_id.is_none() && fine.flags & 1 == 1);
    assert_eq!(attribute(failed, "error.type"), &Value::from("ParseIntError"));
    assert_eq!(failed.status, Status::Error("ParseIntError".into()));
    assert_eq!(failed.trace_id, fine.trace_id);
    assert!(failed.start_unix_nanos >= fine.end_unix_nanos);
    assert!(!format!("{spans:?}").contains("hunter2"), "arguments are recorded only when named");
}

#[observe]
async fn leaf() {
    tokio::task::yield_now().await;
}

#[observe]
async fn carried() {
    let spawned = observant::spawn(leaf());
    let blocking = observant::spawn_blocking(sync_leaf);
    let thread = observant::thread(sync_leaf);
    spawned.await.unwrap();
    blocking.await.unwrap();
    thread.join().unwrap();
    tokio::spawn(leaf()).await.unwrap();
}

#[observe]
fn sync_leaf() {}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_started_through_us_is_a_part_of_the_trace() {
    let ((), spans) = testing::capture_spans(carried()).await;
    let root = spans.iter().find(|span| span.name == "carried").unwrap();
    let children: Vec<_> =
        spans.iter().filter(|span| span.parent_span_id == Some(root.span_id)).collect();
    assert_eq!(children.len(), 3, "{spans:?}");
    assert_eq!(spans.len(), 4, "what is started otherwise is not");
}

#[observe]
async fn in_place() {
    leaf().await;
    tokio::task::block_in_place(sync_leaf);
    leaf().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_blocks_in_place_stays_within_its_call() {
    let work = async { observant::spawn(in_place()).await.unwrap() };
    let ((), spans) = testing::capture_spans(work).await;
    let root = spans.iter().find(|span| span.name == "in_place").unwrap();
    let of_root = |span: &&SpanData| span.parent_span_id == Some(root.span_id);
    let mut children: Vec<_> = spans.iter().filter(of_root).collect();
    children.sort_by_key(|span| span.start_unix_nanos);
    let names: Vec<_> = children.iter().map(|span| &*span.name).collect();
    assert_eq!(names, ["leaf", "sync_leaf", "leaf"]);
}

#[observe]
async fn wanders() {
    for _ in 0..20 {
        leaf().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn calls_that_threads_take_from_each_other_keep_their_children() {
    const TASKS: usize = 50;
    let work = async {
        let tasks: Vec<_> = (0..TASKS).map(|_| observant::spawn(wanders())).collect();
        for task in tasks {
            task.await.unwrap();
        }
    };
    let ((), spans) = testing::capture_spans(work).await;
    let roots: Vec<_> = spans.iter().filter(|span| span.name == "wanders").collect();
    assert_eq!((roots.len(), spans.len()), (TASKS, TASKS * 21));
    for root in roots {
        let children = spans.iter().filter(|span| span.parent_span_id == Some(root.span_id));
        assert!(children.clone().all(|span| span.trace_id == root.trace_id));
        assert_eq!(children.count(), 20);
    }
}

#[observe]
async fn stuck() {
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn a_future_that_is_dropped_is_a_cancelled_span() {
    let ((), spans) = testing::capture_spans(async {
        tokio::time::timeout(Duration::from_millis(1), stuck()).await.unwrap_err();
    })
    .await;
    assert_eq!(attribute(&spans[0], "observe.outcome"), &Value::from("cancelled"));
    assert_eq!(spans[0].attributes.last(), Some(&Attribute::new("error.type", "cancelled")));
    assert_eq!(spans[0].status, Status::Unset);
}

#[observe]
fn recursion(depth: u32) {
    if depth > 0 {
        recursion(depth - 1);
    }
}

#[test]
fn ten_thousand_calls_deep() {
    let run = || {
        let capture = testing::capture();
        recursion(9_999);
        capture.spans()
    };
    let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(run).unwrap();
    let spans = thread.join().unwrap();
    assert_eq!(spans.len(), 10_000);
    assert!(spans.windows(2).all(|pair| pair[0].parent_span_id == Some(pair[1].span_id)));
}
