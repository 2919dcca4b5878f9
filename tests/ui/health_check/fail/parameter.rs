//! Nobody hands it any.

use observant::health_check;

#[health_check]
fn check(client: &str) {}

fn main() {}
