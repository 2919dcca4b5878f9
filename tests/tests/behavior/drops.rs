//! Parameters are dropped in the order in which the bare function drops them: each function here
//! is written once and compiled twice, bare and observed.

#![allow(clippy::boxed_local, reason = "a receiver is a parameter too")]

use futures_util::future::BoxFuture;
use futures_util::{Stream, StreamExt, stream};
use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::mpsc;
use std::thread::JoinHandle;

thread_local! {
    static DROPPED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

/// Says when it is dropped.
struct Noted(&'static str);

impl Drop for Noted {
    fn drop(&mut self) {
        DROPPED.with_borrow_mut(|dropped| dropped.push(self.0));
    }
}

impl fmt::Display for Noted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

struct Pair {
    left: Noted,
    right: Noted,
}

fn pair(left: &'static str, right: &'static str) -> Pair {
    Pair { left: Noted(left), right: Noted(right) }
}

fn look<T>(_: &T) {}

/// As `drop`, for what need not be dropped too.
fn end<T>(_: T) {}

/// What was dropped since the last time, and at least something.
fn dropped() -> Vec<&'static str> {
    let dropped = DROPPED.with_borrow_mut(std::mem::take);
    assert!(!dropped.is_empty());
    dropped
}

/// The same items twice, in modules `bare` and `observed`.
macro_rules! twice {
    ($($items:tt)*) => {
        mod bare {
            use super::*;
            $($items)*
        }
        #[observant::observe]
        mod observed {
            use super::*;
            $($items)*
        }
    };
}

twice! {
    pub(super) fn in_order(a: Noted, b: Noted) -> Result<(), ()> {
        look(&a);
        look(&b);
        Ok(())
    }

    pub(super) fn in_reverse(a: Noted, b: Noted) -> Result<(), ()> {
        look(&b);
        look(&a);
        Ok(())
    }

    pub(super) fn locals(a: Noted, _b: Noted, _c: Noted) -> Result<(), ()> {
        let _local = Noted("local");
        look(&a);
        Ok(())
    }

    pub(super) fn none(_a: Noted, _b: Noted) -> Result<(), ()> {
        let _local = Noted("local");
        Ok(())
    }

    pub(super) fn field(pair: Pair) -> Result<(), ()> {
        look(&pair.right);
        Ok(())
    }

    pub(super) fn moved_field(pair: Pair, tuple: (Noted, Noted)) -> Result<(), ()> {
        drop(pair.right);
        drop(tuple.1);
        Ok(())
    }

    pub(super) fn moved(a: Noted, b: Noted, c: Noted) -> Result<(), ()> {
        let _c = c;
        look(&a);
        drop(b);
        Ok(())
    }

    pub(super) fn replaced(mut a: Noted, b: Noted) -> Result<(), ()> {
        look(&b);
        look(&a);
        a = Noted("new");
        look(&a);
        Ok(())
    }

    pub(super) fn unnamed_first(_: Noted, b: Noted) -> Result<(), ()> {
        look(&b);
        Ok(())
    }

    pub(super) fn unnamed_last(a: Noted, _: Noted) -> Result<(), ()> {
        look(&a);
        Ok(())
    }

    pub(super) fn patterns((a, b): (Noted, Noted), Pair { left, right: _right }: Pair) -> Result<(), ()> {
        look(&left);
        look(&a);
        look(&b);
        Ok(())
    }

    pub(super) fn formatted(a: Noted, b: Noted, c: (u8, Noted)) -> Result<String, ()> {
        look(&b);
        look(&c.0);
        Ok(format!("{a}!"))
    }

    pub(super) fn early(a: Noted, b: Noted) -> Result<(), ()> {
        look(&a);
        Err(())?;
        look(&b);
        Ok(())
    }

    #[expect(dead_code, reason = "dropped")]
    pub(super) struct Owner(pub(super) Noted, pub(super) Noted);

    impl Owner {
        pub(super) fn method(self, a: Noted, _b: Noted) -> Result<(), ()> {
            look(&self.1);
            look(&a);
            Ok(())
        }

        pub(super) fn boxed_self(mut self: Box<Self>, a: Noted) -> Result<(), ()> {
            look(&a);
            self.1 = Noted("new");
            Ok(())
        }

        pub(super) fn unused_self(self, a: Noted) -> Result<(), ()> {
            look(&a);
            Ok(())
        }

        pub(super) async fn async_method(self, a: Noted) -> Result<(), ()> {
            tokio::task::yield_now().await;
            look(&self.1);
            look(&a);
            Ok(())
        }
    }

    pub(super) async fn async_in_order(a: Noted, b: Noted) -> Result<(), ()> {
        look(&a);
        tokio::task::yield_now().await;
        look(&b);
        Ok(())
    }

    pub(super) async fn async_infallible(a: Noted, _b: Noted, (_c, d): (Noted, Noted)) {
        look(&a);
        tokio::task::yield_now().await;
        look(&d);
    }

    pub(super) async fn async_unnamed(a: Noted, _: Noted, b: Pair) -> Result<(), ()> {
        look(&b.left);
        look(&a);
        tokio::task::yield_now().await;
        Ok(())
    }

    pub(super) async fn async_moved(a: Noted, b: Noted, pair: Pair) -> Result<(), ()> {
        look(&b);
        tokio::task::yield_now().await;
        drop(pair.left);
        look(&a);
        Ok(())
    }

    pub(super) fn future(a: Noted, b: Noted, pair: Pair) -> impl Future<Output = Result<(), ()>> {
        look(&a);
        look(&pair.left);
        async move {
            look(&b);
            tokio::task::yield_now().await;
            look(&pair.right);
            Ok(())
        }
    }

    pub(super) fn boxed(a: Noted, b: Noted, _c: Noted) -> BoxFuture<'static, Result<(), ()>> {
        look(&a);
        look(&b);
        Box::pin(async move {
            tokio::task::yield_now().await;
            look(&a);
            Ok(())
        })
    }

    pub(super) fn boxed_early(
        a: Noted,
        b: Noted,
        early: bool,
    ) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        look(&a);
        if early {
            return Box::pin(std::future::ready(()));
        }
        Box::pin(async move { look(&b) })
    }

    pub(super) fn streamed(a: Noted, b: Noted, c: Noted) -> impl Stream<Item = Result<u8, ()>> + Unpin {
        look(&a);
        look(&c);
        stream::iter([1, 2]).map(move |item| {
            look(&b);
            Ok(item)
        })
    }
}

