//! One call: when it started, what it has run, what its callees took of that.
//!
//! Frames of the code that runs on a thread form a stack, linked through the frames themselves. A
//! frame is linked only while its code runs: a function's for the whole call, a future's during each
//! poll. Only the thread that linked a frame follows the link, and it unlinks it before the frame can
//! move or go.

use super::{
    judge::{Fault, Verdict},
    site::{Cells, Site, Target},
};
use crate::{
    callsite::Outcome,
    cell::{Ended, Shard},
    clock::{self, Stamp},
};
use std::{
    cell::Cell,
    fmt,
    panic::{RefUnwindSafe, UnwindSafe},
    ptr::null,
    thread,
};

thread_local! {
    /// The innermost frame whose code runs on this thread. Invariant: null, or alive: whoever links
    /// a frame holds a borrow of it and unlinks it when the borrow ends.
    static TOP: Cell<*const Running> = const { Cell::new(null()) };
}

/// The part of a frame that its callees touch.
#[derive(Debug)]
struct Running {
    parent: Cell<*const Running>,
    /// Time taken by observed callees, in units.
    callees: Cell<u64>,
}

/// One call, from before its start to after its end.
pub struct Frame {
    target: Cell<Option<Target>>,
    start: Cell<Stamp>,
    running: Running,
    unwinding: Cell<bool>,
}

// SAFETY: `Target` and `Stamp` are plain data; `parent` is followed only while the frame is linked,
// which its user's borrow keeps on one thread, and is overwritten before it is next followed.
unsafe impl Send for Frame {}
// SAFETY: nothing can be done through `&Frame` outside this room, whose users hold `&mut` or a pin.
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
            target: Cell::new(None),
            start: Cell::new(Stamp::ZERO),
            running: Running { parent: Cell::new(null()), callees: Cell::new(0) },
            unwinding: Cell::new(false),
        }
    }

    /// Starts the call unless its site is off.
    #[inline(always)]
    pub(super) fn start(&self, site: impl Site) -> bool {
        let Some(target) = site.resolve() else { return false };
        self.target.set(Some(target));
        self.begin(target.shard);
        true
    }

    #[inline(never)]
    fn begin(&self, shard: &Shard) {
        shard.start();
        self.unwinding.set(thread::panicking());
        self.link();
        self.start.set(clock::now());
    }

    #[inline(always)]
    fn link(&self) {
        TOP.with(|top| self.running.parent.set(top.replace(&raw const self.running)));
    }

    #[inline(always)]
    fn unlink(&self) {
        TOP.with(|top| top.set(self.running.parent.get()));
    }

    /// Charges the frame below with what this one ran.
    #[inline(always)]
    fn charge(&self, units: u64) {
        let parent = self.running.parent.get();
        // SAFETY: this frame is linked, so the one it found on top is still there: stack order.
        if let Some(parent) = unsafe { parent.as_ref() } {
            parent.callees.set(parent.callees.get().saturating_add(units));
        }
    }

    /// Ends a call whose code ran in one piece on this thread.
    #[inline(never)]
    pub(super) fn end(&self, outcome: Outcome) {
        let Some(target) = self.target.take() else { return };
        let duration = clock::since(self.start.get());
        self.charge(duration);
        self.unlink();
        let own = duration.saturating_sub(self.running.callees.get());
        target.shard.end(Ended { outcome: outcome as usize, duration, busy: duration, own });
    }

    /// Ends such a call as judged.
    #[inline(always)]
    pub(super) fn finish(&self, verdict: Verdict) {
        match verdict.0 {
            None => self.end(Outcome::Ok),
            Some(fault) => self.fail(fault),
        }
    }

    #[cold]
    fn fail(&self, fault: Fault) {
        if let Some(target) = self.target.get() {
            if let Some(set) = target.cells.set() {
                set.error(target.shard, fault.error_type());
            }
        }
        self.end(Outcome::Error);
    }

    /// How a call ends whose code was left without a verdict: by an unwind that began within it, or
    /// else as `otherwise`.
    pub(super) fn left(&self, otherwise: Outcome) -> Outcome {
        if thread::panicking() && !self.unwinding.get() { Outcome::Panic } else { otherwise }
    }
}

