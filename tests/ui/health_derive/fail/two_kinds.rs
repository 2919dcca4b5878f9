//! Two kinds.

use observant::{HealthCheck, health::Check};

struct Leaf;

impl HealthCheck for Leaf {
    fn check(&self) -> Check<'_> {
        Check::blocking(|| ())
    }
}

#[derive(HealthCheck)]
struct All {
    #[health(readiness, startup)]
    leaf: Leaf,
    other: Leaf,
}

fn main() {}
