//! A crate that forbids everything sees nothing of ours. What it would see of the user's own is a
//! UI case (`tests/ui/observe/fail/lints_of_the_user.rs`).

#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    unused,
    unused_qualifications,
    unreachable_pub,
    missing_debug_implementations,
    single_use_lifetimes,
    unused_lifetimes,
    trivial_casts,
    let_underscore_drop,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::missing_docs_in_private_items,
    clippy::semicolon_outside_block,
    clippy::semicolon_if_nothing_returned,
    clippy::unwrap_used,
    clippy::panic,
    clippy::shadow_reuse,
    clippy::question_mark_used,
    clippy::as_conversions,
    clippy::default_numeric_fallback,
    clippy::min_ident_chars,
    clippy::single_call_fn,
    clippy::pattern_type_mismatch,
    clippy::ref_patterns,
    clippy::missing_const_for_fn
)]
#![allow(
    clippy::question_mark_used,
    clippy::single_call_fn,
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_async,
    reason = "what this code itself does"
)]

use crate::figures::{figures, ok};
use core::future::{Future, ready};
use futures_util::future::BoxFuture;
use observant::{Label, observe};
use std::thread::park;

/// One line.
#[observe]
fn one_line(number: u64) -> u64 {
    number.rotate_left(3)
}

/// One fallible line.
///
/// # Errors
///
/// On overflow.
#[observe]
fn one_fallible_line(number: u64) -> Result<u64, String> {
    number.checked_add(1).ok_or_else(String::new)
}

/// Nothing.
#[observe]
fn nothing() {}

/// Begins with items.
#[observe]
fn items_first(number: u64) -> u64 {
    /// An item.
    const STEP: u64 = 2;
    number.wrapping_mul(STEP)
}

/// Begins with items, and can fail.
#[observe]
async fn items_first_async(number: u64) -> Result<u64, String> {
    use core::num::Wrapping;
    ready(()).await;
    Ok(Wrapping(number).0)
}

/// Ends in a unit expression.
#[observe]
async fn unit(values: &mut Vec<u64>) {
    ready(()).await;
    values.push(1);
}

/// Never returns.
#[observe]
fn never() -> ! {
    loop {
        park();
    }
}

/// Kinds.
#[derive(Debug, Clone, Copy, Label)]
enum Kind {
    /// One.
    One,
}

/// Uses every option.
#[observe(
    name = "every::option",
    labels(kind_of = kind, team = "lints", fast = true),
    ok_if = Result::is_ok,
    error_type = |_| "bad",
    buckets = [0.1, 1.0]
)]
async fn options(kind: Kind) -> Result<u64, String> {
    ready(()).await;
    Ok(u64::try_from(kind.index()).unwrap_or_default())
}

/// Says all it can of a kind.
#[observe(
    llm(provider = "local", model = model, server = host.to_lowercase()),
    port = number,
    usage = |taken| (*taken, 1_u64),
    response_model = |taken| format!("model-{taken}"),
    control_flow = |error| error.len() == 1,
    ok_if = Result::is_ok
)]
fn kinded(model: &str, host: &str, number: u64) -> Result<u64, String> {
    number.checked_add(u64::from(model.is_empty() || host.is_empty())).ok_or_else(String::new)
}

/// A future.
#[observe]
fn opaque(number: u64) -> impl Future<Output = Result<u64, String>> + Send {
    async move { Ok(number) }
}

/// A future at the end.
#[observe]
fn opaque_tail(number: u64) -> BoxFuture<'static, Result<u64, String>> {
    let next = number.rotate_left(1);
    Box::pin(async move { Ok(next) })
}

/// Located.
#[observe]
#[track_caller]
fn located(text: &str) -> Result<u64, core::num::ParseIntError> {
    let number: u64 = text.parse()?;
    if number == 0 {
        return Ok(1);
    }
    Ok(number)
}

/// A type.
#[derive(Debug, Clone, Copy)]
struct Type;

#[observe]
impl Type {
    /// A method.
    fn method(&self, number: u64) -> Result<u64, String> {
        let Self = *self;
        Ok(number)
    }

    /// A reference.
    fn reference<'text>(&self, text: &'text str) -> Result<&'text str, String> {
        let Self = *self;
        Ok(text)
    }
}

#[tokio::test]
async fn everything_still_works() {
    assert_eq!(one_line(1), 8);
    assert_eq!(one_fallible_line(1), Ok(2));
    nothing();
    assert_eq!(items_first(1), 2);
    assert_eq!(items_first_async(1).await, Ok(1));
    unit(&mut Vec::new()).await;
    assert_eq!(options(Kind::One).await, Ok(0));
    assert_eq!(kinded("model", "host", 1), Ok(1));
    assert_eq!(opaque(1).await, Ok(1));
    assert_eq!(opaque_tail(1).await, Ok(2));
    assert_eq!(located("1"), Ok(1));
    assert_eq!(Type.method(1), Ok(1));
    assert_eq!(Type.reference("a"), Ok("a"));
    let never: fn() -> ! = never;
    assert!(size_of_val(&never) > 0);
    assert_eq!(figures!("one_line"), ok(1));
    assert_eq!(figures!("nothing"), ok(1));
}

