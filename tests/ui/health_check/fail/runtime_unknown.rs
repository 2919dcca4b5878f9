//! There is one of ours, and theirs.

use observant::health_check;

#[health_check(runtime = "tokio")]
fn check() {}

fn main() {}
