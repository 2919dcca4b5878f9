//! Too large.

use observant::health_check;

#[health_check(pass_after = 5_000_000_000)]
fn check() {}

fn main() {}
