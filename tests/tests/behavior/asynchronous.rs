//! `async` functions: outcome, cancellation, calls in flight, attribute order with `async_trait`.

use crate::figures::{Figures, NONE, errors, figures, ok};
use observant::observe;
use std::future::{Future, pending, ready};
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;
use tokio::sync::oneshot;

#[derive(Debug)]
struct Broken;

impl From<Broken> for String {
    fn from(_: Broken) -> Self {
        "broken".to_owned()
    }
}

#[observe]
async fn plain(value: u8) -> u8 {
    assert_eq!(figures!("plain").in_flight, 1);
    ready(value).await
}

#[observe]
async fn question(result: Result<u8, Broken>) -> Result<u8, String> {
    let value = result?;
    if value > 100 {
        return Err("large".into());
    }
    Ok(ready(value).await)
}

#[observe]
async fn unit() {
    ready(()).await;
}

#[tokio::test]
async fn outcomes() {
    assert_eq!(plain(1).await, 1);
    assert_eq!(question(Ok(1)).await, Ok(1));
    question(Ok(101)).await.unwrap_err();
    question(Err(Broken)).await.unwrap_err();
    unit().await;
    assert_eq!(figures!("plain"), ok(1));
    assert_eq!(figures!("question"), errors(1, &["String", "String"]));
    assert_eq!(figures!("unit"), ok(1));
}

#[observe]
async fn waits() -> Result<(), Broken> {
    pending::<()>().await;
    Err(Broken)
}

fn poll_once(future: impl Future) {
    let mut context = Context::from_waker(Waker::noop());
    assert!(pin!(future).as_mut().poll(&mut context).is_pending());
}

#[test]
fn a_dropped_future_is_cancelled() {
    drop(waits());
    assert_eq!(figures!("waits"), NONE, "never polled, never called");
    {
        let mut future = Box::pin(waits());
        let mut context = Context::from_waker(Waker::noop());
        assert!(future.as_mut().poll(&mut context).is_pending());
        assert_eq!(figures!("waits").in_flight, 1);
    }
    assert_eq!(figures!("waits"), Figures { cancelled: 1, ..NONE });
}

#[observe]
async fn aborted(started: oneshot::Sender<()>) {
    let _ = started.send(());
    pending::<()>().await;
}

#[observe]
async fn timed_out() {
    pending::<()>().await;
}

#[observe]
async fn lost_race() {
    pending::<()>().await;
}

#[tokio::test]
async fn cut_off_from_outside() {
    let (sender, receiver) = oneshot::channel();
    let task = tokio::spawn(aborted(sender));
    receiver.await.unwrap();
    assert_eq!(figures!("aborted").in_flight, 1);
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!(figures!("aborted"), Figures { cancelled: 1, ..NONE });

    tokio::time::timeout(Duration::from_millis(1), timed_out()).await.unwrap_err();
    assert_eq!(figures!("timed_out"), Figures { cancelled: 1, ..NONE });

    tokio::select! {
        biased;
        () = lost_race() => unreachable!(),
        () = ready(()) => {}
    }
    assert_eq!(figures!("lost_race"), Figures { cancelled: 1, ..NONE });
}

#[observe]
async fn panics() -> Result<(), Broken> {
    tokio::task::yield_now().await;
    panic!("inside");
}

#[tokio::test]
async fn a_panic_is_a_panic() {
    assert!(tokio::spawn(panics()).await.unwrap_err().is_panic());
    assert_eq!(figures!("panics"), Figures { panic: 1, ..NONE });
}

/// A future dropped because something else panicked was cancelled, not panicking.
#[observe]
async fn bystander() {
    pending::<()>().await;
}

#[test]
fn dropped_by_another_panic() {
    std::panic::catch_unwind(|| {
        let mut future = Box::pin(bystander());
        let mut context = Context::from_waker(Waker::noop());
        assert!(future.as_mut().poll(&mut context).is_pending());
        panic!("elsewhere");
    })
    .unwrap_err();
    assert_eq!(figures!("bystander"), Figures { cancelled: 1, ..NONE });
}

#[observe]
async fn migrates() -> u8 {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    1
}

#[test]
fn a_future_may_end_on_another_thread() {
    let mut future = Box::pin(migrates());
    let mut context = Context::from_waker(Waker::noop());
    assert!(future.as_mut().poll(&mut context).is_pending());
    assert_eq!(figures!("migrates").in_flight, 1);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let value = std::thread::spawn(move || runtime.block_on(future)).join().unwrap();
    assert_eq!(value, 1);
    assert_eq!(figures!("migrates"), ok(1));
}

#[observe]
async fn joined(value: u8) -> Result<u8, Broken> {
    tokio::task::yield_now().await;
    Ok(value)
}

#[tokio::test]
async fn joins() {
    let (left, right) = tokio::join!(joined(1), joined(2));
    assert_eq!(left.unwrap() + right.unwrap(), 3);
    assert_eq!(figures!("joined"), ok(2));
}

#[observe]
async fn borrows<'a>(text: &'a str, other: &mut String) -> Result<&'a str, Broken> {
    other.push_str(text);
    Ok(&text[1..])
}

#[observe]
async fn generic<T: Clone + Send, const N: usize>(value: T) -> Result<[T; N], Broken> {
    Ok(std::array::from_fn(|_| value.clone()))
}

#[observe]
async fn opaque(upto: u8) -> Result<Vec<impl Iterator<Item = u8>>, Box<dyn std::error::Error>> {
    let upto: u8 = upto.to_string().parse()?;
    Ok(vec![(0..upto).rev()])
}

