//! A name is a part of a URL.

use observant::health_check;

#[health_check(name = "the store")]
fn check() {}

fn main() {}
