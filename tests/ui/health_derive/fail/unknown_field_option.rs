//! An option there is none of.

use observant::{HealthCheck, health::Check};

struct Leaf;

impl HealthCheck for Leaf {
    fn check(&self) -> Check<'_> {
        Check::blocking(|| ())
    }
}

#[derive(HealthCheck)]
struct All {
    #[health(retries = 3)]
    leaf: Leaf,
    other: Leaf,
}

fn main() {}
