//! A number is no label value.

use observant::observe;

#[observe(labels(shard = 1))]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
