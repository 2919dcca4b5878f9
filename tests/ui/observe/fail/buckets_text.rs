//! Bounds are numbers.

use observant::observe;

#[observe(buckets = ["1s"])]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
