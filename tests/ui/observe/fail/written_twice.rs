//! The attribute twice.

use observant::observe;

#[observe(name = "a")]
#[observe(name = "b")]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