/// A frame in a future or stream: linked during each poll, ended once, wherever that is.
#[derive(Debug)]
pub(super) struct Suspended {
    cells: Option<Cells>,
    start: Stamp,
    busy: u64,
    running: Running,
}

// SAFETY: as for `Frame`: plain data, and a link that is followed only within one poll.
unsafe impl Send for Suspended {}
// SAFETY: as for `Frame`.
unsafe impl Sync for Suspended {}
impl UnwindSafe for Suspended {}
impl RefUnwindSafe for Suspended {}

impl Suspended {
    /// A call that did not start.
    pub(super) const fn new() -> Self {
        Self {
            cells: None,
            start: Stamp::ZERO,
            busy: 0,
            running: Running { parent: Cell::new(null()), callees: Cell::new(0) },
        }
    }

    /// Starts the call unless its site is off.
    #[inline]
    pub(super) fn start(&mut self, site: impl Site) -> bool {
        let Some(target) = site.resolve() else { return false };
        target.shard.start();
        self.cells = Some(target.cells);
        self.start = clock::now();
        true
    }

    /// Whether the call started and did not end.
    #[inline]
    pub(super) fn is_open(&self) -> bool {
        self.cells.is_some()
    }

    /// Runs `code` as a part of the call that began at `from`; gives back when it stopped.
    #[inline]
    pub(super) fn run<R>(&mut self, from: Stamp, code: impl FnOnce() -> R) -> (R, Stamp) {
        let parent = TOP.with(|top| top.replace(&raw const self.running));
        self.running.parent.set(parent);
        let part = Part { call: self, from };
        let result = code();
        let until = part.stop();
        (result, until)
    }

    /// The stamp of the start: the first part begins there.
    pub(super) fn started(&self) -> Stamp {
        self.start
    }

    /// Ends the call.
    #[inline(never)]
    pub(super) fn end(&mut self, outcome: Outcome, until: Stamp) {
        let Some(shard) = self.cells.take().and_then(Cells::shard) else { return };
        let duration = clock::between(self.start, until);
        let busy = self.busy.min(duration);
        let own = busy.saturating_sub(self.running.callees.get());
        shard.end(Ended { outcome: outcome as usize, duration, busy, own });
    }

    /// Ends the call as judged.
    pub(super) fn finish(&mut self, verdict: Verdict, until: Stamp) {
        let Some(fault) = verdict.0 else { return self.end(Outcome::Ok, until) };
        if let Some(set) = self.cells.and_then(Cells::set) {
            set.error(crate::cell::current(set), fault.error_type());
        }
        self.end(Outcome::Error, until);
    }
}

/// A part of a call that runs now; stops when dropped.
struct Part<'c> {
    call: &'c mut Suspended,
    from: Stamp,
}

impl Part<'_> {
    fn stop(self) -> Stamp {
        let until = clock::now();
        self.account(until);
        std::mem::forget(self);
        until
    }

    #[inline]
    fn account(&self, until: Stamp) {
        let ran = clock::between(self.from, until);
        let parent = self.call.running.parent.get();
        TOP.with(|top| top.set(parent));
        // SAFETY: the frame that was on top when this part began is there until the part has stopped.
        if let Some(parent) = unsafe { parent.as_ref() } {
            parent.callees.set(parent.callees.get().saturating_add(ran));
        }
        // `busy` through the exclusive borrow would need `&mut self`; see `Drop`.
        self.call.add_busy(ran);
    }
}

impl Drop for Part<'_> {
    fn drop(&mut self) {
        self.account(clock::now());
    }
}
