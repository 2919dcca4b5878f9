//! The program's own allocator is observed: recording its calls allocates, too.

use observant::{
    observe,
    snapshot::{OwnedValue, Snapshot},
    testing::{self, SpanData, Value},
};
use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::RefCell,
    thread,
};
use tracing::Dispatch;
use tracing_subscriber::{layer::SubscriberExt as _, registry};

struct Observed;

// SAFETY: all is left to the system's allocator.
unsafe impl GlobalAlloc for Observed {
    // Predicates: failures would be counted by type, which takes memory of its own.
    #[observe(name = "Observed::alloc", ok_if = |pointer| pointer.is_null())]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    #[observe(
        name = "Observed::dealloc",
        labels(small = layout.size() < 64),
        fields(bytes = layout.size())
    )]
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Observed = Observed;

fn sum(snapshot: &Snapshot, family: &str, labels: &[(&str, &str)]) -> u64 {
    let family = snapshot.families.iter().find(|candidate| candidate.name == family).unwrap();
    let has = |own: &[(String, String)]| {
        labels.iter().all(|(name, value)| own.iter().any(|(n, v)| n == name && v == value))
    };
    let wanted = family.series.iter().filter(|series| has(&series.labels));
    wanted
        .map(|series| match series.value {
            OwnedValue::Unsigned(count) => count,
            ref other => panic!("not a count: {other:?}"),
        })
        .sum()
}

/// Allocates when its thread's other locals are gone.
struct AllocatesWhenDropped;

impl Drop for AllocatesWhenDropped {
    fn drop(&mut self) {
        drop(std::hint::black_box(vec![1_u8; 100]));
    }
}

thread_local! {
    static LATE: RefCell<Option<AllocatesWhenDropped>> = const { RefCell::new(None) };
}

#[observe]
fn allocates(size: usize) -> Result<Vec<u8>, String> {
    let bytes = std::hint::black_box(vec![0; size]);
    if size > 500 { Err(format!("{size}")) } else { Ok(bytes) }
}

#[test]
fn an_observed_allocator_neither_hangs_nor_overflows() {
    const THREADS: u64 = 4;
    const CALLS: u64 = 1_000;
    let all: Vec<_> = (0..THREADS)
        .map(|_| {
            thread::spawn(|| {
                LATE.with(|late| late.borrow_mut().replace(AllocatesWhenDropped));
                for size in 1..=CALLS {
                    drop(allocates(usize::try_from(size).unwrap()));
                }
            })
        })
        .collect();
    for thread in all {
        thread.join().unwrap();
    }
    let snapshot = observant::snapshot();
    let calls = |function: &str, outcome: &str| {
        let labels = [("function", function), ("outcome", outcome)];
        sum(&snapshot, "observe_calls_total", &labels)
    };
    let own = [("function", "allocates")];
    assert_eq!(sum(&snapshot, "observe_calls_in_flight", &own), 0);
    assert_eq!(calls("allocates", "ok"), THREADS * 500);
    assert_eq!(calls("allocates", "error"), THREADS * 500);
    // What we allocate ourselves is left out; every other allocation is there.
    let (made, freed) = (calls("Observed::alloc", "error"), calls("Observed::dealloc", "ok"));
    assert!(made >= THREADS * (CALLS + 500), "{made} allocations");
    assert!(freed >= THREADS * (CALLS + 500), "{freed} deallocations");
    let small = [("function", "Observed::dealloc"), ("small", "true"), ("outcome", "ok")];
    assert!(sum(&snapshot, "observe_calls_total", &small) > 0);
    let errors = [("function", "Observed::alloc"), ("error_type", "refused")];
    assert!(sum(&snapshot, "observe_errors_total", &errors) >= made);
}

#[observe]
fn boxes(number: u32) -> Box<u32> {
    std::hint::black_box(Box::new(number))
}

/// What is captured is kept in memory, whose allocation would be captured.
#[test]
fn an_observed_allocator_can_be_captured() {
    let capture = testing::capture();
    for number in 0..1_000 {
        drop(boxes(number));
    }
    assert_eq!(capture.calls_of("boxes").len(), 1_000);
    let (made, freed) =
        (capture.calls_of("Observed::alloc"), capture.calls_of("Observed::dealloc"));
    assert!(made.len() >= 1_000 && made.iter().all(|call| call.error_type() == Some("refused")));
    assert!(freed.len() >= 1_000 && freed.iter().all(|call| call.label("small").is_some()));
}

#[observe(fields(number, text = %format!("number {number}")))]
fn boxes_with_fields(number: u32) -> Box<u32> {
    tracing::info!(number, "an event that allocates");
    std::hint::black_box(Box::new(number))
}

/// Showing a call to a subscriber allocates, within it and within us, and so does what is shown of that.
#[test]
fn the_spans_of_an_observed_allocator_are_shown() {
    let written = tracing_subscriber::fmt::layer().with_writer(std::io::sink);
    let layered = Dispatch::new(registry().with(written).with(observant::layer()));
    let wrapped = Dispatch::new(observant::subscriber(registry()));
    for (dispatch, way) in [(layered, "eager"), (wrapped, "lazy")] {
        let capture = testing::capture();
        tracing::dispatcher::with_default(&dispatch, || {
            for number in 0..100 {
                drop(boxes_with_fields(number));
            }
        });
        let spans = capture.spans();
        let named = |name: &str| spans.iter().filter(|span| span.name == name).collect::<Vec<_>>();
        let calls = named("boxes_with_fields");
        assert_eq!(calls.len(), 100, "{way}");
        for (number, span) in calls.iter().enumerate() {
            let text = span.attributes.iter().find(|attribute| attribute.key == "text");
            let expected = Value::from(format!("number {number}"));
            assert_eq!(text.map(|text| &text.value), Some(&expected), "{way}");
            assert_eq!(span.events.len(), 1, "{way}");
        }
        let freed = named("Observed::dealloc");
        assert!(freed.len() >= 100, "{way}: {}", freed.len());
        let has_bytes = |span: &&SpanData| span.attributes.iter().any(|own| own.key == "bytes");
        assert!(freed.iter().all(has_bytes), "{way}");
    }
}
