//! The threads that make pages: one that cannot be started harms nobody.
//!
//! What may block or take its time, such as making a page, is done on a thread that waits for such work. There are as
//! many as had work at one time; they go when nothing came for a while. What many want at one time is [`SharedWork`]. Uses
//! `background` alone.

#[cfg(any(feature = "prometheus", feature = "system"))]
mod shared;

#[cfg(any(feature = "prometheus", feature = "system"))]
pub(crate) use shared::{Failure, SharedWork};

use std::{
    collections::VecDeque,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use crate::background::spawn;

/// Longer than most scrape intervals, so that a regular scrape finds its thread, and with it the
/// thread's part of our own figures.
const KEEP: Duration = Duration::from_secs(70);

/// Work, and what tells of its end.
type Job = Box<dyn FnOnce() -> Box<dyn FnOnce()> + Send>;

/// Threads that wait for work. They end when this is dropped and their work is done.
pub(crate) struct Workers {
    /// What all of them are called.
    name: &'static str,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    /// Threads that wait and have not been called, the last that came to rest on top. That one is called first: what it
    /// needs is still in the processor's caches, and those at the bottom find out that nobody needs them.
    idle: Vec<Arc<Seat>>,
    threads: usize,
    over: bool,
}

/// Where a thread waits.
#[derive(Default)]
struct Seat {
    /// Written under the lock of the state.
    called: AtomicBool,
    woken: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Workers {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, shared: Arc::default() }
    }

    /// Runs `job` on one of the threads, a new one if all are at work.
    ///
    /// # Errors
    ///
    /// When there is no thread and none can be started.
    pub(crate) fn run(&self, job: impl FnOnce() + Send + 'static) -> io::Result<()> {
        self.run_then(job, |()| ())
    }

    /// Runs `job` on one of the threads, and hands what it returns to `tell` once that thread is free for another: who is
    /// told and has more to do finds it, and starts none beside it. What `tell` does must be short.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub(crate) fn run_then<R: 'static>(
        &self,
        job: impl FnOnce() -> R + Send + 'static,
        tell: impl FnOnce(R) + Send + 'static,
    ) -> io::Result<()> {
        let mut state = self.shared.lock();
        let idle = state.idle.pop();
        if idle.is_none() {
            let shared = Arc::clone(&self.shared);
            match spawn(self.name, move || work(&shared)) {
                Ok(_detached) => state.threads += 1,
                // Then it waits for one of those at work.
                Err(_) if state.threads > 0 => {}
                Err(error) => return Err(error),
            }
        }
        state.jobs.push_back(Box::new(|| {
            let result = job();
            Box::new(|| tell(result))
        }));
        if let Some(seat) = idle {
            seat.called.store(true, Relaxed);
            // It would wait for the lock at once.
            drop(state);
            seat.woken.notify_one();
        }
        Ok(())
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.over = true;
        for seat in state.idle.drain(..) {
            seat.called.store(true, Relaxed);
            seat.woken.notify_one();
        }
    }
}

/// A thread's life: one job after the other.
fn work(shared: &Shared) {
    let seat = Arc::<Seat>::default();
    let mut state = shared.lock();
    loop {
        if let Some(job) = state.jobs.pop_front() {
            drop(state);
            // Whoever waits for the result of one that panics finds out that there is none.
            if let Ok(tell) = catch_unwind(AssertUnwindSafe(job)) {
                // Free already: before it rests it looks for what was handed to it meanwhile.
                rest(&seat, &mut shared.lock());
                let _ = catch_unwind(AssertUnwindSafe(tell));
            }
            state = shared.lock();
            state.idle.retain(|other| !Arc::ptr_eq(other, &seat));
            continue;
        }
        if state.over {
            break;
        }
        rest(&seat, &mut state);
        let (woken, _) = seat
            .woken
            .wait_timeout_while(state, KEEP, |_| !seat.called.load(Relaxed))
            .unwrap_or_else(PoisonError::into_inner);
        state = woken;
        // Otherwise there is a job for it, unless another thread was quicker.
        if !seat.called.load(Relaxed) {
            state.idle.retain(|other| !Arc::ptr_eq(other, &seat));
            break;
        }
    }
    state.threads -= 1;
}

