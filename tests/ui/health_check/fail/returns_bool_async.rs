//! Why not, is not said.

use observant::health_check;

#[health_check]
async fn check() -> bool {
    true
}

fn main() {}
