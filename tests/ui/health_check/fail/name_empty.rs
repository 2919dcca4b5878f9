//! No name.

use observant::health_check;

#[health_check(name = "")]
fn check() {}

fn main() {}
