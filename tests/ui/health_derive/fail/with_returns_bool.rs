//! Why not, is not said.

use observant::{HealthCheck, health::Check};

struct Leaf;

impl HealthCheck for Leaf {
    fn check(&self) -> Check<'_> {
        Check::blocking(|| ())
    }
}

fn look(_: &Leaf) -> bool {
    true
}

#[derive(HealthCheck)]
struct All {
    #[health(with = look)]
    leaf: Leaf,
}

fn main() {}
