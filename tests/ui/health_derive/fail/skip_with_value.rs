//! `skip` stands alone.

use observant::{HealthCheck, health::Check};

struct Leaf;

impl HealthCheck for Leaf {
    fn check(&self) -> Check<'_> {
        Check::blocking(|| ())
    }
}

#[derive(HealthCheck)]
struct All {
    #[health(skip = true)]
    leaf: Leaf,
    other: Leaf,
}

fn main() {}
