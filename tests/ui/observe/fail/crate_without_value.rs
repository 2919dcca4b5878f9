//! `crate` alone.

use observant::observe;

#[observe(crate)]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
