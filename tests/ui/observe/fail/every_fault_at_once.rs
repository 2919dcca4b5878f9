//! All faults are reported together.

use observant::observe;

#[observe(nmae = "x", name = "", buckets = [], labels(le = true))]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
