//! Programs in which observed calls and spans and events of others meet in every way.

use observant::observe;
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;
use tracing::{Dispatch, Instrument as _, Span, info, info_span, instrument};

#[derive(Debug)]
pub(crate) struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("secret")
    }
}

#[observe(fields(field = depth))]
fn deep(depth: u32) -> u32 {
    if depth == 0 {
        info!("bottom");
        0
    } else {
        deep(depth - 1) + 1
    }
}

#[observe]
fn outer() {
    inner();
    foreign(1);
    inner();
}

#[observe]
fn inner() {}

#[instrument]
fn foreign(field: u32) {
    info!("foreign");
    within_foreign();
}

#[observe]
fn within_foreign() {
    let _entered = info_span!("block", field = "text").entered();
    inner();
    info!("in block");
}

#[observe]
fn quiet() {
    inner();
    inner();
}

#[observe]
fn fails(really: bool) -> Result<(), Refused> {
    info!("before");
    inner();
    if really { Err(Refused) } else { Ok(()) }
}

#[observe]
fn panics() {
    let _span = info_span!("cut short").entered();
    panic!("on purpose");
}

#[observe(fields(field = %name, late = tracing::field::Empty))]
fn fields(name: &str) {
    Span::current().record("late", 7);
    info!("known");
}

#[observe]
fn explicit() {
    let apart = info_span!("apart");
    let under = info_span!(parent: &apart, "under apart");
    let here = info_span!("here");
    under.in_scope(inner);
    info!(parent: &here, "told here");
    here.follows_from(&under);
    Span::current().follows_from(&here);
}

#[observe]
async fn waits(times: u32) {
    for time in 0..times {
        info!("{time}");
        tokio::task::yield_now().await;
        inner();
    }
}

#[observe]
async fn joins() {
    tokio::join!(waits(2), foreign_waits(2), waits(1));
}

#[instrument]
async fn foreign_waits(field: u32) {
    for _ in 0..field {
        waits(1).await;
    }
}

#[observe]
async fn spawns() {
    let own = tokio::spawn(waits(1).in_current_span());
    let other = tokio::spawn(async { info!("spawned") }.instrument(info_span!("task")));
    own.await.unwrap();
    other.await.unwrap();
}

#[observe]
async fn aborted() {
    let task = tokio::spawn(waits(1_000_000).in_current_span());
    tokio::task::yield_now().await;
    tokio::task::yield_now().await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
}

#[observe]
async fn timed_out() {
    let never = std::future::pending::<()>().instrument(info_span!("never"));
    tokio::time::timeout(Duration::from_millis(1), never).await.unwrap_err();
}

#[observe]
async fn selects() {
    tokio::select! {
        biased;
        () = waits(1_000_000) => unreachable!(),
        () = foreign_waits(2) => {}
    }
}

/// A span of others held over an await, as nobody should.
#[observe]
async fn holds() {
    let entered = info_span!("held").entered();
    tokio::task::yield_now().await;
    drop(entered);
    inner();
}

#[observe]
fn numbers() -> impl futures_core::Stream<Item = u32> {
    info!("made");
    futures_util::stream::iter(0..3).inspect_plainly()
}

trait InspectPlainly: futures_core::Stream + Sized {
    fn inspect_plainly(self) -> impl futures_core::Stream<Item = Self::Item> {
        futures_util::StreamExt::inspect(self, |_| inner())
    }
}

impl<S: futures_core::Stream> InspectPlainly for S {}

#[observe]
async fn streams() {
    let mut numbers = std::pin::pin!(numbers());
    while futures_util::StreamExt::next(&mut numbers).await.is_some() {
        info!("next");
    }
    // Dropped early.
    let mut cut = std::pin::pin!(self::numbers());
    futures_util::StreamExt::next(&mut cut).await;
}

#[observe]
fn threads() {
    let (span, dispatch) = (Span::current(), current());
    let ended = std::thread::spawn(move || {
        tracing::dispatcher::with_default(&dispatch, || {
            span.in_scope(|| {
                inner();
                info!("elsewhere");
            });
            info_span!(parent: &span, "child elsewhere")
        })
    });
    // Closed here, though made there.
    drop(ended.join().unwrap());
}

fn current() -> Dispatch {
    tracing::dispatcher::get_default(Dispatch::clone)
}

fn block_on(future: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(future);
}

/// A name and what it does.
pub(crate) const ALL: &[(&str, fn())] = &[
    ("nested", || {
        deep(3);
    }),
    ("between", outer),
    ("quiet", quiet),
    ("quiet within others", || info_span!("around").in_scope(quiet)),
    ("errors", || {
        fails(true).unwrap_err();
        fails(false).unwrap();
    }),
    ("panics", || {
        catch_unwind(AssertUnwindSafe(panics)).unwrap_err();
        info_span!("after").in_scope(inner);
    }),
    ("fields", || fields("name")),
    ("explicit parents", explicit),
    ("awaits", || block_on(waits(3))),
    ("joined", || block_on(joins())),
    ("spawned", || block_on(spawns())),
    ("aborted", || block_on(aborted())),
    ("timed out", || block_on(timed_out())),
    ("selected", || block_on(selects())),
    ("held over an await", || block_on(holds())),
    ("streams", || block_on(streams())),
    ("threads", threads),
];
