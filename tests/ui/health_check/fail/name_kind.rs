//! No text.

use observant::health_check;

#[health_check(name = store)]
fn check() {}

fn main() {}
