//! A call that outlives its function: it runs in parts, each a node of the stack of the thread it is on.

use super::{
    judge::{Fault, Verdict},
    kinded,
    site::{Site, Start},
};
use crate::{
    callsite::{Callsite, Outcome},
    cell::{self, CellSet, Ended, Shard},
    clock::{self, Stamp},
    genai::{GivenValues, Run},
    span::{self, Carried, Ending, Fields, Node, Span, Told},
};

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
    /// It has a span, or is told apart from others: then its parts and its end take another way.
    rare: bool,
    /// Lent to the node of the part that runs.
    span: Option<Carried>,
}

impl Suspended {
    /// Starts the call unless its site is off.
    #[inline(always)]
    pub(super) fn start(mut site: impl Site) -> Self {
        let mut call = Self {
            cells: None,
            start: Stamp::NONE,
            busy: 0,
            callees: 0,
            fresh: true,
            rare: false,
            span: None,
        };
        let (fields, given) = (site.take_fields(), site.take_given());
        if let Some(start) = site.resolve() {
            match (fields, given) {
                (None, None) => call.begin(start),
                (fields, given) => call.begin_spanned(start, fields, given),
            }
        }
        call
    }

    /// What is rare takes over, here and at the end, as in a `Frame`.
    #[inline(never)]
    fn begin(&mut self, start: Start) {
        if span::is_wanted() {
            return self.begin_spanned(start, None, None);
        }
        if start.shard.is_special() {
            return self.begin_special(start);
        }
        self.begin_in(start.shard);
        self.start = clock::now();
    }

    #[inline(always)]
    fn begin_in(&mut self, shard: &'static Shard) {
        shard.start();
        self.cells = Some(shard.set());
    }

    /// A call that is told apart from others until it ends, or of some kind, or whose shard has many writers.
    #[cold]
    #[inline(never)]
    fn begin_special(&mut self, start: Start) {
        self.begin_in(start.shard);
        self.start = clock::now();
        self.track(start.callsite, None);
    }

    fn track(&mut self, callsite: &'static Callsite, given: GivenValues) {
        if let Some(run) = kinded::begin(callsite, given, self.start) {
            match &mut self.span {
                Some(span) => span.carry(run),
                None => self.span = Some(Carried::with_rider(run)),
            }
        }
        let tracking = self.cells.and_then(CellSet::tracking);
        self.rare = tracking.is_some() || self.span.is_some();
        if let Some(tracking) = tracking {
            tracking.start(self.start.to_bits());
        }
    }

    #[cold]
    #[inline(never)]
    fn begin_spanned(&mut self, start: Start, fields: Fields, given: GivenValues) {
        let Start { shard, callsite } = start;
        self.begin_in(shard);
        if span::is_wanted() {
            self.span = Span::of_suspended(callsite, fields);
        }
        self.start = clock::now();
        self.track(callsite, given);
    }

    /// A part of the call, if that is open: it begins now, and `running` is its node.
    #[inline(always)]
    pub(super) fn part<'c, 'r>(&'c mut self, running: &'r Node) -> Part<'c, 'r> {
        let from = self.resume(running);
        Part { call: self, from, running }
    }

    /// Runs what makes the future or stream: the first part of the call.
    #[inline]
    pub(super) fn begin_with<R>(&mut self, make: impl FnOnce() -> R) -> R {
        let running = Node::new();
        let mut part = self.part(&running);
        let returned = make();
        part.pause();
        part.leave();
        returned
    }

    /// When the part begins that `running` stands for.
    #[inline(never)]
    fn resume(&mut self, running: &Node) -> Stamp {
        if self.cells.is_none() {
            return Stamp::NONE;
        }
        running.link();
        if let Some(span) = &self.span {
            running.resume(span);
        }
        if std::mem::replace(&mut self.fresh, false) { self.start } else { clock::now() }
    }

    /// Ends a call of which nothing else is known.
    #[inline(always)]
    fn end(&mut self, outcome: Outcome, until: Stamp) {
        let Some(cells) = self.cells.take() else { return };
        let duration = clock::between(self.start, until);
        let busy = self.busy.min(duration);
        let own = busy.saturating_sub(self.callees);
        #[cfg(feature = "testing")]
        super::capture::ends(cells, outcome, duration);
        cell::current(cells).end(Ended { outcome: outcome as usize, duration, busy, own });
    }

    /// Ends a call that went wrong, has a span, or is told apart.
    #[cold]
    #[inline(never)]
    fn end_rare(&mut self, outcome: Outcome, until: Stamp) {
        if let Some(tracking) = self.cells.and_then(CellSet::tracking) {
            tracking.end(self.start.to_bits());
        }
        if let (Some(cells), Some(mut span)) = (self.cells, self.span.take()) {
            let (start, duration) = (self.start, clock::between(self.start, until));
            let ending = Ending { cells, outcome, start, duration };
            kinded::end(span.get_mut(), &ending);
            span.get_mut().close(ending);
        }
        self.end(outcome, until);
    }

