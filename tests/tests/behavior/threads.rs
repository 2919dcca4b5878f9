//! Calls and the life of threads: futures that wander, threads that end, panics within unwinding.

use crate::figures::{Figures, NONE, errors, figures, ok};
use observant::observe;
use std::future::{Future, pending};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, mpsc};
use std::task::{Context, Poll, Waker};
use std::thread;

fn poll<F: Future + ?Sized>(future: &mut Pin<Box<F>>) -> Poll<F::Output> {
    future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

async fn pause() {
    tokio::task::yield_now().await;
}

const LEGS: usize = 11;

#[observe]
async fn wanders(thread_ids: &mut Vec<thread::ThreadId>) -> Result<usize, String> {
    for _ in 0..LEGS {
        thread_ids.push(thread::current().id());
        pause().await;
    }
    Ok(thread_ids.len())
}

type Wanderer = Pin<Box<dyn Future<Output = usize> + Send>>;

/// Polls what comes, and hands it on.
fn relay(from: &mpsc::Receiver<Wanderer>, to: &mpsc::Sender<Wanderer>) -> Option<usize> {
    while let Ok(mut future) = from.recv() {
        match poll(&mut future) {
            Poll::Ready(value) => return Some(value),
            // The other side is gone only when the future has ended there.
            Poll::Pending => to.send(future).unwrap(),
        }
    }
    None
}

#[test]
fn a_future_that_is_polled_by_two_threads_in_turn() {
    let (to_left, from_right) = mpsc::channel();
    let (to_right, from_left) = mpsc::channel();
    let future: Wanderer = Box::pin(async {
        let mut thread_ids = Vec::new();
        let legs = wanders(&mut thread_ids).await.unwrap();
        assert!(thread_ids.windows(2).all(|pair| pair[0] != pair[1]), "another thread each time");
        legs
    });
    to_left.send(future).unwrap();
    let left = thread::spawn(move || relay(&from_right, &to_right));
    let right = thread::spawn(move || relay(&from_left, &to_left));
    let legs = [left.join().unwrap(), right.join().unwrap()];
    assert_eq!(legs.into_iter().flatten().collect::<Vec<_>>(), [LEGS]);
    assert_eq!(figures!("wanders"), ok(1));
}

#[observe]
async fn stolen(number: u64) -> Result<u64, u64> {
    for _ in 0..20 {
        pause().await;
    }
    if number.is_multiple_of(2) { Ok(number) } else { Err(number) }
}

#[observe]
async fn aborted_anywhere() {
    loop {
        pause().await;
    }
}

#[test]
fn tasks_of_a_multi_thread_runtime() {
    const TASKS: u64 = 200;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().unwrap();
    runtime.block_on(async {
        let endless: Vec<_> = (0..TASKS).map(|_| tokio::spawn(aborted_anywhere())).collect();
        let tasks: Vec<_> = (0..TASKS).map(|number| tokio::spawn(stolen(number))).collect();
        for task in tasks {
            let _ = task.await.unwrap();
        }
        // Each has been polled, so each call has begun.
        while figures!("aborted_anywhere").in_flight < TASKS {
            pause().await;
        }
        endless.iter().for_each(tokio::task::JoinHandle::abort);
        for task in endless {
            assert!(task.await.unwrap_err().is_cancelled());
        }
    });
    let expected = Figures { ok: TASKS / 2, error: TASKS / 2, ..NONE };
    assert_eq!(Figures { errors: NONE.errors, ..figures!("stolen") }, expected);
    assert_eq!(figures!("stolen").errors["u64"], TASKS / 2);
    assert_eq!(figures!("aborted_anywhere"), Figures { cancelled: TASKS, ..NONE });
    drop(runtime);
    assert_eq!(figures!("aborted_anywhere").cancelled, TASKS, "folded, not forgotten");
}

#[observe]
async fn taken(number: u64) -> Result<u64, u64> {
    for _ in 0..20 {
        pause().await;
    }
    if number.is_multiple_of(2) { Ok(number) } else { Err(number) }
}

/// Workers that poll what they find, in the program's own code alone: a sanitizer sees all of it.
#[test]
fn futures_that_threads_take_from_each_other() {
    const FUTURES: u64 = 200;
    type Task = Pin<Box<dyn Future<Output = Result<u64, u64>> + Send>>;
    let task = |number| Mutex::new(Some(Box::pin(taken(number)) as Task));
    let tasks: Vec<_> = (0..FUTURES).map(task).collect();
    let left = AtomicU64::new(FUTURES);
    let work = || {
        while left.load(Relaxed) > 0 {
            // None is waited for: whoever has it polls it.
            for mut task in tasks.iter().filter_map(|task| task.try_lock().ok()) {
                if task.as_mut().is_some_and(|task| poll(task).is_ready()) {
                    *task = None;
                    left.fetch_sub(1, Relaxed);
                }
            }
        }
    };
    thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(work))));
    let expected = Figures { ok: FUTURES / 2, error: FUTURES / 2, ..NONE };
    assert_eq!(Figures { errors: NONE.errors, ..figures!("taken") }, expected);
}

