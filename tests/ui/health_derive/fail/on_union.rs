//! Parts are always there.

use observant::{HealthCheck, health::Check};

struct Leaf;

impl HealthCheck for Leaf {
    fn check(&self) -> Check<'_> {
        Check::blocking(|| ())
    }
}

#[derive(HealthCheck)]
union All {
    one: u8,
}

fn main() {}
