//! What is skipped is not timed.

use observant::{HealthCheck, health::Check};

struct Leaf;

impl HealthCheck for Leaf {
    fn check(&self) -> Check<'_> {
        Check::blocking(|| ())
    }
}

#[derive(HealthCheck)]
struct All {
    #[health(skip, timeout = "1s")]
    leaf: Leaf,
    other: Leaf,
}

fn main() {}
