//! What no probe asks can fail none.

use observant::health_check;

#[health_check(informational, critical)]
fn check() {}

fn main() {}
