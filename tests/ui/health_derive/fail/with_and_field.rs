//! With one for all, fields have none.

use observant::{HealthCheck, health::Check};

struct Leaf;

impl HealthCheck for Leaf {
    fn check(&self) -> Check<'_> {
        Check::blocking(|| ())
    }
}

#[derive(HealthCheck)]
#[health(with = Self::look)]
struct All {
    #[health(degraded)]
    leaf: Leaf,
}

impl All {
    fn look(&self) {}
}

fn main() {}
