//! An option there is none of.

use observant::health_check;

#[health_check(retries = 3)]
fn check() {}

fn main() {}
