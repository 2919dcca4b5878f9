//! Whether the program is wedged, as far as that shows from outside: its async runtime, and the threads of ours that
//! answer and export. Feeds `/live`, and depends on nothing outside the process.
//!
//! `pulse` asks a tokio runtime to run a task and sees whether it does; `workers` sees whether the threads of a runtime
//! get on; `source` makes verdicts of that, on each tick of the scheduler of `health`, which runs on a thread of its own.
//!
//! What is noticed: a runtime none of whose threads takes up new work (all of them blocked, in a deadlock or in what
//! never waits; for a runtime of one thread, that one); a thread of a runtime that stays within one task, or within a
//! run of tasks that never pauses; a thread of ours that panicked or hangs. What is not: tasks that wait for one another
//! while threads are idle (a deadlock of async locks: give such a function a `deadline`), threads of the blocking pool,
//! threads that belong to no runtime, and runtimes that were not current when set-up ran.

mod pulse;
mod source;
#[cfg(test)]
mod tests;
mod workers;

pub(crate) use pulse::Pulse;
pub(crate) use source::{Watched, contribute};
