//! What awaits may depend on anything.

use observant::health_check;

#[health_check(liveness)]
async fn check() {}

fn main() {}
