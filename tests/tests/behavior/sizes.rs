//! What an observed future costs in memory, and that it stays `Send`, `Sync` and `Unpin` where
//! the plain one is.

#![allow(
    clippy::large_types_passed_by_value,
    clippy::manual_async_fn,
    reason = "sizes are the point"
)]

use futures_util::future::BoxFuture;
use observant::observe;
use std::future::{Future, ready};
use std::marker::PhantomPinned;
use std::rc::Rc;

async fn plain(buffer: [u64; 128]) -> Result<usize, ()> {
    ready(()).await;
    Ok(buffer.len())
}

#[observe]
async fn observed(buffer: [u64; 128]) -> Result<usize, ()> {
    ready(()).await;
    Ok(buffer.len())
}

fn plain_opaque(buffer: [u64; 128]) -> impl Future<Output = Result<usize, ()>> {
    async move {
        ready(()).await;
        Ok(buffer.len())
    }
}

#[observe]
fn observed_opaque(buffer: [u64; 128]) -> impl Future<Output = Result<usize, ()>> {
    async move {
        ready(()).await;
        Ok(buffer.len())
    }
}

/// What the wrapper adds on a 64-bit machine: where the call is counted, its start, its busy time, that
/// of its callees, whether it has run, and its span; then what judges it, here without captures.
#[cfg(target_pointer_width = "64")]
const WRAPPER: usize = 6 * 8 + 8;

/// An `async fn` awaits the wrapper: the state of that wait, rounded up to the alignment.
#[cfg(target_pointer_width = "64")]
const AWAIT: usize = 8;

#[test]
#[cfg(target_pointer_width = "64")]
fn one_small_wrapper() {
    let buffer = [0; 128];
    let (bare, wrapped) = (size_of_val(&plain(buffer)), size_of_val(&observed(buffer)));
    // An `async fn` keeps its arguments twice, as their names and in the block that runs.
    assert_eq!(wrapped, bare + WRAPPER + AWAIT);
    let (bare, wrapped) =
        (size_of_val(&plain_opaque(buffer)), size_of_val(&observed_opaque(buffer)));
    assert_eq!(wrapped, bare + WRAPPER);
}

fn send<T: Send>(_: &T) {}
fn sync<T: Sync>(_: &T) {}
fn unpin<T: Unpin>(_: &T) {}

#[observe]
async fn sendable(text: String) -> Result<String, ()> {
    tokio::task::yield_now().await;
    Ok(text)
}

#[observe]
fn ready_made(text: String) -> impl Future<Output = String> {
    ready(text)
}

#[observe]
fn boxed(text: String) -> BoxFuture<'static, Result<String, ()>> {
    Box::pin(async { Ok(text) })
}

#[observe]
fn numbers() -> impl futures_core::Stream<Item = u8> {
    futures_util::stream::iter(0..3)
}

#[test]
fn auto_traits_are_kept() {
    send(&sendable(String::new()));
    sync(&ready_made(String::new()));
    send(&ready_made(String::new()));
    unpin(&ready_made(String::new()));
    send(&boxed(String::new()));
    send(&numbers());
    unpin(&numbers());
}

#[observe]
fn not_unpin() -> impl Future<Output = PhantomPinned> {
    async { PhantomPinned }
}

#[observe]
async fn not_send(shared: Rc<u8>) -> Result<Rc<u8>, ()> {
    ready(()).await;
    Ok(shared)
}

/// And not given where it is not: neither is implemented by force. For a type that has the trait
/// the two blanket implementations are ambiguous, and this does not compile.
#[test]
fn auto_traits_are_not_invented() {
    trait Lacks<A> {
        fn lacks(&self) {}
    }
    impl<T> Lacks<()> for T {}
    {
        struct HasSend;
        impl<T: Send> Lacks<HasSend> for T {}
        not_send(Rc::new(1)).lacks();
    }
    {
        trait LacksUnpin<A> {
            fn lacks_unpin(&self) {}
        }
        struct HasUnpin;
        impl<T> LacksUnpin<()> for T {}
        impl<T: Unpin> LacksUnpin<HasUnpin> for T {}
        not_unpin().lacks_unpin();
    }
}
