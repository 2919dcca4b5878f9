//! A bound beyond every number.

use observant::observe;

#[observe(buckets = [1.0, 1e999])]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
