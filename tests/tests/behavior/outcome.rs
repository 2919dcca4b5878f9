//! How a call is judged: aliases, predicates, error types.

use crate::figures::{Figures, NONE, errors, figures, ok};
use observant::{Label, observe};
use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Label)]
enum Failure {
    NotFound,
    #[label(rename = "too-slow")]
    TimedOut {
        after: u8,
    },
    Refused(u8),
}

/// An alias under which nobody could recognise a `Result`.
type Answer<T> = Result<T, Failure>;

#[observe]
fn aliased(code: u8) -> Answer<u8> {
    match code {
        0 => Err(Failure::NotFound),
        1 => Err(Failure::TimedOut { after: 1 }),
        2 => Err(Failure::Refused(2)),
        other => Ok(other),
    }
}

#[test]
fn aliases_and_variants() {
    for code in 0..4 {
        let _ = aliased(code);
    }
    assert_eq!(figures!("aliased"), errors(1, &["NotFound", "too-slow", "Refused"]));
    assert_eq!(<Failure as Label>::VALUES, ["NotFound", "too-slow", "Refused"]);
    assert_eq!(Failure::TimedOut { after: 1 }.index(), 1);
}

#[observe]
fn option(value: Option<u8>) -> Option<u8> {
    let value = value?;
    Some(value)
}

#[observe(ok_if = |found| found.is_some())]
fn must_be_some(value: Option<u8>) -> Option<u8> {
    Some(value? + 1)
}

#[observe(ok_if = Option::is_some, error_type = |_| "missing")]
fn must_be_some_typed(value: Option<u8>) -> Option<u8> {
    value
}

#[test]
fn options() {
    option(None);
    option(Some(1));
    must_be_some(None);
    must_be_some(Some(1));
    must_be_some_typed(None);
    assert_eq!(figures!("option"), ok(2));
    assert_eq!(figures!("must_be_some"), errors(1, &["refused"]));
    assert_eq!(figures!("must_be_some_typed"), errors(0, &["missing"]));
}

struct Response {
    is_error: bool,
    tokens: usize,
}

#[observe(error_if = |response| response.is_error)]
fn respond(is_error: bool) -> Response {
    Response { is_error, tokens: 3 }
}

#[observe(error_if = |response| response.tokens > limit)]
fn limited(limit: usize) -> Response {
    Response { is_error: false, tokens: 3 }
}

#[observe(ok_if = |number| *number % 2 == 0)]
fn even(number: u8) -> u8 {
    number
}

#[observe(ok_if = |result| !matches!(result, Err(Failure::Refused(_))))]
fn not_found_is_fine(failure: Failure) -> Result<(), Failure> {
    Err(failure)
}

#[observe(error_if = |result| matches!(result, Ok(tokens) if *tokens > 10))]
fn errors_stay_errors(tokens: usize) -> Result<usize, Failure> {
    if tokens == 0 { Err(Failure::NotFound) } else { Ok(tokens) }
}

#[observe(error_if = |result| matches!(result, Ok(0)), error_type = |_| "typed")]
fn typed_errors_stay_errors(error: bool) -> Result<u8, Foreign> {
    if error { Err(Foreign { code: 1 }) } else { Ok(0) }
}

#[observe(error_if = |count| *count == 0, error_type = |_| "none")]
fn typed_refusals(count: u8) -> u8 {
    count
}

#[test]
fn error_if_adds_errors_and_takes_none_away() {
    let _ = (errors_stay_errors(0), errors_stay_errors(1), errors_stay_errors(11));
    assert_eq!(figures!("errors_stay_errors"), errors(1, &["NotFound", "refused"]));
    let _ = (typed_errors_stay_errors(true), typed_errors_stay_errors(false));
    assert_eq!(figures!("typed_errors_stay_errors"), errors(0, &["refused", "typed"]));
    assert_eq!(typed_refusals(0) + typed_refusals(1), 1);
    assert_eq!(figures!("typed_refusals"), errors(1, &["none"]));
}

