//! Not all the time.

use observant::{HealthCheck, health::Check};

struct Leaf;

impl HealthCheck for Leaf {
    fn check(&self) -> Check<'_> {
        Check::blocking(|| ())
    }
}

#[derive(HealthCheck)]
struct All {
    #[health(interval = "0s")]
    leaf: Leaf,
    other: Leaf,
}

fn main() {}
