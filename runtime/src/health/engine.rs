//! The engine: started by `setup`, asked by `http`.

use super::{
    checks::{Checks, Refused},
    entry::Entry,
    linked,
    outlets::{Dropped, Hooked, Outlets},
    scheduler::{Message, Scheduler},
};
use crate::{background::spawn, error::Error};
use std::{
    future::Future,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Sender, channel},
    },
};
use tokio::sync::oneshot;

/// Runs checks until it is stopped.
pub(crate) struct Engine {
    checks: Arc<Checks>,
    inbox: Mutex<Sender<Message>>,
    dropped: Arc<Dropped>,
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
    /// When no thread can be started.
    pub(crate) fn start(checks: Arc<Checks>, hooked: Hooked) -> Result<Arc<Self>, Error> {
        let (sender, inbox) = channel();
        let dropped = Arc::<Dropped>::default();
        let outlets = Outlets::new(hooked, Arc::clone(&dropped));
        let scheduler = Scheduler::new(Arc::clone(&checks), sender.clone(), inbox, outlets);
        let changed = Mutex::new(sender.clone());
        checks.when_changed(Some(Arc::new(move || send(&changed, Message::Changed))));
        spawn("observant-health", move || scheduler.run()).map_err(Error::thread)?;
        Ok(Arc::new(Self { checks, inbox: Mutex::new(sender), dropped }))
    }

    pub(crate) fn checks(&self) -> &Checks {
        &self.checks
    }

    pub(crate) fn dropped(&self) -> &Dropped {
        &self.dropped
    }

    /// Runs `checks` now, unless they are under way, and is done when each has a new result. Those that do not return
    /// have one by their timeout.
    pub(crate) fn fresh(&self, checks: Vec<Arc<Entry>>) -> impl Future<Output = ()> + Send + use<> {
        let (waiter, done) = oneshot::channel::<()>();
        send(&self.inbox, Message::Fresh { checks, waiter: Arc::new(waiter) });
        async {
            // It is never sent: the last that holds the other end drops it.
            let _ = done.await;
        }
    }

    /// Starts nothing more. What runs is given up.
    pub(crate) fn stop(&self) {
        self.checks.when_changed(None);
        send(&self.inbox, Message::Stop);
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        send(&self.inbox, Message::Stop);
    }
}

fn send(inbox: &Mutex<Sender<Message>>, message: Message) {
    let inbox = inbox.lock().unwrap_or_else(PoisonError::into_inner);
    // Its thread has ended.
    let _ = inbox.send(message);
}
