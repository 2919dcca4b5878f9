//! One call: when it started, what it has run, what its callees took of that.
//!
//! The code that runs on a thread forms a stack of [`Running`] records, linked through the records
//! themselves: a function's for the whole call, a future's during each poll. Only the thread that
//! linked a record follows the link, and it unlinks the record before it can move or go. (A coroutine
//! with a stack of its own that moves between threads breaks this, as it breaks every thread-local;
//! libraries that allow it say so and make it `unsafe`.)

use super::{
    judge::{Fault, Verdict},
    site::{Site, Target},
};
use crate::{
    callsite::Outcome,
    cell::{self, CellSet, Ended, Shard},
    clock::{self, Stamp},
};
use std::{
    cell::Cell,
    fmt,
    mem::ManuallyDrop,
    panic::{RefUnwindSafe, UnwindSafe},
    ptr::null,
    thread,
};

thread_local! {
    /// What runs innermost on this thread. Invariant: null, or alive and in place: whoever links a
    /// record unlinks it before the borrow ends that keeps it so.
    static TOP: Cell<*const Running> = const { Cell::new(null()) };
}

/// The part of a call that its callees touch while it runs.
#[derive(Debug)]
pub(super) struct Running {
    /// Invariant: null, or what was on top when this was linked; followed only by `unlink`.
    parent: Cell<*const Running>,
    /// Time taken by observed callees, in units.
    callees: Cell<u64>,
}

impl Running {
    #[inline(always)]
    pub(super) const fn new() -> Self {
        Self { parent: Cell::new(null()), callees: Cell::new(0) }
    }

    #[inline(always)]
    fn link(&self) {
        TOP.with(|top| self.parent.set(top.replace(self)));
    }

    /// Takes the record off the stack, and charges the one below with what this one ran.
    ///
    /// Coroutines with stacks of their own may end calls in another order than they began. A record
    /// that is not on top when it goes takes the whole stack with it: nothing that was linked then is
    /// ever on top again, so no link to this record is followed any more.
    #[inline(always)]
    fn unlink(&self, ran: u64) {
        let parent = TOP.with(|top| {
            let in_order = std::ptr::eq(top.get(), self);
            let parent = if in_order { self.parent.get() } else { null() };
            top.set(parent);
            parent
        });
        // SAFETY: null, or this record was on top ever since it found its parent there, but for what
        // came and went above it; had the parent gone meanwhile, it would have cleared the top.
        if let Some(parent) = unsafe { parent.as_ref() } {
            parent.callees.set(parent.callees.get().wrapping_add(ran)); // 136 years fit
        }
    }
}

/// A call of a function, from before its start to after its end. Stays where it is meanwhile.
pub struct Frame {
    /// Invariant: none, or that of the thread on whose stack the call runs. It lasts as long as the thread, and so
    /// longer than the call.
    shard: Cell<Option<&'static Shard>>,
    start: Cell<Stamp>,
    running: Running,
    /// The thread was unwinding already when the call started.
    unwinding: Cell<bool>,
}

// SAFETY: a shard is made of atomics, a stamp is a number, and `parent` is followed only between
// `start` and `end`, which borrow the frame and happen on one thread.
unsafe impl Send for Frame {}
// SAFETY: nothing can be done through `&Frame` outside this room, where a frame has one user.
unsafe impl Sync for Frame {}
impl UnwindSafe for Frame {}
impl RefUnwindSafe for Frame {}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame").finish_non_exhaustive()
    }
}

impl Default for Frame {
    fn default() -> Self {
        Self::new()
    }
}

impl Frame {
    /// A frame whose call did not start.
    #[inline(always)]
    pub const fn new() -> Self {
        Self {
            shard: Cell::new(None),
            start: Cell::new(Stamp::NONE),
            running: Running::new(),
            unwinding: Cell::new(false),
        }
    }

