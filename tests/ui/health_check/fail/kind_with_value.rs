//! A kind takes no value.

use observant::health_check;

#[health_check(readiness = true)]
fn check() {}

fn main() {}
