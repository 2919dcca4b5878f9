//! `crate` is a path.

use observant::health_check;

#[health_check(crate = "observant")]
fn check() {}

fn main() {}