#[observe]
async unsafe fn raw(pointer: *const u8) -> Result<u8, Broken> {
    // SAFETY: the caller promises a valid pointer.
    Ok(unsafe { *pointer })
}

#[observe]
async fn forever(counter: &mut u8) -> ! {
    loop {
        *counter += 1;
        tokio::task::yield_now().await;
    }
}

#[observe]
async fn recursive(depth: u8) -> Result<u8, Broken> {
    if depth == 0 { Ok(0) } else { Ok(1 + Box::pin(recursive(depth - 1)).await?) }
}

#[tokio::test]
async fn shapes() {
    let mut other = String::new();
    assert_eq!(borrows("abc", &mut other).await.unwrap(), "bc");
    assert_eq!(generic::<_, 2>('a').await.unwrap(), ['a', 'a']);
    assert_eq!(opaque(2).await.unwrap().remove(0).count(), 2);
    let byte = 3;
    // SAFETY: the pointer comes from a reference that outlives the future.
    assert_eq!(unsafe { raw(&raw const byte).await }.unwrap(), 3);
    let mut counter = 0;
    poll_once(forever(&mut counter));
    assert_eq!(counter, 1);
    assert_eq!(recursive(3).await.unwrap(), 3);
    for function in ["borrows", "generic", "opaque", "raw"] {
        assert_eq!(figures!(function), ok(1), "{function}");
    }
    assert_eq!(figures!("forever"), Figures { cancelled: 1, ..NONE });
    assert_eq!(figures!("recursive"), ok(4));
}

trait Native {
    async fn fetch(&self, id: u8) -> Result<u8, Broken>;

    #[observe(name = "Native::twice")]
    async fn twice(&self, id: u8) -> Result<u8, Broken> {
        Ok(self.fetch(id).await? * 2)
    }
}

struct Client;

#[observe]
impl Native for Client {
    async fn fetch(&self, id: u8) -> Result<u8, Broken> {
        ready(id).await.checked_sub(1).ok_or(Broken)
    }
}

#[tokio::test]
async fn native_async_in_traits() {
    assert_eq!(Client.twice(3).await.unwrap(), 4);
    Client.twice(0).await.unwrap_err();
    assert_eq!(figures!("Native::twice"), errors(1, &["Broken"]));
    assert_eq!(figures!("<Client as Native>::fetch"), errors(1, &["Broken"]));
}

#[async_trait::async_trait]
trait Object: Send + Sync {
    async fn fetch(&self, id: &str) -> Result<usize, Broken>;

    #[observe(name = "Object::inside")]
    async fn inside(&self, id: &str) -> Result<usize, Broken> {
        let length = self.fetch(id).await?;
        Ok(length)
    }
}

struct Above(usize);
struct Below(usize);
struct Inside(usize);

#[observe]
#[async_trait::async_trait]
impl Object for Above {
    async fn fetch(&self, id: &str) -> Result<usize, Broken> {
        tokio::task::yield_now().await;
        if id.is_empty() {
            return Err(Broken);
        }
        Ok(self.0 + id.len())
    }
}

#[async_trait::async_trait]
#[observe]
impl Object for Below {
    async fn fetch(&self, id: &str) -> Result<usize, Broken> {
        tokio::task::yield_now().await;
        let length = id.len().checked_sub(1).ok_or(Broken)?;
        Ok(self.0 + length)
    }
}

#[async_trait::async_trait]
impl Object for Inside {
    #[observe(name = "Inside::fetch")]
    async fn fetch(&self, id: &str) -> Result<usize, Broken> {
        if id.is_empty() { Err(Broken) } else { Ok(self.0) }
    }
}

#[tokio::test]
async fn async_trait_in_every_order() {
    let objects: [Box<dyn Object>; 3] =
        [Box::new(Above(1)), Box::new(Below(1)), Box::new(Inside(1))];
    for object in objects {
        tokio::spawn(async move {
            object.inside("abc").await.unwrap();
            object.inside("").await.unwrap_err();
        })
        .await
        .unwrap();
    }
    for function in ["<Above as Object>::fetch", "<Below as Object>::fetch", "Inside::fetch"] {
        assert_eq!(figures!(function), errors(1, &["Broken"]), "{function}");
    }
    assert_eq!(figures!("Object::inside").ok, 3);
    assert_eq!(figures!("Object::inside").error, 3);
}

/// Called like one of the standard library's, and it waits.
macro_rules! println {
    ($future:expr) => {
        $future.await
    };
}

#[observe]
async fn waits_within_a_macro() {
    println!(pending::<()>());
}

#[observe]
async fn fails_after_a_macro(fails: bool) -> Result<u8, Broken> {
    let value = println!(ready(1));
    if fails { Err(Broken) } else { Ok(value) }
}

#[observe]
fn comes_next() {}

#[tokio::test]
async fn a_macro_may_wait_whatever_it_is_called() {
    let mut future = Box::pin(waits_within_a_macro());
    assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    assert_eq!(figures!("waits_within_a_macro").in_flight, 1);
    // It is `Send`, and nothing of it is left behind on this thread.
    std::thread::spawn(move || drop(future)).join().expect("it is dropped");
    assert_eq!(figures!("waits_within_a_macro"), Figures { cancelled: 1, ..NONE });
    comes_next();
    assert_eq!(figures!("comes_next"), ok(1));
    assert!(fails_after_a_macro(true).await.is_err());
    assert_eq!(fails_after_a_macro(false).await.ok(), Some(1));
    assert_eq!(figures!("fails_after_a_macro"), errors(1, &["Broken"]));
}
