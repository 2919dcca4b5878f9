//! `observant::testing`: tests that make the same calls side by side each see their own.

use observant::{InCurrent as _, Label, observe, testing};
use std::{
    future::pending,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

#[derive(Clone, Copy, Debug, Label)]
enum Failure {
    Odd,
}

#[observe]
fn even(number: u32) -> Result<u32, Failure> {
    if number.is_multiple_of(2) { Ok(number) } else { Err(Failure::Odd) }
}

#[observe(labels(large = number > 10))]
fn labelled(number: u32) -> u32 {
    number
}

#[observe]
async fn waits(number: u32) -> Result<u32, Failure> {
    tokio::task::yield_now().await;
    even(number)
}

#[observe]
fn panics() {
    panic!("as asked");
}

fn outcomes(calls: &[testing::Call]) -> Vec<&str> {
    calls.iter().map(testing::Call::outcome).collect()
}

#[test]
fn a_test_sees_its_own_calls_in_order() {
    let before = Instant::now();
    let capture = testing::capture();
    let _ = (even(1), even(2), labelled(11));
    catch_unwind(panics).unwrap_err();
    let calls = capture.calls();
    assert_eq!(outcomes(&calls), ["error", "ok", "ok", "panic"]);
    assert_eq!(calls[0].error_type(), Some("Odd"));
    assert_eq!(calls[1].error_type(), None);
    assert_eq!((calls[2].function(), calls[2].label("large")), ("labelled", Some("true")));
    assert_eq!(calls[2].label("none"), None);
    assert_eq!(calls[0].module(), module_path!());
    assert!(calls.iter().all(|call| call.duration() <= before.elapsed()));
    assert_eq!(capture.calls_of("even").len(), 2);
    assert_eq!(capture.calls_of("testing::even").len(), 2);
    assert_eq!(capture.calls_of("ven").len(), 0, "names are whole");
}

#[test]
fn tests_side_by_side_do_not_see_one_another() {
    let together = Barrier::new(4);
    thread::scope(|scope| {
        for count in 1..=4_usize {
            let together = &together;
            scope.spawn(move || {
                let capture = testing::capture();
                together.wait();
                for _ in 0..count {
                    even(2).unwrap();
                }
                together.wait();
                assert_eq!(capture.calls().len(), count);
            });
        }
    });
}

#[test]
fn a_thread_started_through_us_belongs_to_the_test_and_another_does_not() {
    let capture = testing::capture();
    observant::thread(|| even(2)).join().unwrap().unwrap();
    thread::spawn(|| even(2)).join().unwrap().unwrap();
    // A thread started by that thread belongs too.
    let within = observant::thread(|| observant::thread(|| even(1)).join().unwrap());
    within.join().unwrap().unwrap_err();
    assert_eq!(outcomes(&capture.calls()), ["ok", "error"]);
}

#[test]
fn a_capture_ends_when_it_is_dropped_and_the_one_around_it_goes_on() {
    let outer = testing::capture();
    let _ = even(2);
    {
        let inner = testing::capture();
        let _ = even(1);
        assert_eq!(outcomes(&inner.calls()), ["error"]);
    }
    let _ = even(4);
    assert_eq!(outcomes(&outer.calls()), ["ok", "ok"]);
    drop(outer);
    let _ = even(6);
    assert!(testing::capture().calls().is_empty());
}

#[tokio::test]
async fn an_asynchronous_test_on_one_thread() {
    let capture = testing::capture();
    waits(2).await.unwrap();
    let task = observant::spawn(waits(1));
    task.await.unwrap().unwrap_err();
    assert_eq!(outcomes(&capture.calls_of("waits")), ["ok", "error"]);
    assert_eq!(outcomes(&capture.calls_of("even")), ["ok", "error"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_asynchronous_test_on_many_threads() {
    let tests = (1..=8_u32).map(|count| {
        tokio::spawn(async move {
            let work = async move {
                let tasks: Vec<_> =
                    (0..count).map(|number| observant::spawn(waits(number))).collect();
                for task in tasks {
                    let _ = task.await.unwrap();
                }
                let blocking = observant::spawn_blocking(|| even(2));
                blocking.await.unwrap().unwrap();
                tokio::spawn(waits(2).in_current()).await.unwrap().unwrap();
                tokio::spawn(waits(2)).await.unwrap().unwrap();
            };
            let ((), calls) = testing::capture_async(work).await;
            let of =
                |function: &str| calls.iter().filter(|call| call.function() == function).count();
            let count = usize::try_from(count).unwrap();
            assert_eq!((of("waits"), of("even")), (count + 1, count + 2));
        })
    });
    for test in tests.collect::<Vec<_>>() {
        test.await.unwrap();
    }
}

#[tokio::test]
async fn cancelled_calls_are_seen() {
    #[observe]
    async fn endless() {
        pending::<()>().await;
    }
    let capture = testing::capture();
    tokio::time::timeout(Duration::from_millis(1), endless()).await.unwrap_err();
    assert_eq!(outcomes(&capture.calls_of("endless")), ["cancelled"]);
}

#[test]
fn a_program_that_captures_nothing_counts_all_the_same() {
    #[observe]
    fn alone() {}
    alone();
    let calls = observant::snapshot().sum("observe_calls_total", &[("function", "alone")]);
    assert!((calls - 1.0).abs() < f64::EPSILON);
}

#[observe]
async fn endless(began: oneshot::Sender<()>) {
    began.send(()).unwrap();
    pending::<()>().await;
}

/// Whoever drops a task, its cancelled calls are those of the test that started it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_aborted_task_is_seen_by_its_own_test() {
    let work = async {
        let (began, has_begun) = oneshot::channel();
        let task = observant::spawn(endless(began));
        has_begun.await.unwrap();
        task.abort();
        task.await.unwrap_err();
        let (began, has_begun) = oneshot::channel();
        let mut carried = Box::pin(endless(began).in_current());
        tokio::select! {
            biased;
            () = &mut carried => unreachable!("it is endless"),
            result = has_begun => result.unwrap(),
        }
        // On a thread that is nobody's.
        thread::spawn(move || drop(carried)).join().unwrap();
    };
    let ((), calls) = testing::capture_async(work).await;
    assert_eq!(outcomes(&calls), ["cancelled", "cancelled"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_started_by_what_was_started_belongs_too() {
    let work = async {
        let nested = observant::spawn(async {
            let blocking = observant::spawn_blocking(|| {
                let thread = observant::thread(|| even(1));
                (thread.join().unwrap().unwrap_err(), even(2).unwrap())
            });
            blocking.await.unwrap();
            tokio::spawn(observant::spawn(waits(4)).in_current()).await.unwrap().unwrap().unwrap();
        });
        nested.await.unwrap();
    };
    let ((), calls) = testing::capture_async(work).await;
    let called: Vec<_> = calls.iter().map(|call| (call.function(), call.outcome())).collect();
    assert_eq!(called, [("even", "error"), ("even", "ok"), ("even", "ok"), ("waits", "ok")]);
}

#[test]
fn captures_may_be_dropped_in_any_order() {
    let outer = testing::capture();
    let lower = testing::capture();
    let middle = testing::capture();
    let upper = testing::capture();
    drop(middle);
    drop(lower);
    let _ = even(1);
    assert_eq!(outcomes(&upper.calls()), ["error"], "those below are of no concern to it");
    drop(upper);
    let _ = even(2);
    assert_eq!(outcomes(&outer.calls()), ["ok"], "those that went before are passed over");
    drop(outer);
    let _ = even(2);
    assert!(testing::capture().calls().is_empty());
}

/// A task that outlives the capture it was started in is of no later one, though on its thread.
#[tokio::test]
async fn work_that_outlives_its_capture_is_not_seen_by_the_next() {
    let (go, gone) = oneshot::channel();
    let early = testing::capture();
    let task = observant::spawn(async {
        gone.await.unwrap();
        even(2).unwrap()
    });
    even(4).unwrap();
    assert_eq!(early.calls().len(), 1);
    drop(early);
    let late = testing::capture();
    go.send(()).unwrap();
    task.await.unwrap();
    even(1).unwrap_err();
    assert_eq!(outcomes(&late.calls()), ["error"]);
}

#[test]
fn a_panic_ends_the_captures_it_passes() {
    let outer = testing::capture();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let inner = testing::capture();
        let _ = even(2);
        assert_eq!(inner.calls().len(), 1);
        panics();
    }));
    panicked.unwrap_err();
    let _ = even(1);
    observant::thread(panics).join().unwrap_err();
    assert_eq!(outcomes(&outer.calls()), ["error", "panic"]);
}

#[tokio::test]
async fn a_panic_in_a_captured_future_leaves_nothing_attached() {
    let capturing = tokio::spawn(testing::capture_async(async {
        even(2).unwrap();
        panics();
    }));
    capturing.await.unwrap_err();
    let capture = testing::capture();
    let _ = even(1);
    observant::spawn(async { panics() }).await.unwrap_err();
    assert_eq!(outcomes(&capture.calls()), ["error", "panic"]);
}

#[test]
fn a_capture_within_captured_work_has_its_own_calls() {
    let outer = testing::capture();
    let counts = observant::thread(|| {
        let _ = even(2);
        let inner = testing::capture();
        let _ = (even(1), even(3));
        inner.calls().len()
    });
    assert_eq!(counts.join().unwrap(), 2);
    assert_eq!(outcomes(&outer.calls()), ["ok"]);
}

#[test]
fn more_calls_than_can_be_captured_are_said_and_not_left_out_in_silence() {
    let capture = testing::capture();
    for _ in 0..100_000 {
        let _ = labelled(1);
    }
    let calls = capture.calls();
    assert_eq!((calls.len(), calls[99_999].label("large")), (100_000, Some("false")));
    let _ = (labelled(1), labelled(2));
    let panicked = catch_unwind(AssertUnwindSafe(|| capture.calls())).unwrap_err();
    let said = panicked.downcast_ref::<String>().unwrap();
    assert_eq!(said, "2 calls more than can be captured; capture a smaller part of the test");
}

#[test]
fn a_capture_shows_its_calls() {
    let capture = testing::capture();
    let _ = even(1);
    let shown = format!("{capture:?}");
    assert!(shown.starts_with("[Call {") && shown.contains("\"Odd\""), "{shown}");
}
