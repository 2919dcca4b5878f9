//! The engine: started by `setup`, asked by `http`.

use super::{
    checks::{Checks, Refused},
    entry::Entry,
    lifecycle::Lifecycle,
    linked,
    outlets::{Dropped, Hooked, Outlets},
    scheduler::{Message, Scheduler},
};
use crate::{background::spawn, error::Error, lock::Lock};
use std::{
    future::Future,
    io, process,
    sync::{
        Arc,
        mpsc::{Sender, channel},
    },
};
use tokio::sync::oneshot;

/// Runs checks until it is stopped. As long as there are none it has no thread.
pub(crate) struct Engine {
    checks: Arc<Checks>,
    desk: Arc<Desk>,
    dropped: Arc<Dropped>,
    lifecycle: Arc<Lifecycle>,
}

/// The way to the scheduler, and the scheduler itself until it is needed.
struct Desk {
    inbox: Lock<Sender<Message>>,
    idle: Lock<Option<Box<Scheduler>>>,
    /// Whose thread the scheduler is: in a forked child nobody reads what is sent.
    process: u32,
}

impl Desk {
    fn send(&self, message: Message) {
        if process::id() != self.process {
            return;
        }
        if let Some(inbox) = self.inbox.lock() {
            // Its thread has ended.
            let _ = inbox.send(message);
        }
    }

    fn take(&self) -> Option<Box<Scheduler>> {
        self.idle.lock()?.take()
    }

    /// Starts the scheduler, unless it runs already.
    fn start(&self) -> io::Result<()> {
        match self.take() {
            Some(scheduler) => spawn("observant-health", move || scheduler.run()).map(drop),
            None => Ok(()),
        }
    }
}

impl Engine {
    /// Runs the checks of this process, those that were linked in among them.
    ///
    /// # Errors
    ///
    /// When two that were linked in have one name, or no thread can be started.
    pub(crate) fn of_process(hooked: Hooked) -> Result<Arc<Self>, Error> {
        let checks = Checks::of_process();
        linked::enter(checks).map_err(|Refused(message)| Error::check(message))?;
        Self::start(Arc::clone(checks), hooked)
    }

    /// Runs `checks`, and those that come to be among them.
    ///
    /// # Errors
    ///
    /// When there are some and no thread can be started.
    pub(crate) fn start(checks: Arc<Checks>, hooked: Hooked) -> Result<Arc<Self>, Error> {
        let (sender, inbox) = channel();
        let dropped = Arc::<Dropped>::default();
        let outlets = Outlets::new(hooked, Arc::clone(&dropped));
        let scheduler = Scheduler::new(Arc::clone(&checks), sender.clone(), inbox, outlets);
        let idle = Lock::new(Some(Box::new(scheduler)));
        let desk = Arc::new(Desk { inbox: Lock::new(sender), idle, process: process::id() });
        let (changing, all) = (Arc::clone(&desk), Arc::downgrade(&checks));
        checks.when_changed(Some(Arc::new(move || {
            changing.send(Message::Changed);
            if all.upgrade().is_some_and(|checks| !checks.all().is_empty())
                && let Err(error) = changing.start()
            {
                tracing::warn!("observant can start no thread, and runs no health check: {error}");
            }
        })));
        if !checks.all().is_empty() {
            desk.start().map_err(Error::thread)?;
        }
        Ok(Arc::new(Self { checks, desk, dropped, lifecycle: Arc::default() }))
    }

    pub(crate) fn checks(&self) -> &Checks {
        &self.checks
    }

    /// The life of the program that these checks are of.
    pub(crate) fn lifecycle(&self) -> &Arc<Lifecycle> {
        &self.lifecycle
    }

    pub(crate) fn dropped(&self) -> &Dropped {
        &self.dropped
    }

    /// Runs `checks` now, unless they are under way, and is done when each has a new result. Those that do not return
    /// have one by their timeout.
    pub(crate) fn fresh(&self, checks: Vec<Arc<Entry>>) -> impl Future<Output = ()> + Send + use<> {
        let (waiter, done) = oneshot::channel::<()>();
        self.desk.send(Message::Fresh { checks, waiter: Arc::new(waiter) });
        async {
            // It is never sent: the last that holds the other end drops it.
            let _ = done.await;
        }
    }

    /// Starts nothing more. What runs is given up.
    pub(crate) fn stop(&self) {
        self.checks.when_changed(None);
        drop(self.desk.take());
        self.desk.send(Message::Stop);
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        drop(self.desk.take());
        self.desk.send(Message::Stop);
    }
}
