//! A key alone.

use observant::health_check;

#[health_check(interval)]
fn check() {}

fn main() {}
