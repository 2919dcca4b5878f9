//! `labels` is a list.

use observant::observe;

#[observe(labels = "a")]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
