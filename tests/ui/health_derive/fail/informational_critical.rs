//! What no probe asks can fail none.

use observant::{HealthCheck, health::Check};

struct Leaf;

impl HealthCheck for Leaf {
    fn check(&self) -> Check<'_> {
        Check::blocking(|| ())
    }
}

#[derive(HealthCheck)]
struct All {
    #[health(informational, critical)]
    leaf: Leaf,
    other: Leaf,
}

fn main() {}
