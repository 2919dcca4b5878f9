//! No list.

use observant::health_check;

#[health_check(tags = "storage")]
fn check() {}

fn main() {}
