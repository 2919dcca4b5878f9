//! `?` for bodies in which the macro had to write it out: what `core::ops::Try` does, for all types
//! that have it, as that trait itself cannot be named.

use std::{convert::Infallible, ops::ControlFlow, task::Poll};

/// A value `?` may stand behind.
#[diagnostic::on_unimplemented(
    message = "the `?` operator can only be applied to values that implement `Try`",
    label = "the `?` operator cannot be applied to type `{Self}`"
)]
pub trait Branch {
    /// What the body goes on with.
    type Value;
    /// What it leaves with.
    type Residual;

    /// Which of both this is.
    fn branch(self) -> ControlFlow<Self::Residual, Self::Value>;
}

/// A type that a function may return which is left by `?` with a `Residual`.
#[diagnostic::on_unimplemented(
    message = "the `?` operator cannot convert `{Residual}` to the returned `{Self}`",
    label = "cannot leave a function that returns `{Self}` with `{Residual}`"
)]
pub trait Leave<Residual> {
    /// What is returned.
    fn leave(residual: Residual) -> Self;
}

impl<T, E> Branch for Result<T, E> {
    type Value = T;
    type Residual = Result<Infallible, E>;

    #[inline]
    fn branch(self) -> ControlFlow<Self::Residual, T> {
        match self {
            Ok(value) => ControlFlow::Continue(value),
            Err(error) => ControlFlow::Break(Err(error)),
        }
    }
}

impl<T> Branch for Option<T> {
    type Value = T;
    type Residual = Option<Infallible>;

    #[inline]
    fn branch(self) -> ControlFlow<Self::Residual, T> {
        self.map_or(ControlFlow::Break(None), ControlFlow::Continue)
    }
}

impl<B, C> Branch for ControlFlow<B, C> {
    type Value = C;
    type Residual = ControlFlow<B, Infallible>;

    #[inline]
    fn branch(self) -> ControlFlow<Self::Residual, C> {
        match self {
            Self::Continue(value) => ControlFlow::Continue(value),
            Self::Break(value) => ControlFlow::Break(ControlFlow::Break(value)),
        }
    }
}

impl<T, E> Branch for Poll<Result<T, E>> {
    type Value = Poll<T>;
    type Residual = Result<Infallible, E>;

    #[inline]
    fn branch(self) -> ControlFlow<Self::Residual, Poll<T>> {
        match self {
            Self::Ready(Ok(value)) => ControlFlow::Continue(Poll::Ready(value)),
            Self::Ready(Err(error)) => ControlFlow::Break(Err(error)),
            Self::Pending => ControlFlow::Continue(Poll::Pending),
        }
    }
}

impl<T, E> Branch for Poll<Option<Result<T, E>>> {
    type Value = Poll<Option<T>>;
    type Residual = Result<Infallible, E>;

    #[inline]
    fn branch(self) -> ControlFlow<Self::Residual, Poll<Option<T>>> {
        match self {
            Self::Ready(Some(Ok(value))) => ControlFlow::Continue(Poll::Ready(Some(value))),
            Self::Ready(Some(Err(error))) => ControlFlow::Break(Err(error)),
            Self::Ready(None) => ControlFlow::Continue(Poll::Ready(None)),
            Self::Pending => ControlFlow::Continue(Poll::Pending),
        }
    }
}

impl<T, E, F: From<E>> Leave<Result<Infallible, E>> for Result<T, F> {
    #[inline]
    #[track_caller]
    fn leave(residual: Result<Infallible, E>) -> Self {
        match residual {
            Ok(never) => match never {},
            Err(error) => Err(From::from(error)),
        }
    }
}

impl<T> Leave<Option<Infallible>> for Option<T> {
    #[inline]
    fn leave(_: Option<Infallible>) -> Self {
        None
    }
}

impl<B, C> Leave<ControlFlow<B, Infallible>> for ControlFlow<B, C> {
    #[inline]
    fn leave(residual: ControlFlow<B, Infallible>) -> Self {
        match residual {
            ControlFlow::Continue(never) => match never {},
            ControlFlow::Break(value) => Self::Break(value),
        }
    }
}

impl<T, E, F: From<E>> Leave<Result<Infallible, E>> for Poll<Result<T, F>> {
    #[inline]
    #[track_caller]
    fn leave(residual: Result<Infallible, E>) -> Self {
        Self::Ready(Leave::leave(residual))
    }
}

impl<T, E, F: From<E>> Leave<Result<Infallible, E>> for Poll<Option<Result<T, F>>> {
    #[inline]
    #[track_caller]
    fn leave(residual: Result<Infallible, E>) -> Self {
        Self::Ready(Some(Leave::leave(residual)))
    }
}
