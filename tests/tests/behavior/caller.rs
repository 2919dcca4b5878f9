//! `#[track_caller]`: the location stays the caller's, whatever way the function is left.

use crate::figures::{Figures, NONE, errors, figures, ok};
use observant::observe;
use std::panic::Location;

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