    /// Starts the call. Whoever ends it knows by itself whether it panicked.
    #[inline(always)]
    pub(super) fn begin(&self, shard: &'static Shard) {
        shard.start();
        self.shard.set(Some(shard));
        self.running.link();
        match clock::counter() {
            Some(now) => self.start.set(now),
            None => self.begin_monotonic(),
        }
    }

    #[cold]
    #[inline(never)]
    fn begin_monotonic(&self) {
        self.start.set(clock::now());
    }

    /// Starts a call that [`leave`](Self::leave) ends.
    #[inline(always)]
    pub(super) fn begin_guarded(&self, shard: &'static Shard) {
        self.unwinding.set(thread::panicking());
        self.begin(shard);
    }

    /// Whether the call started and did not end.
    #[inline(always)]
    pub(super) fn is_open(&self) -> bool {
        self.shard.get().is_some()
    }

    #[inline(always)]
    fn close(&self, outcome: Outcome) {
        if let Some(shard) = self.shard.take() {
            match clock::since(self.start.get()) {
                Some(duration) => self.record(shard, outcome, duration),
                None => self.close_monotonic(shard, outcome),
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn close_monotonic(&self, shard: &Shard, outcome: Outcome) {
        self.record(shard, outcome, clock::between(self.start.get(), clock::now()));
    }

    #[inline(always)]
    fn record(&self, shard: &Shard, outcome: Outcome, duration: u64) {
        self.running.unlink(duration);
        let own = duration.saturating_sub(self.running.callees.get());
        shard.end(Ended { outcome: outcome as usize, duration, busy: duration, own });
        #[cfg(feature = "testing")]
        super::capture::ends(shard.set(), outcome, duration);
    }

    /// Ends the call well, as nearly all do.
    #[inline(never)]
    fn succeed(&self) {
        self.close(Outcome::Ok);
    }

    /// Ends the call, if it is open.
    #[cold]
    #[inline(never)]
    pub(super) fn end(&self, outcome: Outcome) {
        self.close(outcome);
    }

    /// Ends the call as judged.
    #[inline(always)]
    pub(super) fn finish(&self, verdict: Verdict) {
        match verdict.fault() {
            None => self.succeed(),
            Some(fault) => self.fail(fault),
        }
    }

    #[cold]
    #[inline(never)]
    pub(super) fn fail(&self, fault: Fault) {
        if let Some(shard) = self.shard.get() {
            shard.error(fault.key(), |_| fault.error_type());
            #[cfg(feature = "testing")]
            super::capture::fails(fault.error_type());
        }
        self.close(Outcome::Error);
    }

    /// Ends the call of a guard: by a panic that began within it, or well.
    #[inline(never)]
    pub(super) fn leave(&self) {
        if thread::panicking() && !self.unwinding.get() {
            self.end(Outcome::Panic);
        } else {
            self.close(Outcome::Ok);
        }
    }

    /// Ends the call of a guard that nobody judged. Without a panic it is left by a `?` or `return`
    /// inside a macro's arguments, which the attribute cannot see: an error more often than not.
    #[cold]
    #[inline(never)]
    pub(super) fn abandon(&self) {
        if thread::panicking() && !self.unwinding.get() {
            self.end(Outcome::Panic);
        } else {
            self.fail(Fault::OTHER);
        }
    }
}

/// A call that outlives its function, in a future or stream: it runs in parts and ends once, on
/// whichever thread that happens. Dropped before its end it is cancelled.
#[derive(Debug)]
pub(super) struct Suspended {
    /// `None` before the start and after the end.
    cells: Option<&'static CellSet>,
    start: Stamp,
    /// Units run so far.
    busy: u64,
    /// Of those, in observed callees.
    callees: u64,
    /// No part has run yet, and the first begins with the call.
    fresh: bool,
}

impl Suspended {
    /// Starts the call unless its site is off.
    #[inline(always)]
    pub(super) fn start(site: impl Site) -> Self {
        let mut call = Self { cells: None, start: Stamp::NONE, busy: 0, callees: 0, fresh: true };
        if let Some(Target(shard)) = site.resolve() {
            call.begin(shard);
        }
        call
    }

    #[inline(never)]
    fn begin(&mut self, shard: &'static Shard) {
        shard.start();
        self.cells = Some(shard.set());
        self.start = clock::now();
    }

    /// A part of the call, which begins now and of which `running` is the record; `None` without a call.
    #[inline(always)]
    pub(super) fn part<'c, 'r>(&'c mut self, running: &'r Running) -> Option<Part<'c, 'r>> {
        self.cells?;
        let from = self.resume(running);
        Some(Part { call: self, from, running })
    }

    /// Runs what makes the future or stream: the first part of the call.
    #[inline]
    pub(super) fn begin_with<R>(&mut self, make: impl FnOnce() -> R) -> R {
        let running = Running::new();
        let part = self.part(&running);
        let returned = make();
        if let Some(part) = part {
            part.pause();
        }
        returned
    }

    /// When the part begins that `running` stands for.
    #[inline(never)]
    fn resume(&mut self, running: &Running) -> Stamp {
        running.link();
        if std::mem::replace(&mut self.fresh, false) { self.start } else { clock::now() }
    }

    #[inline(always)]
    fn end(&mut self, outcome: Outcome, until: Stamp) {
        let Some(cells) = self.cells.take() else { return };
        let duration = clock::between(self.start, until);
        let busy = self.busy.min(duration);
        let own = busy.saturating_sub(self.callees);
        cell::current(cells).end(Ended { outcome: outcome as usize, duration, busy, own });
        #[cfg(feature = "testing")]
        super::capture::ends(cells, outcome, duration);
    }

    #[cold]
    #[inline(never)]
    fn end_badly(&mut self, outcome: Outcome, until: Stamp) {
        self.end(outcome, until);
    }

    #[cold]
    #[inline(never)]
    fn cancel(&mut self) {
        self.end_badly(Outcome::Cancelled, clock::now());
    }
}

impl Drop for Suspended {
    #[inline(always)]
    fn drop(&mut self) {
        if self.cells.is_some() {
            self.cancel();
        }
    }
}

/// A part of a call that runs now. Left by an unwind, it ends the call.
#[derive(Debug)]
pub(super) struct Part<'c, 'r> {
    call: &'c mut Suspended,
    from: Stamp,
    running: &'r Running,
}

impl Part<'_, '_> {
    /// There is more to come.
    #[inline(never)]
    pub(super) fn pause(self) {
        let mut part = ManuallyDrop::new(self);
        part.account();
    }

    /// The call is over, as judged.
    #[inline(always)]
    pub(super) fn finish(self, verdict: Verdict) {
        match verdict.fault() {
            None => self.succeed(),
            Some(fault) => self.fail(fault),
        }
    }

    /// The call is over, and went well.
    #[inline(never)]
    fn succeed(self) {
        let mut part = ManuallyDrop::new(self);
        let until = part.account();
        part.call.end(Outcome::Ok, until);
    }

    /// The call is over, and went wrong.
    #[cold]
    #[inline(never)]
    fn fail(self, fault: Fault) {
        let mut part = ManuallyDrop::new(self);
        let until = part.account();
        if let Some(cells) = part.call.cells {
            cell::current(cells).error(fault.key(), |_| fault.error_type());
            #[cfg(feature = "testing")]
            super::capture::fails(fault.error_type());
        }
        part.call.end_badly(Outcome::Error, until);
    }

    #[inline(always)]
    fn account(&mut self) -> Stamp {
        let until = clock::now();
        let ran = clock::between(self.from, until);
        self.running.unlink(ran);
        self.call.busy = self.call.busy.wrapping_add(ran); // 136 years fit
        self.call.callees = self.call.callees.wrapping_add(self.running.callees.get());
        until
    }
}

impl Drop for Part<'_, '_> {
    #[cold]
    #[inline(never)]
    fn drop(&mut self) {
        let until = self.account();
        self.call.end_badly(Outcome::Panic, until);
    }
}