#[test]
fn predicates() {
    assert_eq!(respond(true).tokens + respond(false).tokens, 6);
    limited(2);
    limited(3);
    even(1);
    even(2);
    not_found_is_fine(Failure::NotFound).unwrap_err();
    not_found_is_fine(Failure::Refused(1)).unwrap_err();
    assert_eq!(figures!("respond"), errors(1, &["refused"]));
    assert_eq!(figures!("limited"), errors(1, &["refused"]));
    assert_eq!(figures!("even"), errors(1, &["refused"]));
    assert_eq!(figures!("not_found_is_fine"), errors(1, &["Refused"]));
}

/// An error of somebody else's, without derives.
struct Foreign {
    code: u16,
}

impl fmt::Debug for Foreign {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("an error is never formatted");
    }
}

fn kind(error: &Foreign) -> &'static str {
    if error.code < 500 { "client" } else { "server" }
}

#[observe(error_type = kind)]
fn typed(code: u16) -> Result<u8, Foreign> {
    if code == 200 { Ok(1) } else { Err(Foreign { code }) }
}

#[observe(error_type = |error| if error.code == 404 { Failure::NotFound } else { Failure::Refused(0) })]
fn typed_by_label(code: u16) -> Result<u8, Foreign> {
    Err(Foreign { code })
}

#[observe]
fn untyped(code: u16) -> Result<u8, Foreign> {
    Err(Foreign { code })
}

#[test]
fn error_types() {
    let _ = (typed(200), typed(404), typed(500));
    let _ = (typed_by_label(404), typed_by_label(500));
    let _ = untyped(1);
    assert_eq!(figures!("typed"), errors(1, &["client", "server"]));
    assert_eq!(figures!("typed_by_label"), errors(0, &["NotFound", "Refused"]));
    assert_eq!(figures!("untyped"), errors(0, &["Foreign"]));
}

#[observe]
fn boxed_error() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    Err("text is not a type")?;
    Ok(())
}

#[test]
fn boxed_errors_have_no_type() {
    boxed_error().unwrap_err();
    assert_eq!(figures!("boxed_error"), errors(0, &["_OTHER"]));
}

/// Neither `Debug` nor anything else is asked of the types.
struct Bare;

#[observe]
fn bare() -> Result<Bare, Bare> {
    Err(Bare)
}

#[observe]
fn generic<T, E>(result: Result<T, E>) -> Result<T, E> {
    result
}

#[observe]
fn unknowable<T>(value: T) -> T {
    value
}

#[test]
fn no_bounds() {
    let _ = bare();
    let _ = generic::<Bare, Bare>(Err(Bare));
    let _ = unknowable::<Result<Bare, Bare>>(Err(Bare));
    assert_eq!(figures!("bare"), errors(0, &["Bare"]));
    assert_eq!(figures!("generic"), errors(0, &["Bare"]));
    assert_eq!(figures!("unknowable"), ok(1), "nothing is known of `T` inside the function");
}

trait Logged {
    fn logged(self) -> Self;
}

#[observe]
impl Logged for Result<u8, Bare> {
    fn logged(self) -> Self {
        self
    }
}

struct Alone(u8);

impl Logged for Alone {
    #[observe(name = "Alone::logged")]
    fn logged(self) -> Self {
        Self(self.0 + 1)
    }
}

#[test]
fn self_may_be_a_result() {
    let _ = Err(Bare).logged();
    assert_eq!(Alone(1).logged().0, 2);
    assert_eq!(figures!("<Result as Logged>::logged"), errors(0, &["Bare"]));
    assert_eq!(figures!("Alone::logged"), ok(1));
}

/// A predicate that panics has been called after the body: the call is over and the panic is the user's.
#[observe(ok_if = |_| panic!("in the predicate"))]
fn predicate_panics() -> u8 {
    1
}

#[test]
fn nothing_stays_in_flight_when_a_predicate_panics() {
    std::panic::catch_unwind(predicate_panics).unwrap_err();
    let Figures { in_flight, .. } = figures!("predicate_panics");
    assert_eq!(in_flight, 0);
    assert_eq!(figures!("predicate_panics"), Figures { panic: 1, ..NONE });
}
