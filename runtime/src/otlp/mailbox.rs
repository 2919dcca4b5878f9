//! How the rest of the program reaches a loop of the worker: it is woken, and it is told.

use std::{
    sync::{
        Mutex, PoisonError,
        mpsc::{self, Receiver, Sender},
    },
    time::Instant,
};
use tokio::sync::Notify;

/// What one loop is told.
#[derive(Debug, Default)]
pub(super) struct Mailbox {
    pub(super) news: Notify,
    orders: Mutex<Orders>,
}

/// What a loop is to do.
#[derive(Debug, Default)]
pub(super) struct Orders {
    pub(super) flushes: Vec<Flush>,
    /// The end, and by when.
    pub(super) stop: Option<Instant>,
}

/// Somebody waits until everything that was there is delivered.
#[derive(Debug)]
pub(super) struct Flush {
    pub(super) by: Instant,
    done: Sender<bool>,
}

impl Flush {
    /// Tells whether it was.
    pub(super) fn answer(self, delivered: bool) {
        // Whoever asked may not wait any longer.
        let _ = self.done.send(delivered);
    }
}

/// Flushes that wait at most; one more is not heard.
const MOST_FLUSHES: usize = 64;

impl Mailbox {
    /// Wakes the loop. Called by threads of the program.
    pub(super) fn wake(&self) {
        self.news.notify_one();
    }

    /// Asks for a flush; what comes through the channel says whether everything was delivered.
    pub(super) fn flush(&self, by: Instant) -> Receiver<bool> {
        let (done, answer) = mpsc::channel();
        let mut orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        if orders.flushes.len() < MOST_FLUSHES {
            orders.flushes.push(Flush { by, done });
        }
        drop(orders);
        self.wake();
        answer
    }

    /// The same, and the loop is to end with it. Told at once: a loop that has ended answers nobody.
    pub(super) fn finish(&self, by: Instant) -> Receiver<bool> {
        let (done, answer) = mpsc::channel();
        let mut orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        orders.flushes.push(Flush { by, done });
        orders.stop = Some(by);
        drop(orders);
        self.wake();
        answer
    }

    /// Tells the loop to deliver what it has by then, and to end.
    pub(super) fn stop(&self, by: Instant) {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner).stop = Some(by);
        self.wake();
    }

    /// Takes what was told since.
    pub(super) fn take(&self) -> Orders {
        let mut orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        Orders { flushes: std::mem::take(&mut orders.flushes), stop: orders.stop }
    }
}
