//! In an `impl` there is no place beside a function.

use observant::health_check;

struct Store;

impl Store {
    #[health_check]
    fn check() {}
}

fn main() {}
