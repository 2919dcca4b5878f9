//! Whether a tokio runtime takes up work: a task that does nothing is handed to it, and the next look sees whether it
//! ran. At most one is under way, so a runtime that is wedged is not flooded.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU8, Ordering::Relaxed},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};
use tokio::runtime::Handle;

/// What a look found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beat {
    /// The last task ran.
    Alive,
    /// The last task has been waiting this long.
    Waiting(Duration),
    /// The runtime has ended.
    Ended,
}

/// A runtime, seen from outside.
#[derive(Debug)]
pub(crate) struct Pulse {
    handle: Handle,
    asked: Mutex<Option<(Instant, Arc<AtomicU8>)>>,
}

const WAITS: u8 = 0;
const RAN: u8 = 1;
const DROPPED: u8 = 2;

impl Pulse {
    pub(crate) fn new(handle: Handle) -> Self {
        Self { handle, asked: Mutex::new(None) }
    }

    pub(super) fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Looks at the last task, and hands out the next where that one is done.
    pub(crate) fn look(&self, now: Instant) -> Beat {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let beat = match &*asked {
            None => Beat::Alive,
            Some((since, answer)) => match answer.load(Relaxed) {
                WAITS => return Beat::Waiting(now.saturating_duration_since(*since)),
                DROPPED => Beat::Ended,
                _ => Beat::Alive,
            },
        };
        let answer = Arc::new(AtomicU8::new(WAITS));
        *asked = Some((now, Arc::clone(&answer)));
        // A runtime that has ended drops it at once. Without a subscriber: it is no work of the program's.
        drop(self.handle.spawn(Ping(answer)));
        beat
    }
}

/// The task.
struct Ping(Arc<AtomicU8>);

impl Future for Ping {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        self.0.store(RAN, Relaxed);
        Poll::Ready(())
    }
}

impl Drop for Ping {
    fn drop(&mut self) {
        let _ = self.0.compare_exchange(WAITS, DROPPED, Relaxed, Relaxed);
    }
}
