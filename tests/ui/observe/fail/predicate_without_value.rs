//! `ok_if` alone.

use observant::observe;

#[observe(ok_if)]
fn f() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = f();
}
