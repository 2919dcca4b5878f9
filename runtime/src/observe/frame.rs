//! One call of a function: when it started, what its callees took of it, its span.
//!
//! While it runs it is a node of its thread's stack, so that its callees know what they are a part of.

use super::{
    judge::{Fault, Verdict},
    kinded,
    site::Start,
};
use crate::{
    callsite::{Callsite, Outcome},
    cell::{Ended, Shard},
    clock::{self, Stamp},
    genai::GivenValues,
    span::{self, Ending, Fields, Node, Place, Told},
};
use std::{
    cell::Cell,
    fmt,
    mem::MaybeUninit,
    panic::{RefUnwindSafe, UnwindSafe},
    thread,
};

/// A call of a function, from before its start to after its end. Stays where it is meanwhile. In this order,
/// the node has the frame's own address, and the place, which few calls use, moves nothing out of reach.
#[repr(C)]
pub struct Frame {
    running: Node,
    /// Invariant: none, or that of the thread on whose stack the call runs. It lasts as long as the thread, and so
    /// longer than the call.
    shard: Cell<Option<&'static Shard>>,
    /// Set aside for a call that has a span, or is told apart from others.
    start: Cell<Stamp>,
    /// The thread was unwinding already when the call started.
    unwinding: Cell<bool>,
    /// Where the node's span is. Invariant: any bytes will do, `Frame::new_in` writes none.
    place: Place,
}

// SAFETY: a shard is made of atomics, a stamp is a number, a span may be sent, and a node is followed
// only between `begin` and `close`, which borrow the frame and happen on one thread: a guard between
// them, such as `Entered`, is not `Send`.
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

impl Frame {
    /// A frame whose call did not start, written where it stays. Returned, it would be copied as a whole, with the place
    /// that few calls use: that is what rustc asks of LLVM for each observed function, and LLVM has to find out
    /// that it need not be.
    #[inline(always)]
    pub(super) fn new_in(frame: &mut MaybeUninit<Self>) -> &Self {
        let fields = frame.as_mut_ptr();
        // SAFETY: each field is written where it belongs, and `place` may hold anything; all of it is
        // initialised then.
        unsafe {
            (&raw mut (*fields).shard).write(Cell::new(None));
            (&raw mut (*fields).start).write(Cell::new(Stamp::NONE));
            (&raw mut (*fields).running).write(Node::new());
            (&raw mut (*fields).unwinding).write(Cell::new(false));
            frame.assume_init_ref()
        }
    }

    /// Starts the call. Whoever ends it knows by itself whether it panicked. What is rare in it takes
    /// over instead of coming back, here and at the end: so a call that has no span saves no registers.
    #[inline(always)]
    pub(super) fn begin(&self, start: Start) {
        if span::is_wanted() {
            return self.begin_spanned(start, None, None);
        }
        if start.shard.is_special() {
            return self.begin_special(start);
        }
        self.begin_in(start.shard);
    }

    #[inline(always)]
    fn begin_in(&self, shard: &'static Shard) {
        shard.start();
        self.shard.set(Some(shard));
        self.running.link();
        match clock::counter() {
            Some(now) => self.start.set(now),
            None => self.begin_monotonic(),
        }
    }

    /// A call that is told apart from others until it ends, or of some kind, or whose shard has many writers.
    #[cold]
    #[inline(never)]
    fn begin_special(&self, start: Start) {
        self.begin_tracked(start.shard);
        self.begin_run(start.callsite, None);
    }

    fn begin_tracked(&self, shard: &'static Shard) {
        self.begin_in(shard);
        if let Some(tracking) = shard.set().tracking() {
            let now = self.start.get();
            tracking.start(now.to_bits());
            self.start.set(now.aside());
        }
    }

    /// A call of some kind is a run of it.
    fn begin_run(&self, callsite: &'static Callsite, given: GivenValues) {
        if let Some(run) = kinded::begin(callsite, given, self.start.get().moment()) {
            self.running.carry(&self.place, run);
            self.start.set(self.start.get().aside());
        }
    }

    #[inline(never)]
    fn begin_spanned(&self, start: Start, fields: Fields, given: GivenValues) {
        let Start { shard, callsite } = start;
        if shard.is_special() {
            self.begin_tracked(shard);
        } else {
            self.begin_in(shard);
        }
        if span::is_wanted() {
            self.running.open(&self.place, callsite, fields);
        }
        if self.running.is_marked() {
            self.start.set(self.start.get().aside());
        }
        self.begin_run(callsite, given);
    }

    #[cold]
    #[inline(never)]
    fn begin_monotonic(&self) {
        self.start.set(clock::now());
    }

    /// Starts a call that [`leave`](Self::leave) ends.
    #[inline(always)]
    pub(super) fn begin_guarded(&self, start: Start) {
        self.unwinding.set(thread::panicking());
        self.begin(start);
    }

    /// Starts a call of which there is more to say, unless it is off: its span has fields, or its kind options. Whoever
    /// ends it may be a guard.
    #[inline(never)]
    pub(super) fn begin_guarded_with(
        &self,
        start: Option<Start>,
        fields: Fields,
        given: GivenValues,
    ) {
        if let Some(start) = start {
            self.unwinding.set(thread::panicking());
            self.begin_spanned(start, fields, given);
        }
    }

