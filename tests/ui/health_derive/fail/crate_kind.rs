//! `crate` is a path.

use observant::{HealthCheck, health::Check};

struct Leaf;

impl HealthCheck for Leaf {
    fn check(&self) -> Check<'_> {
        Check::blocking(|| ())
    }
}

#[derive(HealthCheck)]
#[health(crate = "observant")]
struct All {
    leaf: Leaf,
}

fn main() {}
