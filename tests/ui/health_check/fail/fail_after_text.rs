//! No number.

use observant::health_check;

#[health_check(fail_after = "3")]
fn check() {}

fn main() {}
