//! Two severities.

use observant::health_check;

#[health_check(critical, degraded)]
fn check() {}

fn main() {}
