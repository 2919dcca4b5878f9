//! Not all the time.

use observant::health_check;

#[health_check(interval = "0s")]
fn check() {}

fn main() {}
