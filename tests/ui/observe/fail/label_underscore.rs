//! A leading `_`.

use observant::observe;

#[observe(labels(_team = "a", __team = "b"))]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
