//! What holds a value is no liveness check.

use observant::{HealthCheck, health::Check};

struct Leaf;

impl HealthCheck for Leaf {
    fn check(&self) -> Check<'_> {
        Check::blocking(|| ())
    }
}

#[derive(HealthCheck)]
struct All {
    #[health(liveness)]
    leaf: Leaf,
    other: Leaf,
}

fn main() {}
