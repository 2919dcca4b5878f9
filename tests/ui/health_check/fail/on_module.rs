//! One function at a time.

use observant::health_check;

#[health_check]
mod checks {
    fn check() {}
}

fn main() {}