/// Compares both modules' functions called with the same arguments.
macro_rules! same {
    ($($function:ident($($argument:expr),*);)*) => {$(
        end(bare::$function($($argument),*));
        let expected = dropped();
        end(observed::$function($($argument),*));
        assert_eq!(dropped(), expected, stringify!($function));
    )*};
}

macro_rules! same_awaited {
    ($($function:ident($($argument:expr),*);)*) => {$(
        end(bare::$function($($argument),*).await);
        let expected = dropped();
        end(observed::$function($($argument),*).await);
        assert_eq!(dropped(), expected, stringify!($function));
        // Dropped while it waits, or before it began.
        end(futures_util::poll!(Box::pin(bare::$function($($argument),*))));
        let expected = dropped();
        end(futures_util::poll!(Box::pin(observed::$function($($argument),*))));
        assert_eq!(dropped(), expected, concat!(stringify!($function), " dropped early"));
        end(bare::$function($($argument),*));
        let expected = dropped();
        end(observed::$function($($argument),*));
        assert_eq!(dropped(), expected, concat!(stringify!($function), " never polled"));
    )*};
}

#[test]
fn closures() {
    same! {
        in_order(Noted("a"), Noted("b"));
        in_reverse(Noted("a"), Noted("b"));
        locals(Noted("a"), Noted("b"), Noted("c"));
        none(Noted("a"), Noted("b"));
        field(pair("left", "right"));
        moved_field(pair("left", "right"), (Noted("0"), Noted("1")));
        moved(Noted("a"), Noted("b"), Noted("c"));
        replaced(Noted("a"), Noted("b"));
        unnamed_first(Noted("_"), Noted("b"));
        unnamed_last(Noted("a"), Noted("_"));
        patterns((Noted("a"), Noted("b")), pair("left", "right"));
        formatted(Noted("a"), Noted("b"), (0, Noted("c")));
        early(Noted("a"), Noted("b"));
    }
}

macro_rules! same_of_methods {
    ($($method:ident($($argument:expr),*);)*) => {$(
        let owner = bare::Owner(Noted("0"), Noted("1"));
        end(owner.$method($($argument),*));
        let expected = dropped();
        let owner = observed::Owner(Noted("0"), Noted("1"));
        end(owner.$method($($argument),*));
        assert_eq!(dropped(), expected, stringify!($method));
    )*};
}

#[tokio::test]
async fn methods() {
    same_of_methods! {
        method(Noted("a"), Noted("b"));
        unused_self(Noted("a"));
        async_method(Noted("a"));
    }
    end(Box::new(bare::Owner(Noted("0"), Noted("1"))).boxed_self(Noted("a")));
    let expected = dropped();
    end(Box::new(observed::Owner(Noted("0"), Noted("1"))).boxed_self(Noted("a")));
    assert_eq!(dropped(), expected);
    end(bare::Owner(Noted("0"), Noted("1")).async_method(Noted("a")).await);
    let expected = dropped();
    end(observed::Owner(Noted("0"), Noted("1")).async_method(Noted("a")).await);
    assert_eq!(dropped(), expected);
}

#[tokio::test]
async fn asynchronous() {
    same_awaited! {
        async_in_order(Noted("a"), Noted("b"));
        async_infallible(Noted("a"), Noted("b"), (Noted("c"), Noted("d")));
        async_unnamed(Noted("a"), Noted("_"), pair("left", "right"));
        async_moved(Noted("a"), Noted("b"), pair("left", "right"));
        future(Noted("a"), Noted("b"), pair("left", "right"));
        boxed(Noted("a"), Noted("b"), Noted("c"));
        boxed_early(Noted("a"), Noted("b"), true);
        boxed_early(Noted("a"), Noted("b"), false);
    }
    end(bare::streamed(Noted("a"), Noted("b"), Noted("c")).next().await);
    let expected = dropped();
    end(observed::streamed(Noted("a"), Noted("b"), Noted("c")).next().await);
    assert_eq!(dropped(), expected);
}

/// Parameters drop in reverse: the sender first, which ends the worker, then what waits for it.
struct Joined(Option<JoinHandle<()>>);

impl Drop for Joined {
    fn drop(&mut self) {
        self.0.take().expect("there until now").join().expect("the worker ends");
    }
}

#[observant::observe]
fn send(worker: Joined, sender: mpsc::Sender<u8>) -> Result<(), mpsc::SendError<u8>> {
    look(&worker);
    sender.send(1)
}

#[test]
fn a_worker_is_told_to_end_before_it_is_joined() {
    let (sender, receiver) = mpsc::channel();
    let worker = std::thread::spawn(move || while receiver.recv().is_ok() {});
    send(Joined(Some(worker)), sender).expect("the worker listens");
}
