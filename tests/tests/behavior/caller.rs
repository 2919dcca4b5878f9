//! `#[track_caller]`: the location stays the caller's, whatever way the function is left.

use crate::figures::{Figures, NONE, errors, figures, ok};
use observant::observe;
use std::ops::ControlFlow;
use std::panic::Location;
use std::task::Poll;

#[derive(Debug)]
struct Located(&'static Location<'static>);

impl From<std::num::ParseIntError> for Located {
    fn from(_: std::num::ParseIntError) -> Self {
        Self(Location::caller())
    }
}

#[observe]
#[track_caller]
fn infallible() -> u32 {
    Location::caller().line()
}

#[observe]
#[track_caller]
fn fallible(text: &str) -> Result<u32, Located> {
    if text.is_empty() {
        return Err(Located(Location::caller()));
    }
    for character in text.chars() {
        if character == '!' {
            return Ok(0);
        }
    }
    let inner = || -> Option<u32> {
        let first = text.chars().next()?;
        if first == '+' {
            return None;
        }
        first.to_digit(10)
    };
    let number: u32 = text.parse()?;
    Ok(inner().unwrap_or(number) - number + Location::caller().line())
}

#[observe(ok_if = |found| found.is_some())]
#[track_caller]
fn optional(text: Option<&str>) -> Option<u32> {
    let text = text?;
    text.chars().next()?.to_digit(10)?;
    Some(Location::caller().line())
}

#[observe]
#[track_caller]
fn simple(good: bool) -> Result<u32, Located> {
    good.then_some(1).ok_or(Located(Location::caller()))
}

struct Type;

trait Check {
    fn check(&self, text: &str) -> Result<u32, Located>;
}

#[observe]
impl Check for Type {
    #[track_caller]
    fn check(&self, text: &str) -> Result<u32, Located> {
        let _: u32 = text.parse()?;
        Ok(Location::caller().line())
    }
}

#[observe]
#[track_caller]
fn panics(text: &str) -> Result<u32, Located> {
    let number: u32 = text.parse()?;
    assert!(number > 0);
    Ok(number)
}

#[test]
fn the_callers_line() {
    assert_eq!(infallible(), line!());
    assert_eq!(fallible("7").unwrap(), line!());
    assert_eq!(fallible("").unwrap_err().0.line(), line!());
    assert_eq!(fallible("7!").unwrap(), 0);
    fallible("x").unwrap_err();
    assert_eq!(simple(false).unwrap_err().0.line(), line!());
    assert_eq!(simple(true).unwrap(), 1);
    assert_eq!(Type.check("1").unwrap(), line!());
    Type.check("x").unwrap_err();
    assert_eq!(figures!("infallible"), ok(1));
    assert_eq!(figures!("fallible"), errors(2, &["Located", "Located"]));
    assert_eq!(figures!("simple"), errors(1, &["Located"]));
    assert_eq!(figures!("<Type as Check>::check"), errors(1, &["Located"]));
}

#[test]
fn an_option_with_a_predicate() {
    assert_eq!(optional(Some("1")), Some(line!()));
    assert_eq!((optional(None), optional(Some("x"))), (None, None));
    assert_eq!(figures!("optional"), errors(1, &["refused", "refused"]));
}

#[test]
fn a_panic() {
    std::panic::catch_unwind(|| panics("0")).unwrap_err();
    assert_eq!(figures!("panics"), Figures { panic: 1, ..NONE });
}

#[observe]
#[track_caller]
fn future(early: bool) -> impl Future<Output = Result<u32, Located>> {
    let location = Location::caller();
    if early {
        return std::future::ready(Err(Located(location)));
    }
    std::future::ready(Ok(location.line()))
}

#[observe]
#[track_caller]
fn boxed(early: bool) -> futures_util::future::BoxFuture<'static, Result<u32, Located>> {
    let location = Location::caller();
    if early {
        return Box::pin(async move { Err(Located(location)) });
    }
    Box::pin(async move { Ok(location.line()) })
}

#[observe]
#[track_caller]
fn boxed_tail() -> futures_util::future::BoxFuture<'static, u32> {
    let location = Location::caller();
    Box::pin(async move { location.line() })
}

