//! More than an hour.

use observant::health_check;

#[health_check(initial_delay = "61m")]
fn check() {}

fn main() {}