    /// Whether the call started and did not end.
    #[inline(always)]
    pub(super) fn is_open(&self) -> bool {
        self.shard.get().is_some()
    }

    /// Ends the call; `rare` takes over where it has a span, is told apart, or another clock measured its start.
    #[inline(always)]
    fn close(&self, outcome: Outcome, rare: impl FnOnce(&'static Shard)) {
        if let Some(shard) = self.shard.take() {
            match clock::since(self.start.get()) {
                Some(duration) => self.record(shard, outcome, duration),
                None => rare(shard),
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn close_rare(&self, shard: &Shard, outcome: Outcome) {
        self.start.set(self.start.get().moment());
        if let Some(tracking) = shard.set().tracking() {
            tracking.end(self.start.get().to_bits());
        }
        let duration = clock::between(self.start.get(), clock::now());
        self.record_rare(shard, outcome, duration);
    }

    #[inline(always)]
    fn record(&self, shard: &Shard, outcome: Outcome, duration: u64) {
        if cfg!(feature = "testing") || !self.running.is_top() {
            return self.record_rare(shard, outcome, duration);
        }
        let Some(own) = self.running.own_part(duration) else {
            return self.record_rare(shard, outcome, duration);
        };
        self.running.unlink_top(duration);
        shard.end(Ended { outcome: outcome as usize, duration, busy: duration, own });
    }

    /// A call that has a span, that others were linked above, of which somebody said how it ends, or that a test
    /// captures.
    #[inline(never)]
    fn record_rare(&self, shard: &Shard, outcome: Outcome, duration: u64) {
        let outcome = if self.running.is_told() { self.as_told(shard, outcome) } else { outcome };
        self.running.unlink(duration);
        let own = duration.saturating_sub(self.running.callees());
        let cells = shard.set();
        let ending = Ending { cells, outcome, start: self.start.get(), duration };
        self.running.close(ending, kinded::end);
        #[cfg(feature = "testing")]
        super::capture::ends(cells, outcome, duration);
        shard.end(Ended { outcome: outcome as usize, duration, busy: duration, own });
    }

    /// How a call ended that returned, if its own code said so.
    #[cold]
    #[inline(never)]
    fn as_told(&self, shard: &Shard, outcome: Outcome) -> Outcome {
        match self.running.take_told() {
            Some(Told::Error(error_type)) if outcome == Outcome::Ok => {
                Self::count_error(shard, Fault::named(error_type));
                self.running.fails(error_type);
                Outcome::Error
            }
            _ => outcome,
        }
    }

    #[inline(always)]
    fn count_error(shard: &Shard, fault: Fault) {
        shard.error(fault.key(), |_| fault.error_type());
        #[cfg(feature = "testing")]
        super::capture::fails(fault.error_type());
    }

    /// Ends the call well, as nearly all do.
    #[inline(never)]
    fn succeed(&self) {
        self.close(Outcome::Ok, |shard| self.close_rare(shard, Outcome::Ok));
    }

    /// Ends the call, if it is open.
    #[cold]
    #[inline(never)]
    pub(super) fn end(&self, outcome: Outcome) {
        self.close(outcome, |shard| self.close_rare(shard, outcome));
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
        if self.running.is_told() {
            return self.fail_as_told(fault);
        }
        self.fail_with(fault);
    }

    #[inline(always)]
    fn fail_with(&self, fault: Fault) {
        let fault = if fault.is_refused() { kinded::refused(&self.running) } else { fault };
        if let Some(shard) = self.shard.get() {
            Self::count_error(shard, fault);
        }
        self.close(Outcome::Error, |shard| self.fail_rare(shard, fault));
    }

    /// The same, if nothing else was said.
    #[cold]
    #[inline(never)]
    fn fail_as_told(&self, fault: Fault) {
        match self.running.take_told() {
            Some(Told::Fine) => self.succeed(),
            Some(Told::Error(error_type)) => self.fail_with(Fault::named(error_type)),
            None => self.fail_with(fault),
        }
    }

    #[cold]
    #[inline(never)]
    fn fail_rare(&self, shard: &Shard, fault: Fault) {
        self.running.fails(fault.error_type());
        self.close_rare(shard, Outcome::Error);
    }

    /// Ends the call of a guard: by a panic that began within it, or well.
    #[inline(never)]
    pub(super) fn leave(&self) {
        if thread::panicking() && !self.unwinding.get() {
            self.end(Outcome::Panic);
        } else {
            self.close(Outcome::Ok, |shard| self.close_rare(shard, Outcome::Ok));
        }
    }

    /// Ends the call of a guard that nobody judged. Without a panic it is left by a `?` or `return`
    /// inside a macro's arguments, which the attribute cannot see: an error more often than not.
    #[cold]
    #[inline(never)]
    pub(super) fn abandon(&self) {
        // In a destructor that an unwind runs, it may be either.
        if thread::panicking() {
            self.end(Outcome::Panic);
        } else {
            self.fail(Fault::OTHER);
        }
    }
}
