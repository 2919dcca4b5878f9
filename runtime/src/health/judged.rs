//! What expansions judge results with: method resolution tells what a type is, where no bound may.

#![allow(missing_debug_implementations)] // Nobody has one but an expansion.

use super::{
    check::Check,
    verdict::{CheckResult, Verdict},
};
use crate::metric::Label;
use std::{cell::Cell, fmt::Display, future::Future, ops::Deref};

/// A result to be judged. Methods here: for those whose errors are labelled.
pub struct Judged<R>(Plain<R>);

/// Methods for every result.
pub struct Plain<R> {
    result: Cell<Option<R>>,
    judge: fn(R) -> Verdict,
}

/// Has `result` judged.
pub fn judged<R: CheckResult>(result: R) -> Judged<R> {
    Judged(Plain { result: Cell::new(Some(result)), judge: R::into_verdict })
}

impl<R> Deref for Judged<R> {
    type Target = Plain<R>;

    fn deref(&self) -> &Plain<R> {
        &self.0
    }
}

impl<T: CheckResult, E: Label + Display> Judged<Result<T, E>> {
    /// An error is one of its variants.
    pub fn verdict(&self) -> Verdict {
        match self.0.result.take() {
            Some(Err(error)) => {
                let error_type = E::VALUES.get(error.index()).copied().unwrap_or("_OTHER");
                Verdict::of_error(error_type, &error)
            }
            Some(Ok(value)) => value.into_verdict(),
            None => Verdict::pass(),
        }
    }
}

impl<R> Plain<R> {
    /// An error is called by its type.
    pub fn verdict(&self) -> Verdict {
        self.result.take().map_or(Verdict::pass(), self.judge)
    }
}

/// A function that looks at something. Methods here: for those that return a future whose errors are labelled.
pub struct Looked<F>(LookedAsync<F>);

/// Methods for those that return a future.
pub struct LookedAsync<F>(LookedLabelled<F>);

/// Methods for those whose errors are labelled.
pub struct LookedLabelled<F>(LookedPlain<F>);

/// Methods for every function.
pub struct LookedPlain<F>(Cell<Option<F>>);

/// Has `look` called when the check is run.
pub fn looked<R, F: FnOnce() -> R>(look: F) -> Looked<F> {
    Looked(LookedAsync(LookedLabelled(LookedPlain(Cell::new(Some(look))))))
}

impl<F> Deref for Looked<F> {
    type Target = LookedAsync<F>;

    fn deref(&self) -> &LookedAsync<F> {
        &self.0
    }
}

impl<F> Deref for LookedAsync<F> {
    type Target = LookedLabelled<F>;

    fn deref(&self) -> &LookedLabelled<F> {
        &self.0
    }
}

impl<F> Deref for LookedLabelled<F> {
    type Target = LookedPlain<F>;

    fn deref(&self) -> &LookedPlain<F> {
        &self.0
    }
}

impl<'a, T, E, R, F> Looked<F>
where
    T: CheckResult,
    E: Label + Display,
    F: FnOnce() -> R + Send + 'a,
    R: Future<Output = Result<T, E>> + Send + 'a,
{
    /// What is returned is awaited; an error is one of its variants.
    pub fn check(&self) -> Check<'a> {
        awaited(self.0.0.0.0.take(), |result| judged(result).verdict())
    }
}

impl<'a, R, F> LookedAsync<F>
where
    F: FnOnce() -> R + Send + 'a,
    R: Future<Output: CheckResult> + Send + 'a,
{
    /// What is returned is awaited.
    pub fn check(&self) -> Check<'a> {
        awaited(self.0.0.0.take(), CheckResult::into_verdict)
    }
}

fn awaited<'a, R, F>(look: Option<F>, judge: fn(R::Output) -> Verdict) -> Check<'a>
where
    F: FnOnce() -> R + Send + 'a,
    R: Future + Send + 'a,
{
    Check::future(async move {
        match look {
            Some(look) => judge(look().await),
            None => Verdict::pass(),
        }
    })
}

impl<'a, T, E, F> LookedLabelled<F>
where
    T: CheckResult,
    E: Label + Display,
    F: FnOnce() -> Result<T, E> + Send + 'a,
{
    /// It may block; an error is one of its variants.
    pub fn check(&self) -> Check<'a> {
        let look = self.0.0.take();
        Check::blocking(move || look.map_or(Verdict::pass(), |look| judged(look()).verdict()))
    }
}

// The bounds are the method's, so that rustc says which of them does not hold.
impl<R, F: FnOnce() -> R> LookedPlain<F> {
    /// It may block.
    pub fn check<'a>(&self) -> Check<'a>
    where
        R: CheckResult,
        F: Send + 'a,
    {
        let look = self.0.take();
        Check::blocking(move || look.map_or(Verdict::pass(), |look| look().into_verdict()))
    }
}