#[tokio::test]
async fn futures() {
    assert_eq!(future(false).await.unwrap(), line!());
    assert_eq!(future(true).await.unwrap_err().0.line(), line!());
    assert_eq!(boxed(false).await.unwrap(), line!());
    assert_eq!(boxed(true).await.unwrap_err().0.line(), line!());
    assert_eq!(boxed_tail().await, line!());
    assert_eq!(figures!("future"), errors(1, &["Located"]));
    assert_eq!(figures!("boxed"), errors(1, &["Located"]));
    assert_eq!(figures!("boxed_tail"), ok(1));
}

macro_rules! bail {
    () => {
        return Err(Located(Location::caller()))
    };
}

/// Nobody can see the `return` in the macro: the call is an error, of no known type.
#[observe]
#[track_caller]
fn hidden_exit(bail: bool) -> Result<u32, Located> {
    if bail {
        bail!();
    }
    Ok(Location::caller().line())
}

#[test]
fn an_exit_hidden_in_a_macro() {
    assert_eq!(hidden_exit(true).unwrap_err().0.line(), line!());
    assert_eq!(hidden_exit(false).unwrap(), line!());
    assert_eq!(figures!("hidden_exit"), errors(1, &["_OTHER"]));
}

type Maybe<T> = Option<T>;

#[observe(error_if = |found| found.is_none())]
#[track_caller]
fn maybe(text: &str) -> Maybe<u32> {
    text.chars().next()?;
    Some(Location::caller().line())
}

#[observe]
#[track_caller]
fn flow(leave: bool) -> ControlFlow<u8, u32> {
    if leave {
        ControlFlow::Break(1)?;
    }
    let line = ControlFlow::Continue(Location::caller().line())?;
    ControlFlow::Continue(line)
}

#[observe]
#[track_caller]
fn polled(poll: Poll<Result<u8, std::num::ParseIntError>>) -> Poll<Result<u32, Located>> {
    let line = Location::caller().line();
    poll?.map(|_| Ok(line))
}

#[observe]
#[track_caller]
fn item(poll: Poll<Option<Result<u8, ()>>>) -> Poll<Option<Result<u32, ()>>> {
    let line = Location::caller().line();
    let found: Poll<Option<u8>> = poll?;
    match found {
        Poll::Ready(None) => Err(())?,
        found => found.map(|found| found.map(|_| Ok(line))),
    }
}

#[test]
fn question_marks_of_every_type() {
    assert_eq!((maybe("a"), maybe("")), (Some(line!()), None));
    assert_eq!(flow(false), ControlFlow::Continue(line!()));
    assert_eq!(flow(true), ControlFlow::Break(1));
    let Poll::Ready(Ok(line)) = polled(Poll::Ready(Ok(1))) else { panic!("ready and ok") };
    assert_eq!(line, line!() - 1);
    assert!(polled(Poll::Pending).is_pending());
    assert!(matches!(polled(Poll::Ready("".parse())), Poll::Ready(Err(_))));
    assert_eq!(item(Poll::Ready(None)), Poll::Ready(Some(Err(()))));
    assert_eq!(item(Poll::Ready(Some(Err(())))), Poll::Ready(Some(Err(()))));
    assert_eq!(item(Poll::Pending), Poll::Pending);
    assert_eq!(item(Poll::Ready(Some(Ok(1)))), Poll::Ready(Some(Ok(line!()))));
    assert_eq!(figures!("maybe"), errors(1, &["refused"]));
    assert_eq!(figures!("flow"), ok(2));
}

/// Knows who had it converted.
#[derive(Debug)]
struct Converted(&'static Location<'static>);

impl From<()> for Converted {
    #[track_caller]
    fn from((): ()) -> Self {
        Self(Location::caller())
    }
}

#[observe]
#[track_caller]
fn converts() -> Result<u8, Converted> {
    Err(())?
}

#[test]
fn a_conversion_has_the_functions_caller() {
    assert_eq!(converts().unwrap_err().0.line(), line!());
}

#[observe]
#[cfg_attr(all(), track_caller)]
fn conditional() -> Result<u32, Located> {
    Ok(Location::caller().line())
}

#[test]
fn under_a_condition() {
    assert_eq!(conditional().unwrap(), line!());
}