/// The opposite taste: every `return` is written.
#[deny(clippy::implicit_return)]
#[allow(clippy::needless_return, reason = "the two lints exclude one another")]
mod returning {
    use super::{BoxFuture, Future, observe, ready};

    /// Can fail.
    #[observe(error_type = |_| return "bad")]
    pub(super) fn fallible(number: u64) -> Result<u64, String> {
        return number.checked_add(1).ok_or_else(String::new);
    }

    /// Cannot.
    #[observe]
    pub(super) fn guarded(number: u64) -> u64 {
        return number.rotate_left(1);
    }

    /// Waits.
    #[observe]
    pub(super) async fn asynchronous(number: u64) -> Result<u64, String> {
        ready(()).await;
        return Ok(number);
    }

    /// A future.
    #[observe]
    pub(super) fn opaque(number: u64) -> impl Future<Output = Result<u64, String>> + Send {
        return async move {
            return Ok(number);
        };
    }

    /// A box.
    #[observe(ok_if = |result| return result.is_ok())]
    pub(super) fn boxed(number: u64) -> BoxFuture<'static, Result<u64, String>> {
        return Box::pin(async move {
            return Ok(number);
        });
    }

    /// Located.
    #[observe]
    #[track_caller]
    pub(super) fn located(text: &str) -> Result<u64, core::num::ParseIntError> {
        let number: u64 = text.parse()?;
        return Ok(number);
    }
}

#[tokio::test]
async fn every_return_written() {
    assert_eq!(returning::fallible(1), Ok(2));
    assert_eq!(returning::guarded(1), 2);
    assert_eq!(returning::asynchronous(1).await, Ok(1));
    assert_eq!(returning::opaque(1).await, Ok(1));
    assert_eq!(returning::boxed(1).await, Ok(1));
    assert_eq!(returning::located("1"), Ok(1));
}

/// A trait whose types nobody can choose.
trait Imposed {
    /// Complex and large.
    #[expect(clippy::type_complexity, reason = "the trait's own")]
    fn imposed(
        &self,
    ) -> Complex<Result<Vec<Option<(u8, [u8; 4])>>, ([u8; 256], Vec<Vec<Box<u8>>>)>>;
}

/// Not known to be infallible.
type Complex<T> = core::task::Poll<Option<T>>;

#[observe]
impl Imposed for Type {
    fn imposed(
        &self,
    ) -> Complex<Result<Vec<Option<(u8, [u8; 4])>>, ([u8; 256], Vec<Vec<Box<u8>>>)>> {
        core::task::Poll::Pending
    }
}

/// Lints on types speak of what the user wrote, not of our copy of it.
#[test]
fn imposed_types() {
    assert!(Type.imposed().is_pending());
}

/// Being observed is not being used.
#[observe]
#[expect(dead_code, reason = "proves that the lint still fires")]
fn dead() -> Result<(), String> {
    Ok(())
}

/// A value that is dropped, as far as anyone can see.
#[derive(Debug)]
struct Dropped(u8);

/// Has parameters of which some are only held.
#[observe]
fn held(kept: Dropped, _guard: Dropped, mut count: u32) -> Result<u8, String> {
    while count > 0 {
        count = count.saturating_sub(1);
    }
    Ok(kept.0)
}

/// The same, and waits.
#[observe]
async fn held_async(kept: Dropped, _guard: Dropped, mut count: u32) -> Result<u8, String> {
    ready(()).await;
    while count > 0 {
        count = count.saturating_sub(1);
    }
    Ok(kept.0)
}

/// Mentioning parameters, and counting them down, is nothing a lint speaks of.
#[tokio::test]
async fn held_parameters() {
    assert_eq!(held(Dropped(1), Dropped(2), 3), Ok(1));
    assert_eq!(held_async(Dropped(1), Dropped(2), 3).await, Ok(1));
}

/// Being named in the signature is not being used.
#[observe]
#[expect(
    unused_variables,
    clippy::needless_pass_by_value,
    reason = "proves that the lint still fires"
)]
fn unused(used: Dropped, unused: Dropped) -> Result<u8, String> {
    Ok(used.0)
}

#[test]
fn unused_parameters() {
    assert_eq!(unused(Dropped(1), Dropped(2)), Ok(1));
}

/// In a closure rustc would not see that a function does nothing but call itself.
#[observe]
#[expect(unconditional_recursion, reason = "proves that the lint still fires")]
fn endless() -> Result<u64, String> {
    endless()
}

#[test]
fn not_lost_to_closures() {
    let endless: fn() -> Result<u64, String> = endless;
    assert!(size_of_val(&endless) > 0);
}
