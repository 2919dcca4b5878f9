//! One function at a time.

use observant::health_check;

struct Store;

#[health_check]
impl Store {
    fn check() {}
}

fn main() {}
