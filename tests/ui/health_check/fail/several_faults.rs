//! All of them are told at once.

use observant::health_check;

#[health_check(liveness, startup, interval = "0s", fail_after = 0)]
fn check() {}

fn main() {}