    #[cold]
    #[inline(never)]
    fn cancel(&mut self) {
        self.end_rare(Outcome::Cancelled, clock::now());
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

/// A part of a call that runs now. Whoever runs it says how it is left, and forgets it where it is: each observed future has
/// this in its code. Dropped, it is left by an unwind, which ends the call.
#[derive(Debug)]
pub(super) struct Part<'c, 'r> {
    call: &'c mut Suspended,
    from: Stamp,
    running: &'r Node,
}

impl Part<'_, '_> {
    /// Whether it is a part of anything: the function may be off, and a future polled after its end.
    #[inline(always)]
    pub(super) fn is_open(&self) -> bool {
        self.call.cells.is_some()
    }

    /// It is over, and somebody said how: nothing unwinds.
    #[inline(always)]
    pub(super) fn leave(self) {
        std::mem::forget(self);
    }

    /// A stream has given an item: of a call of a model, a part of the answer.
    #[inline(always)]
    pub(super) fn item(&mut self) {
        if self.call.rare {
            self.chunk();
        }
    }

    #[cold]
    #[inline(never)]
    fn chunk(&mut self) {
        let run = self.running.rider().and_then(|rider| rider.downcast::<Run>().ok());
        if let Some(run) = run {
            run.chunk(clock::now());
        }
    }

    /// There is more to come.
    #[inline(never)]
    pub(super) fn pause(&mut self) {
        if self.running.is_told() {
            return self.pause_told();
        }
        match (self.is_open(), self.call.rare) {
            (false, _) => {}
            (true, false) => _ = self.account(),
            (true, true) => _ = self.account_rare(),
        }
    }

    /// The call, which is open, is over, as judged.
    #[inline(always)]
    pub(super) fn finish(&mut self, verdict: Verdict) {
        match verdict.fault() {
            None => self.succeed(),
            Some(fault) => self.fail(fault),
        }
    }

    /// The call is over, and went well.
    #[inline(never)]
    fn succeed(&mut self) {
        if self.call.rare || self.running.is_told() {
            return self.succeed_rare();
        }
        let until = self.account();
        self.call.end(Outcome::Ok, until);
    }

    /// The same, if nothing else was said.
    #[inline(never)]
    fn succeed_rare(&mut self) {
        match self.running.take_told() {
            Some(Told::Error(error_type)) => self.fail_with(Fault::named(error_type)),
            Some(Told::Fine) | None => self.end_rare(Outcome::Ok),
        }
    }

    /// Keeps what was said of the call for when it ends.
    #[cold]
    #[inline(never)]
    fn pause_told(&mut self) {
        let told = self.running.take_told();
        self.account_rare();
        if let Some(told) = told {
            self.call.rare = true;
            match &mut self.call.span {
                Some(span) => span.keep_told(told),
                None => self.call.span = Some(Carried::with_told(told)),
            }
        }
    }

    /// The call is over, and went wrong.
    #[cold]
    #[inline(never)]
    fn fail(&mut self, fault: Fault) {
        match self.running.take_told() {
            Some(Told::Fine) => self.end_rare(Outcome::Ok),
            Some(Told::Error(error_type)) => self.fail_with(Fault::named(error_type)),
            None => self.fail_with(fault),
        }
    }

    fn fail_with(&mut self, fault: Fault) {
        let fault = if fault.is_refused() { kinded::refused(self.running) } else { fault };
        let until = self.account_rare();
        if let Some(cells) = self.call.cells {
            cell::current(cells).error(fault.key(), |_| fault.error_type());
            #[cfg(feature = "testing")]
            super::capture::fails(fault.error_type());
        }
        if let Some(span) = &mut self.call.span {
            span.fails(fault.error_type());
        }
        self.call.end_rare(Outcome::Error, until);
    }

    /// Ends the part: units of the clock go where they belong.
    #[inline(always)]
    fn account(&mut self) -> Stamp {
        let until = clock::now();
        let ran = clock::between(self.from, until);
        self.running.unlink(ran);
        self.call.busy = self.call.busy.wrapping_add(ran); // 136 years fit
        self.call.callees = self.call.callees.wrapping_add(self.running.callees());
        until
    }

    /// The same for a part that may have a span, which it gives back.
    #[cold]
    #[inline(never)]
    fn account_rare(&mut self) -> Stamp {
        let until = self.account();
        if let Some(span) = &mut self.call.span {
            self.running.suspend(span);
        }
        until
    }

    #[cold]
    #[inline(never)]
    fn end_rare(&mut self, outcome: Outcome) {
        let until = self.account_rare();
        self.call.end_rare(outcome, until);
    }
}

impl Drop for Part<'_, '_> {
    #[cold]
    #[inline(never)]
    fn drop(&mut self) {
        if self.is_open() {
            // A panic stays what it is, whatever was said.
            let _ = self.running.take_told();
            self.end_rare(Outcome::Panic);
        }
    }
}