#[observe]
async fn dropped_elsewhere() {
    pending::<()>().await;
}

#[test]
fn a_future_polled_on_one_thread_and_dropped_on_another() {
    let mut future: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(dropped_elsewhere());
    assert!(poll(&mut future).is_pending());
    assert_eq!(figures!("dropped_elsewhere").in_flight, 1);
    thread::spawn(move || drop(future)).join().unwrap();
    assert_eq!(figures!("dropped_elsewhere"), Figures { cancelled: 1, ..NONE });
}

#[observe]
async fn outlives() -> Result<(), String> {
    pause().await;
    Err("late".to_owned())
}

#[test]
fn a_thread_that_ends_before_its_future() {
    let polled = || {
        let mut future: Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(outlives());
        assert!(poll(&mut future).is_pending());
        future
    };
    let mut first = thread::spawn(polled).join().unwrap();
    let second = thread::spawn(polled).join().unwrap();
    assert_eq!(figures!("outlives"), Figures { in_flight: 2, ..NONE }, "the start is not lost");
    assert!(poll(&mut first).is_ready());
    drop(second);
    assert_eq!(figures!("outlives"), Figures { cancelled: 1, ..errors(0, &["String"]) });
}

#[observe]
fn panics_within(panics: bool) -> Result<u8, String> {
    assert!(!panics, "second");
    Ok(1)
}

struct CallsWhenDropped;

impl Drop for CallsWhenDropped {
    fn drop(&mut self) {
        assert!(thread::panicking());
        catch_unwind(|| panics_within(true)).unwrap_err();
        assert_eq!(panics_within(false), Ok(1));
        assert_eq!(figures!("panics_while_dropping").in_flight, 1, "its caller is still unwinding");
    }
}

#[observe]
fn panics_while_dropping() -> Result<u8, String> {
    let _calls = CallsWhenDropped;
    panic!("first");
}

#[test]
fn a_panic_inside_a_drop_during_unwinding() {
    catch_unwind(panics_while_dropping).unwrap_err();
    assert_eq!(figures!("panics_while_dropping"), Figures { panic: 1, ..NONE });
    assert_eq!(figures!("panics_within"), Figures { panic: 1, ..ok(1) });
}

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(thread::panicking(), "a bomb");
    }
}

#[observe]
fn local_panics() -> u8 {
    let _bomb = Bomb;
    1
}

#[observe]
fn local_panics_in_result() -> Result<u8, String> {
    let _bomb = Bomb;
    Err("never seen".to_owned())
}

#[observe]
async fn local_panics_when_dropped() {
    let _bomb = Bomb;
    pending::<()>().await;
}

#[test]
fn a_panic_in_the_drop_of_a_local() {
    catch_unwind(local_panics).unwrap_err();
    assert_eq!(figures!("local_panics"), Figures { panic: 1, ..NONE });
    let _ = catch_unwind(local_panics_in_result).unwrap_err();
    assert_eq!(figures!("local_panics_in_result"), Figures { panic: 1, ..NONE });
    let mut future = Box::pin(local_panics_when_dropped());
    assert!(poll(&mut future).is_pending());
    catch_unwind(AssertUnwindSafe(|| drop(future))).unwrap_err();
    assert_eq!(figures!("local_panics_when_dropped"), Figures { cancelled: 1, ..NONE });
}

/// Without a result to judge, the body runs beside a guard, which cannot tell the second of two panics
/// from the first.
#[observe]
fn guarded_panics_within() -> u8 {
    panic!("second");
}

#[test]
fn a_guarded_call_that_panics_during_unwinding_counts_once() {
    struct Calls;
    impl Drop for Calls {
        fn drop(&mut self) {
            catch_unwind(guarded_panics_within).unwrap_err();
        }
    }
    catch_unwind(|| {
        let _calls = Calls;
        panic!("first");
    })
    .unwrap_err();
    let Figures { ok, panic, in_flight, .. } = figures!("guarded_panics_within");
    assert_eq!((ok + panic, in_flight), (1, 0));
}

#[observe]
async fn asynchronous_panics_within(panics: bool) {
    pause().await;
    assert!(!panics, "second");
}

#[test]
fn a_future_polled_during_unwinding_panics_or_not() {
    struct Polls;
    impl Drop for Polls {
        fn drop(&mut self) {
            for panics in [true, false] {
                let mut future = Box::pin(asynchronous_panics_within(panics));
                assert!(poll(&mut future).is_pending());
                let polled = catch_unwind(AssertUnwindSafe(|| poll(&mut future)));
                assert_eq!(polled.is_err(), panics);
            }
        }
    }
    catch_unwind(|| {
        let _polls = Polls;
        panic!("first");
    })
    .unwrap_err();
    assert_eq!(figures!("asynchronous_panics_within"), Figures { panic: 1, ..ok(1) });
}
