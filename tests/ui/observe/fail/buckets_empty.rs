//! No bounds.

use observant::observe;

#[observe(buckets = [])]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
