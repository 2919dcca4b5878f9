//! A thread is no runtime.

use observant::health_check;

#[health_check(runtime = "own")]
fn check() {}

fn main() {}
