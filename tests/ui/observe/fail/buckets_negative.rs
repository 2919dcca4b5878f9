//! Durations are above zero.

use observant::observe;

#[observe(buckets = [-1.0, 1.0])]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
