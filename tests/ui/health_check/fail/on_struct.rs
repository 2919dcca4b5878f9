//! A struct derives.

use observant::health_check;

#[health_check]
struct Store;

fn main() {}
