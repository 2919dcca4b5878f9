//! Bounds ascend.

use observant::observe;

#[observe(buckets = [0.1, 0.1])]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