/// A thread can be called from now on.
fn rest(seat: &Arc<Seat>, state: &mut State) {
    seat.called.store(false, Relaxed);
    state.idle.push(Arc::clone(seat));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        collections::HashSet,
        sync::{Barrier, mpsc},
        thread,
    };

    #[test]
    fn jobs_that_block_do_not_keep_others_waiting() {
        let workers = Workers::new("worker");
        let (done, ended) = mpsc::channel();
        let gates: Vec<_> = (0..4)
            .map(|number| {
                let (open, gate) = mpsc::channel::<()>();
                let done = done.clone();
                let job = move || {
                    let _ = gate.recv();
                    done.send(number).unwrap();
                };
                workers.run(job).unwrap();
                open
            })
            .collect();
        for (number, gate) in gates.iter().enumerate().rev() {
            gate.send(()).unwrap();
            assert_eq!(ended.recv().unwrap(), number);
        }
        assert_eq!(workers.shared.lock().threads, 4);
    }

    #[test]
    fn a_job_that_panics_leaves_its_thread_to_the_next() {
        let workers = Workers::new("worker");
        let (done, ended) = mpsc::channel();
        for number in 0..3 {
            let done = done.clone();
            let job = move || {
                done.send((number, thread::current().id())).unwrap();
                assert!(number > 0, "the first panics");
            };
            workers.run(job).unwrap();
            ended.recv().unwrap();
            while workers.shared.lock().idle.is_empty() {
                thread::yield_now();
            }
        }
        assert_eq!(workers.shared.lock().threads, 1);
    }

    #[test]
    fn the_last_that_came_to_rest_is_called_first() {
        let workers = Workers::new("worker");
        let idle = || workers.shared.lock().idle.len();
        let (all, here) = (Arc::new(Barrier::new(4)), mpsc::channel());
        for _ in 0..3 {
            let all = Arc::clone(&all);
            let waits = move || {
                all.wait();
            };
            workers.run(waits).unwrap();
        }
        all.wait();
        while idle() < 3 {
            thread::yield_now();
        }
        let mut seen = HashSet::new();
        for _ in 0..100 {
            let done = here.0.clone();
            workers.run(move || done.send(thread::current().id()).unwrap()).unwrap();
            seen.insert(here.1.recv().unwrap());
            while idle() < 3 {
                thread::yield_now();
            }
        }
        assert_eq!((seen.len(), workers.shared.lock().threads), (1, 3));
    }

    #[test]
    fn no_job_is_lost_however_many_there_are_at_one_time() {
        let workers = Workers::new("worker");
        let (done, ended) = mpsc::channel();
        thread::scope(|scope| {
            for _ in 0..4 {
                let (workers, done) = (&workers, done.clone());
                scope.spawn(move || {
                    for number in 0..1_000_u32 {
                        let done = done.clone();
                        workers.run(move || done.send(number).unwrap()).unwrap();
                    }
                });
            }
        });
        drop(done);
        assert_eq!(ended.iter().count(), 4_000);
    }

    #[test]
    fn threads_end_with_what_they_belong_to() {
        let workers = Workers::new("worker");
        let shared = Arc::clone(&workers.shared);
        workers.run(|| {}).unwrap();
        drop(workers);
        while shared.lock().threads > 0 {
            thread::yield_now();
        }
    }

    #[test]
    fn who_is_told_of_an_end_and_has_more_to_do_finds_the_thread_free() {
        let workers = Workers::new("worker");
        for _ in 0..200 {
            let (told, hears) = mpsc::channel();
            workers.run_then(|| 7, move |number| told.send(number).unwrap()).unwrap();
            assert_eq!(hears.recv().unwrap(), 7);
        }
        assert_eq!(workers.shared.lock().threads, 1);
    }
}
