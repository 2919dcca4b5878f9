//! Two kinds.

use observant::health_check;

#[health_check(liveness, readiness)]
fn check() {}

fn main() {}
