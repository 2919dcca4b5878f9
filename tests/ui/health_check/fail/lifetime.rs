//! Nobody chooses.

use observant::health_check;

#[health_check]
fn check<'a>() {}

fn main() {}
