//! Nobody keeps the promise.

use observant::health_check;

#[health_check]
unsafe fn check() {}

fn main() {}
