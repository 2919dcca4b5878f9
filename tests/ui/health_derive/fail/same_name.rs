//! Two parts of one name.

use observant::{HealthCheck, health::Check};

struct Leaf;

impl HealthCheck for Leaf {
    fn check(&self) -> Check<'_> {
        Check::blocking(|| ())
    }
}

#[derive(HealthCheck)]
struct All {
    #[health(name = "other")]
    leaf: Leaf,
    other: Leaf,
}

fn main() {}
