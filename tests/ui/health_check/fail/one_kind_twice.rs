//! The same kind twice.

use observant::health_check;

#[health_check(readiness, readiness)]
fn check() {}

fn main() {}
