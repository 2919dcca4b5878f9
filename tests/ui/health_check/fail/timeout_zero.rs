//! Not at once.

use observant::health_check;

#[health_check(timeout = "0ms")]
fn check() {}

fn main() {}
