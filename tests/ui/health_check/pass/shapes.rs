//! Every shape of a check function, under strict lints and with its names taken.

#![deny(warnings, clippy::pedantic)]
#![forbid(unsafe_code)]
#![allow(dead_code, non_camel_case_types)]

use observant::{Label, health::Verdict, health_check};
use ::std::fmt;

struct Option;
struct Result;
struct Box;
mod std {}

#[health_check]
fn nothing() {}

#[health_check]
fn with_items() {
    struct Own;
    impl Own {
        fn made() -> Self {
            Self
        }
    }
    let Own = Own::made();
}

#[health_check(liveness)]
fn alive() -> ::std::result::Result<(), ::std::fmt::Error> {
    Ok(())
}

#[health_check(
    readiness,
    critical,
    timeout = "500ms",
    interval = "5s",
    initial_delay = "0s",
    fail_after = 5,
    pass_after = 1,
    tags("storage", "eu-1"),
    name = "store/pool",
    runtime = "own"
)]
async fn database() -> ::std::result::Result<(), ::std::boxed::Box<dyn ::std::error::Error>> {
    ::core::future::ready(()).await;
    "1".parse::<u8>()?;
    Ok(())
}

#[derive(Debug, Label)]
enum StoreError {
    Gone,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("gone")
    }
}

#[health_check(startup, degraded)]
fn labelled() -> ::std::result::Result<Verdict, StoreError> {
    Err(StoreError::Gone)
}

#[health_check(informational)]
pub(crate) fn verdict() -> Verdict {
    Verdict::degraded("slow")
}

#[cfg(any())]
#[health_check]
fn absent(argument_that_would_be_wrong: u8) {}

#[health_check]
#[cfg(any())]
fn absent_too() {}

#[health_check]
#[observant::observe]
fn observed() -> ::std::result::Result<(), StoreError> {
    Ok(())
}

#[health_check(info)]
#[deprecated = "nobody but the engine calls it"]
fn r#match() {}

macro_rules! check {
    ($name:ident, $timeout:expr) => {
        #[health_check(timeout = $timeout)]
        fn $name() {}
    };
}
check!(from_a_macro, "1s");

fn main() {
    #[health_check]
    fn within() {}

    nothing();
    within();
    alive().unwrap();
    labelled().unwrap_err();
    assert_eq!(verdict().reason(), "slow");
    drop(database());
}
