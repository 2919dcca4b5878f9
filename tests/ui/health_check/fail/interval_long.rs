//! More than an hour.

use observant::health_check;

#[health_check(interval = "2h")]
fn check() {}

fn main() {}
