//! It is a check in spite of the error.

use observant::{HealthCheck, health::Check};

struct Leaf;

impl HealthCheck for Leaf {
    fn check(&self) -> Check<'_> {
        Check::blocking(|| ())
    }
}

#[derive(HealthCheck)]
struct All {
    #[health(retries)]
    leaf: Leaf,
}

fn main() {
    let all = All { leaf: Leaf };
    let _ = all.check();
}
