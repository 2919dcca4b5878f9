//! An option of another crate, with a list.

use observant::observe;

#[observe(err(level = "warn"))]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
