//! The async runtime of the program: what tokio counts of it in any case, and with `tokio_unstable` what it counts then.
//!
//! Reading is a look at atomics, on a thread of ours: the runtime does nothing for it.

use super::{samples::Samples, sources::Source};
use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::runtime::{Handle, RuntimeMetrics};

/// What "lately" is at the least, however many look.
const LATELY: Duration = Duration::from_secs(5);

/// How busy workers were, in all, at a moment.
#[derive(Clone, Copy, Debug)]
struct Busy {
    at: Instant,
    total: Duration,
}

/// The two moments between which "lately" was.
#[derive(Clone, Copy, Debug)]
struct Window {
    from: Busy,
    /// Becomes `from` when it is long enough ago.
    next: Busy,
}

/// The runtime that this is called in, if any.
pub(super) fn source() -> Option<Source> {
    let metrics = Handle::try_current().ok()?.metrics();
    let window = Mutex::new(None);
    Some(Source::new("tokio", move || {
        let mut window = window.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(read(&metrics, &mut window, Instant::now()))
    }))
}

#[allow(clippy::cast_precision_loss)] // 53 bits are plenty.
fn read(metrics: &RuntimeMetrics, window: &mut Option<Window>, now: Instant) -> Samples {
    let mut samples = Samples::default();
    let workers = metrics.num_workers();
    samples.put("tokio_workers", &[], Some(workers as f64));
    samples.put("tokio_alive_tasks", &[], Some(metrics.num_alive_tasks() as f64));
    samples.put("tokio_global_queue_tasks", &[], Some(metrics.global_queue_depth() as f64));
    // What counts with 64 bits at once is not there where the processor cannot.
    #[cfg(target_has_atomic = "64")]
    {
        let numbers: Vec<String> = (0..workers).map(|worker| format!("{worker:02}")).collect();
        let all =
            numbers.iter().enumerate().map(|(worker, number)| (number.as_str(), worker)).collect();
        for (number, worker) in samples.capped(all) {
            let labels = [("worker", number)];
            let busy = metrics.worker_total_busy_duration(worker).as_secs_f64();
            samples.put("tokio_worker_busy_seconds_total", &labels, Some(busy));
            let parks = metrics.worker_park_count(worker) as f64;
            samples.put("tokio_worker_parks_total", &labels, Some(parks));
        }
        let total = (0..workers).map(|worker| metrics.worker_total_busy_duration(worker)).sum();
        let ratio = busy_ratio(window, Busy { at: now, total }, workers);
        samples.put("tokio_busy_ratio", &[], ratio);
    }
    #[cfg(tokio_unstable)]
    put_unstable(&mut samples, metrics);
    samples
}

/// The share of the workers' time that they were busy, since some seconds ago; none at the first look.
#[allow(clippy::cast_precision_loss)] // Some dozens.
fn busy_ratio(window: &mut Option<Window>, now: Busy, workers: usize) -> Option<f64> {
    let known = window.get_or_insert(Window { from: now, next: now });
    if now.at.saturating_duration_since(known.next.at) >= LATELY {
        *known = Window { from: known.next, next: now };
    }
    let time = now.at.saturating_duration_since(known.from.at).as_secs_f64() * workers as f64;
    let busy = now.total.saturating_sub(known.from.total).as_secs_f64();
    (time > 0.0).then(|| (busy / time).clamp(0.0, 1.0))
}

/// Only compiled where the whole program is built with `--cfg tokio_unstable`.
#[cfg(tokio_unstable)]
#[allow(clippy::cast_precision_loss)] // 53 bits are plenty.
fn put_unstable(samples: &mut Samples, metrics: &RuntimeMetrics) {
    let yields = metrics.budget_forced_yield_count() as f64;
    samples.put("tokio_budget_yields_total", &[], Some(yields));
    samples.put("tokio_blocking_queue_tasks", &[], Some(metrics.blocking_queue_depth() as f64));
    let workers = metrics.num_workers();
    let polls: u64 = (0..workers).map(|worker| metrics.worker_poll_count(worker)).sum();
    samples.put("tokio_polls_total", &[], Some(polls as f64));
    let numbers: Vec<String> = (0..workers).map(|worker| format!("{worker:02}")).collect();
    let all =
        numbers.iter().enumerate().map(|(worker, number)| (number.as_str(), worker)).collect();
    for (number, worker) in samples.capped(all) {
        let mean = metrics.worker_mean_poll_time(worker).as_secs_f64();
        samples.put("tokio_worker_mean_poll_seconds", &[("worker", number)], Some(mean));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lately_is_some_seconds_however_many_look() {
        let start = Instant::now();
        let at = |seconds: u64, busy: u64| Busy {
            at: start + Duration::from_secs(seconds),
            total: Duration::from_secs(busy),
        };
        let mut window = None;
        let mut look = |seconds, busy| busy_ratio(&mut window, at(seconds, busy), 2);
        assert_eq!(look(0, 100), None);
        assert_eq!(look(1, 101), Some(0.5));
        assert_eq!(look(2, 101), Some(0.25));
        // The first window ends; the next looks are beside its end.
        assert_eq!(look(10, 111), Some(11.0 / 20.0));
        assert_eq!(look(12, 115), Some(15.0 / 24.0));
        assert_eq!(look(20, 115), Some(4.0 / 20.0));
        assert_eq!(look(21, 117), Some(6.0 / 22.0));
    }

    #[test]
    fn a_runtime_is_seen_from_outside() {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
        let metrics = runtime.metrics();
        let task = runtime.spawn(std::future::pending::<()>());
        let busy = runtime.spawn(async {
            std::thread::sleep(Duration::from_millis(60));
        });
        runtime.block_on(busy).unwrap();
        let mut window = None;
        let look = |window: &mut Option<Window>| read(&metrics, window, Instant::now());
        let busy = |samples: &Samples| {
            let of =
                |worker| samples.value("tokio_worker_busy_seconds_total", &[("worker", worker)]);
            ["00", "01"].into_iter().filter_map(of).sum::<f64>()
        };
        look(&mut window);
        // A worker tells of its time when it rests, a moment after its task is over.
        let start = Instant::now();
        let samples = loop {
            let samples = look(&mut window);
            let alive = samples.value("tokio_alive_tasks", &[]);
            let parks = samples.value("tokio_worker_parks_total", &[("worker", "00")]);
            if alive == Some(1.0) && busy(&samples) >= 0.06 && parks > Some(0.0) {
                break samples;
            }
            assert!(start.elapsed() < Duration::from_secs(20), "{samples:?}");
            std::thread::yield_now();
        };
        assert_eq!(samples.value("tokio_workers", &[]), Some(2.0));
        assert!((0.0..=1.0).contains(&samples.value("tokio_busy_ratio", &[]).unwrap()));
        task.abort();
    }
}
