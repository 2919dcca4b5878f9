//! Functions that hand on a boxed future or stream which somebody else made: what is returned is a box of
//! the very same type, with the observed one inside.

use super::{
    future::{Observed, observe_future},
    judge::Verdict,
    site::Site,
    stream::{ObservedStream, observe_stream},
};
use futures_core::Stream;
use std::{future::Future, mem, pin::Pin};

/// A box of any future, and a judge that may go into it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no `Pin<Box<dyn Future>>`, which its name promises",
    label = "what is observed here is a future in a box",
    note = "write the return type as `Pin<Box<dyn Future<Output = ..>>>`, or give the type another name"
)]
pub trait BoxedFuture<J>: Future + Sized {
    /// The observed future in a box of its own.
    fn enclose(observed: Observed<Self, J>) -> Self;
}

/// A box of any stream, and a judge that may go into it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no `Pin<Box<dyn Stream>>`, which its name promises",
    label = "what is observed here is a stream in a box",
    note = "write the return type as `Pin<Box<dyn Stream<Item = ..>>>`, or give the type another name"
)]
pub trait BoxedStream<J>: Stream + Sized {
    /// The observed stream in a box of its own.
    fn enclose(observed: ObservedStream<Self, J>) -> Self;
}

/// Nothing is asked of `O`, and so rustc believes the new box only while `enclose` runs: its type mentions
/// `O`, which might not live for `'a`. That of the user's box does too, and it was good for `'a`.
macro_rules! boxes {
    ($($auto:ident)*) => {
        impl<'a, O, J> BoxedFuture<J> for Pin<Box<dyn Future<Output = O> $(+ $auto)* + 'a>>
        where
            J: FnOnce(&O) -> Verdict $(+ $auto)* + 'a,
        {
            #[inline]
            fn enclose(observed: Observed<Self, J>) -> Self {
                let boxed: Pin<Box<dyn Future<Output = O> $(+ $auto)* + '_>> = Box::pin(observed);
                // SAFETY: the types differ in a lifetime alone, and all that is in the box lives for
                // `'a`: the user's box as its type says, the judge by its bound, the call for ever.
                unsafe { mem::transmute::<Pin<Box<dyn Future<Output = O> $(+ $auto)* + '_>>, Self>(boxed) }
            }
        }

        impl<'a, O, J> BoxedStream<J> for Pin<Box<dyn Stream<Item = O> $(+ $auto)* + 'a>>
        where
            J: FnMut(&O) -> Verdict $(+ $auto)* + 'a,
        {
            #[inline]
            fn enclose(observed: ObservedStream<Self, J>) -> Self {
                let boxed: Pin<Box<dyn Stream<Item = O> $(+ $auto)* + '_>> = Box::pin(observed);
                // SAFETY: as for futures.
                unsafe { mem::transmute::<Pin<Box<dyn Stream<Item = O> $(+ $auto)* + '_>>, Self>(boxed) }
            }
        }
    };
}

boxes!();
boxes!(Send);
boxes!(Sync);
boxes!(Send Sync);

/// Observes a function that returns a boxed future, from its first statement to the end of that future.
#[inline]
pub fn observe_boxed_future<B, J>(site: impl Site, make: impl FnOnce() -> B, judge: J) -> B
where
    B: BoxedFuture<J>,
    J: FnOnce(&B::Output) -> Verdict,
{
    B::enclose(observe_future(site, make, judge))
}

/// Observes a function that returns a boxed stream; see [`observe_stream`].
#[inline]
pub fn observe_boxed_stream<B, J>(site: impl Site, make: impl FnOnce() -> B, judge: J) -> B
where
    B: BoxedStream<J>,
    J: FnMut(&B::Item) -> Verdict,
{
    B::enclose(observe_stream(site, make, judge))
}
