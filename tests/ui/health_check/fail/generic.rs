//! Nobody chooses.

use observant::health_check;

#[health_check]
fn check<T>() {}

fn main() {}
