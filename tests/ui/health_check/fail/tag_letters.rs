//! A tag is a part of a URL.

use observant::health_check;

#[health_check(tags("a b"))]
fn check() {}

fn main() {}
