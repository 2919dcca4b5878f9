//! Levels that `tracing` does not know.

use observant::observe;

#[observe(level)]
fn no_value() {}

#[observe(level = "loud")]
fn unknown() {}

#[observe(level = 3)]
fn number() {}

fn main() {
    no_value();
    unknown();
    number();
}
