//! Functions that return futures and streams: the call lasts as long as what it returned.

use crate::figures::{Figures, NONE, errors, figures, ok};
use futures_core::Stream;
use futures_util::future::{BoxFuture, FutureExt, LocalBoxFuture};
use futures_util::stream::{self, BoxStream, StreamExt};
use observant::observe;
use std::future::{Future, pending, ready};
use std::pin::Pin;
use std::rc::Rc;

#[derive(Debug)]
struct Broken;

#[derive(Debug)]
struct Worse;

impl From<Broken> for Worse {
    fn from(_: Broken) -> Self {
        Self
    }
}

#[observe]
fn opaque(value: u8) -> impl Future<Output = Result<u8, Worse>> + Send + 'static {
    let before = value.wrapping_sub(1);
    assert_eq!(figures!("opaque").in_flight, 1);
    async move {
        let value = value.checked_sub(1).ok_or(Broken)?;
        assert_eq!(before, value);
        Ok(value)
    }
}

#[observe]
fn ready_made(value: u8) -> impl Future<Output = u8> {
    if value == 0 {
        return ready(9);
    }
    ready(value)
}

#[observe]
fn no_output() -> impl Future {
    async {}
}

#[observe]
fn waits() -> impl Future<Output = ()> {
    pending()
}

#[tokio::test]
async fn opaque_futures() {
    let future = opaque(3);
    assert_eq!(figures!("opaque").in_flight, 1, "the call has begun");
    assert_eq!(future.await.unwrap(), 2);
    opaque(0).await.unwrap_err();
    assert_eq!(figures!("opaque"), errors(1, &["Worse"]));

    assert_eq!(ready_made(0).await + ready_made(1).await, 10);
    assert_eq!(figures!("ready_made"), ok(2));
    no_output().await;
    assert_eq!(figures!("no_output"), ok(1));

    drop(waits());
    assert_eq!(figures!("waits"), Figures { cancelled: 1, ..NONE });
}

struct Service {
    offset: usize,
}

impl Service {
    #[observe]
    fn borrowed<'a>(
        &'a self,
        text: &'a str,
    ) -> impl Future<Output = Result<&'a str, Broken>> + Send + 'a {
        async move { text.get(self.offset..).ok_or(Broken) }
    }

    #[observe]
    fn pinned(
        &self,
        text: String,
    ) -> Pin<Box<dyn Future<Output = Result<usize, Worse>> + Send + '_>> {
        let length = text.len();
        let length = length.saturating_add(self.offset);
        Box::pin(async move {
            tokio::task::yield_now().await;
            if text.is_empty() {
                Err(Broken)?;
            }
            Ok(length)
        })
    }

    #[observe]
    fn chosen(&self, early: bool) -> BoxFuture<'_, Result<u8, Broken>> {
        if early {
            return Box::pin(async { Err(Broken) });
        }
        let offset = self.offset;
        Box::pin(async move { u8::try_from(offset).map_err(|_| Broken) })
    }

    #[observe]
    fn converted(&self) -> BoxFuture<'_, usize> {
        async move { self.offset }.boxed()
    }

    #[observe]
    fn local(&self, shared: Rc<u8>) -> LocalBoxFuture<'_, Result<u8, Broken>> {
        Box::pin(async move { Ok(*shared) })
    }

    #[observe]
    fn delegated(&self) -> Pin<Box<dyn Future<Output = usize> + Send + '_>> {
        ::std::boxed::Box::pin(self.converted())
    }
}

#[tokio::test]
async fn boxed_futures() {
    let service = Service { offset: 1 };
    assert_eq!(service.borrowed("abc").await.unwrap(), "bc");
    service.borrowed("").await.unwrap_err();
    let pinned = service.pinned("abc".to_owned());
    assert_eq!(figures!("pinned").in_flight, 1);
    assert_eq!(pinned.await.unwrap(), 4);
    service.pinned(String::new()).await.unwrap_err();
    service.chosen(true).await.unwrap_err();
    assert_eq!(service.chosen(false).await.unwrap(), 1);
    assert_eq!(service.converted().await, 1);
    assert_eq!(service.local(Rc::new(2)).await.unwrap(), 2);
    assert_eq!(service.delegated().await, 1);
    drop(service.pinned("dropped".to_owned()));
    assert_eq!(figures!("borrowed"), errors(1, &["Broken"]));
    assert_eq!(figures!("pinned"), Figures { cancelled: 1, ..errors(1, &["Worse"]) });
    assert_eq!(figures!("chosen"), errors(1, &["Broken"]));
    assert_eq!(figures!("converted"), ok(2));
    assert_eq!(figures!("local"), ok(1));
    assert_eq!(figures!("delegated"), ok(1));
}

