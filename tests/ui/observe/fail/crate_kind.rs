//! `crate` is a path.

use observant::observe;

#[observe(crate = "observant")]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
