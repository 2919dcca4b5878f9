//! Return types that are not what their name says, and futures and streams that promise more than
//! to be one.

#![allow(clippy::implied_bounds_in_impls, reason = "both are promised")]

use crate::figures::{errors, figures, ok};
use futures_util::future::FusedFuture;
use futures_util::stream::{self, FusedStream};
use futures_util::{Stream, StreamExt};
use observant::observe;
use std::fmt::Debug;
use std::future::{Future, ready};
use std::pin::Pin;

mod tower {
    use super::*;

    type BoxFuture<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

    #[observe]
    pub(super) fn both(good: bool) -> BoxFuture<u8, String> {
        Box::pin(async move { if good { Ok(1) } else { Err("no")? } })
    }
}

mod hidden {
    use super::*;

    type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, String>> + Send + 'a>>;

    #[observe]
    pub(super) fn with_argument(number: &u8) -> BoxFuture<'_, u8> {
        Box::pin(async move {
            if *number == 0 {
                return Err("zero".into());
            }
            Ok(*number)
        })
    }

    #[observe]
    pub(super) fn of_unit() -> BoxFuture<'static, ()> {
        let made = ready(Err(String::new()));
        Box::pin(made)
    }
}

mod bare {
    use super::*;

    type BoxFuture<'a> = Pin<Box<dyn Future<Output = Result<u8, String>> + Send + 'a>>;
    type BoxStream<'a> = Pin<Box<dyn Stream<Item = Result<u8, String>> + Send + 'a>>;

    #[observe]
    pub(super) fn without_argument(number: &u8) -> BoxFuture<'_> {
        Box::pin(async move { u8::checked_add(*number, 1).ok_or_else(String::new) })
    }

    #[observe]
    pub(super) fn streamed(number: &u8) -> BoxStream<'_> {
        Box::pin(stream::iter([Ok(*number), Err(String::new())]))
    }
}

/// A box is handed on, of types that nobody says live as long as it.
mod handed_on {
    use super::*;

    type BoxFuture<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

    pub(super) struct Service<T, E>(pub(super) Option<BoxFuture<T, E>>);

    impl<T, E> Service<T, E> {
        #[observe]
        pub(super) fn call(&mut self) -> BoxFuture<T, E> {
            self.0.take().expect("called once")
        }
    }

    #[observe]
    pub(super) fn local<'a, T>(
        made: Pin<Box<dyn Future<Output = T> + 'a>>,
    ) -> Pin<Box<dyn Future<Output = T> + 'a>> {
        made
    }

    #[observe]
    pub(super) fn streamed<T>(
        made: Pin<Box<dyn Stream<Item = T> + Send + Sync>>,
    ) -> Pin<Box<dyn Stream<Item = T> + Send + Sync>> {
        if made.size_hint().0 > 9 {
            return made;
        }
        made
    }

    #[observe]
    #[allow(clippy::let_and_return, reason = "what ends the body is no `Box::pin(..)`")]
    pub(super) fn unpinned(value: u8) -> Pin<Box<dyn Future<Output = u8> + Unpin>> {
        let made = Box::pin(ready(value));
        made
    }
}

#[tokio::test]
async fn boxes_that_are_handed_on() {
    let of = |name| crate::figures::of(&format!("{}::handed_on", module_path!()), name);
    let number = 7;
    let mut service = handed_on::Service(Some(Box::pin(ready(Err::<&u8, _>(String::new())))));
    let future = service.call();
    assert_eq!(of("call").in_flight, 1);
    future.await.unwrap_err();
    assert_eq!(of("call"), errors(0, &["String"]));
    assert_eq!(handed_on::local(Box::pin(async { &number })).await, &7);
    assert_eq!(of("local"), ok(1));
    drop(handed_on::local(Box::pin(std::future::pending::<&u8>())));
    assert_eq!(of("local").cancelled, 1);
    let stream = handed_on::streamed(Box::pin(stream::iter([&1, &2])));
    assert_eq!(stream.collect::<Vec<&i32>>().await, [&1, &2]);
    assert_eq!(of("streamed"), ok(1));
    assert_eq!(handed_on::unpinned(1).await, 1);
    assert_eq!(of("unpinned"), ok(1));
}

#[tokio::test]
async fn aliases() {
    tower::both(true).await.unwrap();
    tower::both(false).await.unwrap_err();
    hidden::with_argument(&1).await.unwrap();
    hidden::with_argument(&0).await.unwrap_err();
    hidden::of_unit().await.unwrap_err();
    bare::without_argument(&255).await.unwrap_err();
    assert_eq!(bare::streamed(&1).collect::<Vec<_>>().await.len(), 2);
    let of =
        |module: &str, name| crate::figures::of(&format!("{}::{module}", module_path!()), name);
    assert_eq!(of("tower", "both"), errors(1, &["String"]));
    assert_eq!(of("hidden", "with_argument"), errors(1, &["String"]));
    assert_eq!(of("hidden", "of_unit"), errors(0, &["String"]));
    assert_eq!(of("bare", "without_argument"), errors(0, &["String"]));
    assert_eq!(of("bare", "streamed"), errors(0, &["String"]));
}

#[observe]
fn fused(value: u8) -> impl Future<Output = u8> + FusedFuture + Debug {
    futures_util::future::ready(value)
}

#[observe]
fn fused_stream(value: u8) -> impl Stream<Item = u8> + FusedStream {
    stream::iter([value]).fuse()
}

#[observe]
fn cloned(value: u8) -> impl Future<Output = u8> + Clone {
    ready(value)
}

#[tokio::test]
async fn promises() {
    let mut future = fused(1);
    assert!(!future.is_terminated());
    assert_eq!(figures!("fused").in_flight, 1);
    assert_eq!((&mut future).await, 1);
    assert!(future.is_terminated());
    let mut stream = fused_stream(1);
    assert_eq!((stream.next().await, stream.next().await), (Some(1), None));
    assert!(stream.is_terminated());
    assert_eq!(figures!("fused"), ok(1));
    assert_eq!(figures!("fused_stream"), ok(1));
    // What promises more is a value: the call ends when it is there.
    let future = cloned(1);
    assert_eq!(figures!("cloned"), ok(1));
    assert_eq!((future.clone().await, future.await), (1, 1));
}
