//! Calls of functions that are not asynchronous.

use super::{frame::Frame, judge::Verdict, site::Site};
use crate::callsite::Outcome;
use std::{marker::PhantomData, mem::MaybeUninit};

/// Runs `body` as one call and judges what it returns.
#[inline]
pub fn observe<R>(
    site: impl Site,
    body: impl FnOnce() -> R,
    judge: impl FnOnce(&R) -> Verdict,
) -> R {
    let mut frame = MaybeUninit::uninit();
    let frame = Frame::new_in(&mut frame);
    site.begin(frame);
    // Left without `finish`, the body or its judge panicked, whatever the thread did before.
    let left = Unfinished(frame);
    let returned = body();
    if frame.is_open() {
        frame.finish(judge(&returned));
    }
    std::mem::forget(left);
    returned
}

struct Unfinished<'f>(&'f Frame);

impl Drop for Unfinished<'_> {
    #[cold]
    fn drop(&mut self) {
        self.0.end(Outcome::Panic);
    }
}

/// Keeps a call on the thread whose stack it is linked into: a future that held one over an `await` cannot go to another.
type OnThisThread = PhantomData<*const ()>;

/// A call that ends with the scope it is in.
#[derive(Debug)]
pub struct Entered<'f>(&'f Frame, OnThisThread);

// What is `Send` has this twice, and then no choice can be made: `impl !Send`, which cannot be written.
const _: () = {
    trait OnOneThread<Choice> {
        const HOLDS: () = ();
    }
    impl<T> OnOneThread<()> for T {}
    impl<T: Send> OnOneThread<u8> for T {}
    let () = <Entered<'_> as OnOneThread<_>>::HOLDS;
    let () = <EnteredJudged<'_> as OnOneThread<_>>::HOLDS;
};

/// Starts a call that cannot fail; it ends when what is returned is dropped.
#[inline]
pub fn enter(site: impl Site, frame: &mut MaybeUninit<Frame>) -> Entered<'_> {
    let frame = Frame::new_in(frame);
    site.begin_guarded(frame);
    Entered(frame, PhantomData)
}

impl Drop for Entered<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.0.is_open() {
            self.0.leave();
        }
    }
}

/// A call that is judged before it ends.
#[derive(Debug)]
pub struct EnteredJudged<'f>(&'f Frame, OnThisThread);

/// Starts a call that ends with [`EnteredJudged::leave`].
#[inline]
pub fn enter_judged(site: impl Site, frame: &mut MaybeUninit<Frame>) -> EnteredJudged<'_> {
    let frame = Frame::new_in(frame);
    site.begin_guarded(frame);
    EnteredJudged(frame, PhantomData)
}

impl EnteredJudged<'_> {
    /// Ends the call as `judge` says of what it returns.
    #[inline]
    pub fn leave<R>(self, returned: &R, judge: impl FnOnce(&R) -> Verdict) {
        if self.0.is_open() {
            self.0.finish(judge(returned));
        }
    }
}

impl Drop for EnteredJudged<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.0.is_open() {
            self.0.abandon();
        }
    }
}
