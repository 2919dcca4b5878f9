//! No result at all.

use observant::health_check;

#[health_check(fail_after = 0)]
fn check() {}

fn main() {}
