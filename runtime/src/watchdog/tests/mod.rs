//! Runtimes that get on, that are blocked in part or whole, and that have ended. Times are handed in, so that nothing
//! waits for them; what threads do is waited for.

use super::{
    Pulse, Watched,
    pulse::Beat,
    source::{Runtime, Telemetry, Watch},
    workers::Workers,
};
use crate::health::{Source, Status, Verdict};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::Relaxed},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};
use tokio::runtime::{Builder, Runtime as Tokio};

const LIMIT: Duration = Duration::from_secs(10);

fn runtime(threads: usize) -> Tokio {
    Builder::new_multi_thread().worker_threads(threads).build().unwrap()
}

/// Blocks as many threads of a runtime as asked until what is returned is dropped; says when they are.
fn block(runtime: &Tokio, threads: usize) -> Vec<mpsc::Sender<()>> {
    let (arrived, arrivals) = mpsc::channel();
    let gates = (0..threads)
        .map(|_| {
            let (gate, closed) = mpsc::channel::<()>();
            let arrived = arrived.clone();
            runtime.spawn(async move {
                arrived.send(()).unwrap();
                let _ = closed.recv();
            });
            gate
        })
        .collect();
    (0..threads).for_each(|_| arrivals.recv().unwrap());
    gates
}

/// Looks until it answers so; the scheduler would look again too.
fn until(mut look: impl FnMut() -> bool) {
    let start = Instant::now();
    while !look() {
        assert!(start.elapsed() < Duration::from_secs(60), "it never came");
        thread::yield_now();
    }
}

fn watched(runtime: &Tokio) -> Watch<Runtime> {
    let pulse = Pulse::new(runtime.handle().clone());
    let look = Runtime { pulse, workers: Mutex::new(Workers::default()) };
    Watch { limit: LIMIT, look }
}

fn is(verdict: &Verdict, status: Status, reason: &str) -> bool {
    verdict.status() == status && verdict.reason() == reason
}

#[test]
fn a_runtime_that_gets_on_is_alive_however_long_it_idles() {
    let tokio = runtime(2);
    let pulse = Pulse::new(tokio.handle().clone());
    let start = Instant::now();
    assert_eq!(pulse.look(start), Beat::Alive);
    for second in 1..=20 {
        until(|| pulse.look(start + Duration::from_secs(second)) == Beat::Alive);
    }
}

#[test]
fn a_runtime_whose_threads_are_all_blocked_is_stalled_until_one_comes_back() {
    let tokio = runtime(2);
    let watched = watched(&tokio);
    let start = Instant::now();
    let at = |second| start + Duration::from_secs(second);
    let gates = block(&tokio, 2);
    // The task is handed out by this look, and nobody takes it.
    assert!(watched.evaluate(at(0)).is_pass());
    assert!(watched.evaluate(at(10)).is_pass(), "not longer than the limit");
    let verdict = watched.evaluate(at(11));
    assert!(is(&verdict, Status::Fail, "runtime_stalled"), "{verdict:?}");
    let text = verdict.text.unwrap();
    assert!(
        text.starts_with("the async runtime has not taken up a task for 11.0s; of its 2 threads"),
        "{text}"
    );
    drop(gates);
    until(|| watched.evaluate(at(11)).is_pass());
    until(|| watched.evaluate(at(30)).is_pass());
}

/// Has threads that are not blocked take up a task, and with it what was handed out before.
fn round_trip(tokio: &Tokio) {
    tokio.block_on(async { tokio::spawn(async {}).await }).unwrap();
}

#[test]
fn one_blocked_thread_of_several_degrades_and_a_deadlock_fails() {
    let tokio = runtime(3);
    let watched = watched(&tokio);
    let start = Instant::now();
    let gates = block(&tokio, 1);
    let mut second = 0;
    let mut look = || {
        round_trip(&tokio);
        second += 1;
        watched.evaluate(start + Duration::from_secs(second))
    };
    assert!(look().is_pass());
    until(|| is(&look(), Status::Degraded, "worker_blocked"));
    until(|| is(&look(), Status::Fail, "worker_deadlocked"));
    let verdict = look();
    let text = verdict.text.as_deref().unwrap();
    assert!(text.contains("of 3 threads of the async runtime stay in one task"), "{text}");
    assert!(verdict.observed.unwrap().value > 120.0);
    drop(gates);
    // It is seen to have gone on, whenever that is.
    until(|| look().is_pass());
}

#[test]
fn a_runtime_of_one_thread_is_stalled_while_that_is_blocked() {
    let (blocked, is_blocked) = mpsc::channel();
    let (gate, closed) = mpsc::channel::<()>();
    let (handle, handed) = mpsc::channel();
    let program = thread::spawn(move || {
        let tokio = Builder::new_current_thread().build().unwrap();
        handle.send(tokio.handle().clone()).unwrap();
        tokio.block_on(async {
            blocked.send(()).unwrap();
            let _ = closed.recv();
            // It goes on, and takes up what waits.
            for _ in 0..1_000 {
                tokio::task::yield_now().await;
            }
        });
        tokio
    });
    let handle = handed.recv().unwrap();
    is_blocked.recv().unwrap();
    let start = Instant::now();
    let pulse = Pulse::new(handle);
    let look = Runtime { pulse, workers: Mutex::new(Workers::default()) };
    let watched = Watch { limit: LIMIT, look };
    assert!(watched.evaluate(start).is_pass());
    let verdict = watched.evaluate(start + LIMIT * 2);
    assert!(is(&verdict, Status::Fail, "runtime_stalled"), "{verdict:?}");
    drop(gate);
    drop(program.join().unwrap());
    // The program has left its runtime, which is no reason to restart it.
    until(|| watched.evaluate(start + LIMIT * 4).is_pass());
}

fn telemetry(tokio: &Tokio, broken: &Arc<AtomicBool>) -> Watch<Telemetry> {
    let broken = Arc::clone(broken);
    let pulse = Pulse::new(tokio.handle().clone());
    let is_broken = Box::new(move || broken.load(Relaxed));
    let ours = vec![Watched { name: "observant-otlp", pulse, answers: false, is_broken }];
    Watch { limit: LIMIT, look: Telemetry { ours } }
}

#[test]
fn a_thread_of_ours_that_hangs_panicked_or_ended_is_told() {
    let tokio = runtime(1);
    let broken = Arc::default();
    let telemetry = telemetry(&tokio, &broken);
    let start = Instant::now();
    let mut second = 0;
    let mut look = || {
        second += 5;
        telemetry.evaluate(start + Duration::from_secs(second))
    };
    assert!(look().is_pass());

    let gates = block(&tokio, 1);
    until(|| is(&look(), Status::Fail, "worker_stalled"));
    drop(gates);
    until(|| look().is_pass());

    broken.store(true, Relaxed);
    assert!(is(&look(), Status::Fail, "worker_dead"));
    broken.store(false, Relaxed);
    until(|| look().is_pass());

    drop(tokio);
    until(|| is(&look(), Status::Fail, "worker_dead"));
    let text = look().text.unwrap();
    assert_eq!(text, "the thread `observant-otlp` has ended, and nobody asked it to");
}
