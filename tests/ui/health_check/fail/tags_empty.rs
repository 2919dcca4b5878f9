//! No tag.

use observant::health_check;

#[health_check(tags())]
fn check() {}

fn main() {}
