//! The threads that make pages: one that cannot be started harms nobody.
//!
//! What may block or take its time, such as making a page, is done on a thread that waits for such work. There are as
//! many as had work at one time; they go when nothing came for a while. What many want at one time is [`SharedWork`]. Uses
//! `background` alone.

mod shared;

pub(crate) use shared::{Failure, SharedWork};

use std::{
    collections::VecDeque,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
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
    changed: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    /// Threads that wait for a job.
    idle: usize,
    threads: usize,
    over: bool,
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
        if state.idle <= state.jobs.len() {
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
        drop(state);
        self.shared.changed.notify_one();
        Ok(())
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.shared.lock().over = true;
        self.shared.changed.notify_all();
    }
}

/// A thread's life: one job after the other.
fn work(shared: &Shared) {
    let mut state = shared.lock();
    loop {
        if let Some(job) = state.jobs.pop_front() {
            drop(state);
            // Whoever waits for the result of one that panics finds out that there is none.
            if let Ok(tell) = catch_unwind(AssertUnwindSafe(job)) {
                // Free already: before it rests it looks for what was handed to it meanwhile.
                shared.lock().idle += 1;
                let _ = catch_unwind(AssertUnwindSafe(tell));
                state = shared.lock();
                state.idle -= 1;
            } else {
                state = shared.lock();
            }
            continue;
        }
        if state.over {
            break;
        }
        state.idle += 1;
        let (woken, waited) = shared
            .changed
            .wait_timeout_while(state, KEEP, |state| state.jobs.is_empty() && !state.over)
            .unwrap_or_else(PoisonError::into_inner);
        state = woken;
        state.idle -= 1;
        if waited.timed_out() && state.jobs.is_empty() {
            break;
        }
    }
    state.threads -= 1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{sync::mpsc, thread};

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
            while workers.shared.lock().idle == 0 {
                thread::yield_now();
            }
        }
        assert_eq!(workers.shared.lock().threads, 1);
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
}
