//! A severity takes no list.

use observant::health_check;

#[health_check(critical(yes))]
fn check() {}

fn main() {}
