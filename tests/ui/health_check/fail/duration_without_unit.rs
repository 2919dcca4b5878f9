//! A number alone.

use observant::health_check;

#[health_check(timeout = "5")]
fn check() {}

fn main() {}