/// The future lives longer than the borrow it was made with, as in edition 2021.
impl Service {
    #[observe]
    fn detached(&mut self, step: usize) -> impl Future<Output = usize> + use<> {
        self.offset += step;
        let offset = self.offset;
        async move { offset }
    }

    #[observe]
    fn detached_boxed(&mut self) -> BoxFuture<'static, usize> {
        let offset = self.offset;
        Box::pin(async move { offset })
    }

    #[observe]
    fn detached_stream(&mut self) -> impl Stream<Item = usize> + use<> {
        self.offset += 1;
        stream::iter(0..self.offset)
    }
}

#[tokio::test]
async fn futures_that_borrow_nothing() {
    let mut service = Service { offset: 0 };
    let (first, second) = (service.detached(1), service.detached(1));
    let (boxed, stream) = (service.detached_boxed(), service.detached_stream());
    assert_eq!((first.await, second.await, boxed.await), (1, 2, 2));
    assert_eq!(stream.count().await, 3);
    assert_eq!(figures!("detached"), ok(2));
    assert_eq!(figures!("detached_boxed"), ok(1));
    assert_eq!(figures!("detached_stream"), ok(1));
}

trait Handler {
    fn handle(&self, input: u8) -> impl Future<Output = Result<u8, Broken>> + Send;
}

#[observe]
impl Handler for Service {
    fn handle(&self, input: u8) -> impl Future<Output = Result<u8, Broken>> + Send {
        async move { input.checked_add(1).ok_or(Broken) }
    }
}

#[tokio::test]
async fn a_future_from_a_trait() {
    assert_eq!(Service { offset: 0 }.handle(1).await.unwrap(), 2);
    assert_eq!(figures!("<Service as Handler>::handle"), ok(1));
}

#[observe]
fn panics_before(really: bool) -> impl Future<Output = ()> {
    assert!(!really, "really");
    async {}
}

#[tokio::test]
async fn a_panic_before_the_future() {
    std::panic::catch_unwind(|| drop(panics_before(true))).unwrap_err();
    panics_before(false).await;
    assert_eq!(figures!("panics_before"), Figures { ok: 1, panic: 1, ..NONE });
}

#[observe(ok_if = |count| *count > 0, error_type = |_| "none")]
fn judged(count: usize) -> impl Future<Output = usize> {
    async move { count }
}

#[tokio::test]
async fn futures_are_judged_by_their_output() {
    judged(0).await;
    judged(1).await;
    assert_eq!(figures!("judged"), errors(1, &["none"]));
}

#[observe]
fn numbers(upto: u8) -> impl Stream<Item = u8> {
    stream::iter(0..upto)
}

#[observe]
fn lines(&(good, bad): &(u8, u8)) -> BoxStream<'static, Result<u8, Broken>> {
    let items: Vec<Result<u8, Broken>> =
        (0..good).map(Ok).chain((0..bad).map(|_| Err(Broken))).collect();
    Box::pin(stream::iter(items))
}

#[observe]
fn pinned_stream<'a>(text: &'a str) -> Pin<Box<dyn Stream<Item = char> + Send + 'a>> {
    if text.is_empty() {
        return stream::empty().boxed();
    }
    stream::iter(text.chars()).boxed()
}

#[tokio::test]
async fn streams() {
    let mut stream = Box::pin(numbers(2));
    assert_eq!(figures!("numbers").in_flight, 1);
    assert_eq!(stream.next().await, Some(0));
    assert_eq!(figures!("numbers").in_flight, 1, "open until the end");
    assert_eq!((stream.next().await, stream.next().await), (Some(1), None));
    assert_eq!(figures!("numbers"), ok(1));
    drop(stream);
    drop(numbers(1));
    assert_eq!(figures!("numbers"), Figures { cancelled: 1, ..ok(1) });

    assert_eq!(lines(&(2, 2)).count().await, 4, "items after an error still come");
    assert_eq!(lines(&(2, 0)).count().await, 2);
    assert_eq!(figures!("lines"), errors(1, &["Broken"]));

    assert_eq!(pinned_stream("abc").count().await + pinned_stream("").count().await, 3);
    assert_eq!(figures!("pinned_stream"), ok(2));
}

/// A `Box` of somebody's own, whose `pin` makes the future.
mod own {
    use std::{future::ready, pin::Pin};

    pub(crate) struct Box;

    impl Box {
        pub(crate) fn pin(value: u8) -> Pin<std::boxed::Box<dyn Future<Output = u8> + Send>> {
            std::boxed::Box::pin(ready(value))
        }
    }
}

#[observe]
fn boxed_by_another() -> Pin<Box<dyn Future<Output = u8> + Send>> {
    own::Box::pin(3)
}

#[tokio::test]
async fn a_box_of_ones_own_may_take_what_it_likes() {
    assert_eq!(boxed_by_another().await, 3);
    assert_eq!(figures!("boxed_by_another"), ok(1));
}
