//! A name that is no string.

use observant::observe;

#[observe(name = 1)]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
