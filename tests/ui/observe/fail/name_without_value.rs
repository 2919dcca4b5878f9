//! `name` alone.

use observant::observe;

#[observe(name)]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
