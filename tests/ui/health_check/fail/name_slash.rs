//! An empty part.

use observant::health_check;

#[health_check(name = "store//pool")]
fn check() {}

fn main() {}
