//! One option twice.

use observant::health_check;

#[health_check(timeout = "1s", timeout = "2s")]
fn check() {}

fn main() {}
