//! Bounds are literals.

use observant::observe;

#[observe(buckets = [f64::INFINITY])]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
