//! A ladder that is not there.

use observant::observe;

#[observe(buckets = fast)]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
