//! A method has a value.

use observant::health_check;

struct Store;

impl Store {
    #[health_check]
    fn check(&self) {}
}

fn main() {}
