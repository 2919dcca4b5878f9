//! One tag twice.

use observant::health_check;

#[health_check(tags("a", "b", "a"))]
fn check() {}

fn main() {}
