//! A struct is not skipped.

use observant::{HealthCheck, health::Check};

struct Leaf;

impl HealthCheck for Leaf {
    fn check(&self) -> Check<'_> {
        Check::blocking(|| ())
    }
}

#[derive(HealthCheck)]
#[health(skip)]
struct All {
    leaf: Leaf,
}

fn main() {}
