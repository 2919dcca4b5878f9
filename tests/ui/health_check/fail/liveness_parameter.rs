//! What takes a client depends on it.

use observant::health_check;

#[health_check(liveness)]
fn check(client: &str) {}

fn main() {}
